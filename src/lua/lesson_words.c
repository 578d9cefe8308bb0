/*
 * lesson_words.c - the verbs of lessons, and `run`: commands that need the language itself. interaction.md 16.2.
 *
 * What moves or ends a lesson is wished for here and done when the line is over (places.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/show.h"

#include "lua/demo.h"

static struct runner *runner_in(struct context *c)
{
	return c->scope->arg;
}

/* The lesson that is played; NULL: err. */
static struct player *need_player(struct context *c, struct error *err)
{
	struct player *p = runner_in(c)->player;

	if (p) {
		p->word = true;
		return p;
	}
	error_set(err, ERR_LESSON, "no lesson is running");
	error_hint(err, NULL, "lesson walkie  starts one, lessons  lists them");
	return NULL;
}

static bool find_lesson(struct context *c, const char *id, char *path, size_t size, struct error *err)
{
	struct lesson_info *list;
	const char *names[200], *near[3];
	size_t n, found;
	bool own;

	if (lesson_find(runner_in(c), id, path, size, &own))
		return true;
	n = lesson_list(runner_in(c), &list);
	for (size_t i = 0; i < n && i < 200; i++)
		names[i] = list[i].id;
	found = text_nearest(id, names, n < 200 ? n : 200, near);
	error_set(err, ERR_LESSON, "no lesson '%.60s'", id);
	if (found)
		error_hint(err, "id", "nearest: %s.   lessons  lists all", near[0]);
	else
		error_hint(err, "id", "lessons  lists them");
	free(list);
	return false;
}

/* ---- lessons ---- */

/* new, begun 3/8, done; with what was skipped or missed. */
static void state_of(struct runner *r, const struct lesson_info *about, char *out, size_t size)
{
	struct player *p;
	struct error err;
	size_t place, here, total, open = 0, known = 0;

	for (size_t i = 0; progress_at(r->progress, i); i++)
		if (!strcmp(progress_at(r->progress, i)->lesson, about->id)) {
			known++;
			open += progress_at(r->progress, i)->state != PART_DONE;
		}
	snprintf(out, size, about->broken ? "broken" : "new");
	p = known && !about->broken ? player_load(r, about->id, about->path, &err) : NULL;
	if (!p)
		return;
	place = player_place(p);
	here = player_station(p, place, &total);
	if (place < p->n)
		snprintf(out, size, "begun %zu/%zu", here, total);
	else if (open)
		snprintf(out, size, "done, %zu to review", open);
	else
		snprintf(out, size, "done");
	player_drop(p);
}

static bool list_lessons(struct context *c, struct outcome *out, struct error *err)
{
	struct runner *r = runner_in(c);
	struct lesson_info *list;
	size_t n = lesson_list(r, &list), wide = 10;
	struct table *t = table_new("n id title minutes state needs");
	bool plain = !c->host->format || !strcmp(c->host->format, "text");

	for (size_t i = 0; i < n; i++)
		wide = strlen(list[i].title) > wide ? strlen(list[i].title) : wide;
	for (size_t i = 0; t && i < n; i++) {
		char state[40];

		state_of(r, &list[i], state, sizeof state);
		table_row(t);
		table_int(t, (int64_t)i + 1);
		table_text(t, list[i].id);
		table_text(t, list[i].title);
		table_number(t, list[i].minutes);
		table_text(t, state);
		table_text(t, list[i].needs);
		if (plain)
			say(c, "%3zu %-12s %-*s  %2g min   %s%s%s%s", i + 1, list[i].id, (int)wide, list[i].title, list[i].minutes, state,
			    *list[i].needs ? "   after " : "", list[i].needs, list[i].own ? "   yours" : "");
	}
	free(list);
	if (t && !plain)
		say_table(c, t);
	if (!n)
		say(c, "no lessons were found");
	out->value = value_table(t, err);
	return out->value != NULL;
}

static bool lessons_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)a;
	if (runner_in(c)->player)
		runner_in(c)->player->word = true;
	return list_lessons(c, out, err);
}

