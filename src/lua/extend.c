/*
 * extend.c - what a start file adds: qs.command, qs.bind, qs.on; and qs.pane. See extend.h.
 *
 * Structs of commands stay as long as the program: lines being run point to them. One that is defined again takes its old struct.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/glossary.h"
#include "lua/extend.h"

enum { EVENTS = 7, WORDS = 14 };

struct own_command {
	struct command command;
	struct runner *r;		/* NULL: its program is over */
	int run;			/* reference: the function */
	char name[40], summary[120], help[400], example[2][120];
	char arg_name[WORDS][24], arg_help[WORDS][120], choices[WORDS][120];
	struct own_command *next;
};

struct binding { char view[40], key[24], label[40]; struct key k; int function; char *line; struct binding *next; };

/* Of one runner. */
struct extras {
	struct binding *bindings;
	struct bound_key card[32];
	int handlers[EVENTS];		/* references to lists; 0 none */
	/* as it was at the last look: */
	const struct value *result, *walk;
	const struct view *view;
	const struct value *subject;
	size_t models, step;
	int width;
	bool looking;
};

static struct own_command *own_commands;

void refuse_under_limits(lua_State *L, const char *what)
{
	struct runner *r = runner_of(L);

	if (r->declaring || (r->now && r->now->limited))
		throw_new(L, ERR_LESSON, "the start file may", "a lesson or demo may not %s", what);
}

static struct extras *extras_of(struct runner *r)
{
	if (!r->extras)
		r->extras = calloc(1, sizeof *r->extras);
	return r->extras;
}

bool extend_call(struct runner *r, struct task *t, int nargs, struct error *err)
{
	int n;

	memset(err, 0, sizeof *err);
	t->hurried = true;
	if (task_call(r, t, nargs, &n) == LUA_OK)
		return true;
	get_error(t->co, -1, err);
	return false;
}

/* ---- functions that run by themselves: of keys and events ---- */

static void told(struct runner *r, struct task *t, int status, int results)
{
	struct error err;
	struct text out = { 0 };

	(void)results;
	if (status == LUA_OK)
		return;
	get_error(t->co, -1, &err);
	err.len = 0;
	error_format(&err, NULL, &out);
	r->o.host->complain(r->o.host->arg, text_str(&out));
	text_drop(&out);
	t->failed = true;
}

/* A task for the function on top of r->L and nargs arguments above it; pops them. It runs at the next poll. */
static void start(struct runner *r, int nargs)
{
	struct task *t = task_new(r, "", NULL);

	if (!t) {
		lua_pop(r->L, nargs + 1);
		return;
	}
	/* task_new left its thread in the registry only */
	lua_xmove(r->L, t->co, nargs + 1);
	t->nargs = nargs;
	t->over = told;
}

/* ---- qs.command ---- */

static const struct { const char *name; enum arg_kind kind; } kinds[] = {
	{ "codec", ARG_CODEC }, { "tensor", ARG_TENSOR }, { "value", ARG_VALUE }, { "model", ARG_MODEL }, { "number", ARG_NUMBER },
	{ "count", ARG_COUNT }, { "range", ARG_RANGE }, { "shape", ARG_SHAPE }, { "size", ARG_SIZE }, { "pattern", ARG_PATTERN },
	{ "choice", ARG_CHOICE }, { "flag", ARG_FLAG }, { "file", ARG_FILE }, { "text", ARG_TEXT }, { "rest", ARG_REST }, { "name", ARG_NAME },
};

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

static bool field_is_true(lua_State *L, int i, const char *name)
{
	bool is;

	lua_getfield(L, i, name);
	is = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return is;
}

