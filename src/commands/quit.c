/* quit.c - the way out, and which program this is. */
#include "commands/command.h"
#include "config.h"

static bool version_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)a;
	say(c, "%s", PACKAGE_STRING);
	out->value = value_string(PACKAGE_VERSION, err);
	return out->value != NULL;
}

const struct command command_version = {
	.name     = "version", .group = GROUP_RUNNING,
	.summary  = "which program this is",
	.examples = { "version", "version > version.txt force" },
	.related  = "help",
	.run      = version_run,
	.quiet    = true,
};

static bool quit_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)out;
	(void)err;
	c->quit = true;
	c->quit_code = (int)args_number(a, "code", 0);
	return true;
}

const struct command command_quit = {
	.name     = "quit", .group = GROUP_RUNNING,
	.summary  = "leave",
	.help     = "Ctrl-D on an empty line does the same.",
	.args     = { { "code", ARG_COUNT, .optional = true, .min = 0, .max = 255, .summary = "exit code (0)" }, { 0 } },
	.examples = { "quit", "quit 3" },
	.related  = "help",
	.run      = quit_run,
	.quiet    = true,
};