static bool lesson_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const char *id = args_text(a, "id", NULL);
	char path[400];

	if (!id)
		return lessons_run(c, a, out, err);
	if (!find_lesson(c, id, path, sizeof path, err))
		return false;
	player_wish(runner_in(c), WISH_START, id);
	return true;
}

/* ---- words during a lesson ---- */

static bool wish_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const enum wish_kind *kind = c->command->data;
	struct player *p = need_player(c, err);

	(void)a;
	(void)out;
	if (p)
		player_wish(p->r, *kind, "");
	return p != NULL;
}

static bool hint_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct player *p = need_player(c, err);

	(void)a;
	(void)out;
	return p && player_hint(p, err);
}

static bool free_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const bool *on = c->command->data;
	struct player *p = need_player(c, err);

	(void)a;
	(void)out;
	if (p)
		player_free(p, *on);
	return p != NULL;
}

static bool note_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct player *p = need_player(c, err);
	size_t total, here = p ? player_station(p, p->at, &total) : 0;
	char place[30];

	(void)out;
	if (!p)
		return false;
	snprintf(place, sizeof place, "%zu/%zu", here, total);
	if (!progress_note(p->r->progress, p->about.id, place, args_text(a, "text", ""), err))
		return false;
	say(c, "noted; progress %s  shows it", p->about.id);
	return true;
}

/* ---- what was learned ---- */

static bool one_lesson(struct context *c, const char *id, struct error *err)
{
	static const char *const words[PART_STATES] = { "done", "skipped", "missed" };
	struct runner *r = runner_in(c);
	char path[400];
	struct player *p;
	struct text notes = { 0 }, line = { 0 };
	size_t number = 0;

	if (!find_lesson(c, id, path, sizeof path, err))
		return false;
	p = player_load(r, id, path, err);
	if (!p)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct record *rec = progress_find(r->progress, id, player_hash(p, i));
		const char *text;

		if (!player_is_station(p, i))
			continue;
		number++;
		player_push_part(p, r->L, i);
		lua_rawgeti(r->L, -1, 1);
		text = lua_type(r->L, -1) == LUA_TSTRING ? lua_tostring(r->L, -1) : "";
		text_add(&line, "%3zu %-8s %-7s  tries %-2d  hints %-2d  ", number, player_field(p, i, "kind"), rec ? words[rec->state] : "-",
			 rec ? rec->tries : 0, rec ? rec->hints : 0);
		text_escape(&line, text, strlen(text), 38);
		say(c, "%s", text_str(&line));
		text_clear(&line);
		lua_pop(r->L, 2);
	}
	progress_notes(r->progress, id, &notes);
	if (notes.len) {
		notes.s[--notes.len] = 0;
		say(c, "notes");
		runner_say(r, STYLE_PLAIN, text_str(&notes));
	}
	text_drop(&notes);
	text_drop(&line);
	player_drop(p);
	return true;
}

static bool progress_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = runner_in(c);
	const char *id = args_text(a, "id", NULL);
	struct lesson_info *list;
	size_t n;

	(void)out;
	if (r->player)
		r->player->word = true;
	if (id)
		return one_lesson(c, id, err);
	n = lesson_list(r, &list);
	for (size_t i = 0; i < n; i++) {
		char state[40];
		size_t counts[PART_STATES] = { 0 }, hints = 0;
		const struct record *rec;

		for (size_t k = 0; (rec = progress_at(r->progress, k)); k++)
			if (!strcmp(rec->lesson, list[i].id)) {
				counts[rec->state]++;
				hints += (size_t)rec->hints;
			}
		state_of(r, &list[i], state, sizeof state);
		say(c, "  %-12s %-18s %zu skipped   %zu missed   %zu hint%s", list[i].id, state, counts[PART_SKIPPED], counts[PART_MISSED], hints,
		    hints == 1 ? "" : "s");
	}
	free(list);
	return true;
}