/* { name=, kind=, optional=, named=, many=, choices=, help=, min=, max= } at index i of the stack */
static void take_arg(lua_State *L, int i, struct own_command *c, size_t n)
{
	struct arg *a = &c->command.args[n];
	char kind[20];

	text_field(L, i, "name", c->arg_name[n], sizeof *c->arg_name);
	text_field(L, i, "help", c->arg_help[n], sizeof *c->arg_help);
	text_field(L, i, "choices", c->choices[n], sizeof *c->choices);
	text_field(L, i, "kind", kind, sizeof kind);
	if (!is_word(c->arg_name[n]))
		throw_new(L, ERR_ARGUMENT, "{ name = \"x\", kind = \"tensor\" }", "argument %zu needs a name", n + 1);
	*a = (struct arg){ .name = c->arg_name[n], .summary = *c->arg_help[n] ? c->arg_help[n] : NULL, .named = field_is_true(L, i, "named"),
			   .optional = field_is_true(L, i, "optional"), .many = field_is_true(L, i, "many"),
			   .choices = *c->choices[n] ? c->choices[n] : NULL, .min = option_number(L, i, "min", 0), .max = option_number(L, i, "max", 0) };
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (!strcmp(kinds[k].name, *kind ? kind : "value"))
			a->kind = kinds[k].kind;
	if (a->kind == ARG_COUNT && !(a->max > a->min))
		a->max = 9007199254740991.0;
	if (a->kind == ARG_END || (a->kind == ARG_CHOICE && !a->choices))
		throw_new(L, ERR_ARGUMENT, "codec tensor value model number count range shape size pattern choice flag file text rest name; a choice "
			  "names its choices", "argument %s has no kind that there is", c->arg_name[n]);
}

static struct runner *runner_in(struct context *c)
{
	return c->scope->arg;
}

static void push_given(lua_State *L, const struct given *g)
{
	switch (g->spec ? g->spec->kind : ARG_TEXT) {
	case ARG_CODEC:
		lua_pushstring(L, g->codec ? g->codec->name : g->text);
		break;
	case ARG_NUMBER: case ARG_SIZE:
		lua_pushnumber(L, g->number);
		break;
	case ARG_COUNT:
		lua_pushinteger(L, (lua_Integer)g->number);
		break;
	case ARG_RANGE: case ARG_SHAPE:
		lua_createtable(L, 2, 0);
		lua_pushnumber(L, g->number);
		lua_rawseti(L, -2, 1);
		lua_pushnumber(L, g->second);
		lua_rawseti(L, -2, 2);
		break;
	case ARG_FLAG:
		if (g->spec->choices && strchr(g->text, '='))
			lua_pushstring(L, g->text);
		else
			lua_pushboolean(L, strcmp(g->text, "off") != 0);
		break;
	default:
		if (g->value)
			push_value(L, value_hold(g->value));
		else
			lua_pushstring(L, g->text);
		break;
	}
}

/* The function is not called here, where nothing may wait: task_command does it, with the table of arguments that is left in r. */
static bool own_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	const struct own_command *own = c->command->data;
	struct runner *r = runner_in(c);
	lua_State *L = r->L;

	(void)out;
	if (!own->r)
		return error_set(err, ERR_COMMAND, "'%s' is no longer there", own->name);
	lua_newtable(L);
	for (size_t i = 0; i < a->n; i++) {
		const struct given *g = &a->given[i];

		push_given(L, g);
		if (g->spec && g->spec->many) {
			if (lua_getfield(L, -2, g->name) != LUA_TTABLE) {
				lua_pop(L, 1);
				lua_newtable(L);
				lua_pushvalue(L, -1);
				lua_setfield(L, -4, g->name);
			}
			lua_insert(L, -2);
			lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
			lua_pop(L, 1);
		} else {
			lua_setfield(L, -2, g->name);
		}
	}
	r->call_args = luaL_ref(L, LUA_REGISTRYINDEX);
	r->call_function = own->run;
	return true;
}

bool extend_push_call(lua_State *L, struct runner *r)
{
	if (!r->call_function)
		return false;
	lua_rawgeti(L, LUA_REGISTRYINDEX, r->call_function);
	lua_rawgeti(L, LUA_REGISTRYINDEX, r->call_args);
	luaL_unref(L, LUA_REGISTRYINDEX, r->call_args);
	r->call_function = r->call_args = 0;
	return true;
}

