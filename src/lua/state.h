/*
 * state.h - what the files of this room share: the runner and its tasks, values and errors inside Lua.
 *
 * Lua is one state. Each line, script and lesson is a task: a coroutine, and what it waits for. A C function that needs long work calls
 * task_await(), which yields where it can and works on the spot where it cannot.
 */
#ifndef LUA_STATE_H
#define LUA_STATE_H

#include <lauxlib.h>
#include <lua.h>
#include <signal.h>

#include "commands/command.h"
#include "lua/literal.h"
#include "lua/runner.h"

struct player;
struct progress;

/* Where code under limits lives while it runs. */
struct limits { const char *dir; int env; size_t base; };

enum wait_kind {
	WAIT_NOT,	/* runs, or has not begun */
	WAIT_TURN,	/* gave control back for a moment: goes on at the next poll */
	WAIT_JOB,
	WAIT_TASK,	/* for another line, whose result it names */
	WAIT_TIME,	/* until `until` */
	WAIT_KEY,	/* a story, for a key of the pane or Enter */
	WAIT_LINE,	/* a story, for a line */
	WAIT_OVER,	/* done */
};

/* A line, script or lesson. */
struct task {
	struct task *next;
	lua_State *co;
	int ref;			/* of the coroutine in the registry */
	char *line, *where;		/* as typed; "FILE:LINE" or NULL */
	struct part part;		/* the one that runs */
	size_t next_at;			/* of line: where the next part begins */
	bool begun;			/* the part has been resumed at least once */
	bool expression;		/* it is one: what it gives is printed */
	bool keep_going;		/* after a part that failed, with the next line */
	bool pure;			/* a .lua file: one chunk that is on the stack already */
	bool failed;
	bool limited;			/* under the limits of lessons */
	bool no_wait;			/* jobs are done on the spot */
	bool work;			/* of a part with work=true: what takes long is remembered */
	bool flat;			/* a demo: codecs that need importance weights take flat ones */
	const struct limits *limits;	/* of a demo; NULL: those of the lesson that is played */
	void *story;			/* the demo it tells, its own; NULL none */
	double until;
	bool hurried;			/* it must not take long: drawing, keys */
	struct job *ticks; int ticks_ref;	/* of qs.progress; NULL none */
	char *got;			/* the key or line it waited for */
	int nargs;			/* of a function that is on the stack */
	/* A function of a lesson instead of a line: called when it is over, with its results or the error on the coroutine's stack. */
	void (*over)(struct runner *r, struct task *t, int status, int results);
	enum wait_kind wait;
	struct job *job;
	struct value *result;		/* what the job gave, held; or NULL and, if `wrong`, err */
	struct error err;
	bool wrong;
	unsigned long waits_for, id;	/* task ids */
	unsigned long follow;		/* a task that its command started, to be waited for before the next part; 0 none */
	int from_history;		/* how deep: !n of a line that !n ran */
	unsigned watch;			/* it runs again for this watch; 0: not one */
	struct text *capture;		/* where print and say go instead of the host; NULL: the host */
};

enum { RENEW_MAX = 8 };

