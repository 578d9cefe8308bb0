/* words.c - see words.h */
#include "commands/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "files/imatrix.h"
#include "session/plan.h"

static bool wrong(struct error *err, enum error_class class, size_t at, size_t len, const char *text, const char *hint)
{
	error_set(err, class, "%s", text);
	if (err) {
		err->at = at;
		err->len = len ? len : 1;
	}
	return error_hint(err, NULL, "%s", hint);
}

/* ---- words ---- */

/* Behind the quote that closes the one at `at`; 0: it stays open. */
static size_t skip_quoted(const char *s, size_t at)
{
	char quote = s[at++];

	for (; s[at]; at++) {
		if (s[at] == '\\' && s[at + 1])
			at++;
		else if (s[at] == quote)
			return at + 1;
	}
	return 0;
}

static bool opens_quote(const char *s, size_t at, size_t start, size_t depth)
{
	return s[at] == '"' || (s[at] == '\'' && (depth || at == start || s[at - 1] == '=' || s[at - 1] == ':'));
}

static bool is_closing(char c)
{
	return c == ')' || c == ']' || c == '}';
}

bool word_next(const char *line, size_t *at, struct word *w, struct error *err)
{
	size_t i = *at, open[64], depth = 0;

	while (isspace((unsigned char)line[i]))
		i++;
	*w = (struct word){ i, 0 };
	if (!line[i] || (line[i] == '-' && line[i + 1] == '-' && i && isspace((unsigned char)line[i - 1]))) {
		*at = i + strlen(line + i);
		return true;
	}
	while (line[i] && (depth || !isspace((unsigned char)line[i]))) {
		if (opens_quote(line, i, w->at, depth)) {
			size_t end = skip_quoted(line, i);

			if (!end)
				return wrong(err, ERR_SYNTAX, i, 1, "this quote is not closed", line[i] == '"' ? "a \" is missing" : "a ' is missing");
			i = end;
			continue;
		}
		if ((line[i] == '(' || line[i] == '[' || line[i] == '{') && depth < sizeof open / sizeof *open)
			open[depth++] = i;
		else if (is_closing(line[i]) && depth)
			depth--;
		i++;
	}
	if (depth) {
		char open_char = line[open[depth - 1]];

		return wrong(err, ERR_SYNTAX, open[depth - 1], 1, "this bracket is not closed",
			     open_char == '(' ? "a ) is missing" : open_char == '[' ? "a ] is missing" : "a } is missing");
	}
	w->len = i - w->at;
	*at = i;
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

char *word_plain(const char *line, struct word w)
{
	const char *s = line + w.at;
	struct text out = { 0 };
	char *copy;

	if (w.len < 2 || (s[0] != '"' && s[0] != '\'') || s[w.len - 1] != s[0])
		return strndup(s, w.len);
	for (size_t i = 1; i < w.len - 1; i++) {
		char c = s[i];

		if (c == '\\' && i + 1 < w.len - 1) {
			c = s[++i];
			if (c == 'n')
				c = '\n';
			else if (c == 't')
				c = '\t';
			else if (c == 'x' && i + 2 < w.len - 1 && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
				c = (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
				i += 2;
			} else if (c != '"' && c != '\\' && c != '\'')
				text_putn(&out, "\\", 1);
		}
		text_putn(&out, &c, 1);
	}
	copy = strdup(text_str(&out));
	if (out.failed) {
		free(copy);
		copy = NULL;
	}
	text_drop(&out);
	return copy;
}

/* ---- the tables of a command ---- */

static const struct arg *own(const struct command *c, const char *name, size_t n)
{
	for (size_t i = 0; i < ARGS_MAX && c->args[i].kind != ARG_END; i++)
		if (strlen(c->args[i].name) == n && !strncmp(c->args[i].name, name, n))
			return &c->args[i];
	return NULL;
}

/* What both lists have counts once, as the first has it. */
const struct arg *arg_at(const struct command *c, size_t i)
{
	size_t n = 0;

	while (n < ARGS_MAX && c->args[n].kind != ARG_END)
		n++;
	if (i < n)
		return &c->args[i];
	for (const struct arg *a = c->more_args; a && a->kind != ARG_END; a++)
		if (!own(c, a->name, strlen(a->name)) && i-- == n)
			return a;
	return NULL;
}

static bool by_name(const struct arg *a)
{
	return a->named || a->kind == ARG_FLAG;
}

const struct arg *arg_named(const struct command *c, const char *name, size_t n)
{
	const struct arg *a;

	for (size_t i = 0; (a = arg_at(c, i)); i++)
		if (by_name(a) && strlen(a->name) == n && !strncmp(a->name, name, n))
			return a;
	return NULL;
}

const struct arg *arg_positional(const struct command *c, size_t i)
{
	const struct arg *a, *last = NULL;

	for (size_t k = 0; (a = arg_at(c, k)); k++) {
		if (by_name(a))
			continue;
		last = a;
		if (i-- == 0)
			return a;
	}
	return last && last->many ? last : NULL;
}

/* ---- near names ---- */

void near_names(struct text *out, const char *word, const char *const *names, size_t n)
{
	const char *near[3];
	size_t found = text_nearest(word, names, n, near);

	for (size_t i = 0; i < found; i++)
		text_add(out, "%s%s", i ? " " : "nearest: ", near[i]);
}

/* ---- values ---- */

static size_t name_length(const char *s, size_t n)
{
	size_t i = 0;

	if (n && (isalpha((unsigned char)*s) || *s == '_'))
		while (i < n && (isalnum((unsigned char)s[i]) || s[i] == '_'))
			i++;
	return i;
}

/* Length of the bracketed part at s, its brackets included. The word was cut so that brackets match. */
static size_t bracketed(const char *s, size_t n)
{
	size_t depth = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\'') {
			size_t end = skip_quoted(s, i);

			if (!end || end > n)
				return n;
			i = end - 1;
		} else if (s[i] == '(' || s[i] == '[' || s[i] == '{') {
			depth++;
		} else if (is_closing(s[i]) && !--depth) {
			return i + 1;
		}
	}
	return n;
}

