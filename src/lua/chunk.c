/*
 * chunk.c - Lua text to a function, and faults of it to places.
 *
 * Lua says only the line of a fault, and the word it stopped at. It is fed byte by byte, so that how far it got tells which of
 * several like words it was.
 */
#include <stdlib.h>
#include <string.h>

#include "lua/lex.h"
#include "lua/state.h"

struct feed { const char *prefix, *text; size_t at, prefix_len, n; char byte; bool ended; };

static const char *feed(lua_State *L, void *arg, size_t *size)
{
	struct feed *f = arg;

	(void)L;
	if (f->at >= f->prefix_len + f->n) {
		f->ended = true;
		*size = 0;
		return NULL;
	}
	f->byte = f->at < f->prefix_len ? f->prefix[f->at] : f->text[f->at - f->prefix_len];
	f->at++;
	*size = 1;
	return &f->byte;
}

/* near 'word' at the end of a message. */
static bool near_word(const char *message, const char **word, size_t *len)
{
	const char *near = NULL;

	for (const char *p = message; (p = strstr(p, " near '")); p++)
		near = p;
	if (!near || message[strlen(message) - 1] != '\'')
		return false;
	*word = near + 7;
	*len = strlen(*word) - 1;
	return *len > 0;
}

/* Lua has read one byte past the word it stopped at. */
static void place(const struct feed *f, struct error *err)
{
	size_t read = f->at > f->prefix_len ? f->at - f->prefix_len : 0, end = f->ended ? f->n : read ? read - 1 : 0, len = 0;
	const char *word;

	if (near_word(err->text, &word, &len)) {
		while (end >= len && memcmp(f->text + end - len, word, len))
			end--;
		if (end < len) {	/* a byte that Lua writes as '<\195>' */
			end = read ? read - 1 : 0;
			len = end > 0;
		}
	} else {
		end = f->n;
	}
	err->at = end - len;
	err->len = len ? len : 1;
}

static bool load_as(lua_State *L, const char *prefix, const char *text, struct error *err)
{
	struct feed f = { .prefix = prefix, .text = text, .prefix_len = strlen(prefix), .n = strlen(text) };

	if (lua_load(L, feed, &f, "=line", "t") == LUA_OK)
		return true;
	get_error(L, -1, err);
	lua_pop(L, 1);
	place(&f, err);
	return false;
}

bool chunk_load(lua_State *L, const char *text, bool must_be_expression, bool *is_expression, struct error *err)
{
	struct error first;

	*is_expression = true;
	if (load_as(L, "return ", text, &first))
		return true;
	*is_expression = false;
	if (!must_be_expression && load_as(L, "", text, err))
		return true;
	if (must_be_expression || first.at > err->at)	/* what got further is what was meant */
		*err = first;
	return false;
}

static bool stopped_at_end(const struct error *err)
{
	size_t n = strlen(err->text);

	return n > 5 && !strcmp(err->text + n - 5, "<eof>") && !strstr(err->text, "unfinished string");
}

enum chunk_state chunk_judge(void *runner, const char *text)
{
	struct runner *r = runner;
	struct error first, second;

	if (load_as(r->L, "return ", text, &first) || load_as(r->L, "", text, &second)) {
		lua_pop(r->L, 1);
		return CHUNK_WHOLE;
	}
	return stopped_at_end(&first) || stopped_at_end(&second) ? CHUNK_OPEN : CHUNK_WRONG;
}

void chunk_blame(const char *text, struct error *err)
{
	static const char *const intros[] = { "(global '", "(local '", "(field '", "(method '", "(upvalue '", "(constant '" };
	const char *name = NULL;
	size_t len, n = strlen(text), found = 0;
	struct token t;

	for (size_t i = 0; i < sizeof intros / sizeof *intros && !name; i++) {
		name = strstr(err->text, intros[i]);
		name = name ? name + strlen(intros[i]) : NULL;
	}
	if (!name)
		return;
	len = strcspn(name, "'");
	for (lex_next(text, 0, n, &t); t.kind != TOKEN_END; lex_next(text, t.end, n, &t))
		if (t.kind == TOKEN_NAME && t.end - t.at == len && !memcmp(text + t.at, name, len)) {
			err->at = t.at;
			found++;
		}
	err->len = found == 1 ? len : 0;
}