static struct own_command *struct_for(struct runner *r, const char *name)
{
	struct own_command *c = own_commands;

	while (c && strcmp(c->name, name))
		c = c->next;
	if (c && c->r && c->r != r)
		return NULL;
	if (!c && (c = calloc(1, sizeof *c))) {
		c->next = own_commands;
		own_commands = c;
	}
	return c;
}

static int qs_command(lua_State *L)
{
	struct runner *r = runner_of(L);
	struct own_command *c;
	char name[40];
	size_t n = 0;

	refuse_under_limits(L, "add commands");
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	text_field(L, 1, "name", name, sizeof name);
	if (!is_word(name) || !name[1])
		return throw_new(L, ERR_ARGUMENT, "name = \"spread\"", "a command needs a name of two letters or more");
	c = struct_for(r, name);
	if (!c || (!c->r && command_find(name)))
		return throw_new(L, ERR_ARGUMENT, "another name", "there is a command '%s' already", name);
	if (lua_getfield(L, 1, "run") != LUA_TFUNCTION)
		return throw_new(L, ERR_ARGUMENT, "run = function(a) ... end", "a command needs run");
	lua_pop(L, 1);
	if (c->r) {
		command_remove(&c->command);
		luaL_unref(L, LUA_REGISTRYINDEX, c->run);
		c->r = NULL;
	}
	snprintf(c->name, sizeof c->name, "%s", name);
	text_field(L, 1, "summary", c->summary, sizeof c->summary);
	text_field(L, 1, "help", c->help, sizeof c->help);
	if (!*c->summary)
		snprintf(c->summary, sizeof c->summary, "%.100s", *c->help ? c->help : "a command of your own");
	c->command = (struct command){ .name = c->name, .group = GROUP_RUNNING, .summary = c->summary, .help = *c->help ? c->help : NULL,
				       .run = own_run, .data = c };
	if (lua_getfield(L, 1, "args") == LUA_TTABLE)
		for (; n < lua_rawlen(L, 2) && n < WORDS; n++) {
			if (lua_rawgeti(L, 2, (lua_Integer)n + 1) != LUA_TTABLE)
				return throw_new(L, ERR_ARGUMENT, "args = { { name = \"x\", kind = \"tensor\" } }", "an argument is a table");
			take_arg(L, 3, c, n);
			lua_settop(L, 2);
		}
	lua_settop(L, 1);
	if (lua_getfield(L, 1, "examples") == LUA_TTABLE)
		for (int i = 0; i < 2; i++) {
			if (lua_rawgeti(L, 2, i + 1) == LUA_TSTRING) {
				snprintf(c->example[i], sizeof *c->example, "%s", lua_tostring(L, -1));
				c->command.examples[i] = c->example[i];
			}
			lua_pop(L, 1);
		}
	lua_getfield(L, 1, "run");
	c->run = luaL_ref(L, LUA_REGISTRYINDEX);
	c->r = r;
	if (!command_add(&c->command)) {
		c->r = NULL;
		return throw_new(L, ERR_ARGUMENT, NULL, "there is no room for another command");
	}
	return 0;
}

/* ---- qs.glossary ---- */

struct own_term { struct term term; struct runner *r; char *word, *text, *also, *show; struct own_term *next; };

static struct own_term *own_terms;

/* Escaped as text of a model; its lines become one paragraph. NULL for NULL. */
static char *paragraph(const char *s)
{
	struct text t = { 0 };

	for (; s && *s; s += strspn(s, "\n \t")) {
		size_t n = strcspn(s, "\n");

		text_put(&t, t.len ? " " : "");
		text_escape(&t, s, n, 0);
		s += n;
	}
	return s ? text_take(&t) : NULL;
}

/* The struct of this word, else one that is free, else a new one. NULL: no memory. */
static struct own_term *term_for(struct runner *r, const char *word)
{
	struct own_term *t = own_terms, *free_one = NULL;

