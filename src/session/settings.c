/* settings.c - see settings.h */
#include "session/settings.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ON_OFF "on off"

const struct setting settings[] = {
	{ "color",      "auto", "auto always never 16 256 true", 0, 0, "when and how richly output is coloured" },
	{ "theme",      "dark", "dark light", 0, 0, "colours for a dark or a light background" },
	{ "glyphs",     "auto", "auto utf8 ascii braille", 0, 0, "characters that pictures are drawn with" },
	{ "mouse",      "on", ON_OFF, 0, 0, "clicks and the wheel act on the pane" },
	{ "digits",     "view", "view full", 0, 0, "numbers as a view asks for, or in full" },
	{ "wrap",       "on", ON_OFF, 0, 0, "long input lines wrap, or scroll sideways" },
	{ "pad",        "none", "none zero edge", 0, 0, "what fills the last block of a row without pad=" },
	{ "step",       "say", "say quiet", 0, 0, "whether each step prints its line" },
	{ "speed",      "0.8", NULL, 0.05, 60, "seconds that play waits at each step" },
	{ "cache",      "on", ON_OFF, 0, 0, "statistics of model files are kept between runs" },
	{ "threads",    "0", NULL, 0, 1024, "threads for long work; 0: one for each core" },
	{ "leave",      "20", NULL, 0, 5000, "lines of output printed when the pane closes" },
	{ "layout",     "auto", "auto stack wide full prompt", 0, 0, "how pane and prompt share the screen" },
	{ "width",      "0", NULL, 0, 1000, "columns of text forms; 0: of the terminal" },
	{ "confirm",    "on", ON_OFF, 0, 0, "whether commands that drop something ask first" },
	{ "history",    "2000", NULL, 0, 100000, "lines of history kept between runs" },
	{ "scrollback", "5000", NULL, 100, 1000000, "lines of output kept" },
	{ "seed",       "1", NULL, 0, 9007199254740991.0, "start of the random generator" },
	{ 0 }
};

static_assert(sizeof settings / sizeof *settings - 1 <= sizeof ((struct settings *)0)->value / sizeof ((struct settings *)0)->value[0],
	      "struct settings has a place for each setting");

void settings_reset(struct settings *s)
{
	for (size_t i = 0; settings[i].name; i++)
		snprintf(s->value[i], sizeof s->value[i], "%s", settings[i].initial);
}

static size_t find(const char *name)
{
	size_t i = 0;

	while (settings[i].name && strcmp(settings[i].name, name))
		i++;
	return i;
}

const char *settings_get(const struct settings *s, const char *name)
{
	size_t i = find(name);

	assert(settings[i].name);
	return s->value[i];
}

double settings_number(const struct settings *s, const char *name)
{
	return strtod(settings_get(s, name), NULL);
}

bool settings_on(const struct settings *s, const char *name)
{
	return !strcmp(settings_get(s, name), "on");
}

static bool unknown_name(const char *name, struct error *err)
{
	const char *names[sizeof settings / sizeof *settings], *near[3];
	struct text all = { 0 };
	size_t n = 0, found;

	for (; settings[n].name; n++) {
		names[n] = settings[n].name;
		text_add(&all, " %s", names[n]);
	}
	found = text_nearest(name, names, n, near);
	error_set(err, ERR_ARGUMENT, "no setting '%s'", name);
	if (found)
		error_hint(err, "name", "nearest: %s%s%s%s%s.   set  lists all", near[0], found > 1 ? " " : "", found > 1 ? near[1] : "",
			   found > 2 ? " " : "", found > 2 ? near[2] : "");
	else
		error_hint(err, "name", "settings are:%s", text_str(&all));
	text_drop(&all);
	return false;
}

static bool is_choice(const char *choices, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = choices; *(s += strspn(s, " ")); s += strcspn(s, " "))
		if (strcspn(s, " ") == len && !strncmp(s, word, len))
			return true;
	return false;
}

bool settings_set(struct settings *s, const char *name, const char *value, struct error *err)
{
	size_t i = find(name);
	const struct setting *e = &settings[i];
	bool whole = !e->initial || !strchr(e->initial, '.');
	double v;
	char *end;

	if (!e->name)
		return unknown_name(name, err);
	if (e->choices && !is_choice(e->choices, value)) {
		error_set(err, ERR_ARGUMENT, "%s cannot be '%s'", name, value);
		return error_hint(err, "value", "one of: %s", e->choices);
	}
	if (!e->choices) {
		v = strtod(value, &end);
		if (end == value || *end || !isfinite(v)) {
			error_set(err, ERR_ARGUMENT, "%s takes a number, not '%s'", name, value);
			return error_hint(err, "value", "%g to %.16g", e->min, e->max);
		}
		if (v < e->min || v > e->max || (whole && v != floor(v))) {
			error_set(err, ERR_ARGUMENT, "%s is out of reach for %s", value, name);
			return error_hint(err, "value", "%s%g to %.16g", whole ? "a whole number from " : "", e->min, e->max);
		}
	}
	if (strlen(value) >= sizeof s->value[i])
		return error_set(err, ERR_ARGUMENT, "the value of %s is too long", name);
	snprintf(s->value[i], sizeof s->value[i], "%s", value);
	return true;
}
