/* test_literal.c - which language a line is in, and the rewriting of literals, slices and file tensors: interaction.md 6.1, 6.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>

#include "base/rng.h"
#include "lua/literal.h"

static bool among(const char *const *names, const char *name, size_t n)
{
	for (; *names; names++)
		if (strlen(*names) == n && !memcmp(*names, name, n))
			return true;
	return false;
}

static bool is_command(void *arg, const char *name, size_t n)
{
	static const char *const names[] = { "quantize", "step", "size", "print", "next", "goto", "open", "gauss", "hist", "help", "note",
					     "vars", "load", "why", NULL };

	(void)arg;
	return among(names, name, n);
}

static bool is_model(void *arg, const char *name, size_t n)
{
	static const char *const names[] = { "m", "tiny", "m_2", NULL };

	(void)arg;
	return among(names, name, n);
}

/* As the runner does it: an expression or statements, or Lua stopped at the end of one. */
static enum chunk_state judge(void *arg, const char *lua)
{
	lua_State *L = luaL_newstate();
	enum chunk_state state = CHUNK_WHOLE;
	char *expression = malloc(strlen(lua) + 8);

	(void)arg;
	sprintf(expression, "return %s", lua);
	if (luaL_loadstring(L, expression) != LUA_OK && luaL_loadstring(L, lua) != LUA_OK) {
		state = CHUNK_WRONG;
		for (int i = -2; i < 0; i++) {
			const char *why = lua_tostring(L, i);

			if (strlen(why) > 5 && !strcmp(why + strlen(why) - 5, "<eof>") && !strstr(why, "unfinished string"))
				state = CHUNK_OPEN;
		}
	}
	free(expression);
	lua_close(L);
	return state;
}

static const struct literal_world world = { NULL, is_command, is_model };

/* ", 12, 7)" -> "@)": places have tests of their own. */
static void strip_places(char *s)
{
	for (char *p = s; (p = strchr(p, ',')); p++) {
		int a, b, used = 0;

		if (sscanf(p, ", %d, %d)%n", &a, &b, &used) == 2 && used) {
			memmove(p + 1, p + used - 1, strlen(p + used - 1) + 1);
			*p = '@';
		}
	}
}

/* "C:" command, "NAME=C:", "L:" Lua, "P:" print, "H:" history; " | " between; "+" at the end: more may follow. */
static char *shown(const char *line)
{
	static const char kinds[] = "?CLPH";
	struct parts parts;
	struct error err;
	struct text out = { 0 };
	char *s;

	if (!line_parts(&world, line, judge, &parts, &err)) {
		text_add(&out, "error[%s] %zu+%zu: %s", error_class_name(err.class), err.at, err.len, err.text);
		return text_take(&out);
	}
	for (size_t i = 0; i < parts.n; i++) {
		const struct part *p = &parts.part[i];

		text_add(&out, "%s%s%s%c:%s%s", i ? " | " : "", p->name ? p->name : "", p->name ? "=" : "", kinds[p->kind], p->text,
			 p->open ? "+" : "");
		if (p->map)
			for (size_t k = 0; k <= strlen(p->text); k++) {
				assert_true(p->map[k] <= strlen(line));
				assert_true(!k || p->map[k] >= p->map[k - 1]);
			}
		if (p->kind == PART_COMMAND)
			assert_memory_equal(line + p->text_at, p->text, strlen(p->text));
		assert_true(p->at + p->len <= strlen(line));
	}
	parts_drop(&parts);
	s = out.s ? text_take(&out) : strdup("");
	strip_places(s);
	return s;
}

struct pair { const char *line, *want; };

static void check(const struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = shown(pairs[i].line);

		if (strcmp(got, pairs[i].want))
			print_message("line: %s\n", pairs[i].line);
		assert_string_equal(got, pairs[i].want);
		free(got);
	}
}
#define CHECK(...) do { const struct pair pairs[] = { __VA_ARGS__ }; (void)state; check(pairs, sizeof pairs / sizeof *pairs); } while (0)

