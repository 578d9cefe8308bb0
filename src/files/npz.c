/* npz.c - see npz.h */
#include "files/npz.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zip.h>

#include "files/build.h"
#include "files/number.h"

enum {
	MEMBERS_MAX = 100000,
	DEFLATE_MOST = 1032,		/* bytes that one deflated byte can stand for, at the very most */
	BOMB_SIZE = 1 << 28, BOMB_RATIO = 100,
	PIECE = 1 << 13,		/* numbers unpacked at a time: of 8 bytes each they fit where the header was */
};
static const uint64_t UNPACKED_MAX = (uint64_t)1 << 32;

bool npz_looks_like(const struct buffer *b)
{
	return b->size >= 4 && (!memcmp(b->bytes, "PK\3\4", 4) || !memcmp(b->bytes, "PK\5\6", 4));
}

/* ---- the archive ---- */

static zip_t *open_archive(struct buffer *b, struct error *err)
{
	zip_error_t why;
	zip_source_t *source;
	zip_t *zip = NULL;

	zip_error_init(&why);
	source = zip_source_buffer_create(b->bytes, b->size, 0, &why);
	if (source)
		zip = zip_open_from_source(source, ZIP_RDONLY, &why);
	if (!zip) {
		zip_source_free(source);
		error_set(err, ERR_FORMAT, "the zip archive of %zu bytes cannot be read: %s", b->size, zip_error_strerror(&why));
		error_hint(err, NULL, "its list of members stands at the end of the file: it may be cut");
	}
	zip_error_fini(&why);
	return zip;
}

static bool list(struct npz *z, uint64_t index, struct error *err)
{
	zip_stat_t st;
	const char *name;
	size_t n;

	zip_stat_init(&st);
	if (zip_stat_index(z->zip, index, ZIP_FL_ENC_RAW, &st) != 0 || !(st.valid & ZIP_STAT_NAME))
		return error_set(err, ERR_FORMAT, "member %" PRIu64 " of the zip archive cannot be read: %s", index, zip_strerror(z->zip));
	name = zip_get_name(z->zip, index, ZIP_FL_ENC_RAW);
	n = name ? strlen(name) : 0;
	if (n < 5 || strcasecmp(name + n - 4, ".npy"))
		return true;
	z->member[z->members] = (struct npz_member){
		.name = name_copy(name, n - 4, err), .index = index,
		.size = st.valid & ZIP_STAT_SIZE ? st.size : 0, .packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0,
	};
	return z->member[z->members++].name;
}

bool npz_open(struct npz *z, struct buffer *b, struct error *err)
{
	zip_int64_t n;

	*z = (struct npz){ .bytes = buffer_hold(b) };
	z->zip = open_archive(b, err);
	if (!z->zip)
		return false;
	n = zip_get_num_entries(z->zip, 0);
	if (n > MEMBERS_MAX)
		return error_set(err, ERR_FORMAT, "the zip archive has %" PRId64 " members; at most %d are read", (int64_t)n, MEMBERS_MAX);
	z->member = calloc((size_t)n + 1, sizeof *z->member);
	if (!z->member)
		return error_memory(err, "the list of members");
	for (zip_int64_t i = 0; i < n; i++)
		if (!list(z, (uint64_t)i, err))
			return false;
	return z->members || error_set(err, ERR_FORMAT, "the zip archive has %" PRId64 " members, and none of them is a .npy", (int64_t)n);
}

void npz_close(struct npz *z)
{
	if (z->zip)
		zip_discard(z->zip);
	for (size_t i = 0; i < z->members; i++)
		free(z->member[i].name);
	free(z->member);
	buffer_drop(z->bytes);
	*z = (struct npz){ 0 };
}

static bool is_named(const struct npz_member *m, const char *name)
{
	size_t n = strlen(m->name);

	return !strncmp(name, m->name, n) && (!name[n] || !strcasecmp(name + n, ".npy"));
}

size_t npz_find(const struct npz *z, const char *name, struct error *err)
{
	const char **all, *near[3];
	struct text shown = { 0 };
	char buf[256];
	size_t found = 0;

	for (size_t i = 0; i < z->members; i++)
		if (is_named(&z->member[i], name))
			return i;
	error_set(err, ERR_TENSOR, "the archive has no array '%s'", name_shown(name, strlen(name), buf));
	all = malloc(z->members * sizeof *all);
	for (size_t i = 0; all && i < z->members; i++)
		all[i] = z->member[i].name;
	if (all)
		found = text_nearest(name, all, z->members, near);
	for (size_t i = 0; i < found || (!found && i < z->members && i < 8); i++)
		text_add(&shown, " %s", name_shown(found ? near[i] : z->member[i].name, strlen(found ? near[i] : z->member[i].name), buf));
	error_hint(err, "member", "%s%s%s", found ? "nearest:" : "it has", text_str(&shown), !found && z->members > 8 ? " ..." : "");
	text_drop(&shown);
	free(all);
	return SIZE_MAX;
}

/* ---- a member ---- */

struct unpacked { zip_file_t *file; unsigned char *bytes; size_t n; };	/* what was read of it so far: the header and a little more */

static bool unpack(struct unpacked *u, unsigned char *to, size_t n, size_t *got, struct error *err)
{
	for (*got = 0; *got < n; ) {
		zip_int64_t k = zip_fread(u->file, to + *got, n - *got);

		if (k < 0)
			return error_set(err, ERR_FORMAT, "it is damaged: %s", zip_error_strerror(zip_file_get_error(u->file)));
		if (k == 0)
			break;
		*got += (size_t)k;
	}
	return true;
}

