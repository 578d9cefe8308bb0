/*
 * define.c - views written in Lua: qs.view.define{ name=, fits=, rows=, draw=, cursor=, keys=, why=, options= }.
 *
 * draw(c, subject, o) draws on cells and has no other way to the screen, so such a view has its text, its ASCII form and its SVG like
 * any other. It is called when the size, the cursor or an option has changed, and the picture is kept until then.
 *
 * Structs of views stay as long as the program: verbs and scenes point to them. One that is defined again takes its old struct.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/extend.h"

#define CANVAS_META "qs.canvas"

enum { OWN_KEYS = 16, OWN_OPTIONS = 8, USUAL_ROWS = 16 };

struct own_view {
	struct view view;
	struct runner *r;		/* NULL: its program is over */
	int table;			/* reference: what qs.view.define was given */
	char name[40], question[120];
	struct arg options[OWN_OPTIONS + 1]; char option_name[OWN_OPTIONS][24], option_help[OWN_OPTIONS][80];
	struct view_key keys[OWN_KEYS + 1]; char key[OWN_KEYS][24], label[OWN_KEYS][24], key_help[OWN_KEYS][80];
	struct own_view *next;
};

static struct own_view *own_views;

struct state {
	const struct own_view *v;
	struct value *subject;		/* borrowed */
	int options;			/* reference: the table o */
	size_t cursor, places;		/* places 0: it has no cursor */
	struct canvas kept;		/* the last picture */
	bool fresh;
	char *wrong;
};

/* ---- the canvas c ---- */

static struct canvas *check_canvas(lua_State *L)
{
	struct canvas **c = luaL_checkudata(L, 1, CANVAS_META);

	if (!*c)
		throw_new(L, ERR_LUA, NULL, "this canvas belongs to a drawing that is over");
	return *c;
}

static enum style check_style(lua_State *L, int i, enum style otherwise)
{
	enum style s = otherwise;

	if (!lua_isnoneornil(L, i) && !style_find(luaL_checkstring(L, i), &s))
		throw_new(L, ERR_ARGUMENT, "plain title dim mark code scale min sign index good bad warn new field1 ... field8", "no style '%s'",
			  lua_tostring(L, i));
	return s;
}

/* Rows, columns, widths: far outside is clipped like near outside. */
static int check_place(lua_State *L, int i)
{
	double v = luaL_checknumber(L, i);

	return !(v > -10000) ? -10000 : v > 10000 ? 10000 : (int)floor(v);
}

static double check_share(lua_State *L, int i)
{
	double v = luaL_checknumber(L, i);

	return v > 0 ? v < 1 ? v : 1 : 0;
}

static int c_text(lua_State *L)		/* row, col, text, style; gives the column after it */
{
	struct canvas *c = check_canvas(L);
	int row = check_place(L, 2), col = check_place(L, 3);
	enum style style = check_style(L, 5, STYLE_PLAIN);

	luaL_checkany(L, 4);
	lua_pushinteger(L, canvas_puts(c, row, col, style, luaL_tolstring(L, 4, NULL)));
	return 1;
}

static int c_bar(lua_State *L)		/* row, col, width, share, style */
{
	canvas_bar(check_canvas(L), check_place(L, 2), check_place(L, 3), check_place(L, 4), check_share(L, 5), check_style(L, 6, STYLE_CODE));
	return 0;
}

static int c_column(lua_State *L)	/* bottom, col, height, width, share, style */
{
	canvas_column(check_canvas(L), check_place(L, 2), check_place(L, 3), check_place(L, 4), check_place(L, 5), check_share(L, 6),
		      check_style(L, 7, STYLE_CODE));
	return 0;
}

static int c_cell(lua_State *L)		/* row, col, level 0..255 */
{
	double level = luaL_checknumber(L, 4);

	canvas_heat(check_canvas(L), check_place(L, 2), check_place(L, 3), level > 0 ? level < 255 ? (unsigned)level : 255 : 0);
	return 0;
}

static int c_rule(lua_State *L)		/* row [, col, width, style] */
{
	struct canvas *c = check_canvas(L);
	int col = lua_isnoneornil(L, 3) ? 0 : check_place(L, 3);

	canvas_rule(c, check_place(L, 2), col, lua_isnoneornil(L, 4) ? c->cols - col : check_place(L, 4), check_style(L, 5, STYLE_DIM));
	return 0;
}

