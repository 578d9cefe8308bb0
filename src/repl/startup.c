/*
 * startup.c - what is kept for the next run beside the history: settings, one "NAME VALUE" a line, the user's start file init.lua, and
 * the files that were opened.
 *
 * The first two lie in $XDG_CONFIG_HOME/quantscope and are read before anything else, unless -n.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/pool.h"
#include "files/model.h"
#include "repl/keep.h"
#include "repl/repl.h"

static char *place(const char *name)
{
	return front_place("XDG_CONFIG_HOME", ".config", name);
}

/* One line of the file: false with err if it is not a setting. */
static bool take_line(struct settings *s, char *line, struct error *err)
{
	char *name = line + strspn(line, " \t"), *end = name + strcspn(name, " \t"), *value = end + strspn(end, " \t");

	value[strcspn(value, "\r\n")] = 0;
	if (!*name || *name == '#' || *name == '\n')
		return true;
	*end = 0;
	return settings_set(s, name, value, err);
}

static void read_settings(struct front *f)
{
	char *path = place("settings"), *line = NULL;
	FILE *in = path ? fopen(path, "r") : NULL;
	size_t size = 0;

	for (int at = 1; in && getline(&line, &size, in) >= 0; at++) {
		struct error err = { 0 };
		struct text t = { 0 };

		if (take_line(&f->session.settings, line, &err))
			continue;
		text_add(&t, "note: %s:%d: %s", path, at, err.text);
		f->host.complain(f->host.arg, text_str(&t));
		text_drop(&t);
	}
	if (in)
		fclose(in);
	free(line);
	free(path);
}

/* What others keep of the settings; --seed goes before the kept one. */
static void take_effect(struct front *f)
{
	const struct settings *s = &f->session.settings;

	if (f->program->seed == 1)
		f->session.seed = strtoull(settings_get(s, "seed"), NULL, 10);
	if (settings_number(s, "threads") > 0)
		pool_set_threads((unsigned)settings_number(s, "threads"));
	f->stage.play_seconds = settings_number(s, "speed");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);	/* not alphasort: it follows the locale */
}

/* The user's own views, a file each: $XDG_DATA_HOME/quantscope/views. */
static void read_views(struct front *f)
{
	char *dir = front_place("XDG_DATA_HOME", ".local/share", "views");
	struct dirent **entry = NULL;
	int n = dir ? scandir(dir, &entry, NULL, by_name) : 0;

	for (int i = 0; i < n; i++) {
		const char *name = entry[i]->d_name, *dot = strrchr(name, '.');
		struct text path = { 0 };
		struct error err = { 0 };

		text_add(&path, "%s/%s", dir, name);
		if (dot && !strcmp(dot, ".lua") && *name != '.')
			runner_script(f->runner, text_str(&path), &err);
		text_drop(&path);
		free(entry[i]);
	}
	free(entry);
	free(dir);
}

void front_start(struct front *f)
{
	char *path;
	struct error err = { 0 };

	if (f->program->no_init)
		return;
	read_settings(f);
	take_effect(f);
	read_views(f);
	path = place("init.lua");
	if (path && access(path, F_OK) == 0)
		runner_script(f->runner, path, &err);
	runner_forgive(f->runner);	/* what was wrong was told */
	free(path);
}

/* The file as it is but for this setting. */
static bool rewrite(const char *path, const char *name, const char *value, struct text *out)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0, len = strlen(name);

	while (in && getline(&line, &size, in) >= 0)
		if (strncmp(line, name, len) || !strchr(" \t\n", line[len]))
			text_put(out, line);
	if (out->len && out->s[out->len - 1] != '\n')
		text_put(out, "\n");
	text_add(out, "%s %s\n", name, value);
	if (in)
		fclose(in);
	free(line);
	return !out->failed;
}

bool front_keep_setting(const char *pair, struct error *err)
{
	size_t n = strcspn(pair, " ");
	char name[40], *path = place("settings");
	struct text t = { 0 };
	bool ok;

	snprintf(name, sizeof name, "%.*s", (int)n, pair);
	if (!path)
		return error_set(err, ERR_FILE, "there is no home directory to keep settings in");
	ok = rewrite(path, name, pair + n + strspn(pair + n, " "), &t) ? keep_file(path, text_str(&t), t.len, err)
								     : error_memory(err, "the settings");
	free(path);
	text_drop(&t);
	return ok;
}

/* ---- files opened before, for the start card ---- */

enum { RECENT_MAX = 10 };

static char *recent_place(void)
{
	return front_place("XDG_STATE_HOME", ".local/state", "recent");
}

static size_t read_recent(char *list[RECENT_MAX])
{
	char *path = recent_place(), *line = NULL;
	FILE *in = path ? fopen(path, "r") : NULL;
	size_t size = 0, n = 0;

	while (in && n < RECENT_MAX && getline(&line, &size, in) >= 0) {
		line[strcspn(line, "\n")] = 0;
		list[n] = strdup(line);
		n += list[n] != NULL;
	}
	if (in)
		fclose(in);
	free(line);
	free(path);
	return n;
}

/* A command that opens it; "" if it is gone or its name is too odd or long for a card. */
static void recent_command(const char *file, char *out, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-=@";
	bool quotes = file[strspn(file, plain)] != 0;

	*out = 0;
	if (strpbrk(file, "\"\\\n\033") || access(file, R_OK) != 0)
		return;
	if (snprintf(out, size, quotes ? "open \"%s\"" : "open %s", file) >= (int)size)
		*out = 0;
}

void front_recent(struct front *f)
{
	char *list[RECENT_MAX];
	size_t n = read_recent(list), shown = 0;

	for (size_t i = 0; i < n; i++) {
		char (*recent)[160] = f->stage.start.recent;

		if (shown < sizeof f->stage.start.recent / sizeof *recent) {
			recent_command(list[i], recent[shown], sizeof *recent);
			shown += *recent[shown] != 0;
		}
		free(list[i]);
	}
}

/* The models that are open now go to the front of the list. */
void front_keep_recent(struct front *f)
{
	char *list[RECENT_MAX], *path = recent_place();
	size_t n = read_recent(list), kept = 0;
	struct text t = { 0 };
	struct error ignored;

	for (size_t i = f->session.n_models; i > 0 && kept < RECENT_MAX; i--) {
		char *file = realpath(f->session.models[i - 1]->u.model->path, NULL);

		if (file && !strchr(file, '\n')) {
			text_add(&t, "%s\n", file);
			kept++;
		}
		for (size_t k = 0; file && k < n; k++)
			if (!strcmp(list[k], file))
				*list[k] = 0;
		free(file);
	}
	for (size_t k = 0; k < n; k++) {
		if (*list[k] && kept++ < RECENT_MAX)
			text_add(&t, "%s\n", list[k]);
		free(list[k]);
	}
	if (path && f->session.n_models && !t.failed)
		keep_file(path, t.s, t.len, &ignored);
	free(path);
	text_drop(&t);
}
