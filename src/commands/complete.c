/*
 * complete.c - what could come next, from the same tables as words and help. interaction.md 6.4.
 *
 * The line up to the cursor is read as command_begin would read it; what kind of argument stands at the cursor says where the
 * candidates come from: a source a kind.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/help.h"
#include "commands/show.h"
#include "commands/words.h"
#include "engine/recipe.h"
#include "files/model.h"

/* Where the cursor stands. */
struct place {
	struct context *c;
	const char *line;
	size_t at;			/* the cursor */
	size_t from;			/* start of what is replaced */
	const struct command *command;	/* NULL: the verb itself, or Lua */
	const struct arg *arg;		/* at the cursor; NULL: none by place */
	const char *setting;		/* the setting named before, for its values */
	const char *demo;		/* the demo named before, for its knobs */
	struct completion *out;
	bool failed;
};

/* ---- candidates ---- */

static bool begins(const char *name, const struct place *p)
{
	size_t n = p->at - p->from;

	return strlen(name) >= n && !strncmp(name, p->line + p->from, n);
}

static void add(struct place *p, const char *text, const char *about, bool more)
{
	struct candidate *c = realloc(p->out->candidate, (p->out->n + 1) * sizeof *c);

	if (!c) {
		p->failed = true;
		return;
	}
	p->out->candidate = c;
	c[p->out->n] = (struct candidate){ strdup(text), strdup(about ? about : ""), more };
	p->failed |= !c[p->out->n].text || !c[p->out->n].about;
	p->out->n++;
}

static void offer(struct place *p, const char *text, const char *about, bool more)
{
	if (begins(text, p))
		add(p, text, about, more);
}

static bool is_option(const struct candidate *c)
{
	size_t n = strlen(c->text);

	return n > 1 && c->text[n - 1] == '=';
}

/* What the place asks for, then the options that may stand there too. */
static int by_text(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return is_option(x) != is_option(y) ? is_option(x) - is_option(y) : strcmp(x->text, y->text);
}

static void sort_once(struct completion *out)
{
	size_t n = 0;

	if (out->n)
		qsort(out->candidate, out->n, sizeof *out->candidate, by_text);
	for (size_t i = 0; i < out->n; i++) {
		if (n && !strcmp(out->candidate[n - 1].text, out->candidate[i].text)) {
			free(out->candidate[i].text);
			free(out->candidate[i].about);
		} else {
			out->candidate[n++] = out->candidate[i];
		}
	}
	out->n = n;
}

/* ---- sources ---- */

static void commands_there(struct place *p)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++) {
		offer(p, c->name, c->summary, false);
		if (c->alias)
			offer(p, c->alias, c->summary, false);
	}
}

/* Case, '-' and '_' do not matter: what is typed is replaced by the true name. */
static bool codec_begins(const char *name, const char *typed, size_t n)
{
	size_t i = 0;

	for (; n; n--, typed++) {
		if (*typed == '-' || *typed == '_')
			continue;
		i += name[i] == '_' || name[i] == '-';
		if (tolower((unsigned char)name[i]) != tolower((unsigned char)*typed))
			return false;
		i++;
	}
	return true;
}

static void recipes_there(struct place *p)
{
	char about[200];

	if (p->command && !strcmp(p->command->name, "plan") && !strncmp("auto", p->line + p->from, p->at - p->from))
		add(p, "auto", "the mix with the least error that fits limit= or bits=, measured", false);
	for (const struct recipe *r = recipes; r->name; r++) {
		if (!codec_begins(r->name, p->line + p->from, p->at - p->from))
			continue;
		snprintf(about, sizeof about, "%.2f b/w of 7 G weights, mostly %s", r->bits, r->codec);
		add(p, r->name, about, false);
	}
}

static void codecs_there(struct place *p)
{
	char about[200];

	for (size_t i = 0; i < CODEC_COUNT; i++) {
		const struct codec *c = codecs[i];

		if (!codec_begins(c->name, p->line + p->from, p->at - p->from))
			continue;
		if (c->block_len > 1)
			snprintf(about, sizeof about, "%.2f b/w  blocks of %d", codec_bits(c), c->block_len);
		else
			snprintf(about, sizeof about, c->block_len ? "%.2f b/w" : "%.2f b/w  any length", codec_bits(c));
		add(p, c->name, about, false);
	}
}