static void push_point(lua_State *L, lua_Integer i, int *row, int *col)
{
	if (lua_geti(L, 2, i) != LUA_TTABLE)
		throw_new(L, ERR_ARGUMENT, "c:line({ { row, col }, ... })", "a point is {row, col}");
	lua_geti(L, -1, 1);
	lua_geti(L, -2, 2);
	*row = check_place(L, -2);
	*col = check_place(L, -1);
	lua_pop(L, 3);
}

static int c_line(lua_State *L)		/* { { row, col }, ... }, style: dots from point to point */
{
	struct canvas *c = check_canvas(L);
	enum style style = check_style(L, 3, STYLE_CODE);
	int row, col, to_row, to_col;

	luaL_checktype(L, 2, LUA_TTABLE);
	for (lua_Integer i = 1, n = luaL_len(L, 2); i <= n; i++) {
		int steps;

		push_point(L, i, &row, &col);
		push_point(L, i < n ? i + 1 : i, &to_row, &to_col);
		steps = abs(to_row - row) > abs(to_col - col) ? abs(to_row - row) : abs(to_col - col);
		for (int k = 0; k <= steps; k++)
			canvas_glyph(c, row + (int)lround((double)(to_row - row) * k / (steps ? steps : 1)),
				     col + (int)lround((double)(to_col - col) * k / (steps ? steps : 1)), GLYPH_DOT, style);
		canvas_put(c, row, col, 0x25CF, style, 0);
	}
	return 0;
}

/* { row=, col=, width=, from=, to=, ticks=5, style= }: a line with ticks, and what they stand for in the row below. */
static int c_axis(lua_State *L)
{
	struct canvas *c = check_canvas(L);
	int row = (int)option_number(L, 2, "row", c->rows - 2), col = (int)option_number(L, 2, "col", 0);
	int width = (int)option_number(L, 2, "width", c->cols - col), ticks = (int)option_number(L, 2, "ticks", 5);
	double from = option_number(L, 2, "from", 0), to = option_number(L, 2, "to", 1);
	const char *name = option_text(L, 2, "style");
	enum style style = STYLE_DIM;

	if (name && !style_find(name, &style))
		return throw_new(L, ERR_ARGUMENT, NULL, "no style '%s'", name);
	ticks = ticks < 2 ? 2 : ticks > 50 ? 50 : ticks;
	width = width < 2 ? 2 : width > 10000 ? 10000 : width;
	canvas_rule(c, row, col, width, style);
	for (int i = 0; i < ticks; i++) {
		int at = col + (int)lround((double)(width - 1) * i / (ticks - 1));
		char buf[NUMBER_SIZE];
		int n = (int)strlen(number_ratio(buf, from + (to - from) * i / (ticks - 1)));
		int left = i == 0 ? at : i == ticks - 1 ? at - n + 1 : at - n / 2;

		canvas_glyph(c, row, at, GLYPH_CROSS, style);
		canvas_puts(c, row + 1, left, STYLE_PLAIN, buf);
	}
	return 0;
}

static int c_index(lua_State *L)
{
	static const struct row methods[] = { { "text", c_text }, { "bar", c_bar }, { "column", c_column }, { "line", c_line },
					      { "cell", c_cell }, { "rule", c_rule }, { "axis", c_axis }, { 0 } };
	const char *key = lua_tostring(L, 2);

	if (method(L, methods))
		return 1;
	if (key && !strcmp(key, "width"))
		lua_pushinteger(L, check_canvas(L)->cols);
	else if (key && !strcmp(key, "height"))
		lua_pushinteger(L, check_canvas(L)->rows);
	else
		lua_pushnil(L);
	return 1;
}

/* ---- calling ---- */

/* A task with the view's function `name` on its stack, behind it the subject and o; *after of them is where others may go before. NULL: the
 * view has none, or is no longer. */
static struct task *begin(const struct own_view *v, const char *name)
{
	struct task *t;

