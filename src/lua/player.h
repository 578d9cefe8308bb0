/*
 * player.h - a lesson that is being played. interaction.md 16.
 *
 * The player is a machine that is pushed by what the learner does: an empty line, an answer, a word. It goes through parts until one
 * waits. Functions of the lesson run in tasks of their own, under the limits of sandbox.c. What a word asks for that moves or ends the
 * lesson (a wish) is done when the word's line is over, so that no function runs in a lesson that is gone.
 */
#ifndef LUA_PLAYER_H
#define LUA_PLAYER_H

#include "lua/lesson.h"

enum play_state {
	PLAY_GO,	/* parts follow */
	PLAY_BUSY,	/* a function of the lesson runs */
	PLAY_TEXT,	/* behind a paragraph: Enter goes on */
	PLAY_PAUSE,
	PLAY_WALK,
	PLAY_ASK,	/* ask, predict, task */
	PLAY_READ,	/* what was said, and its picture, are to be read before others push them away: Enter goes on */
};

enum verdict { VERDICT_NONE, VERDICT_RIGHT, VERDICT_CLOSE, VERDICT_WRONG };

enum wish_kind { WISH_NONE, WISH_START, WISH_AGAIN, WISH_EARLIER, WISH_SKIP, WISH_LEAVE, WISH_END, WISH_REVIEW };

struct player {
	struct runner *r;
	struct lesson_info about;
	char declared[40];		/* the id it gives itself; about.id is that of its file */
	char dir[400];
	int lesson, env, answer_env;	/* references: L's table, its environment, that of answers */
	bool trusted;			/* no limits */
	size_t at, n;			/* the part that is played, from 0; how many */
	enum play_state state;
	size_t flow_to;			/* text before this part does not stop at its paragraphs */
	bool free;			/* questions wait */
	bool silent;			/* on the way to the place */
	bool hiding;			/* what is shown hides something until the question is answered */
	bool offered;			/* hint and skip have been named */
	bool word;			/* the line was one of the lesson's words: not judged */
	int tries, hints;		/* of the part */
	struct text text; size_t text_at;	/* of a say: what has not been said begins there */
	int before, given;		/* references, by name: { what a variable of the lesson was before }, and the copy the learner has of it */
	int shown;			/* reference: the part of the last show, LUA_NOREF none */
	struct value *walk;		/* of a walk part, a trace or a record, held; the last picture if nothing was shown since */
	size_t pictures;		/* how many were shown */
	size_t line_at, question_at;	/* of r->rows_said: where the learner's last line and the question stand */
	bool verdict_stands;		/* one was given, and its picture is still there */
	size_t walk_said;		/* its step whose stop sentence was said, + 1 */
	int answer;			/* reference: what is to be judged, LUA_NOREF none */
	char *answer_line;
	bool judging;			/* the line gave an answer */
	enum verdict verdict;		/* the last one, and its sentence */
	char sentence[600];
	enum part_state pass_as;	/* how the part is recorded when its outcome has been shown */
	size_t *review; size_t n_review, review_at;	/* parts of a round; NULL: the lesson as it is */
	bool ended;			/* the last part was passed */
	bool faulty;			/* an error of the lesson ended it */
};

/* ---- player.c ---- */
struct player *player_load(struct runner *r, const char *id, const char *path, struct error *err);	/* not yet started */
void player_drop(struct player *p);
void player_push_part(const struct player *p, lua_State *L, size_t at);
const char *player_field(const struct player *p, size_t at, const char *name);	/* "" if it is no string */
bool player_is(const struct player *p, size_t at, const char *kinds);	/* one of "ask predict task" */
bool player_is_station(const struct player *p, size_t at);		/* counted: ask predict task walk */
size_t player_station(const struct player *p, size_t at, size_t *total);	/* number of the station at or behind a part, from 1 */
uint64_t player_hash(const struct player *p, size_t at);
void player_count(struct player *p);
void player_prompt(struct player *p);			/* into r->prompt */
void player_say(struct player *p, enum style style, const char *text);		/* filled in, wrapped, indented */
void player_sayf(struct player *p, enum style style, const char *fmt, ...) PRINTF_LIKE(3, 4);
struct task *player_task(struct player *p);		/* under the limits; the caller puts a function and arguments on its stack */
bool player_call(struct player *p, struct task *t, int nargs);	/* to its end; false: it failed, and the lesson with it */
void player_stumble(struct player *p, lua_State *L);	/* the error on top ends the lesson */
void player_leave(struct player *p);			/* drops it */