static void comments_and_empty_lines_do_nothing(void **state)
{
	CHECK({ "", "" }, { "   \t ", "" }, { "# quantize int4 x", "" }, { "#!/usr/bin/env quantscope", "" }, { "# a ; step q4_0 x", "" },
	      { "-- a remark", "" }, { ";;", "" }, { "x = 1 -- [1, 2", "L:x = 1 " }, { "quantize int4 x -- as a try; step", "C:quantize int4 x" },
	      { "note \"a -- b\"", "C:note \"a -- b\"" }, { "print 'a -- b' -- c", "C:print 'a -- b'" }, { "s = 'a -- b'", "L:s = 'a -- b'" },
	      { "s = 2 --[[ not long after a blank ]] + 3", "L:s = 2 " }, { "--[[ long\nquantize\n]] x = 2", "L:\n\n x = 2" },
	      { "--[==[ a ]] ]==]", "" }, { "# a\nstep q4_0 x\n# b", "C:step q4_0 x" }, { "x = [1 -- one\n, 2]", "L:x = qs._literal({\"[\", (1 ), \"\\010,\", (2), \"]\"}, 5@)" });
}

static void an_equals_sign_prints_and_a_colon_commands(void **state)
{
	CHECK({ "=x", "P:x" }, { "= 1.2 / 7", "P: 1.2 / 7" }, { "=size + 1", "P:size + 1" }, { "=[1, 2]", "P:qs._literal(\"[1, 2]\"@)" },
	      { ":quantize int4 x", "C:quantize int4 x" }, { ": quantize int4 x", "C:quantize int4 x" }, { ":size = 3", "C:size = 3" },
	      { ":frobnicate", "C:frobnicate" }, { "::here::", "L:::here::" }, { "  =x", "P:x" }, { "=3 +", "P:3 ++" }, { "= 3 +\n4", "P: 3 +\n4" });
}

static void the_first_word_and_what_follows_decide(void **state)
{
	CHECK({ "quantize int4 [-1.2, -0.6]", "C:quantize int4 [-1.2, -0.6]" }, { "next", "C:next" }, { "next 3", "C:next 3" },
	      { "goto 4", "C:goto 4" }, { "print (x)", "C:print (x)" }, { "print [1, 2]", "C:print [1, 2]" }, { "print \"a\"", "C:print \"a\"" },
	      { "print(x)", "L:print(x)" }, { "print.x", "L:print.x" }, { "size[2]", "L:size[2]" }, { "print{x}", "L:print{x}" },
	      { "size:x()", "L:size:x()" }, { "print\"a\"", "L:print\"a\"" }, { "print'a'", "L:print'a'" }, { "size = 3", "L:size = 3" },
	      { "size=3", "L:size=3" }, { "size == 3", "C:size == 3" }, { "size, next = 1, 2", "L:size, next = 1, 2" },
	      { "size + 1", "C:size + 1" }, { "size+1", "C:size+1" }, { "vars > names.txt", "C:vars > names.txt" }, { "sized 3", "L:sized 3" },
	      { "Print x", "L:Print x" }, { "  hist x", "C:hist x" }, { "hist x   ", "C:hist x" });
}

static void a_name_takes_what_a_command_gives(void **state)
{
	CHECK({ "m = open tiny.gguf", "m=C:open tiny.gguf" }, { "w = gauss 64x4096 sigma=0.02", "w=C:gauss 64x4096 sigma=0.02" },
	      { "w=gauss 4", "w=C:gauss 4" }, { "size = gauss 4", "size=C:gauss 4" }, { "w = gauss(4)", "L:w = gauss(4)" },
	      { "w == gauss 4", "L:w == gauss 4" }, { "end = gauss 4", "L:end = gauss 4" }, { "a.b = gauss 4", "L:a.b = gauss 4" },
	      { "a, b = gauss 4", "L:a, b = gauss 4" }, { "q = quantize int4 [1, 2] -- four bits", "q=C:quantize int4 [1, 2]" },
	      { "w = next == 3", "w=C:next == 3" }, { "w = print, 3", "L:w = print, 3" }, { "y = sized", "L:y = sized" });
}

static void semicolons_part_commands_outside_brackets_and_quotes(void **state)
{
	CHECK({ "x = [1, 2]; hist x", "L:x = qs._literal(\"[1, 2]\"@) | C:hist x" }, { "hist [1; 2]; next", "C:hist [1; 2] | C:next" },
	      { "print \"a;b\"; next", "C:print \"a;b\" | C:next" }, { "note it isn't one; next", "C:note it isn't one | C:next" },
	      { "hist (f('a;b', [1;2])); next", "C:hist (f('a;b', [1;2])) | C:next" }, { "x = {1; 2}; y = 3", "L:x = {1; 2} | L:y = 3" },
	      { "next;", "C:next" }, { "=1; =2", "P:1 | P:2" }, { "!3; next", "H:3 | C:next" }, { "!3x", "L:!3x" }, { "!", "L:!" },
	      { "next; # the rest; next", "C:next" }, { "hist [1, 2; next", "C:hist [1, 2; next" }, { "print \"open; next", "C:print \"open; next" });
}

