/* progress.c - see progress.h */
#include "repl/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The figures after the bar. `room`: what fits; the count goes first, then how to stop. */
static void figures(const struct job *job, double seconds, int room, struct text *out)
{
	size_t total = atomic_load(&job->total), done = atomic_load(&job->done);
	struct text count = { 0 }, left = { 0 };
	const char *stop = "   Ctrl-C keeps what is done";

	if (total)
		text_add(out, "%3d %%", (int)(100.0 * (double)(done < total ? done : total) / (double)total));
	if (total && job->unit)
		text_add(&count, "   %zu of %zu%s%s", done, total, *job->unit ? " " : "", job->unit);
	if (total && done && done < total && seconds >= 1) {
		double s = seconds * (double)(total - done) / (double)done;

		if (s < 60)
			text_add(&left, "   %.1f s left", s);
		else
			text_add(&left, "   %d min left", (int)(s / 60 + 0.5));
	}
	if ((int)(out->len + count.len) <= room)
		text_put(out, text_str(&count));
	if ((int)(out->len + left.len) <= room)
		text_put(out, text_str(&left));
	if ((int)(out->len + strlen(stop)) <= room)
		text_put(out, stop + (out->len ? 0 : 3));
	text_drop(&count);
	text_drop(&left);
}

enum { BAR_MIN = 8, BAR_MAX = 34 };

void progress_draw(const struct job *job, double seconds, struct canvas *c, int row)
{
	size_t total = atomic_load(&job->total), done = atomic_load(&job->done);
	struct text t = { 0 };
	int col = (int)text_width(job->label, strlen(job->label)) + 2, bar = 0;

	figures(job, seconds, c->cols - col - (total ? BAR_MIN + 1 : 0), &t);
	canvas_fit(c, row, 0, c->cols, STYLE_PLAIN, job->label);
	if (total) {
		bar = c->cols - col - 1 - (int)text_width(text_str(&t), t.len);
		bar = bar > BAR_MAX ? BAR_MAX : bar;
	}
	if (bar > 0) {
		canvas_bar(c, row, col, bar, (double)done / (double)total, STYLE_GOOD);
		col += bar + 1;
	}
	if (col < c->cols)
		canvas_fit(c, row, col, c->cols - col, STYLE_PLAIN, text_str(&t));
	text_drop(&t);
}

void progress_text(const struct job *job, double seconds, int width, bool ascii, struct text *out)
{
	struct canvas c;

	if (!canvas_new(&c, 1, width, ascii, NULL))
		return;
	progress_draw(job, seconds, &c, 0);
	canvas_write_text(&c, COLORS_NONE, false, false, out);
	canvas_drop(&c);
	if (out->len && out->s[out->len - 1] == '\n')
		out->s[--out->len] = 0;
}
