/* why.c - where a number comes from, down to the bits that hold it. interaction.md 1, 8. */
#include "commands/command.h"

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct text text = { 0 };
	bool ok = stage_why(c->stage, args_text(a, "name", NULL), &text, err);

	if (ok && text.len && text.s[text.len - 1] == '\n')
		text.s[--text.len] = 0;
	if (ok) {
		say_text(c, STYLE_PLAIN, text_str(&text));
		out->value = value_string(text_str(&text), err);
		ok = out->value != NULL;
	}
	text_drop(&text);
	return ok;
}

const struct command command_why = {
	.name     = "why", .group = GROUP_VIEWS,
	.summary  = "the derivation of a number, down to its bits",
	.help     = "Of the number under the pane's cursor, or of a named one: code[i] scale min zero sc[j] m[j] d dmin back[i] error[i], as the "
		    "trace of the codec has them. With several blocks they mean the block that is shown. F4 does the same.",
	.args     = { { "name", ARG_TEXT, .optional = true, .summary = "as in code[3]" }, { 0 } },
	.examples = { "quantize int4 x; why code[1]", "step q4_0 x pad=zero; next 3; why code[3]" },
	.related  = "step line block tree",
	.run      = run,
	.quiet    = true,
};