struct name_list { char *name[200]; size_t n; };

static void collect_name(void *to, const char *name, struct value *v)
{
	struct name_list *list = to;

	(void)v;
	if (list->n < sizeof list->name / sizeof *list->name && (list->name[list->n] = strdup(name)))
		list->n++;
}

/* A codec may have been meant: "the nearest codecs: q4_K, q4_0". */
static void near_codecs(struct text *hint, const char *name)
{
	static const char nearest[] = "nearest: ";
	struct error err = { 0 };

	if (!codec_need(name, &err) && !strncmp(err.hint, nearest, sizeof nearest - 1))
		text_add(hint, "if a codec is meant, %s", err.hint);
}

static struct value *no_variable(struct context *c, const char *name, size_t at, struct error *err)
{
	struct name_list list = { .n = 0 };
	struct text hint = { 0 }, text = { 0 };

	if (c->scope->names)
		c->scope->names(c->scope->arg, collect_name, &list);
	near_names(&hint, name, (const char *const *)list.name, list.n);
	if (!hint.len)
		near_codecs(&hint, name);
	if (!hint.len && list.n) {
		text_put(&hint, "variables:");
		for (size_t i = 0; i < list.n && i < 12; i++)
			text_add(&hint, " %s", list.name[i]);
	}
	if (!list.n && !hint.len)
		text_add(&hint, "make it first:  %s = [-1.2, -0.6, 0.2, 1.0]", name);
	text_add(&text, "no variable '%s'", name);
	wrong(err, ERR_VALUE, at, strlen(name), text_str(&text), text_str(&hint));
	for (size_t i = 0; i < list.n; i++)
		free(list.name[i]);
	text_drop(&hint);
	text_drop(&text);
	return NULL;
}

static bool no_model(struct context *c, const char *name, size_t at, size_t len, struct error *err)
{
	const struct session *s = c->session;
	struct text hint = { 0 };
	char text[120];

	for (size_t i = 0; i < s->n_models && i < 12; i++)
		text_add(&hint, "%s%s", i ? " " : "open: ", s->models[i]->label);
	snprintf(text, sizeof text, "no open model '%.60s'", name);
	wrong(err, ERR_ARGUMENT, at, len, text, hint.len ? text_str(&hint) : "open FILE  opens one");
	text_drop(&hint);
	return false;
}

struct value *words_model(struct context *c, const char *name)
{
	struct value *v = session_model(c->session, name);
	struct error ignored = { 0 };

	if (v)
		return value_hold(v);
	v = c->scope->look_up(c->scope->arg, name, &ignored);
	if (v && v->kind != VALUE_MODEL) {
		value_drop(v);
		v = NULL;
	}
	return v;
}

/* m:blk.0.attn_q.weight, m:"any name": what follows the colon at s; *used: how much of it is the name. */
static struct value *file_tensor(struct context *c, struct value *model, const char *s, size_t n, size_t base, size_t *used, struct error *err)
{
	bool quoted = n && (*s == '"' || *s == '\'');
	struct outcome out = { 0 };
	char *name;