/* Sizes that compression cannot explain are refused before anything is unpacked. */
static bool size_can_be(const struct npz_member *m, const zip_stat_t *st, struct error *err)
{
	if (st->valid & ZIP_STAT_ENCRYPTION_METHOD && st->encryption_method != ZIP_EM_NONE)
		return error_set(err, ERR_FORMAT, "it is encrypted, and there is no way to give a password");
	if (st->comp_method == ZIP_CM_STORE ? m->size != m->packed : m->size / DEFLATE_MOST > m->packed)
		return error_set(err, ERR_FORMAT, "it is said to have %" PRIu64 " bytes, which cannot come out of the %" PRIu64 " that lie there", m->size,
				 m->packed);
	return true;
}

static bool begin(struct npz *z, const struct npz_member *m, struct unpacked *u, struct npy *a, struct error *err)
{
	zip_stat_t st;

	*u = (struct unpacked){ 0 };
	zip_stat_init(&st);
	if (zip_stat_index(z->zip, m->index, 0, &st) != 0)
		return error_set(err, ERR_FORMAT, "%s", zip_strerror(z->zip));
	if (!size_can_be(m, &st, err))
		return false;
	u->file = zip_fopen_index(z->zip, m->index, 0);
	if (!u->file)
		return error_set(err, ERR_FORMAT, "it cannot be unpacked: %s", zip_strerror(z->zip));
	u->bytes = malloc(NPY_HEADER_MAX);
	if (!u->bytes)
		return error_memory(err, "a header");
	return unpack(u, u->bytes, NPY_HEADER_MAX < m->size ? NPY_HEADER_MAX : (size_t)m->size, &u->n, err) &&
	       npy_header(u->bytes, u->n, m->size, a, err);
}

static void end(struct unpacked *u)
{
	if (u->file)
		zip_fclose(u->file);
	free(u->bytes);
}

static bool room(const struct npz_member *m, const struct npy *a, struct error *err)
{
	uint64_t count = (uint64_t)a->rows * a->cols, bytes = a->data_at + count * a->number->bytes;

	if (bytes != m->size)
		return error_set(err, ERR_FORMAT, "it has %" PRIu64 " bytes; its header, shape and type ask for %" PRIu64, m->size, bytes);
	if (count > UNPACKED_MAX / sizeof(float)) {
		error_set(err, ERR_FORMAT, "its %" PRIu64 " numbers are more than the 4 GiB that are unpacked from an archive", count);
		return error_hint(err, "file", "unzip it, and load the .npy");
	}
	if (count * sizeof(float) > BOMB_SIZE && m->size / BOMB_RATIO > m->packed) {
		error_set(err, ERR_FORMAT, "%" PRIu64 " bytes would become %" PRIu64 ": that is a bomb, or an array of one value", m->packed, m->size);
		return error_hint(err, "file", "if it is what it should be, unzip it and load the .npy");
	}
	return true;
}

/* The numbers, a piece at a time; what came with the header is the first of them. Then the end must be there, where libzip
 * compares the checksum. */
static bool read_numbers(struct unpacked *u, const struct npy *a, float *out, struct error *err)
{
	size_t count = a->rows * a->cols, each = a->number->bytes, have = u->n - a->data_at, got;

	memmove(u->bytes, u->bytes + a->data_at, have);
	for (size_t at = 0; at < count; ) {
		size_t n = count - at < PIECE ? count - at : PIECE, want = n * each;

		if (have < want) {
			if (!unpack(u, u->bytes + have, want - have, &got, err))
				return false;
			if (have + got < want)
				return error_set(err, ERR_FORMAT, "it ends after %zu of %zu numbers", at + (have + got) / each, count);
			have = want;
		}
		numbers_to_f32(a->number, u->bytes, n, a->big, out + at);
		have -= want;
		memmove(u->bytes, u->bytes + want, have);
		at += n;
	}
	if (have || !unpack(u, u->bytes, 1, &got, err))
		return have ? error_set(err, ERR_FORMAT, "%zu bytes follow the array", have) : false;
	return !got || error_set(err, ERR_FORMAT, "more bytes come out of it than it is said to have");
}

bool npz_header(struct npz *z, size_t member, struct npy *out, struct error *err)
{
	struct npz_member *m = &z->member[member];
	struct unpacked u;
	char shown[256];
	bool ok = begin(z, m, &u, out, err);

	end(&u);
	return ok || error_while(err, "member '%s'", name_shown(m->name, strlen(m->name), shown));
}

bool npz_read(struct npz *z, size_t member, struct tensor *out, struct error *err)
{
	struct npz_member *m = &z->member[member];
	struct tensor t = { 0 };
	struct unpacked u;
	struct npy a;
	char shown[256];
	bool ok = begin(z, m, &u, &a, err) && room(m, &a, err) && tensor_new(&t, a.rows, a.cols, err) &&
		  read_numbers(&u, &a, tensor_floats(&t), err) && npy_finish(&a, &t, err);

	end(&u);
	if (ok) {
		*out = t;
		return true;
	}
	tensor_drop(&t);
	return error_while(err, "member '%s'", name_shown(m->name, strlen(m->name), shown));
}