static void each_variable(void *to, const char *name, struct value *v)
{
	struct text about = { 0 };

	value_shape(v, &about);
	offer(to, name, text_str(&about), false);
	text_drop(&about);
}

static void variables(struct place *p)
{
	p->c->scope->names(p->c->scope->arg, each_variable, p);
}

static void each_model(void *to, const char *name, struct value *v)
{
	if (v->kind == VALUE_MODEL)
		offer(to, name, "model", false);
}

static void models(struct place *p)
{
	const struct session *s = p->c->session;

	p->c->scope->names(p->c->scope->arg, each_model, p);
	for (size_t i = 0; i < s->n_models; i++)
		offer(p, s->models[i]->label, "model", false);
}

/* Names in files that can be typed without quotes. */
static bool is_simple(const char *name)
{
	return !name[strcspn(name, " \t\n[,;)\"'\\")] && text_width(name, strlen(name)) == strlen(name);
}

/* MODEL:tensor, one dotted part at a time. colon: where it stands in the line. */
static void tensors_of(struct place *p, size_t colon)
{
	char model[80];
	struct value *v;
	size_t first = p->out->n, typed = p->at - colon - 1;
	const char *name = p->line + colon + 1;

	snprintf(model, sizeof model, "%.*s", (int)(colon - p->from < 70 ? colon - p->from : 70), p->line + p->from);
	v = words_value(p->c, model, strlen(model), 0, &(struct error){ 0 });
	p->from = colon + 1;
	for (size_t i = 0; i < typed; i++)
		if (name[i] == '.')
			p->from = colon + 1 + i + 1;
	for (size_t i = 0; v && v->kind == VALUE_MODEL && i < v->u.model->tensors; i++) {
		const struct tensor_entry *e = &v->u.model->tensor[i];
		char part[200];
		size_t skip = p->from - colon - 1, n;

		if (strncmp(e->name, name, typed) || !is_simple(e->name) || strlen(e->name) < typed)
			continue;
		n = strcspn(e->name + skip, ".");
		snprintf(part, sizeof part, "%.*s", (int)(n < 190 ? n : 190), e->name + skip);
		add(p, part, e->name[skip + n] ? "" : e->type_name, e->name[skip + n] != 0);
	}
	sort_once(p->out);
	/* A part that is typed whole goes on with its dot. */
	if (p->out->n == first + 1 && p->out->candidate[first].more && strlen(p->out->candidate[first].text) == p->at - p->from) {
		char dotted[220];

		snprintf(dotted, sizeof dotted, "%s.", p->out->candidate[first].text);
		free(p->out->candidate[first].text);
		p->out->candidate[first].text = strdup(dotted);
		p->failed |= !p->out->candidate[first].text;
	}
	value_drop(v);
}

static bool has_ending(const char *name, const char *endings)
{
	size_t n = strlen(name);

	for (const char *s = endings; *(s += strspn(s, " ")); s += strcspn(s, " ")) {
		size_t len = strcspn(s, " ");

		if (n >= len && !strncmp(name + n - len, s, len))
			return true;
	}
	return false;
}

/* Directories, and files with the right ending. */
static void files(struct place *p, const char *endings)
{
	const char *s = p->line + p->from, *home = getenv("HOME");
	size_t n = p->at - p->from, dir = n;
	struct text path = { 0 };
	struct dirent *e;
	DIR *d;

	while (dir && s[dir - 1] != '/')
		dir--;
	if (dir > 1 && s[0] == '~' && s[1] == '/' && home)
		text_add(&path, "%s%.*s", home, (int)(dir - 1), s + 1);
	else
		text_putn(&path, dir ? s : ".", dir ? dir : 1);
	d = opendir(text_str(&path));
	p->from += dir;
	while (d && (e = readdir(d))) {
		struct text whole = { 0 }, name = { 0 };
		struct stat st;
		bool is_dir;

		text_add(&whole, "%s/%s", text_str(&path), e->d_name);
		is_dir = stat(text_str(&whole), &st) == 0 && S_ISDIR(st.st_mode);
		text_add(&name, "%s%s", e->d_name, is_dir ? "/" : "");
		if ((e->d_name[0] != '.' || s[dir] == '.') && strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && is_simple(e->d_name) &&
		    (is_dir || !endings || has_ending(e->d_name, endings)))
			offer(p, text_str(&name), "", is_dir);
		text_drop(&whole);
		text_drop(&name);
	}
	if (d)
		closedir(d);
	text_drop(&path);
}

