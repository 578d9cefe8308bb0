/* bits.c - one number, as each format stores it. */
#include "commands/show.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *x = args_get(a, "number")->value;

	(void)c;
	if (!view_fits(view_find("bits"), x)) {
		error_set(err, ERR_ARGUMENT, "bits shows one number, not %s", value_kind_with_article(x->kind));
		return error_hint(err, "number", "as in  bits 0.15 f16,  bits x[2]");
	}
	out->value = value_hold(x);
	return true;
}

static bool after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	return show_view(c, view_find("bits"), v, a, err);
}

const struct command command_bits = {
	.name     = "bits", .group = GROUP_VIEWS,
	.summary  = "how is this number stored",
	.help     = "Sign, exponent and fraction as fields, the value as a product, the two neighbours and how far they are; without a format all of "
		    "them at once. Columns: format bits code value error.",
	.args     = {
		{ "number", ARG_VALUE, .summary = "a number, or a tensor of one weight" },
		{ "format", ARG_CHOICE, .optional = true, .choices = "f32 f16 bf16 e5m2 e4m3 e3m2 e2m3 e2m1 e8m0 int", .summary = "one format alone" },
		VIEW_TEXT_OPTIONS,
		{ 0 }
	},
	.examples = { "bits 0.15 f16", "bits 0.15 text" },
	.related  = "name info block",
	.run      = run,
	.after    = after,
	.quiet    = true,
};