static void incomplete_lua_takes_the_whole_line_and_more(void **state)
{
	CHECK({ "for i = 1, 3 do print(i); print(-i) end", "L:for i = 1, 3 do print(i); print(-i) end" },
	      { "function f() return 1; end; x = f()", "L:function f() return 1; end; x = f()" }, { "y = 3 +", "L:y = 3 ++" },
	      { "y = 3 +\n)", "L:y = 3 +\n)" }, { "y = 3 +\n4\nnext", "L:y = 3 +\n4 | C:next" },
	      { "for i = 1, 3 do\n  quantize = i\nend\nnext", "L:for i = 1, 3 do\n  quantize = i\nend | C:next" },
	      { "local n = 3; for i = 1, n do print(i); end", "L:local n = 3; for i = 1, n do print(i); end" },
	      { "local n = 3; next", "L:local n = 3 | C:next" },
	      { "next; for i = 1, 3 do print(i); end", "C:next | L:for i = 1, 3 do print(i); end" },
	      { "y = [1,\n2]", "L:y = qs._literal(\"[1,\\0102]\"@)" }, { "y = [1,", "L:y = qs._literal(+" }, { "y = w[0, 1:", "L:y = w[+" },
	      { "f(1,\n2)\nnext", "L:f(1,\n2) | C:next" }, { "x = 1\ny = 2", "L:x = 1 | L:y = 2" }, { "quantize int4 [1,\n2]", "C:quantize int4 [1, | L:2]" },
	      { "if x then", "L:if x then+" }, { "f(", "L:f(+" }, { "s = 'abc", "L:s = 'abc" }, { "s = [=[a", "L:s = [=[a+" },
	      { "s = [=[a\nb]=]", "L:s = [=[a\nb]=]" });
}

static void a_bracket_where_lua_has_none_is_a_literal(void **state)
{
	CHECK({ "y = 2 * [1, 2, 3]", "L:y = 2 * qs._literal(\"[1, 2, 3]\"@)" }, { "[1]", "L:qs._literal(\"[1]\"@)" },
	      { "f([1, 2], [3])", "L:f(qs._literal(\"[1, 2]\"@), qs._literal(\"[3]\"@))" },
	      { "y = [[1,2],[3,4]]", "L:y = qs._literal(\"[[1,2],[3,4]]\"@)" }, { "y = [1, 2; 3, 4]", "L:y = qs._literal(\"[1, 2; 3, 4]\"@)" },
	      { "y = [-1..1:0.5]", "L:y = qs._literal(\"[-1..1:0.5]\"@)" }, { "y = [-1..1#9]", "L:y = qs._literal(\"[-1..1#9]\"@)" },
	      { "y = [nan, inf, -inf, 0x1.8p-3, 0xff, 1e-4, .5]", "L:y = qs._literal(\"[nan, inf, -inf, 0x1.8p-3, 0xff, 1e-4, .5]\"@)" },
	      { "y = x and [1] or [2]", "L:y = x and qs._literal(\"[1]\"@) or qs._literal(\"[2]\"@)" },
	      { "y = #[1, 2]", "L:y = #qs._literal(\"[1, 2]\"@)" }, { "y = -[1]", "L:y = -qs._literal(\"[1]\"@)" },
	      { "return [1]", "L:return qs._literal(\"[1]\"@)" }, { "y = []", "L:y = qs._literal(\"[]\"@)" },
	      { "y = [1,,2]", "L:y = qs._literal(\"[1,,2]\"@)" }, { "y = [1 2]", "L:y = qs._literal(\"[1 2]\"@)" },
	      { "y = [1]; z = [2]", "L:y = qs._literal(\"[1]\"@) | L:z = qs._literal(\"[2]\"@)" },
	      { "y = [1]:each()", "L:y = qs._literal(\"[1]\"@):each()" }, { "y = [1, 2][0]", "L:y = qs._literal(\"[1, 2]\"@)[0]" },
	      { "y = [1, 2, 3][0:2]", "L:y = qs._slice(qs._literal(\"[1, 2, 3]\"@), \"0:2\"@)" });
}