	for (; t && !(t->r == r && !strcmp(t->word, word)); t = t->next)
		free_one = t->r ? free_one : t;
	t = t ? t : free_one;
	if (!t && (t = calloc(1, sizeof *t))) {
		t->next = own_terms;
		own_terms = t;
	}
	return t;
}

/* qs.glossary(word, text [, { also=, show= }]); a word that is known already says this from now on */
static int qs_glossary(lua_State *L)
{
	const char *word = luaL_checkstring(L, 1), *text = luaL_checkstring(L, 2);
	struct runner *r = runner_of(L);
	const char *also = option_text(L, 3, "also"), *show = option_text(L, 3, "show");
	struct own_term *t;

	if (!*word || strlen(word) > 60 || strlen(text) > 4000)
		return throw_new(L, ERR_ARGUMENT, NULL, "a word of 1 to 60 letters, and some sentences");
	t = term_for(r, word);
	if (!t)
		return throw_new(L, ERR_MEMORY, NULL, "not enough memory for a word");
	term_remove(&t->term);
	free(t->word);
	free(t->text);
	free(t->also);
	free(t->show);
	t->r = r;
	t->word = paragraph(word);
	t->text = paragraph(text);
	t->also = paragraph(also);
	t->show = paragraph(show);
	t->term = (struct term){ .name = t->word, .also = t->also, .text = t->text, .show = t->show };
	if (!t->word || !t->text || !term_add(&t->term)) {
		t->r = NULL;
		return throw_new(L, ERR_ARGUMENT, NULL, "there is no room for another word");
	}
	return 0;
}

/* ---- keys ---- */

/* The key card of the pane lists them too. */
static void for_the_card(struct runner *r, struct extras *x)
{
	struct stage *s = r->o.stage;
	size_t n = 0;

	for (const struct binding *b = x->bindings; b && n < sizeof x->card / sizeof *x->card; b = b->next)
		x->card[n++] = (struct bound_key){ b->view, b->key, b->label };
	s->bound = x->card;
	s->n_bound = n;
}

static bool set_binding(struct runner *r, const char *view, const char *key, const char *line, int function, const char *label, struct error *err)
{
	struct extras *x = extras_of(r);
	struct binding *b = x ? x->bindings : NULL;
	struct key k;

	if (strcmp(view, "any") && !view_find(view)) {
		error_set(err, ERR_ARGUMENT, "no view '%.40s'", view);
		return error_hint(err, "view", "views  lists them; any  means all of them");
	}
	if (!*key || key_parse(key, &k) != strlen(key) || strlen(key) >= sizeof b->key) {
		error_set(err, ERR_ARGUMENT, "'%.40s' is no key", key);
		return error_hint(err, "key", "one key as it is written: x  <F2>  <C-r>  <PgUp>");
	}
	while (b && (strcmp(b->view, view) || !key_equal(&b->k, &k)))
		b = b->next;
	if (!b) {
		b = x ? calloc(1, sizeof *b) : NULL;
		if (!b)
			return error_memory(err, "a key");
		b->next = x->bindings;
		x->bindings = b;
	} else {
		luaL_unref(r->L, LUA_REGISTRYINDEX, b->function);
		free(b->line);
	}
	snprintf(b->view, sizeof b->view, "%s", view);
	snprintf(b->key, sizeof b->key, "%s", key);
	snprintf(b->label, sizeof b->label, "%.39s", label);
	b->k = k;
	b->function = function;
	b->line = line ? strdup(line) : NULL;
	for_the_card(r, x);
	return true;
}