	*used = quoted ? skip_quoted(s, 0) : strcspn(s, " \t\n[,;)");
	if (*used > n)
		*used = n;
	name = word_plain(s, (struct word){ 0, *used });
	if (!name) {
		error_memory(err, "a name");
		return NULL;
	}
	if (!session_tensor(c->session, model, name, &out, err) && err && !err->len) {
		err->at = base;
		err->len = *used ? *used : 1;
	}
	if (out.value && out.note[0])
		note(c, "%s", out.note);
	free(name);
	return out.value;
}

/* Slices behind a value: w[0, 320:352]. Takes v over. */
static struct value *sliced(struct value *v, const char *s, size_t n, size_t base, struct error *err)
{
	size_t at = 0;

	while (v && at < n) {
		size_t len = s[at] == '[' ? bracketed(s + at, n - at) : 0;
		struct outcome out = { 0 };
		char *inner;

		if (!len) {
			wrong(err, ERR_SYNTAX, base + at, n - at, "this does not belong to a value", "an expression goes into parentheses: (gauss(256))");
			value_drop(v);
			return NULL;
		}
		inner = strndup(s + at + 1, len - 2);
		if (!inner)
			error_memory(err, "a slice");
		else if (!session_slice(v, inner, &out, err) && err)
			err->at += base + at + 1;
		free(inner);
		value_drop(v);
		v = out.value;
		at += len;
	}
	return v;
}

static bool whole_number(const char *s, size_t n, double *v)
{
	char buf[64], *end;

	if (!n || n >= sizeof buf || isspace((unsigned char)*s))
		return false;
	memcpy(buf, s, n);
	buf[n] = 0;
	*v = strtod(buf, &end);
	return end > buf && !*end;
}

struct value *words_value(struct context *c, const char *s, size_t n, size_t base, struct error *err)
{
	struct outcome out = { 0 };
	struct value *v = NULL;
	size_t used = name_length(s, n);
	char name[100];
	double number;

	if (n && (*s == '[' || *s == '(')) {
		used = bracketed(s, n);
		if (*s == '(')
			v = c->scope->eval(c->scope->arg, s, used, err);
		else if (session_literal(s, used, &out, err))
			v = out.value;
		if (!v && err && err->len)
			err->at += base;
		return sliced(v, s + used, n - used, base + used, err);
	}
	if (n && (*s == '"' || *s == '\'')) {
		char *plain = word_plain(s, (struct word){ 0, n });

		if (plain)
			v = value_string(plain, err);
		else
			error_memory(err, "a string");
		free(plain);
		return v;
	}
	if (used && used < sizeof name) {
		memcpy(name, s, used);
		name[used] = 0;
		if (used < n && s[used] == ':' && (v = words_model(c, name))) {
			size_t from = used + 1;
			struct value *t = file_tensor(c, v, s + from, n - from, base + from, &used, err);

			value_drop(v);
			used += from;
			return sliced(t, s + used, n - used, base + used, err);
		}
		v = c->scope->look_up(c->scope->arg, name, err);
		if (v)
			return sliced(v, s + used, n - used, base + used, err);
		if (err && err->class)
			return NULL;
		if (used == n && (v = session_model(c->session, name)))
			return value_hold(v);
	}
	if (whole_number(s, n, &number))
		return value_number(number, err);
	if (used && used < sizeof name && used < n && s[used] == ':') {
		no_model(c, name, base, used, err);
		return NULL;
	}
	if (used && used < sizeof name && (used == n || s[used] == '['))
		return no_variable(c, name, base, err);
	wrong(err, ERR_VALUE, base, n, "this is not a value", "a variable, [1, 2, 3], MODEL:TENSOR, or an expression in parentheses: (gauss(256))");
	return NULL;
}

/* ---- typing: one function a kind ---- */

/* A word that is to become an argument. s is the text of its value: behind NAME= for options. */
struct typing {
	struct context *c;
	const struct arg *spec;
	const char *line;
	struct word w;
	struct given *given;
	struct error *err;
};

static bool is_choice(const char *choices, const char *word, size_t len)
{
	for (const char *s = choices; s && *(s += strspn(s, " ")); s += strcspn(s, " "))
		if (strcspn(s, " ") == len && !strncmp(s, word, len))
			return true;
	return false;
}

static bool bad(struct typing *t, enum error_class class, const char *text, const char *hint)
{
	return wrong(t->err, class, t->w.at, t->w.len, text, hint);
}