static void words_of(struct place *p, const char *choices)
{
	char word[80];

	for (const char *s = choices; s && *(s += strspn(s, " ")); s += strcspn(s, " ")) {
		snprintf(word, sizeof word, "%.*s", (int)strcspn(s, " "), s);
		offer(p, word, "", false);
	}
}

static void views_there(struct place *p)
{
	const struct view *v;

	for (size_t i = 0; (v = view_at(i)); i++)
		offer(p, v->name, v->question, false);
}

static void help_words(struct place *p)
{
	const char *names[1200];
	size_t n = help_names(names, sizeof names / sizeof *names);

	for (size_t i = 0; i < n; i++)
		offer(p, names[i], "", false);
}

static void settings_there(struct place *p)
{
	for (const struct setting *s = settings; s->name; s++)
		offer(p, s->name, s->summary, false);
}

static void setting_values(struct place *p)
{
	for (const struct setting *s = settings; s->name; s++)
		if (!strcmp(s->name, p->setting))
			words_of(p, s->choices ? s->choices : s->initial);
}

static void each_lesson(void *to, const char *id, const char *title)
{
	offer(to, id, title, false);
}

/* "size=" waits for its number, "codec=q4_0" is whole. */
static void each_knob(void *to, const char *text, const char *about)
{
	offer(to, text, about, text[strlen(text) - 1] == '=');
}

/* ---- arguments ---- */

static void values(struct place *p)
{
	const char *s = p->line + p->from;
	const char *colon = memchr(s, ':', p->at - p->from);

	if (colon && !memchr(s, '[', p->at - p->from)) {
		tensors_of(p, (size_t)(colon - p->line));
		return;
	}
	if (p->arg->choices)
		words_of(p, p->arg->choices);
	variables(p);
	models(p);
	if (p->arg->kind == ARG_SUBJECT || p->arg->kind == ARG_VALUE)
		codecs_there(p);
}

static void values_of(struct place *p)
{
	switch (p->arg->kind) {
	case ARG_CODEC:
		codecs_there(p);
		break;
	case ARG_TENSOR:
	case ARG_VALUE:
	case ARG_SUBJECT:
		values(p);
		break;
	case ARG_MODEL:
		models(p);
		break;
	case ARG_CHOICE:
		words_of(p, p->arg->choices);
		break;
	case ARG_FLAG:
		words_of(p, "on off");
		if (p->arg->choices)
			words_of(p, p->arg->choices);
		break;
	case ARG_FILE:
		files(p, p->arg->ending);
		break;
	case ARG_VIEW:
		views_there(p);
		if (p->arg->choices)
			words_of(p, p->arg->choices);
		break;
	case ARG_COMMAND:
		help_words(p);
		break;
	case ARG_SETTING:
		settings_there(p);
		break;
	case ARG_LESSON:
		if (p->c->scope->lessons)
			p->c->scope->lessons(p->c->scope->arg, each_lesson, p);
		break;
	case ARG_DEMO:
		if (p->c->scope->demos)
			p->c->scope->demos(p->c->scope->arg, NULL, each_lesson, p);
		break;
	case ARG_KNOB:
		if (p->c->scope->demos && p->demo)
			p->c->scope->demos(p->c->scope->arg, p->demo, each_knob, p);
		break;
	case ARG_NUMBER:
	case ARG_COUNT:
		if (p->at > p->from && isalpha((unsigned char)p->line[p->from]))
			variables(p);
		break;
	case ARG_TEXT:
		if (p->setting)
			setting_values(p);
		else if (!strcmp(p->arg->name, "recipe"))
			recipes_there(p);
		else if (!strcmp(p->arg->name, "codecs"))
			codecs_there(p);
		break;
	default:
		break;
	}
}