static void items_of_a_literal_may_be_expressions(void **state)
{
	CHECK({ "y = [a, 2 * b]", "L:y = qs._literal({\"[\", (a), \",\", (2 * b), \"]\"}, 5@)" },
	      { "y = [0..n:0.5]", "L:y = qs._literal({\"[\", (0), \"..\", (n), \":\", (0.5), \"]\"}, 7@)" },
	      { "y = [-a..a#9]", "L:y = qs._literal({\"[\", (-a), \"..\", (a), \"#\", (9), \"]\"}, 7@)" },
	      { "y = [[a, 1], [2, b]]", "L:y = qs._literal({\"[[\", (a), \",\", (1), \"], [\", (2), \",\", (b), \"]]\"}, 9@)" },
	      { "y = [f(1, 2); x[0]]", "L:y = qs._literal({\"[\", (f(1, 2)), \";\", (x[0]), \"]\"}, 5@)" },
	      { "y = [2 - 1]", "L:y = qs._literal({\"[\", (2 - 1), \"]\"}, 3@)" }, { "y = [#t, t:len()]", "L:y = qs._literal({\"[\", (#t), \",\", (t:len()), \"]\"}, 5@)" },
	      { "y = [x[0, 1:3]]", "L:y = qs._literal({\"[\", (qs._slice(x, \"0, 1:3\"@)), \"]\"}, 3@)" },
	      { "y = [m:blk.0.w[0], 1]", "L:y = qs._literal({\"[\", (qs._file(m, \"blk.0.w\"@)[0]), \",\", (1), \"]\"}, 5@)" },
	      { "y = [\"a\"]", "L:y = qs._literal({\"[\", (\"a\"), \"]\"}, 3@)" }, { "y = [a, ]", "L:y = qs._literal({\"[\", (a), \", ]\"}, 3@)" });
}

static void table_keys_indices_and_long_strings_stay_as_they_are(void **state)
{
	CHECK({ "t = {[1] = 2}", "L:t = {[1] = 2}" }, { "t = {[1]=2, [a.b]=3; [\"c\"] = [1, 2]}", "L:t = {[1]=2, [a.b]=3; [\"c\"] = qs._literal(\"[1, 2]\"@)}" },
	      { "t = {[1, 2], [3]}", "L:t = {qs._literal(\"[1, 2]\"@), qs._literal(\"[3]\"@)}" }, { "t = {[1] == x}", "L:t = {qs._literal(\"[1]\"@) == x}" },
	      { "t = {[ [1] ] = 2}", "L:t = {[ qs._literal(\"[1]\"@) ] = 2}" }, { "t[1] = 2", "L:t[1] = 2" }, { "x[5] = 0.5", "L:x[5] = 0.5" },
	      { "t.a[i + 1].b", "L:t.a[i + 1].b" }, { "f(x)[1]", "L:f(x)[1]" }, { "t[ [1] ]", "L:t[ qs._literal(\"[1]\"@) ]" },
	      { "s = [=[ [1, 2] ]=]", "L:s = [=[ [1, 2] ]=]" }, { "s = '[1, 2]' .. \"[3\"", "L:s = '[1, 2]' .. \"[3\"" },
	      { "t[{0, 1}]", "L:t[{0, 1}]" }, { "t[f(1, 2)]", "L:t[f(1, 2)]" }, { "t['a:b']", "L:t['a:b']" }, { "t[x:len()]", "L:t[x:len()]" },
	      { "t[x:f{1, 2}]", "L:t[x:f{1, 2}]" }, { "f{[1] = function() return [1, 2] end}", "L:f{[1] = function() return qs._literal(\"[1, 2]\"@) end}" });
}