static bool type_codec(struct typing *t)
{
	t->given->codec = codec_need(t->given->text, t->err);
	if (!t->given->codec) {
		t->err->at = t->w.at;
		t->err->len = t->w.len ? t->w.len : 1;
	}
	return t->given->codec != NULL;
}

static const char *wanted(enum arg_kind kind)
{
	return kind == ARG_MODEL ? "a model" : "a tensor";
}

static bool is_importance(const struct arg *a)
{
	return a->kind == ARG_TENSOR && !strcmp(a->name, "imp");
}

/* imp=FILE: not a name, and there is such a file. */
static bool is_importance_file(const struct typing *t)
{
	const char *s = t->given->text;

	return is_importance(t->spec) && name_length(s, strlen(s)) != strlen(s) && access(s, R_OK) == 0;
}

static bool type_importance_file(struct typing *t)
{
	struct importance *m = importance_read(t->given->text, t->err);

	if (!m) {
		t->err->at = t->w.at;
		t->err->len = t->w.len;
		return false;
	}
	return (t->given->value = value_importance(m, t->err)) != NULL;
}

static bool type_value(struct typing *t)
{
	enum arg_kind kind = t->spec->kind;
	struct value *v;
	char text[200], name[64];
	bool fits;

	if (is_importance_file(t))
		return type_importance_file(t);
	v = words_value(t->c, t->line + t->w.at, t->w.len, t->w.at, t->err);
	if (!v && kind == ARG_MODEL && t->err->class == ERR_VALUE)
		return no_model(t->c, t->given->text, t->w.at, t->w.len, t->err);
	if (!v) {
		const struct codec *codec = codec_find(t->given->text);

		if (!codec || t->err->class != ERR_VALUE)
			return false;
		/* No variable, but a codec of that name. */
		if (kind == ARG_VALUE || kind == ARG_SUBJECT) {
			*t->err = (struct error){ 0 };
			t->given->codec = codec;
			return (t->given->value = value_codec(codec, t->err)) != NULL;
		}
		snprintf(text, sizeof text, "%s is a codec, not %s", codec->name, wanted(kind));
		return bad(t, ERR_ARGUMENT, text, "a variable, [1, 2, 3], MODEL:TENSOR, or an expression in parentheses: (gauss(256))");
	}
	t->given->value = v;
	fits = kind == ARG_MODEL ? v->kind == VALUE_MODEL : kind == ARG_TENSOR ? value_weights(v) != NULL ||
		(v->kind == VALUE_IMPORTANCE && is_importance(t->spec)) : true;
	if (fits)
		return true;
	snprintf(name, sizeof name, "%.40s%s", t->given->text, strlen(t->given->text) > 40 ? "\xe2\x80\xa6" : "");
	if (v->kind == VALUE_NUMBER)
		snprintf(text, sizeof text, "%s is a number, not %s", name, wanted(kind));
	else if (v->kind == VALUE_LUA)
		snprintf(text, sizeof text, "%s is a plain Lua value, not %s", name, wanted(kind));
	else
		snprintf(text, sizeof text, "%s is of kind %s, not %s", name, value_kind_name(v->kind), wanted(kind));
	return bad(t, ERR_ARGUMENT, text, kind == ARG_MODEL ? "open FILE  opens one" : v->kind == VALUE_MODEL ? "a tensor of it: MODEL:NAME" :
		   v->kind == VALUE_NUMBER ? "in brackets it is a tensor of one weight" : "a literal, a variable, MODEL:TENSOR; from a table: (qs.tensor{1, 2, 3})");
}

/* A number: typed, a variable that holds one, or ( lua ). */
static bool read_number(struct typing *t, const char *what, double *v)
{
	const char *s = t->line + t->w.at;
	struct value *value;
	char text[200];

	if (whole_number(s, t->w.len, v))
		return true;
	if (t->w.len > 1 && s[t->w.len - 1] == '%' && whole_number(s, t->w.len - 1, v)) {
		*v /= 100;
		return true;
	}
	if (*s != '(' && name_length(s, t->w.len) != t->w.len) {
		snprintf(text, sizeof text, "'%.60s' is not %s", t->given->text, what);
		return bad(t, ERR_ARGUMENT, text, "as in 0.02, 50%, 1e-3, or an expression in parentheses: (1.2 / 7)");
	}
	value = words_value(t->c, s, t->w.len, t->w.at, t->err);
	if (!value)
		return false;
	if (value->kind == VALUE_NUMBER) {
		*v = value->u.number;
		value_drop(value);
		return true;
	}
	snprintf(text, sizeof text, "%.60s is of kind %s, not %s", t->given->text, value_kind_name(value->kind), what);
	value_drop(value);
	return bad(t, ERR_ARGUMENT, text, "as in 0.02, 50%, or an expression in parentheses: (1.2 / 7)");
}