/* Asked once: the same line again does it. */
static bool forget_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	static char asked[80];
	struct runner *r = runner_in(c);
	const char *id = args_text(a, "id", "");
	size_t part = (size_t)args_number(a, "part", 0), known = 0, number = 0;
	uint64_t hash = 0;
	char path[400], line[80];
	struct player *p;

	(void)out;
	for (size_t i = 0; progress_at(r->progress, i); i++)
		known += !strcmp(progress_at(r->progress, i)->lesson, id);
	if (!known) {
		error_set(err, ERR_LESSON, "nothing is known of '%.40s'", id);
		return error_hint(err, "id", "progress  lists what is");
	}
	if (part) {
		if (!find_lesson(c, id, path, sizeof path, err) || !(p = player_load(r, id, path, err)))
			return false;
		for (size_t i = 0; i < p->n && !hash; i++)
			if (player_is_station(p, i) && ++number == part)
				hash = player_hash(p, i);
		player_drop(p);
		if (!hash) {
			error_set(err, ERR_LESSON, "%s has no part %zu", id, part);
			return error_hint(err, "part", "progress %s  lists them", id);
		}
	}
	snprintf(line, sizeof line, "%.40s %zu", id, part);
	if (strcmp(line, asked) && settings_on(&r->o.session->settings, "confirm")) {
		strcpy(asked, line);
		say(c, "this drops the record of %s%s: %zu lines.   the same line once more does it", id, part ? ", one part" : "", part ? 1 : known);
		return true;
	}
	*asked = 0;
	if (!progress_forget(r->progress, id, hash, err))
		return false;
	say(c, "forgotten");
	return true;
}

static bool review_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = runner_in(c);
	const char *id = args_text(a, "id", r->player ? r->player->about.id : NULL);
	const struct record *rec;
	char path[400];

	(void)out;
	for (size_t i = 0; !id && (rec = progress_at(r->progress, i)); i++)
		if (rec->state != PART_DONE)
			id = rec->lesson;
	if (!id) {
		say(c, "nothing was skipped or missed");
		return true;
	}
	if (!find_lesson(c, id, path, sizeof path, err))
		return false;
	if (r->player)
		r->player->word = true;
	player_wish(r, WISH_REVIEW, id);
	return true;
}

static bool trust_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = runner_in(c);
	const char *id = args_text(a, "id", "");
	char path[400];

	(void)out;
	if (!find_lesson(c, id, path, sizeof path, err))
		return false;
	for (size_t i = 0; i < sizeof r->trusted / sizeof *r->trusted; i++)
		if (!*r->trusted[i] || !strcmp(r->trusted[i], id)) {
			snprintf(r->trusted[i], sizeof r->trusted[i], "%s", id);
			say(c, "%s may do in this run whatever you may; it takes effect when it is started", id);
			return true;
		}
	return error_set(err, ERR_LESSON, "no more than %zu lessons can be trusted in a run", sizeof r->trusted / sizeof *r->trusted);
}

/* ---- demos ---- */

static bool demos_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct demo_info *list;
	size_t n = demo_list(runner_in(c), &list);
	struct table *t = table_new("id title");
	bool plain = !c->host->format || !strcmp(c->host->format, "text");

	(void)a;
	for (size_t i = 0; t && i < n; i++) {
		table_row(t);
		table_text(t, list[i].id);
		table_text(t, list[i].title);
		if (plain)
			say(c, "  %-14s %s%s", list[i].id, list[i].title, list[i].own ? "   yours" : "");
	}
	free(list);
	if (t && !plain)
		say_table(c, t);
	if (!n)
		say(c, "no demos were found");
	out->value = value_table(t, err);
	return out->value != NULL;
}

