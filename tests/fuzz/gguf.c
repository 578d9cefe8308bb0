/* gguf.c - fuzz target: a GGUF file, opened, looked through and checked. */
#include "engine/codec.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

int fuzz_one(const uint8_t *data, size_t size)
{
	fuzz_model(fuzz_file("x.gguf", data, size));
	return 0;
}

void fuzz_more(void (*run)(const uint8_t *data, size_t size)) { fuzz_mutations("gguf", run); }

void fuzz_end(void) { codecs_drop(); }
