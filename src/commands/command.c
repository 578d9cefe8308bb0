/*
 * command.c - the table of verbs, and running a line.
 *
 * Verbs come from three places: list.h (one file each), the table of views (each view is a verb, made here), and what lua/ adds for
 * lessons and scripts. All are struct command, so words, help and completion know no difference.
 */
#include "commands/command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/show.h"
#include "commands/words.h"
#include "methods/method.h"

#define COMMAND(id) extern const struct command command_##id;
#include "commands/list.h"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(id) &command_##id,
#include "commands/list.h"
#undef COMMAND
	NULL
};

/* ---- finding ---- */

enum { ADDED_MAX = 200 };

static const struct command *added[ADDED_MAX];
static size_t n_added;

bool command_add(const struct command *c)
{
	if (command_find(c->name) || n_added == ADDED_MAX)
		return false;
	added[n_added++] = c;
	return true;
}

void command_remove(const struct command *c)
{
	for (size_t i = 0; i < n_added; i++)
		if (added[i] == c) {
			memmove(&added[i], &added[i + 1], (n_added - i - 1) * sizeof *added);
			n_added--;
		}
}

static bool is_listed(const struct command *c)
{
	for (size_t i = 0; commands[i]; i++)
		if (commands[i] == c)
			return true;
	return false;
}

const struct command *command_at(size_t i)
{
	size_t n = sizeof commands / sizeof *commands - 1;

	if (i < n)
		return commands[i];
	i -= n;
	for (size_t k = 0; view_at(k); k++) {
		const struct command *c = view_command(view_at(k));

		/* a method is its own verb: show VIEW reaches its picture */
		if (c && !is_listed(c) && !method_find(c->name) && i-- == 0)
			return c;
	}
	return i < n_added ? added[i] : NULL;
}

const struct command *command_find(const char *name)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++)
		if (!strcmp(c->name, name) || (c->alias && !strcmp(c->alias, name)))
			return c;
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t command_names(const char *names[], size_t max)
{
	const struct command *c;
	size_t n = 0;

	for (size_t i = 0; (c = command_at(i)) && n < max; i++) {
		names[n++] = c->name;
		if (c->alias && n < max)
			names[n++] = c->alias;
	}
	qsort(names, n, sizeof *names, by_text);
	return n;
}

/* ---- surroundings of a call ---- */

static void enter(struct context *c, struct call *call)
{
	c->command = call->command;
	c->line = call->line;
	c->redirect = call->redirect;
	c->append = call->append;
	c->stepping = call->stepping;
	c->redirected = call->redirect ? &call->redirected : NULL;
	c->text_wanted = args_flag(&call->args, "text") || call->redirect || !c->host->has_pane;
}

static void leave(struct context *c)
{
	c->command = NULL;
	c->line = c->redirect = NULL;
	c->redirected = NULL;
	c->append = c->text_wanted = c->stepping = c->data = false;
}

/* A place for an error that names an argument, or at least the verb. */
static void place(struct error *err, const struct call *call, struct word verb)
{
	const char *about = !strcmp(err->about, "subject") ? "x" : err->about;
	const struct given *g = args_get(&call->args, about);

	if (err->len || err->class == ERR_CANCELLED)
		return;
	err->at = g ? g->at : verb.at;
	err->len = g ? g->len : verb.len;
}

/* "did you mean the variable?" where the verb is one too: interaction.md 17. */
static void mind_variable(struct context *c, const char *verb, const char *line, struct error *err)
{
	struct error ignored = { 0 };
	struct value *v;

	if (err->class != ERR_ARGUMENT && err->class != ERR_SYNTAX && err->class != ERR_VALUE && err->class != ERR_COMMAND)
		return;
	v = c->scope->look_up(c->scope->arg, verb, &ignored);
	if (v)
		error_hint(err, NULL, "did you mean the variable?   =%s", line + strspn(line, " \t"));
	value_drop(v);
}

static bool unknown_command(const char *line, struct word w, struct error *err)
{
	const char *names[400];
	const struct command *c;
	const struct view_later *later;
	size_t n = 0;
	struct text hint = { 0 };
	char name[80];

	for (; n < sizeof names / sizeof *names && (c = command_at(n)); n++)
		names[n] = c->name;
	snprintf(name, sizeof name, "%.*s", (int)(w.len < 60 ? w.len : 60), line + w.at);
	later = view_later_find(name);
	near_names(&hint, name, names, n);
	text_add(&hint, "%shelp  lists all", hint.len ? ".   " : "");
	if (later)
		error_set(err, ERR_COMMAND, "the view %s is not in this version: it shows %s", name, later->subject);
	else
		error_set(err, ERR_COMMAND, "no command '%s'", name);
	error_hint(err, NULL, "%s", later ? later->meanwhile : text_str(&hint));
	err->at = w.at;
	err->len = w.len ? w.len : 1;
	text_drop(&hint);
	return false;
}