/* Knobs are checked here, so that an error points to its word. Gives the line that starts the demo as it is set: what the view opens. */
static bool demo_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = runner_in(c);
	const char *id = args_text(a, "id", NULL);
	struct demo *d;
	struct text line = { 0 };
	bool ok = true;

	if (!id)
		return demos_run(c, a, out, err);
	d = demo_load(r, id, err);
	if (!d && *err->where)
		error_while(err, "%s", err->where);	/* the place of the line takes its place */
	if (!d)
		return false;
	for (size_t k = 0; ok && args_nth(a, "knob", k); k++) {
		const struct given *g = args_nth(a, "knob", k);

		ok = demo_set(d, g->text, err);
		if (!ok) {
			err->at = g->at;
			err->len = g->len;
		}
	}
	if (ok && !demo_has(d, "draw"))
		return demo_begin_story(d, err);
	if (ok) {
		demo_line(d, &line);
		out->value = value_lua(text_str(&line), err);
		if (out->value)
			value_name(out->value, d->id);
		ok = out->value != NULL;
	}
	text_drop(&line);
	demo_drop(d);
	return ok;
}

static bool demo_after(struct context *c, const struct args *a, struct value *v, struct error *err)
{
	if (!v || v->kind != VALUE_LUA || show_view(c, demo_view(runner_in(c)), v, a, err))
		return true;
	if (*err->where)
		error_while(err, "%s", err->where);
	return false;
}

/* ---- run ---- */

static bool run_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	(void)out;
	return runner_begin_script(runner_in(c), args_text(a, "file", ""), err);
}

static const enum wish_kind again = WISH_AGAIN, earlier = WISH_EARLIER, skip = WISH_SKIP, leave = WISH_LEAVE;
static const bool on = true, off = false;