	if (!v->r || !(t = task_new(v->r, "", NULL)))
		return NULL;
	lua_rawgeti(t->co, LUA_REGISTRYINDEX, v->table);
	lua_getfield(t->co, -1, name);
	lua_remove(t->co, -2);
	if (lua_type(t->co, -1) == LUA_TFUNCTION)
		return t;
	task_drop(v->r, t);
	return NULL;
}

static void push_subject(const struct state *s, lua_State *L)
{
	push_value(L, value_hold(s->subject));
	lua_rawgeti(L, LUA_REGISTRYINDEX, s->options);
}

static void keep_error(struct state *s, struct error *err)
{
	struct text t = { 0 };

	err->len = 0;
	error_format(err, NULL, &t);
	free(s->wrong);
	s->wrong = text_take(&t);
}

/* A number that a function of the view gives; `otherwise` where it has none or fails. */
static double ask_number(const struct state *s, const char *name, double otherwise)
{
	struct task *t = begin(s->v, name);
	struct error err;
	double v = otherwise;

	if (!t)
		return v;
	push_subject(s, t->co);
	if (extend_call(s->v->r, t, 2, &err) && lua_isnumber(t->co, 1))
		v = lua_tonumber(t->co, 1);
	task_drop(s->v->r, t);
	return v;
}

/* ---- the view's functions ---- */

static bool fits_added(const struct view *view, const struct value *subject)
{
	const struct own_view *v = (const struct own_view *)view;
	struct task *t = begin(v, "fits");
	struct error err;
	bool fits;

	if (!t)
		return v->r != NULL;
	push_value(t->co, value_hold((struct value *)subject));
	fits = extend_call(v->r, t, 1, &err) && lua_toboolean(t->co, 1);
	task_drop(v->r, t);
	return fits;
}

static void set_option(lua_State *L, const struct given *g)
{
	const enum arg_kind kind = g->spec ? g->spec->kind : ARG_TEXT;
	char *end;
	double v;

	if (kind == ARG_NUMBER || kind == ARG_COUNT) {
		lua_pushnumber(L, g->number);
	} else if (kind == ARG_FLAG || !strcmp(g->text, "on") || !strcmp(g->text, "off")) {
		lua_pushboolean(L, strcmp(g->text, "off") != 0);
	} else {
		v = strtod(g->text, &end);	/* options from Lua: numbers as they were */
		if (!g->spec && *g->text && !*end)
			lua_pushnumber(L, v);
		else
			lua_pushstring(L, g->text);
	}
	lua_setfield(L, -2, g->name);
}

/* The table o: defaults of the definition, then what was given. */
static int make_options(const struct own_view *v, const struct args *given)
{
	lua_State *L = v->r->L;

	lua_newtable(L);
	lua_rawgeti(L, LUA_REGISTRYINDEX, v->table);
	if (lua_getfield(L, -1, "options") == LUA_TTABLE) {
		lua_pushnil(L);
		while (lua_next(L, -2)) {
			lua_pushvalue(L, -2);
			lua_insert(L, -2);
			lua_settable(L, -6);
		}
	}
	lua_pop(L, 2);
	for (size_t i = 0; given && i < given->n; i++)
		if (given->given[i].text && strcmp(given->given[i].name, "x"))
			set_option(L, &given->given[i]);
	return luaL_ref(L, LUA_REGISTRYINDEX);
}

static void put_cursor(struct state *s)
{
	lua_State *L = s->v->r->L;

	lua_rawgeti(L, LUA_REGISTRYINDEX, s->options);
	lua_pushinteger(L, (lua_Integer)s->cursor);
	lua_setfield(L, -2, "cursor");
	lua_pop(L, 1);
	s->fresh = false;
}

static void *open_added(const struct view *view, struct session *session, struct value *subject, const struct args *options, struct error *err)
{
	const struct own_view *v = (const struct own_view *)view;
	struct state *s = v->r ? calloc(1, sizeof *s) : NULL;
	double places;

	(void)session;
	if (!s) {
		error_memory(err, "a view");
		return NULL;
	}
	s->v = v;
	s->subject = subject;
	s->options = make_options(v, options);
	put_cursor(s);
	places = ask_number(s, "cursor", 0);
	s->places = places > 0 && places < 1e9 ? (size_t)places : 0;
	return s;
}

