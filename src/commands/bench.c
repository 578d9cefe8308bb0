/* bench.c - how fast the engine, the screen and the files are, on this machine and now. performance.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "session/bench.h"

/* Only the screen can press keys and draw; it answers with lines of cells. */
static struct value *pictures(struct context *c, struct error *err)
{
	struct text lines = { 0 };
	struct table *t = table_new(DRAW_COLUMNS);
	bool ok = t ? c->host->control(c->host->arg, "bench", "", &lines, err) : error_memory(err, "a table");
	char *next = ok ? lines.s : NULL, *line, *cell, *end;

	while ((line = strsep(&next, "\n")) && *line)
		for (table_row(t); (cell = strsep(&line, "\t"));) {
			double v = strtod(cell, &end);

			if (!*cell)
				table_skip(t);
			else if (!*end)
				table_number(t, v);
			else
				table_text(t, cell);
		}
	text_drop(&lines);
	if (ok && !t->failed)
		return value_table(t, err);
	if (ok)
		error_memory(err, "a table");
	table_drop(t);
	return NULL;
}

enum { KEY_MS = 16 };	/* what a key may take: performance.md */

static bool bench_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct codec *list[2 * CODEC_COUNT];
	const struct given *g;
	struct bench_options o = {
		.codec = list, .what = args_text(a, "what", NULL), .bytes = args_number(a, "size", 0),
		.threads = (unsigned)args_number(a, "threads", 1),
	};

	if (o.what && !strcmp(o.what, "draw"))
		return (out->value = pictures(c, err)) != NULL;
	if (o.what && !strcmp(o.what, "files")) {
		o.threads = (unsigned)args_number(a, "threads", 2);
		return session_bench_files(c->session, &o, out, err);
	}
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

static void say_pictures(struct context *c, const struct table *t)
{
	size_t slow = 0;
	char measured[24];

	say(c, "from a key to the picture at 200 x 60, in ms; open: to the first picture; measured: until the worker has measured it all");
	say(c, "  %-8s %-13s %5s %8s %8s  %-8s %8s %9s", "view", "of", "keys", "median", "worst", "(key)", "open", "measured");
	for (size_t r = 0; r < t->rows; r++) {
		bool again = r && !strcmp(word(t, r, "view"), word(t, r - 1, "view"));

		*measured = 0;
		if (table_at(t, r, table_column(t, "measured_ms"))->kind == CELL_NUMBER)
			snprintf(measured, sizeof measured, " %9.1f", number(t, r, "measured_ms"));
		say(c, "  %-8s %-13s %5.0f %8.2f %8.2f  %-8s %8.1f%s", again ? "" : word(t, r, "view"), word(t, r, "subject"), number(t, r, "keys"),
		    number(t, r, "median_ms"), number(t, r, "worst_ms"), word(t, r, "worst_key"), number(t, r, "open_ms"), measured);
		slow += number(t, r, "worst_ms") > KEY_MS || number(t, r, "open_ms") > KEY_MS;
	}
	say(c, "%zu of %zu over %d ms", slow, t->rows, KEY_MS);
}

/* "%10.1f", or blanks where nothing is known. */
static void column(struct text *line, const struct table *t, size_t row, const char *name, int width, int digits)
{
	if (table_at(t, row, table_column(t, name))->kind == CELL_NUMBER)
		text_add(line, "%*.*f", width, digits, number(t, row, name));
	else
		text_add(line, "%*s", width, "");
}

static void say_files(struct context *c, const struct table *t, const char *label)
{
	const char *partial = strstr(label, "partial: ");

	say(c, "numbers.gguf: %.*s   holes.*: 1000 tensors, 40 GB", (int)strcspn(label, ","), label);
	say(c, "ms: of open the opening alone, of stop from Ctrl-C to the end, else of a whole program");
	say(c, "  %-20s %-18s %7s %9s %9s %9s", "what", "file", "threads", "ms", "peak MiB", "times one");
	for (size_t r = 0; r < t->rows; r++) {
		const struct table_cell *threads = table_at(t, r, table_column(t, "threads"));
		struct text line = { 0 };

		text_add(&line, "  %-20s %-18s ", word(t, r, "what"), word(t, r, "file"));
		if (threads->kind == CELL_INT)
			text_add(&line, "%7d", (int)threads->integer);
		else
			text_add(&line, "%7s", "");
		column(&line, t, r, "ms", 10, 1);
		column(&line, t, r, "peak_MiB", 10, 1);
		column(&line, t, r, "times_one", 10, 2);
		say(c, "%s", text_str(&line));
		text_drop(&line);
	}
	if (partial)
		say(c, "%s figures", partial);
}

static bool bench_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	(void)a;
	(void)err;
	if (!v)
		return true;
	if (c->host->format && strcmp(c->host->format, "text"))
		say_table(c, v->u.table);
	else if (table_column(v->u.table, "view") != SIZE_MAX)
		say_pictures(c, v->u.table);
	else if (table_column(v->u.table, "file") != SIZE_MAX)
		say_files(c, v->u.table, v->label);
	else
		say_speed(c, v->u.table, v->label);
	return true;
}

const struct command command_bench = {
	.name     = "bench", .group = GROUP_RUNNING,
	.summary  = "speed, as shares of memcpy and of the scalar reference",
	.help     = "Best of five repetitions of at least 50 ms, in one run; figures of different runs or machines say little beside each other. encode "
		    "without importance, imp with, decode to float32, dot with one row of the partner's type. Beyond the cache: size=512MiB. "
		    "Ctrl-C keeps what is measured. Columns: " SPEED_COLUMNS ". draw: from a key to the picture, each view with small, large and model "
		    "subjects. Columns: " DRAW_COLUMNS ". files: opening, memory, threads and "
		    "Ctrl-C on files that it makes and removes; size= of the numbers in one of them (256MiB). Columns: " FILES_COLUMNS ".",
	.args     = {
		{ "codec", ARG_CODEC, .many = true, .optional = true, .summary = "q4_0 q8_0 q4_K q6_K iq4_xs, if none is named" },
		{ "all", ARG_FLAG, .summary = "every codec that weights are stored in" },
		{ "what", ARG_CHOICE, .named = true, .optional = true, .choices = "encode imp decode dot draw files", .summary = "this alone" },
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
