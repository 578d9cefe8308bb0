/*
 * npz.h - several arrays in one file: a zip archive of npy members, stored or deflated. libzip reads the archive.
 *
 * Nothing in it is believed: what a member says of its size is held against its compressed size before memory is taken, its
 * checksum is looked at, and beyond the array itself reading takes 100 KiB.
 */
#ifndef FILES_NPZ_H
#define FILES_NPZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "files/array.h"

struct npz_member {
	char *name;		/* as in the archive, without ".npy"; raw: escape it where it is shown */
	uint64_t size, packed;	/* bytes of the npy file, and those that it takes in the archive */
	uint64_t index;		/* libzip's */
};

struct npz {
	void *zip;
	struct buffer *bytes;
	struct npz_member *member; size_t members;	/* in the order of the archive; members of other endings are left out */
};

bool npz_looks_like(const struct buffer *b);
/* Holds b. ERR_FORMAT: no sound archive, or one without arrays. npz_close() whatever came of it. */
bool npz_open(struct npz *z, struct buffer *b, struct error *err);
void npz_close(struct npz *z);

/* By its name with or without ".npy". SIZE_MAX: none, and err (tensor) names the nearest, or what there is. */
size_t npz_find(const struct npz *z, const char *name, struct error *err);
/* Its type and shape; then its numbers as f32. ERR_FORMAT: encrypted, damaged, or a size that cannot be; more than 4 GiB as f32, or
 * more than 256 MiB out of less than a hundredth of that, is refused. */
bool npz_header(struct npz *z, size_t member, struct npy *out, struct error *err);
bool npz_read(struct npz *z, size_t member, struct tensor *out, struct error *err);

#endif