/* qs.bind(view, key, f or "a command") */
static int qs_bind(lua_State *L)
{
	const char *view = luaL_checkstring(L, 1), *key = luaL_checkstring(L, 2);
	struct error err;
	int function = LUA_NOREF;
	bool ok;

	refuse_under_limits(L, "bind keys");
	lua_settop(L, 3);
	if (lua_type(L, 3) != LUA_TSTRING) {
		luaL_checktype(L, 3, LUA_TFUNCTION);
		lua_pushvalue(L, 3);
		function = luaL_ref(L, LUA_REGISTRYINDEX);
	}
	ok = set_binding(runner_of(L), view, key, function == LUA_NOREF ? lua_tostring(L, 3) : NULL, function,
			 function == LUA_NOREF ? lua_tostring(L, 3) : "a function", &err);
	if (ok)
		return 0;
	luaL_unref(L, LUA_REGISTRYINDEX, function);
	return throw(L, &err);
}

bool extend_key(struct runner *r, const struct key *k)
{
	const struct scene *front = stage_front(r->o.stage);
	struct binding *b = r->extras && front ? r->extras->bindings : NULL;

	while (b && !(key_equal(&b->k, k) && (!strcmp(b->view, "any") || !strcmp(b->view, front->view->name))))
		b = b->next;
	if (!b)
		return false;
	if (b->line) {
		runner_start(r, b->line, NULL);
		return true;
	}
	lua_rawgeti(r->L, LUA_REGISTRYINDEX, b->function);
	push_value(r->L, value_hold(front->subject));
	if (front->view->cursor)
		lua_pushinteger(r->L, (lua_Integer)front->view->cursor(front->state));
	else
		lua_pushnil(r->L);
	start(r, 2);
	return true;
}

static bool bind_run(struct context *c, const struct args *a, struct outcome *out, struct error *err)
{
	struct runner *r = runner_in(c);
	const char *view = args_text(a, "view", NULL), *key = args_text(a, "key", NULL), *line = args_text(a, "command", NULL);

	(void)out;
	if (!view) {
		const struct binding *b = r->extras ? r->extras->bindings : NULL;

		if (!b)
			say(c, "no keys are bound; help keys  lists those there are");
		for (; b; b = b->next)
			say(c, "  %-10s %-8s %s", b->view, b->key, b->label);
		return true;
	}
	if (!key || !line) {
		error_set(err, ERR_ARGUMENT, "%s is missing", key ? "the command" : "the key");
		return error_hint(err, NULL, "as in  bind hist <F2> views _");
	}
	return set_binding(r, view, key, line, LUA_NOREF, line, err);
}

static const struct command command_bind = {
	.name = "bind", .group = GROUP_RUNNING, .summary = "a key of a view, or of any, for a command; alone: lists them",
	.help = "In the start file it is there in every run. A function is bound with qs.bind(view, key, f).",
	.args = { { "view", ARG_TEXT, .optional = true, .summary = "the name of a view, or any" },
		  { "key", ARG_TEXT, .optional = true, .summary = "as it is written: x  <F2>  <C-r>" },
		  { "command", ARG_REST, .optional = true, .summary = "the line that the key stands for" }, { 0 } },
	.examples = { "bind hist <F2> views _", "bind" }, .related = "help", .run = bind_run, .quiet = true,
};

void extend_words_add(void)
{
	if (!command_find("bind"))
		command_add(&command_bind);
}

/* ---- events ---- */

enum event { EVENT_RESULT, EVENT_OPEN, EVENT_CLOSE, EVENT_STEP, EVENT_VIEW, EVENT_RESIZE, EVENT_QUIT };

static const char *const events[EVENTS] = { "result", "open", "close", "step", "view", "resize", "quit" };

static int qs_on(lua_State *L)
{
	struct runner *r = runner_of(L);
	struct extras *x = extras_of(r);
	const char *name = luaL_checkstring(L, 1);
	int i = 0;

	refuse_under_limits(L, "take notice of events");
	luaL_checktype(L, 2, LUA_TFUNCTION);
	while (i < EVENTS && strcmp(events[i], name))
		i++;
	if (!x || i == EVENTS)
		return throw_new(L, ERR_ARGUMENT, "result open close step view resize quit", "no event '%s'", name);
	if (!x->handlers[i]) {
		lua_newtable(L);
		x->handlers[i] = luaL_ref(L, LUA_REGISTRYINDEX);
	}
	lua_rawgeti(L, LUA_REGISTRYINDEX, x->handlers[i]);
	lua_pushvalue(L, 2);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	return 0;
}

