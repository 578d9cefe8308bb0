/*
 * judge.c - is it right? By value or state, never by the wording of a command. interaction.md 16.4.
 *
 * The same few fields say what is right in a question and what is meant in an entry of `wrong`:
 *      near= within=    a number            right= (choice=)   which of the choices, from 1
 *      accept={...}     words               equal=             a tensor or another value, within= for its weights
 *      check=function(s)                    all else
 * A number that misses near= only because it has fewer digits is close.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "lua/player.h"

enum { PART = 1, ANSWER, S, SENTENCE /* that check gave */, BASE = SENTENCE, WRONG, ENTRY };	/* places on the stack */

/* ---- words and choices ---- */

static const char *next_letter(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')
		s++;
	return s;
}

bool judge_same_words(const char *a, const char *b)
{
	for (;; a++, b++) {
		a = next_letter(a);
		b = next_letter(b);
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

/* The choices are the list in place 2 of the question, or the list that follows its text. */
static bool push_choices(lua_State *L, int part)
{
	if (lua_rawgeti(L, part, 2) == LUA_TTABLE)
		return true;
	lua_pop(L, 1);
	return false;
}

size_t judge_choice(lua_State *L, int part, const char *line)
{
	size_t n, found = 0;

	part = lua_absindex(L, part);
	if (!push_choices(L, part))
		return 0;
	n = lua_rawlen(L, -1);
	for (size_t i = 1; i <= n && !found; i++) {
		char letter[2] = { (char)('a' + (i - 1)), 0 };

		lua_rawgeti(L, -1, (lua_Integer)i);
		if (judge_same_words(line, letter) || (lua_isstring(L, -1) && judge_same_words(line, lua_tostring(L, -1))))
			found = i;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return found;
}

void judge_show_answer(lua_State *L, int part, int answer, struct text *out)
{
	char buf[40];

	part = lua_absindex(L, part);
	answer = lua_absindex(L, answer);
	lua_getfield(L, part, "answers");
	if (lua_isinteger(L, answer) && lua_isstring(L, -1) && !strcmp(lua_tostring(L, -1), "choice") && push_choices(L, part)) {
		lua_rawgeti(L, -1, lua_tointeger(L, answer));
		text_add(out, "%c  %s", (char)('a' + lua_tointeger(L, answer) - 1), lua_tostring(L, -1));
		lua_pop(L, 3);
		return;
	}
	lua_pop(L, 1);
	if (lua_isinteger(L, answer)) {
		text_add(out, "%lld", (long long)lua_tointeger(L, answer));
	} else if (lua_type(L, answer) == LUA_TNUMBER) {
		snprintf(buf, sizeof buf, "%.5g", lua_tonumber(L, answer));
		text_put(out, buf);
	} else {
		print_plain(L, answer, 60, out);
	}
}

/* ---- what fits ---- */

static bool near(double x, double wanted, double within)
{
	if (isnan(within))
		within = 1e-9 + fabs(wanted) * 1e-6;
	return fabs(x - wanted) <= within * (1 + 1e-12);
}

/* Of the entry, else of the question; NAN: neither says. */
static double within_of(lua_State *L, int entry)
{
	double v = NAN;

	if (lua_getfield(L, entry, "within") == LUA_TNUMBER || lua_getfield(L, PART, "within") == LUA_TNUMBER)
		v = lua_tonumber(L, -1);
	lua_settop(L, entry > BASE ? entry : BASE);
	return v;
}

static bool equal_values(lua_State *L, int a, int b, double within)
{
	const struct value *v = test_value(L, a), *w = test_value(L, b);
	const struct tensor *t, *u;

	if (lua_type(L, a) == LUA_TNUMBER && lua_type(L, b) == LUA_TNUMBER)
		return near(lua_tonumber(L, a), lua_tonumber(L, b), within);
	t = v ? value_weights(v) : NULL;
	u = w ? value_weights(w) : NULL;
	if (!t || !u || isnan(within) || v->kind != w->kind)
		return lua_compare(L, a, b, LUA_OPEQ);
	if (t->rows != u->rows || t->cols != u->cols)
		return false;
	for (size_t i = 0; i < tensor_count(t); i++)
		if (!near((double)tensor_get(t, i), (double)tensor_get(u, i), within))
			return false;
	return true;
}

static bool accepted(lua_State *L, int list)
{
	const char *line = lua_tostring(L, ANSWER);

	for (size_t i = 1; line && i <= lua_rawlen(L, list); i++) {
		bool same = lua_rawgeti(L, list, (lua_Integer)i) == LUA_TSTRING && judge_same_words(line, lua_tostring(L, -1));

		lua_pop(L, 1);
		if (same)
			return true;
	}
	return false;
}

/* check(s): true; or false or "close" with a sentence, which is left on the stack. */
static enum verdict checked(lua_State *L)
{
	lua_pushvalue(L, S);
	lua_call(L, 1, 2);
	if (lua_type(L, -2) == LUA_TSTRING && !strcmp(lua_tostring(L, -2), "close"))
		return VERDICT_CLOSE;
	return lua_toboolean(L, -2) ? VERDICT_RIGHT : VERDICT_WRONG;
}

/* Does the answer fit an entry (the question itself, or one of `wrong`)? *has: the entry says anything at all. A sentence of check is left
 * at the top, if *sentence. */
static enum verdict fits(lua_State *L, int entry, bool *has, bool *sentence)
{
	bool number = lua_type(L, ANSWER) == LUA_TNUMBER, fit = false;

	*has = true;
	*sentence = false;
	if (lua_getfield(L, entry, "check") == LUA_TFUNCTION) {
		enum verdict v = checked(L);

		*sentence = lua_type(L, -1) == LUA_TSTRING;
		return v;
	}
	lua_settop(L, entry > BASE ? entry : BASE);
	if (lua_getfield(L, entry, "near") == LUA_TNUMBER) {
		double wanted = lua_tonumber(L, -1);

		fit = number && near(lua_tonumber(L, ANSWER), wanted, within_of(L, entry));
	} else if (lua_getfield(L, entry, "right") == LUA_TNUMBER || lua_getfield(L, entry, "choice") == LUA_TNUMBER) {
		fit = number && lua_tonumber(L, ANSWER) == lua_tonumber(L, -1);
	} else if (lua_getfield(L, entry, "accept") == LUA_TTABLE) {
		fit = accepted(L, lua_gettop(L));
	} else if (lua_getfield(L, entry, "equal") != LUA_TNIL) {
		int wanted = lua_gettop(L);
		bool within = lua_getfield(L, entry, "within") == LUA_TNUMBER;

		fit = equal_values(L, ANSWER, wanted, within ? lua_tonumber(L, -1) : NAN);
	} else {
		*has = false;
	}
	return fit ? VERDICT_RIGHT : VERDICT_WRONG;
}

/* Expected mistakes: the first entry that fits gives its sentence, which is left at the top. */
static bool expected_mistake(lua_State *L)
{
	bool has, sentence;

	lua_settop(L, BASE);
	if (lua_getfield(L, PART, "wrong") != LUA_TTABLE)
		return false;
	for (size_t i = 1; i <= lua_rawlen(L, WRONG); i++) {
		lua_settop(L, WRONG);
		if (lua_rawgeti(L, WRONG, (lua_Integer)i) == LUA_TTABLE && fits(L, ENTRY, &has, &sentence) == VERDICT_RIGHT)
			return lua_getfield(L, ENTRY, "say") == LUA_TSTRING;
	}
	return false;
}

/* Right, but with fewer digits than are wanted: rounded or cut off. A whole number for another is not meant, nor 1 for 0.7. */
static bool only_rounded(lua_State *L)
{
	double wanted, answer, missing, unit = 1;

	lua_settop(L, BASE);
	if (lua_type(L, ANSWER) != LUA_TNUMBER || lua_getfield(L, PART, "near") != LUA_TNUMBER)
		return false;
	answer = lua_tonumber(L, ANSWER);
	wanted = lua_tonumber(L, -1);
	if (wanted == floor(wanted) || !(fabs(answer - wanted) <= 0.05 * fabs(wanted)))
		return false;
	for (int digits = 0; digits <= 12; digits++, unit *= 10)
		if (fabs(answer * unit - round(answer * unit)) < 1e-6) {
			missing = (fabs(wanted) - fabs(answer)) * unit;
			return missing >= -0.5 && missing < 1;
		}
	return false;
}

int judge(lua_State *L)
{
	static const char too_few[] = "The way is right, but the digits are too few: give one or two more.";
	bool has, sentence;
	enum verdict v;

	lua_settop(L, BASE);
	v = fits(L, PART, &has, &sentence);
	if (!has)
		return throw_new(L, ERR_LESSON, "near=, right=, accept=, equal= or check=", "the question does not say what is right");
	if (!sentence)
		lua_pushnil(L);
	lua_replace(L, SENTENCE);
	if (v == VERDICT_WRONG && expected_mistake(L)) {
		lua_replace(L, SENTENCE);
	} else if (v == VERDICT_WRONG && only_rounded(L)) {
		v = VERDICT_CLOSE;
		lua_pushstring(L, too_few);
		lua_replace(L, SENTENCE);
	}
	lua_pushinteger(L, v);
	lua_pushvalue(L, SENTENCE);
	return 2;
}