static void close_own(void *state)
{
	struct state *s = state;

	if (s->v->r)
		luaL_unref(s->v->r->L, LUA_REGISTRYINDEX, s->options);
	canvas_drop(&s->kept);
	free(s->wrong);
	free(s);
}

static void title(const void *state, struct text *left, struct text *right)
{
	const struct state *s = state;

	view_subject(s->subject, left);
	if (s->places)
		text_add(right, "%zu of %zu", s->cursor, s->places);
}

static int height(const void *state, int cols)
{
	const struct state *s = state;
	double rows;

	(void)cols;
	rows = ask_number(s, "rows", USUAL_ROWS);
	return rows >= 1 ? rows < 10000 ? (int)rows : 10000 : 1;
}

/* Draws into s->kept. */
static void redraw(struct state *s)
{
	struct task *t = begin(s->v, "draw");
	struct canvas **c;
	struct error err;

	free(s->wrong);
	s->wrong = NULL;
	s->fresh = true;
	if (!t)
		return;
	c = lua_newuserdatauv(t->co, sizeof *c, 0);
	*c = &s->kept;
	luaL_setmetatable(t->co, CANVAS_META);
	lua_pushvalue(t->co, -1);
	lua_insert(t->co, 1);
	push_subject(s, t->co);
	if (!extend_call(s->v->r, t, 3, &err))
		keep_error(s, &err);
	*c = NULL;
	task_drop(s->v->r, t);
}

static void draw(void *state, struct canvas *c)
{
	struct state *s = state;
	int row = 0;

	if (!s->fresh || s->kept.rows != c->rows || s->kept.cols != c->cols || s->kept.ascii != c->ascii) {
		canvas_drop(&s->kept);
		if (!canvas_new(&s->kept, c->rows, c->cols, c->ascii, NULL))
			return;
		redraw(s);
	}
	if (!s->wrong)
		for (int r = 0; r < c->rows; r++)
			memcpy(c->cell + (size_t)r * (size_t)c->stride, s->kept.cell + (size_t)r * (size_t)s->kept.stride,
			       (size_t)c->cols * sizeof *c->cell);
	for (const char *p = s->wrong; p && *p; row++) {
		size_t n = strcspn(p, "\n");

		canvas_text(c, row, 1, row ? STYLE_PLAIN : STYLE_BAD, "%.*s", (int)n, p);
		p += n + (p[n] == '\n');
	}
}

static bool own_key(struct state *s, const char *key, struct wish *wish)
{
	struct task *t = task_new(s->v->r, "", NULL);
	struct error err;
	lua_State *L;

	if (!t)
		return false;
	L = t->co;
	lua_rawgeti(L, LUA_REGISTRYINDEX, s->v->table);
	lua_getfield(L, -1, "keys");
	lua_getfield(L, -1, key);
	if (lua_type(L, -1) == LUA_TTABLE)
		lua_getfield(L, -1, "run");
	lua_insert(L, 1);
	lua_settop(L, 1);
	push_subject(s, L);
	if (!extend_call(s->v->r, t, 2, &err))
		snprintf(wish->say, sizeof wish->say, "%.190s", err.text);
	else if (lua_type(L, 1) == LUA_TSTRING)
		snprintf(wish->say, sizeof wish->say, "%.190s", lua_tostring(L, 1));
	task_drop(s->v->r, t);
	s->fresh = false;
	return true;
}

static bool press(void *state, const struct key *k, struct wish *wish)
{
	struct state *s = state;
	size_t was = s->cursor, last = s->places ? s->places - 1 : 0;

	for (size_t i = 0; s->v->keys[i].keys; i++) {
		struct key own;

		if (key_parse(s->v->keys[i].keys, &own) && key_equal(k, &own))
			return own_key(s, s->v->keys[i].keys, wish);
	}
	if (!s->places)
		return false;
	if (k->code == KEY_UP_ || k->code == KEY_LEFT_)
		s->cursor -= s->cursor > 0;
	else if (k->code == KEY_DOWN_ || k->code == KEY_RIGHT_)
		s->cursor += s->cursor < last;
	else if (k->code == KEY_HOME_)
		s->cursor = 0;
	else if (k->code == KEY_END_)
		s->cursor = last;
	else
		return false;
	if (s->cursor != was)
		put_cursor(s);
	return true;
}

