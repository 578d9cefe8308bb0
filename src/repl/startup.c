/*
 * startup.c - what is kept for the next run beside the history: settings, one "NAME VALUE" a line, and the user's start file init.lua.
 *
 * Both lie in $XDG_CONFIG_HOME/quantscope and are read before anything else, unless -n.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

void front_start(struct front *f)
{
	char *path;
	struct error err = { 0 };

	if (f->program->no_init)
		return;
	read_settings(f);
	path = place("init.lua");
	if (path && access(path, F_OK) == 0)
		runner_script(f->runner, path, &err);
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

static void make_directories(char *path)
{
	for (char *s = strchr(path + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = 0;
		mkdir(path, 0700);
		*s = '/';
	}
}

bool front_keep_setting(const char *pair, struct error *err)
{
	char name[40], *path = place("settings"), *beside = NULL;
	size_t n = strcspn(pair, " ");
	struct text t = { 0 };
	FILE *out = NULL;
	int fd = -1;
	bool ok = false;

	snprintf(name, sizeof name, "%.*s", (int)n, pair);
	if (!path)
		return error_set(err, ERR_FILE, "there is no home directory to keep settings in");
	make_directories(path);
	if (!rewrite(path, name, pair + n + strspn(pair + n, " "), &t))
		ok = error_memory(err, "the settings");
	else if (asprintf(&beside, "%s.XXXXXX", path) < 0 || (fd = mkstemp(beside)) < 0 || !(out = fdopen(fd, "w")))
		ok = error_set(err, ERR_FILE, "settings cannot be kept in %s: %s", path, strerror(errno));
	if (out) {
		ok = fwrite(text_str(&t), 1, t.len, out) == t.len;
		ok = fclose(out) == 0 && ok && rename(beside, path) == 0;
		if (!ok) {
			unlink(beside);
			error_set(err, ERR_FILE, "settings cannot be kept in %s: %s", path, strerror(errno));
		}
	}
	free(beside);
	free(path);
	text_drop(&t);
	return ok;
}