static bool within(struct typing *t, double v)
{
	const struct arg *a = t->spec;
	char text[200], hint[100];

	if (isnan(v) || (a->min < a->max && (v < a->min || v > a->max))) {
		snprintf(text, sizeof text, "%s cannot be %.60s", a->name, t->given->text);
		snprintf(hint, sizeof hint, a->min < a->max ? "%.16g to %.16g" : "a number", a->min, a->max);
		return bad(t, ERR_ARGUMENT, text, hint);
	}
	return true;
}

static bool type_number(struct typing *t)
{
	if (!read_number(t, "a number", &t->given->number) || !within(t, t->given->number))
		return false;
	t->given->second = t->given->number;
	return true;
}

static bool type_count(struct typing *t)
{
	char text[200];

	if (!read_number(t, "a whole number", &t->given->number))
		return false;
	if (t->given->number != floor(t->given->number) || fabs(t->given->number) > 0x1p53) {
		snprintf(text, sizeof text, "%s takes a whole number, not %.60s", t->spec->name, t->given->text);
		return bad(t, ERR_ARGUMENT, text, "");
	}
	t->given->second = t->given->number;
	return within(t, t->given->number);
}

/* 3..7, -8..7, 3 alone, and a,b where limits of codes or values are meant. */
static bool type_range(struct typing *t)
{
	const char *s = t->given->text, *mid = strstr(s + (*s != 0), ".."), *second;
	char text[200];

	if (!mid)
		mid = strchr(s, ',');
	second = mid ? mid + (*mid == '.' ? 2 : 1) : s;
	second += strspn(second, " ");
	if (!whole_number(s, mid ? (size_t)(mid - s) : strlen(s), &t->given->number) || !whole_number(second, strlen(second), &t->given->second)) {
		snprintf(text, sizeof text, "'%.60s' is not a range", s);
		return bad(t, ERR_ARGUMENT, text, "as in 0..63 or -8..7");
	}
	return within(t, t->given->number) && within(t, t->given->second);
}

static bool type_shape(struct typing *t)
{
	const char *s = t->given->text, *x = strpbrk(s, "xX");
	double rows = 1, cols;
	char text[200];

	if ((x && !whole_number(s, (size_t)(x - s), &rows)) || !whole_number(x ? x + 1 : s, strlen(x ? x + 1 : s), &cols)) {
		snprintf(text, sizeof text, "'%.60s' is not a shape", s);
		return bad(t, ERR_ARGUMENT, text, "rows x columns, as in 4096 or 64x4096");
	}
	if (!(rows >= 1 && cols >= 1 && rows <= 0x1p40 && cols <= 0x1p40) || rows != floor(rows) || cols != floor(cols)) {
		snprintf(text, sizeof text, "%.60s is no shape that a tensor can have", s);
		return bad(t, ERR_SHAPE, text, "whole numbers from 1 on, as in 4096 or 64x4096");
	}
	t->given->number = rows;
	t->given->second = cols;
	return true;
}

static bool type_size(struct typing *t)
{
	static const struct { const char *unit; double bytes; } units[] = {
		{ "", 1 }, { "b", 1 }, { "k", 1e3 }, { "kb", 1e3 }, { "m", 1e6 }, { "mb", 1e6 }, { "g", 1e9 }, { "gb", 1e9 }, { "t", 1e12 },
		{ "tb", 1e12 }, { "kib", 0x1p10 }, { "mib", 0x1p20 }, { "gib", 0x1p30 }, { "tib", 0x1p40 },
	};
	const char *s = t->given->text;
	size_t digits = strspn(s, "0123456789.eE+");
	char text[200];

	/* the E of an exponent is no unit, but no unit begins with E */
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (!strcasecmp(s + digits, units[i].unit) && whole_number(s, digits, &t->given->number) && t->given->number >= 0) {
			t->given->number *= units[i].bytes;
			t->given->second = t->given->number;
			return true;
		}
	snprintf(text, sizeof text, "'%.60s' is not a size", s);
	return bad(t, ERR_ARGUMENT, text, "as in 800MiB, 4.2GB, 512k");
}

static void each_choice(const char *choices, const char *names[], size_t max, size_t *n, char *copy, size_t size)
{
	snprintf(copy, size, "%s", choices);
	for (char *s = strtok(copy, " "); s && *n < max; s = strtok(NULL, " "))
		names[(*n)++] = s;
}