static void a_bracket_after_a_value_with_colon_or_comma_is_a_slice(void **state)
{
	CHECK({ "w[0, 320:352]", "L:qs._slice(w, \"0, 320:352\"@)" }, { "y = 2 * w[0:4] - 1", "L:y = 2 * qs._slice(w, \"0:4\"@) - 1" },
	      { "w[3, :]", "L:qs._slice(w, \"3, :\"@)" }, { "w[:]", "L:qs._slice(w, \":\"@)" }, { "w[-2:]", "L:qs._slice(w, \"-2:\"@)" },
	      { "w[ 0 , 1 ]", "L:qs._slice(w, \"0 , 1\"@)" }, { "t.a.b[0:2]", "L:qs._slice(t.a.b, \"0:2\"@)" }, { "-f(x){y}[0:2]", "L:-qs._slice(f(x){y}, \"0:2\"@)" },
	      { "(a + b)[0:2]", "L:qs._slice((a + b), \"0:2\"@)" }, { "w[0:4][1:2]", "L:qs._slice(qs._slice(w, \"0:4\"@), \"1:2\"@)" },
	      { "w [0:4]", "L:qs._slice(w, \"0:4\"@)" }, { "w[i, 0:n]", "L:qs._slice(w, {\"\", (i), \",\", (0), \":\", (n), \"\"}, 7@)" },
	      { "w[i:]", "L:qs._slice(w, {\"\", (i), \":\"}, 3@)" }, { "w[:#w - 1]", "L:qs._slice(w, {\":\", (#w - 1), \"\"}, 3@)" },
	      { "w[t:len():]", "L:qs._slice(w, {\"\", (t:len()), \":\"}, 3@)" }, { "x = y z = w[0:2]", "L:x = y z = qs._slice(w, \"0:2\"@)" },
	      { "t:slice('0:2')[0:1]", "L:qs._slice(t:slice('0:2'), \"0:1\"@)" }, { "a.w[0:1] + b.w[0:1]", "L:qs._slice(a.w, \"0:1\"@) + qs._slice(b.w, \"0:1\"@)" },
	      { "not w[0:1]", "L:not qs._slice(w, \"0:1\"@)" }, { "w[w[0]:3]", "L:qs._slice(w, {\"\", (w[0]), \":\", (3), \"\"}, 5@)" },
	      { "w[0:1].rows", "L:qs._slice(w, \"0:1\"@).rows" }, { "f(w[0:1], w[1:2])", "L:f(qs._slice(w, \"0:1\"@), qs._slice(w, \"1:2\"@))" },
	      { "w[0:1] == w[0:1]", "L:qs._slice(w, \"0:1\"@) == qs._slice(w, \"0:1\"@)" });
}

static void a_name_after_an_open_model_is_a_tensor(void **state)
{
	CHECK({ "m:blk.0.attn_q.weight", "L:qs._file(m, \"blk.0.attn_q.weight\"@)" }, { "m:blk.0.attn_q.weight[0:4, 0:256]", "L:qs._slice(qs._file(m, \"blk.0.attn_q.weight\"@), \"0:4, 0:256\"@)" },
	      { "y = 2 * w[0, 320:352] - m:blk.0.attn_k.weight[0, 0:32]", "L:y = 2 * qs._slice(w, \"0, 320:352\"@) - qs._slice(qs._file(m, \"blk.0.attn_k.weight\"@), \"0, 0:32\"@)" },
	      { "f(m:a.b, 2)", "L:f(qs._file(m, \"a.b\"@), 2)" }, { "t = {m:a.b}", "L:t = {qs._file(m, \"a.b\"@)}" }, { "x = m:a.b; next", "L:x = qs._file(m, \"a.b\"@) | C:next" },
	      { "m:\"a b\"", "L:qs._file(m, \"a b\"@)" }, { "m:\"a\\n\\\"b\"[0:2]", "L:qs._slice(qs._file(m, \"a\\n\\\"b\"@), \"0:2\"@)" },
	      { "m_2:x-y/z + 1", "L:qs._file(m_2, \"x-y/z\"@) + 1" }, { "=#m:a.b", "P:#qs._file(m, \"a.b\"@)" }, { "=m:a.b[3]", "P:qs._file(m, \"a.b\"@)[3]" },
	      { "m:tensors('*')", "L:m:tensors('*')" }, { "m:meta{1}", "L:m:meta{1}" }, { "m:meta'x'", "L:m:meta'x'" }, { "m:meta \"x\"", "L:m:meta \"x\"" },
	      { "m:info ()", "L:m:info ()" }, { "n:blk.0", "L:n:blk.0" }, { "a.m:blk.0", "L:a.m:blk.0" }, { "m[\"a\"]", "L:m[\"a\"]" }, { "m", "L:m" },
	      { "m:", "L:m:+" }, { "m:output", "L:qs._file(m, \"output\"@)" }, { "w[m:a.b]", "L:w[qs._file(m, \"a.b\"@)]" }, { "::m::", "L:::m::" },
	      { "y = m:0.weight", "L:y = qs._file(m, \"0.weight\"@)" });
}