/* The verb of a line. `show VIEW` is the view's own verb, `step METHOD` the method's, `step compare` one of its own. */
static const struct command *verb_of(const char *line, size_t *at, struct word *w, struct error *err)
{
	const struct command *command = NULL;
	char name[80];

	do {
		size_t start = *at + strspn(line + *at, " \t\n"), len = 0;

		while (isalnum((unsigned char)line[start + len]) || line[start + len] == '_')
			len++;
		if (command && !len)
			break;		/* `show` alone says what it needs */
		*w = (struct word){ start, len ? len : strcspn(line + start, " \t\n") };
		snprintf(name, sizeof name, "%.*s", (int)(len < 70 ? len : 70), line + start);
		if (command) {
			const struct view *v = view_find(name);

			if (!v)
				break;
			command = view_command(v);
		} else {
			command = command_find(name);
			if (!command) {
				unknown_command(line, *w, err);
				return NULL;
			}
		}
		*at = start + len;
	} while (command == &command_show);
	if (command == &command_step) {
		size_t start = *at + strspn(line + *at, " \t\n"), len = strcspn(line + start, " \t\n");

		snprintf(name, sizeof name, "%.*s", (int)(len < 70 ? len : 70), line + start);
		if ((method_find(name) || !strcmp(name, "compare")) && line[start + len]) {
			*w = (struct word){ start, len };
			*at = start + len;
			command = strcmp(name, "compare") ? command_find(name) : &command_step_compare;
		}
	}
	return command;
}

/* ---- running ---- */

bool command_begin(struct context *c, const char *line, struct call *call, struct outcome *out, struct error *err)
{
	size_t at = 0;
	struct word verb = { 0, 0 };
	bool ok;

	memset(call, 0, sizeof *call);
	memset(out, 0, sizeof *out);
	memset(err, 0, sizeof *err);
	call->command = verb_of(line, &at, &verb, err);
	if (!call->command)
		return false;
	call->stepping = method_find(call->command->name) && !strncmp(line + strspn(line, " \t\n"), "step", 4);
	call->line = strdup(line);
	ok = call->line || error_memory(err, "a line");
	ok = ok && words_parse(c, line, at, call, err);
	if (ok) {
		enter(c, call);
		ok = call->command->run(c, &call->args, out, err);
		if (ok && out->note[0] && c->host->format && strcmp(c->host->format, "text") && !call->redirect)
			note(c, "%s", out->note);	/* not among the data */
		else if (ok && out->note[0])
			say_text(c, STYLE_PLAIN, out->note);
		leave(c);
	}
	if (!ok) {
		char name[80];

		place(err, call, verb);
		snprintf(name, sizeof name, "%.*s", (int)(verb.len < 70 ? verb.len : 70), line + verb.at);
		mind_variable(c, name, line, err);
		value_drop(out->value);
		out->value = NULL;
	}
	return ok;
}

static void say_line(struct context *c, const struct value *v)
{
	struct text line = { 0 }, value = { 0 };

	/* A plain value is not repeated in so many words: its line says all. */
	value_line(v, 0, &value);
	if (c->assign)
		text_add(&line, "%s = ", c->assign);
	text_put(&line, text_str(&value));
	say_text(c, STYLE_PLAIN, text_str(&line));
	text_drop(&value);
	text_drop(&line);
}

static bool is_svg(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && !strcmp(path + n - 4, ".svg");
}

bool command_end(struct context *c, struct call *call, struct value *value, struct error *err)
{
	const struct command *command = call->command;
	bool ok = true;

	memset(err, 0, sizeof *err);
	enter(c, call);
	if (value && !command->quiet && !call->stepping)
		say_line(c, value);
	if (command->after)
		ok = command->after(c, &call->args, value, err);
	leave(c);
	if (ok && call->redirect && is_svg(call->redirect) && strncmp(text_str(&call->redirected), "<svg", 4)) {
		error_set(err, ERR_ARGUMENT, "only a picture can be written as SVG");
		ok = error_hint(err, "file", "the name of a view, as in  line q4_0 x pad=zero > line.svg");
	}
	if (ok && call->redirect)
		ok = session_write(c->session, call->redirect, text_str(&call->redirected), call->redirected.len, call->append,
				   args_flag(&call->args, "force"), err);
	if (!ok) {
		if (!strcmp(err->about, "file"))
			strcpy(err->about, "redirect");
		place(err, call, (struct word){ strspn(call->line, " \t\n"), strlen(command->name) });
	}
	return ok;
}

void call_drop(struct call *call)
{
	args_drop(&call->args);
	free(call->line);
	free(call->redirect);
	text_drop(&call->redirected);
	memset(call, 0, sizeof *call);
}
