/* json.c - see json.h */
#include "files/json.h"

#include <string.h>

static void skip_blanks(struct json_walk *w)
{
	while (w->at < w->n && strchr(" \t\r\n", w->s[w->at]) && w->s[w->at])
		w->at++;
}

static bool broken(const struct json_walk *w, const char *wanted, struct error *err)
{
	if (w->at >= w->n)
		return error_set(err, ERR_FORMAT, "the JSON ends at byte %zu where %s should be", w->base + w->at, wanted);
	return error_set(err, ERR_FORMAT, "0x%02x at byte %zu of the JSON where %s should be", (unsigned char)w->s[w->at], w->base + w->at, wanted);
}

static bool skip_string(struct json_walk *w, struct error *err)
{
	if (w->at >= w->n || w->s[w->at] != '"')
		return broken(w, "a string", err);
	for (w->at++; w->at < w->n; w->at++) {
		if (w->s[w->at] == '\\')
			w->at++;
		else if (w->s[w->at] == '"')
			return w->at++, true;
	}
	w->at = w->n;
	return broken(w, "the end of a string", err);
}

/* To the end of a value: brackets are only counted here, jansson judges what is between them. */
static bool skip_value(struct json_walk *w, struct error *err)
{
	size_t depth = 0, from = w->at;

	while (w->at < w->n) {
		char c = w->s[w->at];

		if (c == '"') {
			if (!skip_string(w, err))
				return false;
			continue;
		}
		if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (!depth)
				break;
			depth--;
		} else if (c == ',' && !depth) {
			break;
		}
		w->at++;
	}
	if (depth || w->at == from)
		return broken(w, depth ? "a closing bracket" : "a value", err);
	return true;
}

bool json_next(struct json_walk *w, struct json_member *m, struct error *err)
{
	err->class = ERR_NONE;
	skip_blanks(w);
	if (!w->begun) {
		if (w->at >= w->n || w->s[w->at] != '{')
			return broken(w, "'{'", err);
		w->at++;
		skip_blanks(w);
	}
	if (w->at < w->n && w->s[w->at] == '}') {
		w->at++;
		skip_blanks(w);
		return w->at < w->n ? broken(w, "the end", err) : false;
	}
	if (w->begun) {
		if (w->at >= w->n || w->s[w->at] != ',')
			return broken(w, "',' or '}'", err);
		w->at++;
		skip_blanks(w);
	}
	w->begun = true;
	m->key = w->s + w->at;
	if (!skip_string(w, err))
		return false;
	m->key_len = (size_t)(w->s + w->at - m->key);
	skip_blanks(w);
	if (w->at >= w->n || w->s[w->at] != ':')
		return broken(w, "':'", err);
	w->at++;
	skip_blanks(w);
	m->value = w->s + w->at;
	m->at = w->base + w->at;
	if (!skip_value(w, err))
		return false;
	m->value_len = (size_t)(w->s + w->at - m->value);
	return true;
}

json_t *json_parse(const char *s, size_t n, size_t base, struct error *err)
{
	json_error_t why;
	json_t *j = json_loadb(s, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);

	if (!j)
		error_set(err, ERR_FORMAT, "the JSON is broken at byte %zu: %s", base + (why.position > 0 ? (size_t)why.position : 0), why.text);
	return j;
}