static void faults_point_into_the_line_as_typed(void **state)
{
	CHECK({ "w[0:4] = 1", "error[syntax] 1+5: a slice cannot be assigned to" }, { "y = 2; w[0, 1] = [1]", "error[syntax] 8+6: a slice cannot be assigned to" },
	      { "y = [1, 2)", "error[syntax] 9+1: ')' does not close '['" }, { "y = [1, 2}", "error[syntax] 9+1: '}' does not close '['" },
	      { "y = [(1]", "error[syntax] 7+1: ']' does not close what was opened last" }, { "y = [a[1] b]", "L:y = qs._literal({\"[\", (a[1] b), \"]\"}, 3@)" },
	      { "y = [[1] b]", "error[syntax] 9+1: a row of a literal ends here" });
}

static void places_in_calls_and_map_count_in_the_line_as_typed(void **state)
{
	const char *line = "y = 2; z = 2 * w[0, 3:5] - bad";
	struct parts p;
	struct error err;
	size_t bad;

	(void)state;
	assert_true(line_parts(&world, line, judge, &p, &err));
	assert_int_equal(p.n, 2);
	assert_string_equal(p.part[1].text, "z = 2 * qs._slice(w, \"0, 3:5\", 17, 6) - bad");
	assert_int_equal(p.part[1].at, 7);
	assert_int_equal(p.part[1].len, strlen(line) - 7);
	bad = (size_t)(strstr(p.part[1].text, "bad") - p.part[1].text);
	assert_int_equal(p.part[1].map[bad], strstr(line, "bad") - line);
	assert_int_equal(p.part[1].map[strlen(p.part[1].text)], strlen(line));
	assert_int_equal(p.part[1].map[strstr(p.part[1].text, "w,") - p.part[1].text], strchr(line, 'w') - line);
	parts_drop(&p);

	line = "  m = :x ; q = quantize int4 x  -- b";
	assert_true(line_parts(&world, line, judge, &p, &err));
	assert_int_equal(p.part[1].at, 11);
	assert_int_equal(p.part[1].len, strlen("q = quantize int4 x"));
	assert_int_equal(p.part[1].text_at, 15);
	parts_drop(&p);

	line = "y = f(1, [2, 3";
	assert_true(line_parts(&world, line, judge, &p, &err));
	assert_true(p.part[0].open);
	assert_int_equal(p.part[0].open_at, 9);
	parts_drop(&p);
}

static void deep_nesting_is_refused_not_followed(void **state)
{
	char line[5000];
	struct parts p;
	struct error err;

	(void)state;
	memset(line, '[', 4000);
	memset(line + 4000, ']', 999);
	line[4999] = 0;
	assert_false(line_parts(&world, line, judge, &p, &err));
	assert_int_equal(err.class, ERR_SYNTAX);
	memset(line, '(', 4999);
	if (line_parts(&world, line, judge, &p, &err))
		parts_drop(&p);
}

/* What was typed by cats: no crash, no read outside, places inside the line (shown() asserts them). */
static void any_text_is_survived(void **state)
{
	static const char *const bits[] = { "[", "]", "(", ")", "{", "}", "m:", "m:a.b", "w", "=", "==", ",", ";", ":", "..", "#", "--", " ", "\n",
		"'", "\"", "\\", "[=[", "]=]", "1", "0x", ".5", "quantize ", "end", "function", "\xc3\xa9", "!2", "nan", "e-" };
	struct rng r = rng_seeded(7);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char line[200] = "";

		for (size_t k = rng_next(&r) % 12 + 1; k; k--)
			strcat(line, bits[rng_next(&r) % (sizeof bits / sizeof *bits)]);
		free(shown(line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_and_empty_lines_do_nothing),
		cmocka_unit_test(an_equals_sign_prints_and_a_colon_commands),
		cmocka_unit_test(the_first_word_and_what_follows_decide),
		cmocka_unit_test(a_name_takes_what_a_command_gives),
		cmocka_unit_test(semicolons_part_commands_outside_brackets_and_quotes),
		cmocka_unit_test(incomplete_lua_takes_the_whole_line_and_more),
		cmocka_unit_test(a_bracket_where_lua_has_none_is_a_literal),
		cmocka_unit_test(items_of_a_literal_may_be_expressions),
		cmocka_unit_test(table_keys_indices_and_long_strings_stay_as_they_are),
		cmocka_unit_test(a_bracket_after_a_value_with_colon_or_comma_is_a_slice),
		cmocka_unit_test(a_name_after_an_open_model_is_a_tensor),
		cmocka_unit_test(faults_point_into_the_line_as_typed),
		cmocka_unit_test(places_in_calls_and_map_count_in_the_line_as_typed),
		cmocka_unit_test(deep_nesting_is_refused_not_followed),
		cmocka_unit_test(any_text_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
