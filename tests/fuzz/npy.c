/* npy.c - fuzz target: an npy file; also numbers as text. */
#include <stdlib.h>

#include "engine/codec.h"
#include "session/session.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

static void load(const char *path, const char *member)
{
	struct session s;
	struct outcome out = { 0 };
	struct error err = { 0 };
	struct text t = { 0 };

	session_init(&s, 1);
	if (session_load(&s, path, member, NULL, NULL, &out, &err)) {
		value_line(out.value, 80, &t);
		value_print(out.value, 80, false, &t);
		value_drop(out.value);
	} else if (!err.text[0]) {
		abort();
	}
	text_drop(&t);
	session_drop(&s);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	load(fuzz_file("x.npy", data, size), NULL);
	return 0;
}

void fuzz_more(void (*run)(const uint8_t *data, size_t size)) { fuzz_mutations("npy", run); }

void fuzz_end(void) { codecs_drop(); }