static bool was_given(const struct place *p, const struct arg *a, size_t start)
{
	size_t n = strlen(a->name);

	for (size_t i = start; i + n <= p->from; i++)
		if (!strncmp(p->line + i, a->name, n) && isspace((unsigned char)p->line[i - 1]) &&
		    (a->named ? p->line[i + n] == '=' : isspace((unsigned char)p->line[i + n])))
			return true;
	return false;
}

static void option_names(struct place *p, size_t start)
{
	const struct arg *a;
	char name[40];

	for (size_t i = 0; (a = arg_at(p->command, i)); i++) {
		if ((!a->named && a->kind != ARG_FLAG) || was_given(p, a, start))
			continue;
		snprintf(name, sizeof name, "%s%s", a->name, a->named ? "=" : "");
		offer(p, name, a->summary, a->named);
	}
}

/* Reads the arguments before the word at the cursor, as words_parse would. at: behind the verb. */
static void arguments(struct place *p, size_t at)
{
	size_t start = at, places = 0, word;
	bool codec_before = false, redirect = false;
	char setting[40], demo[200];

	for (;;) {
		struct word w;
		const struct arg *by_place = arg_positional(p->command, places), *named;
		const char *s;
		size_t equals;

		if (by_place && by_place->kind == ARG_REST)
			return;
		if (!word_next(p->line, &at, &w, NULL)) {	/* a bracket is open here: Lua, or a literal */
			return;
		}
		s = p->line + w.at;
		if (!w.len || w.at + w.len >= p->at) {
			p->from = w.len && w.at < p->at ? w.at : p->at;
			p->arg = by_place;
			break;
		}
		redirect = *s == '>' && w.len <= 2;
		if (*s == '>')
			continue;
		equals = strcspn(s, "= \t\n");
		named = equals < w.len ? arg_named(p->command, s, equals) : arg_named(p->command, s, w.len);
		if (named)
			continue;
		if (by_place && by_place->kind == ARG_SETTING) {
			snprintf(setting, sizeof setting, "%.*s", (int)(w.len < 30 ? w.len : 30), s);
			p->setting = setting;
		}
		if (by_place && by_place->kind == ARG_DEMO) {
			snprintf(demo, sizeof demo, "%.*s", (int)(w.len < 190 ? w.len : 190), s);
			p->demo = demo;
		}
		if (by_place && by_place->kind == ARG_SUBJECT && !codec_before && w.len < 30) {
			char name[32];

			snprintf(name, sizeof name, "%.*s", (int)w.len, s);
			codec_before = codec_find(name) != NULL;
			if (codec_before)
				continue;	/* the tensor is still to come */
		}
		places++;
	}
	if (redirect || p->line[p->from] == '>') {
		p->from += strspn(p->line + p->from, ">");
		files(p, NULL);
		return;
	}
	for (size_t i = p->from; i < p->at && !(p->arg && p->arg->kind == ARG_KNOB); i++) {
		if (p->line[i] != '=')
			continue;
		p->arg = arg_named(p->command, p->line + p->from, i - p->from);
		p->from = i + 1;
		if (p->arg)
			values_of(p);
		return;
	}
	word = p->from;
	if (p->arg)
		values_of(p);
	if (p->from == word)		/* not in the middle of a path or a tensor's name */
		option_names(p, start);
}

/* ---- Lua ---- */

static size_t lua_word(const char *line, size_t start, size_t at)
{
	while (at > start && (isalnum((unsigned char)line[at - 1]) || strchr("_.:", line[at - 1])))
		at--;
	return at;
}

/* Fields after a dot and methods after a colon come from the rows that help has. */
static void lua_names(struct place *p)
{
	size_t typed = p->at - p->from, colon = typed, dot = typed;
	const struct help_row *r;

	for (size_t i = 0; i < typed; i++) {
		colon = p->line[p->from + i] == ':' ? i : colon;
		dot = p->line[p->from + i] == '.' ? i : dot;
	}
	if (colon < typed) {
		size_t before = p->from;

		tensors_of(p, p->from + colon);
		if (p->out->n)
			return;
		p->from = before + colon + 1;
		for (size_t i = 0; (r = help_row_at(i)); i++) {
			const char *method = strchr(r->name, ':');

			if (method)
				offer(p, method + 1, r->summary, true);
		}
		return;
	}
	for (size_t i = 0; (r = help_row_at(i)); i++)
		if (!strchr(r->name, ':'))
			offer(p, r->name, r->summary, true);
	if (dot == typed)
		variables(p);
}