/* The value on top of r->L goes to each handler; popped. now: until they are done. */
static void fire(struct runner *r, enum event e, bool now)
{
	lua_State *L = r->L;

	if (!r->extras->handlers[e]) {
		lua_pop(L, 1);
		return;
	}
	lua_rawgeti(L, LUA_REGISTRYINDEX, r->extras->handlers[e]);
	for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, -1); i <= n; i++) {
		lua_rawgeti(L, -1, i);
		lua_pushvalue(L, -3);
		if (now) {
			struct task *t = task_new(r, "", NULL);
			struct error err;

			if (!t) {
				lua_pop(L, 2);
				continue;
			}
			lua_xmove(L, t->co, 2);
			if (!extend_call(r, t, 1, &err))
				told(r, t, LUA_ERRRUN, 0);
			task_drop(r, t);
		} else {
			start(r, 1);
		}
	}
	lua_pop(L, 2);
}

static void look_at_models(struct runner *r, struct extras *x)
{
	const struct session *s = r->o.session;

	if (s->n_models > x->models) {
		push_value(r->L, value_hold(s->models[s->n_models - 1]));
		fire(r, EVENT_OPEN, false);
	} else if (s->n_models < x->models) {
		lua_pushinteger(r->L, (lua_Integer)s->n_models);
		fire(r, EVENT_CLOSE, false);
	}
	x->models = s->n_models;
}

static void look_at_stage(struct runner *r, struct extras *x)
{
	const struct scene *front = stage_front(r->o.stage);
	const struct value *walk = stage_walk(r->o.stage);
	size_t step = walk ? value_step(walk) : 0;

	if (front && (front->view != x->view || front->subject != x->subject)) {
		lua_pushstring(r->L, front->view->name);
		fire(r, EVENT_VIEW, false);
	}
	if (walk && walk == x->walk && step != x->step) {
		lua_pushinteger(r->L, (lua_Integer)step);
		fire(r, EVENT_STEP, false);
	}
	x->view = front ? front->view : NULL;
	x->subject = front ? front->subject : NULL;
	x->walk = walk;
	x->step = step;
}

void extend_look(struct runner *r)
{
	struct extras *x = r->extras;

	if (!x || x->looking)
		return;
	x->looking = true;
	if (r->results != 0) {
		r->results = 0;
		lua_getglobal(r->L, "_");
		fire(r, EVENT_RESULT, false);
	}
	look_at_models(r, x);
	look_at_stage(r, x);
	if (r->o.host->width != x->width && x->width) {
		lua_pushinteger(r->L, r->o.host->width);
		fire(r, EVENT_RESIZE, false);
	}
	x->width = r->o.host->width;
	x->looking = false;
}

void extend_drop(struct runner *r)
{
	struct extras *x = r->extras;

	if (x && r->L) {
		lua_pushnil(r->L);
		fire(r, EVENT_QUIT, true);
	}
	while (x && x->bindings) {
		struct binding *next = x->bindings->next;

		free(x->bindings->line);
		free(x->bindings);
		x->bindings = next;
	}
	r->o.stage->bound = NULL;
	r->o.stage->n_bound = 0;
	free(x);
	r->extras = NULL;
	for (struct own_term *t = own_terms; t; t = t->next)
		if (t->r == r) {
			term_remove(&t->term);
			t->r = NULL;
		}
	for (struct own_command *c = own_commands; c; c = c->next)
		if (c->r == r) {
			command_remove(&c->command);
			c->r = NULL;
		}
}

/* ---- qs.pane ---- */

static int control(lua_State *L, const char *what, const char *how)
{
	const struct host *h = runner_of(L)->o.host;
	struct text answer = { 0 };
	struct error err = { 0 };
	bool ok;

	refuse_under_limits(L, "move the pane");
	ok = h->control(h->arg, what, how, &answer, &err);
	text_drop(&answer);
	return ok ? 0 : throw(L, &err);
}

