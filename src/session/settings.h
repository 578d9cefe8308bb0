/*
 * settings.h - one table: name, kind, default, limits, what it does. interaction.md 19.3.
 */
#ifndef SESSION_SETTINGS_H
#define SESSION_SETTINGS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

struct setting {
	const char *name, *initial, *choices;	/* choices: "on off", or NULL for numbers and free text */
	double min, max;			/* numbers: min < max; whole ones unless `initial` has a point */
	const char *summary;
};

extern const struct setting settings[];		/* ends with a NULL name */

struct settings { char value[24][32]; };	/* in the order of the table */

void settings_reset(struct settings *s);
const char *settings_get(const struct settings *s, const char *name);		/* name must exist (assert) */
double settings_number(const struct settings *s, const char *name);
bool settings_on(const struct settings *s, const char *name);
bool settings_set(struct settings *s, const char *name, const char *value, struct error *err);	/* checks; near names in the error */

#endif