static bool why(const void *state, const char *name, struct text *out, struct error *err)
{
	const struct state *s = state;
	struct task *t = begin(s->v, "why");
	bool ok;

	if (!t)
		return error_set(err, ERR_ARGUMENT, "%s says no why", s->v->name);
	push_subject(s, t->co);
	lua_pushstring(t->co, name);
	ok = extend_call(s->v->r, t, 3, err);
	if (ok && lua_type(t->co, 1) == LUA_TSTRING)
		text_put(out, lua_tostring(t->co, 1));
	else if (ok)
		ok = error_set(err, ERR_ARGUMENT, "there is no '%.60s' here", name ? name : "number");
	task_drop(s->v->r, t);
	return ok;
}

static size_t cursor(const void *state)
{
	return ((const struct state *)state)->cursor;
}

static void set_cursor(void *state, size_t at)
{
	struct state *s = state;

	s->cursor = !s->places ? 0 : at < s->places ? at : s->places - 1;
	put_cursor(s);
}

/* ---- defining ---- */

static void text_field(lua_State *L, int i, const char *name, char *out, size_t size)
{
	lua_getfield(L, i, name);
	snprintf(out, size, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
	lua_pop(L, 1);
}

static bool is_word(const char *s)
{
	return *s && strlen(s) < 24 && !(*s >= '0' && *s <= '9') && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")];
}

/* options = { bins = 10, log = false }: their defaults say what they are. */
static void take_options(lua_State *L, struct own_view *v)
{
	size_t n = 0;

	memset(v->options, 0, sizeof v->options);
	if (lua_getfield(L, 1, "options") == LUA_TTABLE) {
		lua_pushnil(L);
		while (n < OWN_OPTIONS && lua_next(L, -2)) {
			int kind = lua_type(L, -1);

			if (lua_type(L, -2) != LUA_TSTRING || !is_word(lua_tostring(L, -2)))
				throw_new(L, ERR_ARGUMENT, "options = { bins = 10 }", "an option needs a name of letters, digits and _");
			snprintf(v->option_name[n], sizeof *v->option_name, "%s", lua_tostring(L, -2));
			snprintf(v->option_help[n], sizeof *v->option_help, "as it is: %.60s", luaL_tolstring(L, -1, NULL));
			v->options[n] = (struct arg){ .name = v->option_name[n], .named = kind != LUA_TBOOLEAN, .summary = v->option_help[n],
						      .kind = kind == LUA_TNUMBER ? ARG_NUMBER : kind == LUA_TBOOLEAN ? ARG_FLAG : ARG_TEXT };
			n++;
			lua_pop(L, 2);
		}
	}
	lua_settop(L, 1);
}

/* keys = { x = function(subject, o) ... end } or { x = { label =, help =, run = } } */
static void take_keys(lua_State *L, struct own_view *v)
{
	size_t n = 0;

	memset(v->keys, 0, sizeof v->keys);
	if (lua_getfield(L, 1, "keys") == LUA_TTABLE) {
		lua_pushnil(L);
		while (n < OWN_KEYS && lua_next(L, 2)) {
			struct key k;
			const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";

			if (!*key || key_parse(key, &k) != strlen(key) || strlen(key) >= sizeof *v->key)
				throw_new(L, ERR_ARGUMENT, "x  <F2>  <C-r>  <PgUp>", "'%s' is no key", key);
			snprintf(v->key[n], sizeof *v->key, "%s", key);
			snprintf(v->label[n], sizeof *v->label, "%s", key);
			*v->key_help[n] = 0;
			if (lua_type(L, -1) == LUA_TTABLE) {
				text_field(L, 4, "label", v->label[n], sizeof *v->label);
				text_field(L, 4, "help", v->key_help[n], sizeof *v->key_help);
				lua_getfield(L, 4, "run");
				lua_replace(L, 4);
			}
			if (lua_type(L, -1) != LUA_TFUNCTION)
				throw_new(L, ERR_ARGUMENT, "keys = { x = function(subject, o) ... end }", "the key %s has no function", key);
			v->keys[n] = (struct view_key){ v->key[n], *v->label[n] ? v->label[n] : v->key[n], *v->key_help[n] ? v->key_help[n] : NULL, true };
			n++;
			lua_pop(L, 1);
		}
	}
	lua_settop(L, 1);
}

/* Kinds by name, or all: a function `fits` is asked later. */
static unsigned take_fits(lua_State *L)
{
	unsigned fits = 0;
	enum value_kind kind;

	switch (lua_getfield(L, 1, "fits")) {
	case LUA_TSTRING:
		if (!value_kind_find(lua_tostring(L, -1), &kind))
			throw_new(L, ERR_ARGUMENT, "tensor quantized trace model errors table", "no kind '%s'", lua_tostring(L, -1));
		fits = 1u << kind;
		break;
	case LUA_TTABLE:
		for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, 2); i++) {
			lua_rawgeti(L, 2, i);
			if (lua_type(L, -1) != LUA_TSTRING || !value_kind_find(lua_tostring(L, -1), &kind))
				throw_new(L, ERR_ARGUMENT, "tensor quantized trace model errors table", "fits names a kind that there is not");
			fits |= 1u << kind;
			lua_pop(L, 1);
		}
		break;
	default:
		fits = (1u << VALUE_KIND_COUNT) - 1;
		break;
	}
	lua_settop(L, 1);
	return fits;
}