static int pane_on(lua_State *L) { return control(L, "pane", "on"); }
static int pane_off(lua_State *L) { return control(L, "pane", "off"); }
static int pane_layout(lua_State *L) { return control(L, "layout", luaL_checkstring(L, 1)); }
static int pane_size(lua_State *L) { return control(L, "size", luaL_tolstring(L, 1, NULL)); }

/* What stands at the right end of the pane's title until another view is shown. */
static int pane_title(lua_State *L)
{
	struct stage *s = runner_of(L)->o.stage;
	const char *text = luaL_optstring(L, 1, "");
	struct text t = { 0 };

	text_escape(&t, text, strlen(text), 60);
	snprintf(s->note, sizeof s->note, "%s", text_str(&t));
	s->note_of = stage_front(s) ? stage_front(s)->state : NULL;
	text_drop(&t);
	return 0;
}

/* qs.pane.cursor() tells where it is, cursor(3) and cursor("code[3]") move it. */
static int pane_cursor(lua_State *L)
{
	struct scene *front = stage_front(runner_of(L)->o.stage);
	const char *s, *bracket;

	if (!front || !front->view->cursor || !front->view->set_cursor)
		return throw_new(L, ERR_ARGUMENT, NULL, "what is shown has no cursor");
	if (!lua_isnoneornil(L, 1)) {
		s = luaL_tolstring(L, 1, NULL);
		bracket = strchr(s, '[');
		bracket = bracket ? bracket + 1 : s;
		if (*bracket < '0' || *bracket > '9')
			return throw_new(L, ERR_ARGUMENT, "qs.pane.cursor(3) or qs.pane.cursor(\"code[3]\")", "no place '%s'", s);
		front->view->set_cursor(front->state, (size_t)strtoul(bracket, NULL, 10));
	}
	lua_pushinteger(L, (lua_Integer)front->view->cursor(front->state));
	return 1;
}

/* qs.pane.mark{5, 9}: weights that stand out in what is shown, and in the view below it; mark{} none. */
static int pane_mark(lua_State *L)
{
	struct text list = { 0 };
	struct error err;
	bool ok;

	luaL_checktype(L, 1, LUA_TTABLE);
	for (lua_Integer i = 1, n = luaL_len(L, 1); i <= n; i++) {
		int whole;
		lua_Integer at;

		lua_geti(L, 1, i);
		at = lua_tointegerx(L, -1, &whole);
		lua_pop(L, 1);
		if (!whole || at < 0) {
			text_drop(&list);
			return throw_new(L, ERR_ARGUMENT, "qs.pane.mark{5, 9}", "weights are marked by their numbers, counted from 0");
		}
		text_add(&list, "%s%lld", i > 1 ? "," : "", (long long)at);
	}
	ok = stage_mark(runner_of(L)->o.stage, text_str(&list), &err);
	text_drop(&list);
	return ok ? 0 : throw(L, &err);
}

/* qs.pane.split("bars"); without a name, or with "off", none. */
static int pane_split(lua_State *L)
{
	const char *name = luaL_optstring(L, 1, "off");

	refuse_under_limits(L, "move the pane");
	stage_split(runner_of(L)->o.stage, strcmp(name, "off") ? check_view(L, 1) : NULL);
	return 0;
}

void extend_open(lua_State *L)
{
	qs_set(L, (const struct row[]){ { "command", qs_command }, { "bind", qs_bind }, { "on", qs_on }, { "glossary", qs_glossary }, { 0 } });
	lua_newtable(L);
	qs_set(L, (const struct row[]){ { "on", pane_on }, { "off", pane_off }, { "layout", pane_layout }, { "size", pane_size },
					{ "title", pane_title }, { "cursor", pane_cursor }, { "mark", pane_mark }, { "split", pane_split }, { 0 } });
	lua_setfield(L, -2, "pane");
	ticks_open(L);
}