static bool type_choice(struct typing *t)
{
	char text[200], copy[400];
	const char *names[40];
	struct text hint = { 0 };
	size_t n = 0;

	if (is_choice(t->spec->choices, t->given->text, strlen(t->given->text)))
		return true;
	each_choice(t->spec->choices, names, sizeof names / sizeof *names, &n, copy, sizeof copy);
	near_names(&hint, t->given->text, names, n);
	text_add(&hint, "%sone of: %s", hint.len ? ".   " : "", t->spec->choices);
	snprintf(text, sizeof text, "%s cannot be '%.60s'", t->spec->name, t->given->text);
	bad(t, ERR_ARGUMENT, text, text_str(&hint));
	text_drop(&hint);
	return false;
}

static bool type_file(struct typing *t)
{
	const char *home = getenv("HOME");
	char *path;

	if (!*t->given->text)
		return bad(t, ERR_ARGUMENT, "a file name is missing", "");
	if (*t->given->text != '~' || (t->given->text[1] && t->given->text[1] != '/') || !home || t->line[t->w.at] != '~')
		return true;
	if (asprintf(&path, "%s%s", home, t->given->text + 1) < 0)
		return error_memory(t->err, "a file name");
	free(t->given->text);
	t->given->text = path;
	return true;
}

static bool type_view(struct typing *t)
{
	const struct view_later *later = view_later_find(t->given->text);
	const char *names[100];
	struct text hint = { 0 };
	char text[200];
	size_t n = 0;

	if (view_find(t->given->text) || (t->given->spec->choices && !strcmp(t->given->spec->choices, t->given->text)))
		return true;
	if (later) {
		snprintf(text, sizeof text, "the view %s is not in this version: it shows %s", later->name, later->subject);
		return bad(t, ERR_ARGUMENT, text, later->meanwhile);
	}
	for (; view_at(n) && n < sizeof names / sizeof *names; n++)
		names[n] = view_at(n)->name;
	near_names(&hint, t->given->text, names, n);
	text_add(&hint, "%sviews  lists all", hint.len ? ".   " : "");
	snprintf(text, sizeof text, "no view '%.60s'", t->given->text);
	bad(t, ERR_ARGUMENT, text, text_str(&hint));
	text_drop(&hint);
	return false;
}

static bool type_name(struct typing *t)
{
	char text[200];

	if (*t->given->text && name_length(t->given->text, strlen(t->given->text)) == strlen(t->given->text))
		return true;
	snprintf(text, sizeof text, "'%.60s' cannot be a name", t->given->text);
	return bad(t, ERR_ARGUMENT, text, "letters, digits and _, not a digit first");
}

static bool type_flag(struct typing *t)
{
	char text[200];

	if (is_choice("on off", t->given->text, strlen(t->given->text)) || !strcmp(t->given->text, t->spec->name) ||
	    (t->spec->choices && is_choice(t->spec->choices, t->given->text, strlen(t->given->text))))
		return true;
	snprintf(text, sizeof text, "%s is on%s%s or off, not '%.60s'", t->spec->name, t->spec->choices ? ", " : "",
		 t->spec->choices ? t->spec->choices : "", t->given->text);
	return bad(t, ERR_ARGUMENT, text, "");
}

static bool type_text(struct typing *t)
{
	(void)t;
	return true;
}

static bool (*const type_as[])(struct typing *t) = {
	[ARG_CODEC] = type_codec, [ARG_TENSOR] = type_value, [ARG_VALUE] = type_value, [ARG_SUBJECT] = type_value, [ARG_MODEL] = type_value,
	[ARG_NUMBER] = type_number, [ARG_COUNT] = type_count, [ARG_RANGE] = type_range, [ARG_SHAPE] = type_shape, [ARG_SIZE] = type_size,
	[ARG_PATTERN] = type_text, [ARG_CHOICE] = type_choice, [ARG_FLAG] = type_flag, [ARG_FILE] = type_file, [ARG_TEXT] = type_text,
	[ARG_REST] = type_text, [ARG_VIEW] = type_view, [ARG_COMMAND] = type_text, [ARG_LESSON] = type_text, [ARG_DEMO] = type_text, [ARG_KNOB] = type_text, [ARG_SETTING] = type_text,
	[ARG_NAME] = type_name,
};

/* ---- a whole line ---- */

struct parser {
	struct context *c;
	const struct command *command;
	const char *line;
	size_t at;		/* behind the words taken */
	size_t place;		/* positional arguments so far */
	struct call *call;
	struct error *err;
};

