/* bench.c - how fast the engine, the screen and the files are, on this machine and now. performance.md. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "session/bench.h"

static bool bench_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct codec *list[2 * CODEC_COUNT];
	const struct given *g;
	struct bench_options o = {
		.codec = list, .what = args_text(a, "what", NULL), .bytes = args_number(a, "size", 0),
		.threads = (unsigned)args_number(a, "threads", 1),
	};

	while (o.n < CODEC_COUNT && (g = args_nth(a, "codec", o.n)))
		list[o.n++] = g->codec;
	if (args_flag(a, "all"))
		o.n = bench_all(list);
	return session_bench(c->session, &o, out, err);
}

/* ---- as a person reads it ---- */

static double number(const struct table *t, size_t row, const char *column)
{
	return table_at(t, row, table_column(t, column))->number;
}

static const char *word(const struct table *t, size_t row, const char *column)
{
	const char *s = table_at(t, row, table_column(t, column))->text;

	return s ? s : "";
}

/* Three digits are enough, and the point where it is needed: 12300 972 36.2 0.153 */
static int decimals(double v)
{
	return v >= 100 ? 0 : v >= 10 ? 1 : v >= 1 ? 2 : 3;
}

static void say_speed(struct context *c, const struct table *t, const char *label)
{
	double copied = number(t, 0, "Mw_per_s");
	const char *partial = strstr(label, ", partial: ");
	int n = (int)(partial ? (size_t)(partial - label) : strlen(label));

	say(c, "%.*s of float32 in rows of %d weights; memcpy: %.1f GB/s, %.0f million weights a second", n, label, BENCH_ROW, copied * 4e-3, copied);
	say(c, "  %-8s %-7s %-7s %15s %16s %14s", "codec", "what", "level", "M weights/s", "\xe2\x80\xb0 of memcpy", "times scalar");
	for (size_t r = 1; r < t->rows; r++) {
		double speed = number(t, r, "Mw_per_s"), share = number(t, r, "memcpy_permille");
		bool again = !strcmp(word(t, r, "codec"), word(t, r - 1, "codec"));

		say(c, "  %-8s %-7s %-7s %15.*f %14.*f %14.2f", again ? "" : word(t, r, "codec"), word(t, r, "what"), word(t, r, "level"),
		    decimals(speed), speed, decimals(share), share, number(t, r, "times_scalar"));
	}
	if (partial)
		say(c, "%s figures", partial + 2);
}

static bool bench_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	(void)a;
	(void)err;
	if (!v)
		return true;
	if (c->host->format && strcmp(c->host->format, "text"))
		say_table(c, v->u.table);
	else
		say_speed(c, v->u.table, v->label);
	return true;
}

const struct command command_bench = {
	.name     = "bench", .group = GROUP_RUNNING,
	.summary  = "speed, as shares of memcpy and of the scalar reference",
	.help     = "Best of five repetitions of at least 50 ms, in one run; figures of different runs or machines say little beside each other. encode "
		    "without importance, imp with, decode to float32, dot with one row of the partner's type. Beyond the cache: size=512MiB. "
		    "Ctrl-C keeps what is measured. Columns: " SPEED_COLUMNS ".",
	.args     = {
		{ "codec", ARG_CODEC, .many = true, .optional = true, .summary = "q4_0 q8_0 q4_K q6_K iq4_xs, if none is named" },
		{ "all", ARG_FLAG, .summary = "every codec that weights are stored in" },
		{ "what", ARG_CHOICE, .named = true, .optional = true, .choices = "encode imp decode dot", .summary = "this alone" },
		{ "size", ARG_SIZE, .named = true, .optional = true, .summary = "bytes of float32 in all (1MiB)" },
		{ "threads", ARG_COUNT, .named = true, .optional = true, .min = 1, .max = BENCH_THREADS_MAX, .summary = "each on its own rows (1)" },
		{ 0 }
	},
	.examples = { "bench q8_0 what=decode", "bench q4_0 q4_K what=dot size=256KiB" },
	.related  = "codecs set",
	.run      = bench_run,
	.after    = bench_after,
	.quiet    = true,
};