struct runner {
	struct runner_options o;
	lua_State *L;
	struct scope scope;
	struct context context;
	struct literal_world world;
	struct task *tasks;		/* in the order they were started */
	struct task *now;		/* being resumed; NULL none */
	struct task *after;		/* whose results are being told */
	unsigned long last_id;
	double turn_ends;		/* of `now`: when the count hook yields */
	int exit_code;			/* -1: nobody asked */
	enum error_class first_error;
	volatile sig_atomic_t interrupts;	/* Ctrl-C since the last one counted; set by a handler */
	volatile sig_atomic_t breaking;		/* Lua is to be broken off */
	struct job *volatile current;		/* the job a handler may stop */
	double interrupted_at;
	double next_step;		/* of `play`: when; < 0: not playing */
	size_t lua_bytes;		/* in use by Lua */
	size_t made_bytes;		/* of tensors made while a limited task ran */
	size_t limit_bytes;		/* Lua may not grow beyond, of made_bytes too; SIZE_MAX: no limit */
	long instructions;		/* left for a limited task */
	char **places;			/* of lessons, NULL-ended */
	struct progress *progress;
	struct extras *extras;		/* what the user added; NULL: nothing */
	int call_function, call_args;	/* references: of a command of the user's that is to be called; 0 none */
	struct watch *watches;
	unsigned long lines_started;	/* by the user: a watch runs once for one */
	bool aside;			/* a watch ends: its results do not become `_` */
	int time_function;		/* reference: what `time` calls */
	unsigned long errors;		/* told so far */
	unsigned results;		/* since events were last looked for */
	struct lua_view *demo_view;	/* made when it is first wanted */
	struct player *player;		/* the lesson that is played; NULL none */
	size_t lesson_base;		/* bytes of Lua before its file was loaded */
	int limit_env;			/* reference: the environment of chunks that code under limits has run; 0 none */
	const char *lesson_dir;		/* where the file lies that runs under limits */
	int declaring;			/* L:say and the like append parts */
	bool as_lesson;			/* lines have the rights of a lesson, no more: --test-lesson types its answers */
	bool heading;			/* only what a lesson says of itself is wanted */
	int wish; char wish_id[40];	/* what a word of the lesson asked for: done when its line is over */
	char trusted[8][40];		/* lessons without limits */
	char prompt[80];
	size_t rows_said;		/* rows of the output so far, as far as this room knows */
	bool stepped;			/* the last command was a stepping one */
	char step_line[80];
	struct text io;			/* io.write without its line end */
	struct { struct value *old; int ref; } renew[RENEW_MAX]; size_t n_renew;	/* values that this line changed: see renew.c */
};

struct runner *runner_of(lua_State *L);
double now_seconds(void);
bool runner_begin_script(struct runner *r, const char *path, struct error *err);	/* started; the task that runs now waits for it */

/* ---- values.c: engine values and errors as userdata ---- */
#define VALUE_META "qs.value"
#define ERROR_META "qs.error"

void values_open(lua_State *L);
void push_boxed(lua_State *L, struct value *v);			/* takes v over, as it is: numbers and strings too */
void push_value(lua_State *L, struct value *v);			/* takes v over; numbers, strings and nil become Lua's; NULL: nil */
struct value *test_value(lua_State *L, int i);			/* borrowed; NULL: not one of the engine's */
struct value *check_kind(lua_State *L, int i, enum value_kind kind);	/* borrowed; raises */
struct value *check_value(lua_State *L, int i);
void replace_value(lua_State *L, int i, struct value *v);	/* the userdata at i now stands for v, which is taken over */
struct value *to_value(lua_State *L, int i, struct error *err);	/* held; plain Lua values become numbers, strings, or how they print */
const char *kind_of(lua_State *L, int i);			/* "tensor", "number", ... */
void print_plain(lua_State *L, int i, size_t width, struct text *out);	/* as a line */
char *print_number(lua_State *L, int i, char buf[NUMBER_SIZE]);

int throw(lua_State *L, const struct error *err);		/* lua_error with the struct; never returns */
int throw_new(lua_State *L, enum error_class class, const char *hint, const char *fmt, ...) PRINTF_LIKE(4, 5);
const struct error *test_error(lua_State *L, int i);
void get_error(lua_State *L, int i, struct error *err);		/* of whatever was thrown */

/* ---- chunk.c: Lua text to a function, faults to places ---- */
/* Pushes the function and returns true, or an err whose at, len are bytes of text. expression: `return` may stand before it. */
bool chunk_load(lua_State *L, const char *text, bool must_be_expression, bool *is_expression, struct error *err);
enum chunk_state chunk_judge(void *runner, const char *text);
/* A fault of running text, whose names point to places in it: at and len, if one is named that stands there once. */
void chunk_blame(const char *text, struct error *err);

/* ---- task.c ---- */
enum { HOOK_COUNT = 10000 };	/* instructions between looks at Ctrl-C and the clock */
#define TURN_SECONDS 0.02	/* Lua that runs longer than this lets the screen have a turn */