/* ---- the line ---- */

/* Start of the part that holds the cursor: behind the last ';' outside brackets and quotes. */
static size_t part_start(const char *line, size_t at)
{
	size_t start = 0, depth = 0;
	char quote = 0;

	for (size_t i = 0; i < at; i++) {
		if (quote) {
			i += line[i] == '\\';
			quote = line[i] == quote ? 0 : quote;
		} else if (line[i] == '"') {
			quote = line[i];
		} else if (strchr("([{", line[i])) {
			depth++;
		} else if (strchr(")]}", line[i])) {
			depth -= depth > 0;
		} else if (line[i] == ';' && !depth) {
			start = i + 1;
		}
	}
	return start;
}

static size_t name_end(const char *line, size_t i)
{
	while (isalnum((unsigned char)line[i]) || line[i] == '_')
		i++;
	return i;
}

/* The command whose arguments the cursor is in; NULL: none. *start: of the command or the Lua; *end: behind the verb. `time` and `watch` take
 * a line of their own, which is looked at instead. */
static const struct command *verb_before(const char *line, size_t at, size_t *start, size_t *end, bool *lua)
{
	const struct command *c;

	do {
		char name[80];

		*start += strspn(line + *start, " \t\n");
		*end = name_end(line, *start);
		/* NAME = command */
		if (*end > *start && line[*end + strspn(line + *end, " \t")] == '=' && line[*end + strspn(line + *end, " \t") + 1] != '=') {
			*start = *end + strspn(line + *end, " \t") + 1;
			*start += strspn(line + *start, " \t\n");
		}
		*lua = line[*start] == '=';
		*start += line[*start] == ':';
		*end = name_end(line, *start);
		snprintf(name, sizeof name, "%.*s", (int)(*end - *start < 70 ? *end - *start : 70), line + *start);
		c = *lua || *end >= at || !isspace((unsigned char)line[*end]) ? NULL : command_find(name);
		if (!c || c->args[0].kind != ARG_REST || strcmp(c->args[0].name, "command"))
			return c;
		*start = *end;
	} while (true);
}

bool complete(struct context *c, const char *line, size_t at, struct completion *out)
{
	char *upto = strndup(line, at);		/* what stands behind the cursor does not matter */
	struct place p = { .c = c, .line = upto, .at = at, .from = at, .out = out };
	size_t start, end;
	bool lua;

	*out = (struct completion){ 0 };
	if (!upto)
		return false;
	p.at = strlen(upto);
	start = part_start(upto, p.at);
	p.command = verb_before(upto, p.at, &start, &end, &lua);
	if (p.command && !strcmp(p.command->name, "show")) {		/* the view's own options come behind its name */
		size_t first = end + strspn(upto + end, " \t"), last = name_end(upto, first);
		const struct view *v;
		char name[80];

		snprintf(name, sizeof name, "%.*s", (int)(last - first < 70 ? last - first : 70), upto + first);
		v = last < p.at ? view_find(name) : NULL;
		if (v) {
			p.command = view_command(v);
			end = last;
		}
	}
	if (p.command) {
		p.from = p.at;
		arguments(&p, end);
	} else {
		p.from = lua_word(upto, start, p.at);
		if (!lua && p.from == start)
			commands_there(&p);
		lua_names(&p);
	}
	sort_once(out);
	out->from = p.from;
	free(upto);
	if (p.failed)
		completion_drop(out);
	return !p.failed;
}

void completion_drop(struct completion *out)
{
	for (size_t i = 0; i < out->n; i++) {
		free(out->candidate[i].text);
		free(out->candidate[i].about);
	}
	free(out->candidate);
	*out = (struct completion){ 0 };
}