static struct own_view *struct_for(struct runner *r, const char *name)
{
	struct own_view *v = own_views;

	while (v && strcmp(v->name, name))
		v = v->next;
	if (v && v->r && v->r != r)
		return NULL;
	if (!v && (v = calloc(1, sizeof *v))) {
		v->next = own_views;
		own_views = v;
	}
	return v;
}

static int view_define(lua_State *L)
{
	struct runner *r = runner_of(L);
	struct own_view *v;
	char name[40];
	unsigned fits;

	refuse_under_limits(L, "define views");
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	text_field(L, 1, "name", name, sizeof name);
	if (!is_word(name))
		return throw_new(L, ERR_ARGUMENT, "name = \"spread\"", "a view needs a name of letters, digits and _");
	v = struct_for(r, name);
	if (!v || ((!v->r) && (view_find(name) || command_find(name))))
		return throw_new(L, ERR_ARGUMENT, "another name", "there is a view or command '%s' already", name);
	if (lua_getfield(L, 1, "draw") != LUA_TFUNCTION)
		return throw_new(L, ERR_ARGUMENT, "draw = function(c, subject, o) ... end", "a view needs draw");
	lua_settop(L, 1);
	fits = take_fits(L);
	take_options(L, v);
	take_keys(L, v);
	if (v->r) {
		view_remove(&v->view);
		luaL_unref(L, LUA_REGISTRYINDEX, v->table);
	}
	snprintf(v->name, sizeof v->name, "%s", name);
	text_field(L, 1, "question", v->question, sizeof v->question);
	if (!*v->question)
		snprintf(v->question, sizeof v->question, "a view of your own");
	lua_pushvalue(L, 1);
	v->table = luaL_ref(L, LUA_REGISTRYINDEX);
	v->r = r;
	v->view = (struct view){ .name = v->name, .question = v->question, .fits = fits, .options = v->options, .keys = v->keys,
				 .open_added = open_added, .close = close_own, .title = title, .height = height, .draw = draw, .press = press,
				 .why = why, .cursor = cursor, .set_cursor = set_cursor };
	lua_getfield(L, 1, "fits");
	if (lua_type(L, -1) == LUA_TFUNCTION)
		v->view.fits_added = fits_added;
	if (!view_add(&v->view))
		return throw_new(L, ERR_ARGUMENT, NULL, "there is no room for another view");
	return 0;
}

void define_open(lua_State *L)
{
	lua_pushcfunction(L, view_define);
	lua_setfield(L, -2, "define");
	luaL_newmetatable(L, CANVAS_META);
	qs_set(L, (const struct row[]){ { "__index", c_index }, { 0 } });
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}

void define_drop(struct runner *r)
{
	for (struct own_view *v = own_views; v; v = v->next)
		if (v->r == r) {
			view_remove(&v->view);
			v->r = NULL;
		}
}