static const struct command words[] = {
	{ .name = "lessons", .group = GROUP_LEARNING, .summary = "what can be learned, and how far you are",
	  .help = "Columns: n id title minutes state needs.", .examples = { "lessons", "t = lessons" }, .related = "lesson progress review",
	  .run = lessons_run, .quiet = true },
	{ .name = "lesson", .group = GROUP_LEARNING, .summary = "start a lesson, or go on with it",
	  .help = "Without a name it lists them. Enter goes on; hint, skip, again, earlier, free and leave work at any time.",
	  .args = { { "id", ARG_LESSON, .optional = true, .summary = "its name" }, { 0 } }, .examples = { "lesson", "lesson walkie" },
	  .related = "lessons hint leave", .run = lesson_run, .quiet = true },
	{ .name = "hint", .group = GROUP_LEARNING, .summary = "the next hint for the question", .examples = { "lesson walkie; skip; skip; hint", "lesson walkie; skip; skip; hint; hint" },
	  .related = "skip again", .run = hint_run, .quiet = true },
	{ .name = "again", .group = GROUP_LEARNING, .summary = "the current part of the lesson anew",
	  .help = "With the variables as the lesson expects them.", .examples = { "lesson walkie; again", "lesson walkie; skip; again" }, .related = "earlier hint",
	  .run = wish_run, .data = &again, .quiet = true },
	{ .name = "earlier", .group = GROUP_LEARNING, .summary = "back to the part before", .examples = { "lesson walkie; skip; skip; skip; earlier", "lesson walkie; earlier" },
	  .related = "again", .run = wish_run, .data = &earlier, .quiet = true },
	{ .name = "skip", .group = GROUP_LEARNING, .summary = "show the answer and go on",
	  .help = "The answer is run, so that what it makes is there. review comes back to what was skipped.", .examples = { "lesson walkie; skip", "lesson walkie; skip; skip" },
	  .related = "hint review", .run = wish_run, .data = &skip, .quiet = true },
	{ .name = "free", .group = GROUP_LEARNING, .summary = "leave the question waiting and play", .examples = { "lesson walkie; free", "lesson walkie; skip; free" },
	  .related = "resume", .run = free_run, .data = &on, .quiet = true },
	{ .name = "resume", .group = GROUP_LEARNING, .summary = "back from free play to the question",
	  .help = "Variables of the lesson are as it has them; what you made of their names is kept as NAME_free.", .examples = { "lesson walkie; free; resume", "lesson walkie; resume" },
	  .related = "free", .run = free_run, .data = &off, .quiet = true },
	{ .name = "leave", .group = GROUP_LEARNING, .summary = "leave the lesson; the place is kept", .examples = { "lesson walkie; leave", "lesson walkie; skip; leave" },
	  .related = "lesson", .run = wish_run, .data = &leave, .quiet = true },
	{ .name = "note", .group = GROUP_LEARNING, .summary = "a private remark, kept with the lesson",
	  .args = { { "text", ARG_REST, .summary = "what to remember" }, { 0 } }, .examples = { "lesson walkie; note round before scaling", "lesson walkie; note ask why 7" },
	  .related = "progress", .run = note_run, .quiet = true },
	{ .name = "progress", .group = GROUP_LEARNING, .summary = "parts done, skipped and missed; hints used",
	  .args = { { "id", ARG_LESSON, .optional = true, .summary = "one lesson, with its notes" }, { 0 } },
	  .examples = { "progress", "progress walkie" }, .related = "lessons forget review", .run = progress_run, .quiet = true },
	{ .name = "forget", .group = GROUP_LEARNING, .summary = "drop the record of a lesson, or of one part",
	  .help = "Asks once: the same line again does it.",
	  .args = { { "id", ARG_LESSON, .summary = "the lesson" }, { "part", ARG_COUNT, .optional = true, .min = 1, .max = 10000, .summary = "its number" },
		    { 0 } },
	  .examples = { "lesson walkie; skip; skip; forget walkie", "lesson walkie; skip; skip; skip; forget walkie 1" }, .related = "progress", .run = forget_run, .quiet = true },
	{ .name = "review", .group = GROUP_LEARNING, .summary = "a round of what was skipped or missed, oldest first",
	  .args = { { "id", ARG_LESSON, .optional = true, .summary = "of this lesson" }, { 0 } }, .examples = { "review", "review walkie" },
	  .related = "progress skip", .run = review_run, .quiet = true },
	{ .name = "trust", .group = GROUP_LEARNING, .summary = "lift a lesson's limits for this run",
	  .args = { { "id", ARG_LESSON, .summary = "the lesson" }, { 0 } }, .examples = { "trust walkie", "trust walkie; lesson walkie" }, .related = "lesson",
	  .run = trust_run, .quiet = true },
	{ .name = "demos", .group = GROUP_LEARNING, .summary = "the demos there are", .help = "Columns: id title.",
	  .examples = { "demos", "demos; demo outlier" }, .related = "demo lessons", .run = demos_run, .quiet = true },
	{ .name = "demo", .group = GROUP_LEARNING, .summary = "a picture with knobs that are turned with keys",
	  .help = "In the pane Up and Down choose a knob, Left and Right turn it, r resets, Enter writes the demo as it is set into the line.",
	  .args = { { "id", ARG_DEMO, .optional = true, .summary = "its name, or a file that ends in .lua; without one they are listed" },
		    { "knob", ARG_KNOB, .optional = true, .many = true, .summary = "how a knob stands: size=0.8" },
		    { "text", ARG_FLAG, .summary = "into the output instead of the pane" },
		    { "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "columns of the text form" },
		    { "height", ARG_COUNT, .named = true, .min = 6, .max = 100000, .summary = "lines of the text form at most" }, { 0 } },
	  .examples = { "demo outlier", "demo outlier size=0.8 codec=q4_K" }, .related = "demos lesson", .run = demo_run, .after = demo_after,
	  .quiet = true },
	{ .name = "run", .group = GROUP_RUNNING, .summary = "run a script: .qs line by line, .lua whole",
	  .args = { { "file", ARG_FILE, .ending = ".qs .lua", .summary = "the script" }, { 0 } },
	  .examples = { "run report.qs", "run report.lua" }, .related = "help", .run = run_run, .quiet = true },
};

void lesson_words_add(void)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!command_find(words[i].name))
			command_add(&words[i]);
}
