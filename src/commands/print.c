/* print.c - the values themselves. */
#include "commands/command.h"

#include <string.h>

static bool run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct value *v = args_get(a, "value")->value;
	bool full = !strcmp(settings_get(&c->session->settings, "digits"), "full");
	struct text text = { 0 };

	(void)err;
	if (v->kind == VALUE_TABLE && c->host->format && strcmp(c->host->format, "text")) {
		say_table(c, v->u.table);
	} else {
		value_print_digits(v, (size_t)args_number(a, "width", c->host->width > 0 ? c->host->width : 80), args_flag(a, "all"), full, &text);
		if (text.len && text.s[text.len - 1] == '\n')
			text.s[--text.len] = 0;
		say_text(c, STYLE_PLAIN, text_str(&text));
	}
	text_drop(&text);
	out->value = value_hold(v);
	return true;
}

const struct command command_print = {
	.name     = "print", .group = GROUP_VALUES,
	.summary  = "the values, cut to the width, or all",
	.help     = "Rows stand below each other. A quantized value prints what comes back from it. =EXPRESSION does the same for Lua. "
		    "set digits full  prints each number so that it reads back the same.",
	.args     = {
		{ "value", ARG_VALUE, .summary = "anything" },
		{ "all", ARG_FLAG, .summary = "every value, however many" },
		{ "width", ARG_COUNT, .named = true, .min = 20, .max = 100000, .summary = "columns to cut to" },
		{ 0 }
	},
	.examples = { "print x", "print [-1..1:0.5]" },
	.related  = "info vars",
	.run      = run,
	.quiet    = true,
};
