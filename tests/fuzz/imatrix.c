/* imatrix.c - fuzz target: an importance file of either form. */
#include <stdlib.h>

#include "engine/codec.h"
#include "files/imatrix.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

int fuzz_one(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	struct importance *m = importance_read(fuzz_file("x.dat", data, size), &err);

	for (size_t i = 0; m && i < m->entries; i++)
		if (importance_find(m, m->entry[i].name) && m->entry[i].columns)
			importance_at(&m->entry[i], m->entry[i].columns * m->entry[i].experts - 1);
	if (!m && !err.text[0])
		abort();
	importance_drop(m);
	return 0;
}

void fuzz_more(void (*run)(const uint8_t *data, size_t size)) { fuzz_mutations("imatrix", run); }

void fuzz_end(void) { codecs_drop(); }
