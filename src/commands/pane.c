/* pane.c - what only a program with a screen can do: snap layout size pane focus feed. The host does it. */
#include "commands/command.h"

#include <stdlib.h>
#include <string.h>

static bool ask(struct context *c, const char *what, const char *how, struct text *answer, struct error *err)
{
	return c->host->control(c->host->arg, what, how, answer, err);
}

/* layout, size, focus, feed, pane: the host answers with a line or nothing. */
static bool control_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct text answer = { 0 };
	bool ok = ask(c, c->command->name, args_text(a, "how", ""), &answer, err);

	(void)out;
	if (ok && answer.len)
		say_text(c, STYLE_PLAIN, text_str(&answer));
	text_drop(&answer);
	return ok;
}

static bool snap_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *path = args_text(a, "file", NULL);
	bool svg = path && strlen(path) > 4 && !strcmp(path + strlen(path) - 4, ".svg");
	struct text answer = { 0 };
	bool ok = ask(c, "snap", svg ? "svg" : "", &answer, err);

	if (ok && path)
		ok = session_write(c->session, path, text_str(&answer), answer.len, false, args_flag(a, "force"), err);
	else if (ok && answer.len && answer.s[answer.len - 1] == '\n')
		answer.s[--answer.len] = 0;
	if (ok && path)
		say(c, "wrote %s", path);
	else if (ok)
		say_text(c, STYLE_PLAIN, text_str(&answer));
	if (ok)
		out->value = value_string(text_str(&answer), err);
	text_drop(&answer);
	return ok && out->value;
}

const struct command command_snap = {
	.name = "snap", .group = GROUP_VIEWS, .summary = "the whole screen as text, or as a picture",
	.help = "The last line of the text says where the cursor is. A file that ends in .svg gets a picture in the colours of the screen.",
	.args = { { "file", ARG_FILE, .optional = true, .ending = ".txt .svg", .summary = "where it is written" },
		  { "force", ARG_FLAG, .summary = "also over a file that is there" }, { 0 } },
	.examples = { "snap", "snap screen.svg force" }, .related = "feed", .run = snap_run, .quiet = true,
};

const struct command command_layout = {
	.name = "layout", .group = GROUP_VIEWS, .summary = "how pane and prompt share the screen",
	.help = "stack: pane above the prompt. wide: with an inspector beside it. full: the pane and one line. prompt: no pane. auto: by the size.",
	.args = { { "how", ARG_CHOICE, .choices = "auto stack wide full prompt", .summary = "the arrangement" }, { 0 } },
	.examples = { "layout stack", "layout auto" }, .related = "size pane", .run = control_run, .quiet = true,
};

const struct command command_size = {
	.name = "size", .group = GROUP_VIEWS, .summary = "height of the pane",
	.help = "In lines, in percent of the screen, or as a change. Kept for each layout until the end of the run.",
	.args = { { "how", ARG_TEXT, .summary = "12, 50%, +2, -2" }, { 0 } },
	.examples = { "size 12", "size +2" }, .related = "layout", .run = control_run, .quiet = true,
};

const struct command command_pane = {
	.name = "pane", .group = GROUP_VIEWS, .summary = "the pane on or off",
	.help = "Off continues on the plain screen, with the same history and values.",
	.args = { { "how", ARG_CHOICE, .choices = "on off", .summary = "on or off" }, { 0 } },
	.examples = { "pane off", "pane on" }, .related = "layout focus", .run = control_run, .quiet = true,
};

const struct command command_focus = {
	.name = "focus", .group = GROUP_VIEWS, .summary = "the keys to the pane or to the prompt",
	.help = "F6 does the same.",
	.args = { { "how", ARG_CHOICE, .choices = "pane prompt", .summary = "who gets the keys" }, { 0 } },
	.examples = { "focus pane", "focus prompt" }, .related = "pane feed", .run = control_run, .quiet = true,
};

const struct command command_feed = {
	.name = "feed", .group = GROUP_VIEWS, .summary = "keys as if typed",
	.help = "Names of keys stand in angles: <Enter> <Esc> <C-r> <M-n> <PgUp> <F8>; the sign < itself is <lt>.",
	.args = { { "how", ARG_TEXT, .summary = "\"keys\"" }, { 0 } },
	.examples = { "feed \"<F6>j<F6>\"", "feed \"vars<Enter>\"" }, .related = "snap focus", .run = control_run, .quiet = true,
};
