/* npz.c - fuzz target: an archive of npy files: its list, and its members a and b. */
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
	const char *path = fuzz_file("x.npz", data, size);

	load(path, NULL);
	load(path, "a");
	load(path, "b");
	return 0;
}

void fuzz_more(void (*run)(const uint8_t *data, size_t size)) { fuzz_mutations("npz", run); }

void fuzz_end(void) { codecs_drop(); }