void task_hook(lua_State *L);
int task_step(struct runner *r, struct task *t, int nargs, int *results);	/* one resume; its status */
int task_call(struct runner *r, struct task *t, int nargs, int *results);	/* the same to the end: nothing in it waits */
void task_limit_chunk(lua_State *L);			/* a chunk on top: under limits it sees what a lesson may see */
struct task *task_new(struct runner *r, const char *line, const char *where);	/* NULL: no memory */
void task_drop(struct runner *r, struct task *t);
void task_resume(struct runner *r, struct task *t);		/* until it waits or is over */
bool task_ready(struct runner *r, struct task *t);		/* its wait is over; takes a finished job over */
/* In a C function of a task: waits for the job, then k(L, LUA_YIELD, ctx), where task_result() gives what came of it. */
int task_await(lua_State *L, struct job *job, lua_KFunction k, lua_KContext ctx);
/* Held, or NULL: raises if it failed. */
struct value *task_result(lua_State *L);
/* What a session function gave: the value, or after its job the value. Pushes it: `return task_outcome(L, &out)` ends a C function. */
int task_outcome(lua_State *L, struct outcome *out);
int task_command(lua_State *L);					/* qs.cmd(line), and how command parts run */
void runner_complain(struct runner *r, struct task *t, const struct part *p, struct error *err);
void runner_say(struct runner *r, enum style style, const char *text);	/* escaped, line by line */

void task_history(struct runner *r, struct task *t, const char *number);	/* !n: runs that line, t waits for it */

/* ---- renew.c ---- */
void renew_later(lua_State *L, int i, struct value *old);	/* the userdata at i stood for old until now */
void renew_now(struct runner *r);				/* the line is over */

/* ---- scope.c ---- */
void scope_open(struct runner *r);
bool scope_is_command(void *runner, const char *name, size_t n);
bool scope_is_model(void *runner, const char *name, size_t n);
bool scope_push_variable(lua_State *L, const char *name);	/* one of the user's; false: none, nothing pushed */
bool scope_is_builtin(lua_State *L, const char *name);
void scope_result(lua_State *L, int i);				/* `_` is now the value at i */
void scope_name_value(lua_State *L, const char *name);		/* a global was assigned: gives its value the name, if it has none */

/* ---- qs*.c ---- */
struct row { const char *name; lua_CFunction function; };
void qs_open(struct runner *r);					/* the module, require, print and the generators */
void qs_tensor_open(lua_State *L);				/* each adds its functions to the table on top */
void qs_quantized_open(lua_State *L);
void qs_compare_open(lua_State *L);
void qs_survey_open(lua_State *L);
void qs_codec_open(lua_State *L);
void qs_model_open(lua_State *L);
void qs_method_open(lua_State *L);
void qs_plan_open(lua_State *L);
void qs_score_open(lua_State *L);
void qs_view_open(lua_State *L);
void qs_set(lua_State *L, const struct row *rows);

/* Fields of values, by kind: the value at 1, the key at 2; false: no such field, nothing pushed. */
bool tensor_index(lua_State *L, const struct value *v);
bool quantized_index(lua_State *L, const struct value *v);
bool walk_index(lua_State *L, const struct value *v);
void push_words(lua_State *L, const char *s);			/* "a b" as the list { "a", "b" } */
bool model_index(lua_State *L, const struct value *v);
bool errors_index(lua_State *L, const struct value *v);
bool table_index(lua_State *L, const struct value *v);
bool record_index(lua_State *L, const struct value *v);
bool plan_index(lua_State *L, const struct value *v);
bool importance_index(lua_State *L, const struct value *v);
bool method(lua_State *L, const struct row *rows);		/* pushes the function that the key names */
int tensor_newindex(lua_State *L);
void tensor_operators(lua_State *L);				/* into the metatable on top */

/* options of a call: a table at i, or nothing */
bool option(lua_State *L, int i, const char *name);		/* pushes it and returns true, or nothing */
double option_number(lua_State *L, int i, const char *name, double otherwise);
const char *option_text(lua_State *L, int i, const char *name);	/* NULL: not given; lives as long as the table */
void check_shape(lua_State *L, int i, size_t *rows, size_t *cols);	/* n or {rows, cols} */
void check_codec(lua_State *L, int i, const struct codec **c);
struct view;
struct value *value_to_show(lua_State *L, int i, int options);	/* with a codec in the options, quantized; on the stack's top, borrowed */
int show_value(lua_State *L, const struct view *view, int i, int options);	/* value at i, options at `options` or nothing there */
const struct view *check_view(lua_State *L, int i);
void view_options(lua_State *L, int i, const struct view *view, struct args *out);	/* a table as options of a view; raises with out cleared */
struct quantize_options;
void check_quantize_options(lua_State *L, int i, struct quantize_options *o);

#endif
