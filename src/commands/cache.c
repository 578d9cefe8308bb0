/* cache.c - figures of tensors that are kept between runs. */
#include "commands/command.h"
#include "session/figures.h"

static bool cache_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	size_t n = 0;

	(void)a;
	(void)out;
	if (!survey_clear(c->session, &n, err))
		return false;
	say(c, n ? "forgotten; %zu file%s removed" : "forgotten", n, n == 1 ? "" : "s");
	return true;
}

const struct command command_cache = {
	.name     = "cache", .group = GROUP_MODELS,
	.summary  = "forget what was measured of model files",
	.help     = "Figures of whole tensors are kept for the run and, but in batch mode, between runs, by the size, time and header of the file. "
		    "cache clear forgets them all; set cache off keeps none.",
	.args     = { { "what", ARG_CHOICE, .choices = "clear", .summary = "what to do" }, { 0 } },
	.examples = { "cache clear", "worst m by=outlier; cache clear" },
	.related  = "worst browse ls set",
	.run      = cache_run,
};