/* ---- places.c ---- */
bool player_start(struct runner *r, const char *id, const char *path, bool review, struct error *err);	/* review: a round of what was missed */
void player_go_back(struct player *p, size_t at);	/* to what is read together with this part */
size_t player_place(struct player *p);			/* behind the last part that is in the record; takes the branches that were taken */
void player_wish(struct runner *r, enum wish_kind kind, const char *id);
void player_wishes(struct runner *r);			/* does what was wished */

/* ---- play.c ---- */
bool play_flows(const struct player *p, size_t at);	/* what comes behind this say is read together with it */
const char *play_paragraph_end(const char *s);
void play_on(struct player *p);				/* goes through parts until something waits */
void play_pass(struct player *p, enum part_state state);
bool player_takes(struct player *p, const char *line);	/* a line before it is run: Enter, or an answer */
/* A value that a part of a line gave, at the top of L. True: it is an answer, and is not printed. */
bool player_answer(struct player *p, lua_State *L, const struct task *t);
void player_after(struct runner *r, struct task *t);	/* a line is over */
void player_walked(struct player *p);			/* a command or a key has perhaps moved the walk: what there is to say of its step */
void player_enter(struct player *p);
void player_keep_answer(struct player *p, lua_State *L, const char *line);	/* the value on top is to be judged; pops it */
void player_skip(struct player *p);
void player_free(struct player *p, bool on);
int player_now(lua_State *L);				/* L:say, L:show, L:var in a function that is being played: the part on top */

/* ---- play_parts.c ---- */
void play_give_back(struct player *p);			/* variables as they were before the lesson, but for those that the learner has set anew */
int set_variable(lua_State *L);				/* 1: a var part; true if that changed anything */
bool play_var(struct player *p, size_t at, bool *changed);
bool play_restore(struct player *p);			/* all variables as the lesson has them; true: something had changed */
void play_keep_free(struct player *p);
bool play_show(struct player *p, bool unhide);		/* the part on top of r->L; pops it */
bool play_show_again(struct player *p, bool unhide);
bool play_start_walk(struct player *p);
bool play_show_walked(struct player *p, size_t at);	/* coming back: the picture with which that walk ended */
bool play_look_at_walk(struct player *p);		/* says the sentence of its step, once; true at its end */
bool play_branch(struct player *p);

/* ---- play_room.c ---- */
size_t play_room(const struct player *p, bool asking);	/* rows of output that are seen under the pane */
size_t play_rows(struct player *p, const char *text);	/* that a text of the lesson takes */
bool play_must_wait(struct player *p);			/* the parts from p->at on would push away what has not been read */
void play_wait(struct player *p);

/* ---- play_ask.c ---- */
void play_ask(struct player *p);
void play_question(struct player *p, size_t at, struct text *out);	/* as it is asked, its choices below */
int play_hints(struct player *p, int i, char *out, size_t size);	/* hint i, from 0; how many there are */
bool player_hint(struct player *p, struct error *err);
void play_judge(struct player *p);			/* the answer in p->answer */
bool play_would_judge(struct player *p);		/* the same, but only verdict and sentence are set: for --test-lesson */
void play_reveal(struct player *p);			/* the outcome that was hidden; then the next part */
bool play_has_reveal(const struct player *p, size_t at);
bool play_show_revealed(struct player *p, size_t at);	/* coming back: what its reveal showed, without a word */

/* ---- lesson_text.c ---- */
/* {name} {name:%.2f} {key:next} and `command` filled in. `missing`, if not NULL, gets the names that stand for nothing. */
void lesson_fill(struct player *p, const char *s, struct text *out, struct text *missing);
/* Words wrapped at `width` columns behind an indent; lines that begin with a blank stay as they are. Without the last LF. */
void lesson_wrap(const char *s, size_t indent, size_t width, struct text *out);

/* ---- judge.c ---- */
/* In a limited task: 1 the part, 2 the answer, 3 `s`. Gives the verdict as a number, and a sentence or nil. */
int judge(lua_State *L);
/* The answer to a choice: a letter, or the text, case and blanks ignored; 0: none. */
size_t judge_choice(lua_State *L, int part, const char *line);
void judge_show_answer(lua_State *L, int part, int answer, struct text *out);	/* "0.15714"  "b  -0.6" */
bool judge_same_words(const char *a, const char *b);

#endif
