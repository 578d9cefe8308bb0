/* safetensors.c - fuzz target: a safetensors file; or, with a NUL among its first bytes of JSON, an index and then the file that it names. */
#include <string.h>

#include "engine/codec.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

/* "{ index }" NUL and the bytes of one.safetensors */
int fuzz_one(const uint8_t *data, size_t size)
{
	const uint8_t *end = size && *data == 0x7b ? memchr(data, 0, size) : NULL;

	if (!end) {
		fuzz_model(fuzz_file("x.safetensors", data, size));
		return 0;
	}
	fuzz_file("one.safetensors", end + 1, size - (size_t)(end + 1 - data));
	fuzz_model(fuzz_file("x.safetensors.index.json", data, (size_t)(end - data)));
	return 0;
}

void fuzz_more(void (*run)(const uint8_t *data, size_t size)) { fuzz_mutations("safetensors", run); }

void fuzz_end(void) { codecs_drop(); }