static bool take(struct parser *p, const struct arg *spec, struct word w)
{
	char *text = word_plain(p->line, w);
	struct given *g = text ? args_add(&p->call->args, spec->name, text, p->err) : NULL;
	struct typing t = { p->c, spec, p->line, w, g, p->err };

	free(text);
	if (!g)
		return text ? false : error_memory(p->err, "an argument");
	g->spec = spec;
	g->at = w.at;
	g->len = w.len;
	/* Kinds beyond words may name a word too: imp=flat. */
	if (spec->kind != ARG_CHOICE && spec->choices && is_choice(spec->choices, g->text, strlen(g->text)))
		return true;
	return type_as[spec->kind](&t);
}

static bool no_option(struct parser *p, struct word w, size_t name_len)
{
	const char *names[60];
	const struct arg *a;
	struct text hint = { 0 };
	char name[60], text[200];
	size_t n = 0;

	snprintf(name, sizeof name, "%.*s", (int)name_len, p->line + w.at);
	for (size_t i = 0; (a = arg_at(p->command, i)); i++)
		if (by_name(a) && n < sizeof names / sizeof *names)
			names[n++] = a->name;
	near_names(&hint, name, names, n);
	if (!hint.len && n) {
		text_put(&hint, "options:");
		for (size_t i = 0; i < n; i++)
			text_add(&hint, " %s", names[i]);
	}
	snprintf(text, sizeof text, "%s has no option '%s'", p->command->name, name);
	wrong(p->err, ERR_ARGUMENT, w.at, name_len, text, text_str(&hint));
	text_drop(&hint);
	return false;
}

static bool too_much(struct parser *p, struct word w)
{
	const char *names[60];
	const struct arg *a;
	struct text hint = { 0 };
	char *word = word_plain(p->line, w), text[200];
	size_t n = 0;

	for (size_t i = 0; (a = arg_at(p->command, i)); i++)
		if (a->kind == ARG_FLAG && n < sizeof names / sizeof *names)
			names[n++] = a->name;
	near_names(&hint, word ? word : "", names, n);
	if (hint.len)
		text_put(&hint, ".   ");
	command_usage(p->command, &hint);
	snprintf(text, sizeof text, "%s takes no such argument", p->command->name);
	wrong(p->err, ERR_ARGUMENT, w.at, w.len, text, text_str(&hint));
	text_drop(&hint);
	free(word);
	return false;
}

static bool is_option(const char *line, struct word w)
{
	size_t name = name_length(line + w.at, w.len);

	return name && name < w.len && line[w.at + name] == '=' && line[w.at + name + 1] != '=';
}

/* CODEC tensor, or a value: a codec before another word is meant as one. */
static bool take_subject(struct parser *p, const struct arg *spec, struct word w)
{
	char *text = word_plain(p->line, w);
	const struct codec *codec = text ? codec_find(text) : NULL;
	size_t at = p->at;
	struct word next;
	bool ok, more = word_next(p->line, &at, &next, NULL) && next.len && p->line[next.at] != '>' && !is_option(p->line, next);

	free(text);
	if (more && !codec && name_length(p->line + w.at, w.len) == w.len) {
		/* Two words can only be CODEC tensor; so a first one that is nothing known is a codec misspelt. */
		struct error ignored = { 0 };
		struct value *v = words_value(p->c, p->line + w.at, w.len, w.at, &ignored);

		if (!v && !arg_named(p->command, p->line + next.at, next.len)) {
			char name[100];

			snprintf(name, sizeof name, "%.*s", (int)w.len, p->line + w.at);
			codec_need(name, p->err);
			p->err->at = w.at;
			p->err->len = w.len;
			return false;
		}
		value_drop(v);
	}
	if (!codec || !more || arg_named(p->command, p->line + next.at, next.len))
		return take(p, spec, w);
	p->at = at;
	ok = take(p, spec, next);
	if (p->call->args.n) {
		struct given *g = &p->call->args.given[p->call->args.n - 1];

		g->codec = codec;
	}
	return ok;
}

static bool take_redirect(struct parser *p, struct word w)
{
	static const struct arg file = { "redirect", ARG_FILE };
	struct given *g;
	bool ok;

	p->call->append = p->line[w.at + 1] == '>';
	w.at += p->call->append ? 2 : 1;
	w.len -= p->call->append ? 2 : 1;
	if (!w.len && !word_next(p->line, &p->at, &w, p->err))
		return false;
	if (!w.len)
		return wrong(p->err, ERR_ARGUMENT, w.at, 1, "a file name is missing", "as in  > picture.txt  or  > picture.svg");
	ok = take(p, &file, w);
	g = p->call->args.n ? &p->call->args.given[p->call->args.n - 1] : NULL;
	if (!ok || !g)
		return ok;
	p->call->redirect = strdup(g->text);
	return p->call->redirect ? true : error_memory(p->err, "a file name");
}

static bool missing(struct parser *p, const struct arg *spec)
{
	struct text usage = { 0 };
	size_t end = strlen(p->line);
	char text[200];

	while (end && isspace((unsigned char)p->line[end - 1]))
		end--;
	command_usage(p->command, &usage);
	snprintf(text, sizeof text, "%s is missing", spec->name);
	wrong(p->err, ERR_ARGUMENT, end + 1, 1, text, text_str(&usage));
	text_drop(&usage);
	return false;
}

static bool takes_any_word(const struct arg *a)
{
	return a && (a->kind == ARG_FILE || a->kind == ARG_TEXT || a->kind == ARG_PATTERN || a->kind == ARG_KNOB);
}

/* One word; *done: the rest of the line was taken. */
static bool take_word(struct parser *p, struct word w, bool *done)
{
	const struct arg *place = arg_positional(p->command, p->place), *named;
	const char *s = p->line + w.at;
	size_t name = name_length(s, w.len);
	static const struct arg force = { "force", ARG_FLAG };

	if (place && place->kind == ARG_REST) {
		size_t len = strlen(s);

		while (len && isspace((unsigned char)s[len - 1]))
			len--;
		*done = true;
		return take(p, place, (struct word){ w.at, len });
	}
	if (*s == '>')
		return take_redirect(p, w);
	if (is_option(p->line, w)) {
		named = arg_named(p->command, s, name);
		if (named)
			return take(p, named, (struct word){ w.at + name + 1, w.len - name - 1 });
		if (!takes_any_word(place))
			return no_option(p, w, name);
	}
	named = arg_named(p->command, s, w.len);
	if (named && named->kind == ARG_FLAG)
		return take(p, named, w);
	if (p->call->redirect && w.len == 5 && !strncmp(s, "force", 5))
		return take(p, &force, w);
	if (!place)
		return too_much(p, w);
	p->place++;
	return place->kind == ARG_SUBJECT ? take_subject(p, place, w) : take(p, place, w);
}

/* Of an importance file the entry of the tensor that is meant: the first argument that comes from a model says its name. */
static bool choose_importance(struct parser *p)
{
	const struct given *imp = args_get(&p->call->args, "imp");
	const struct importance_entry *e;
	const char *name = NULL;
	struct outcome out = { 0 };

	if (!imp || !imp->value || imp->value->kind != VALUE_IMPORTANCE)
		return true;
	for (size_t i = 0; i < p->call->args.n && !name; i++) {
		const struct value *v = p->call->args.given[i].value;

		name = v && v != imp->value && value_weights(v) ? strchr(v->label, ':') : NULL;
		if (v && v->kind == VALUE_MODEL)	/* of a model all of it is meant */
			return true;
	}
	e = name ? importance_find(imp->value->u.importance, name + 1) : NULL;
	if (!e) {
		error_set(p->err, ERR_ARGUMENT, name ? "the importance file has nothing for '%.60s'" : "of which tensor the importance is to be is not known",
			  name ? name + 1 : "");
		p->err->at = imp->at;
		p->err->len = imp->len;
		return error_hint(p->err, NULL, "a tensor of a model, MODEL:NAME; or one number for each column");
	}
	if (!session_importance(e, &out, p->err))
		return false;
	value_drop(imp->value);
	((struct given *)imp)->value = out.value;
	return true;
}

bool words_parse(struct context *c, const char *line, size_t at, struct call *call, struct error *err)
{
	struct parser p = { .c = c, .command = call->command, .line = line, .at = at, .call = call, .err = err };
	const struct arg *next;
	struct word w;
	bool done = false;

	while (!done) {
		const struct arg *place = arg_positional(p.command, p.place);

		/* The rest of a line is taken as it is: its brackets need not match. */
		if (place && place->kind == ARG_REST) {
			w.at = p.at + strspn(line + p.at, " \t");
			w.len = strlen(line + w.at);
			if (!w.len)
				break;
		} else if (!word_next(line, &p.at, &w, err)) {
			return false;
		}
		if (!w.len)
			break;
		if (!take_word(&p, w, &done))
			return false;
	}
	next = arg_positional(p.command, p.place);
	if (!done && next && !next->optional && !(next->many && p.place))
		return missing(&p, next);
	return choose_importance(&p);
}
