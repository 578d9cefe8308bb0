/*
 * safetensors_index.c - a model in several safetensors files, named by an index beside them.
 *
 *	{ "metadata": { "total_size": N }, "weight_map": { NAME: file, ... } }
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files/build.h"
#include "files/safetensors.h"

enum { PARTS_MAX = 10000, INDEX_MAX = 100000000 };

struct mapped { char *name, *file; };
struct map { struct mapped *mapped; size_t n, size; };

static void map_drop(struct map *map)
{
	for (size_t i = 0; i < map->n; i++) {
		free(map->mapped[i].name);
		free(map->mapped[i].file);
	}
	free(map->mapped);
}

static bool add_mapped(struct map *map, json_t *key, json_t *value, size_t at, struct error *err)
{
	const char *file = json_string_value(value);
	char shown[256];

	if (!file)
		return error_set(err, ERR_FORMAT, "the weight map holds something else than a file's name at byte %zu", at);
	if (!*file || strlen(file) != json_string_length(value) || strpbrk(file, "/\\") || strstr(file, ".."))
		return error_set(err, ERR_FORMAT, "the weight map names the file '%s' at byte %zu; only files beside the index are read",
				 name_shown(file, json_string_length(value), shown), at);
	if (map->n == map->size) {
		size_t size = map->size ? 2 * map->size : 64;
		struct mapped *more = realloc(map->mapped, size * sizeof *more);

		if (!more)
			return error_memory(err, "the weight map");
		map->mapped = more;
		map->size = size;
	}
	map->mapped[map->n].name = name_copy(json_string_value(key), json_string_length(key), err);
	map->mapped[map->n].file = strdup(file);
	if (!map->mapped[map->n].name || !map->mapped[map->n].file) {
		free(map->mapped[map->n].name);
		free(map->mapped[map->n].file);
		return error_memory(err, "the weight map");
	}
	map->n++;
	return true;
}

static bool read_map(const struct json_member *e, struct map *map, struct error *err)
{
	struct json_walk w = { .s = e->value, .n = e->value_len, .base = e->at };
	struct json_member one;

	while (json_next(&w, &one, err)) {
		json_t *key = json_parse(one.key, one.key_len, one.at, err);
		json_t *value = key ? json_parse(one.value, one.value_len, one.at, err) : NULL;
		bool ok = value && add_mapped(map, key, value, one.at, err);

		json_decref(key);
		json_decref(value);
		if (!ok)
			return false;
	}
	return !err->class;
}

static int by_file(const void *a, const void *b)
{
	const struct mapped *x = a, *y = b;
	int c = strcmp(x->file, y->file);

	return c ? c : strcmp(x->name, y->name);
}

/* One part for each file named, in the order of their names. A file that is not there leaves its part empty. */
static bool read_shards(struct model *m, const struct map *map, struct error *err)
{
	const char *slash = strrchr(m->path, '/');
	size_t folder = slash ? (size_t)(slash - m->path) + 1 : 0;

	for (size_t i = 0; i < map->n; i++) {
		const char *file = map->mapped[i].file;
		struct buffer *b = NULL;
		struct error why;
		struct stat st;
		char *path, shown[256];
		bool there;

		if (i && !strcmp(file, map->mapped[i - 1].file))
			continue;
		if (m->parts >= PARTS_MAX)
			return error_set(err, ERR_FORMAT, "the weight map names more than %d files", PARTS_MAX);
		path = malloc(folder + strlen(file) + 1);
		if (!path)
			return error_memory(err, "a path");
		memcpy(path, m->path, folder);
		strcpy(path + folder, file);
		there = stat(path, &st) == 0;
		if (there)
			b = buffer_map(path, &why);
		name_shown(file, strlen(file), shown);
		if (!b && !(there ? model_trouble(m, GRADE_BAD, NULL, UINT64_MAX, err, "%s, named by the index: %s", shown, why.text) :
			    model_trouble(m, GRADE_ODD, NULL, UINT64_MAX, err, "%s, named by the index, is missing", shown))) {
			free(path);
			return false;
		}
		if (!model_add_part(m, path, b, err)) {
			free(path);
			return false;
		}
		free(path);
		if (b && !safetensors_read(m, m->parts - 1, err))
			return error_while(err, "part %s", shown);
	}
	return true;
}

/* ---- what the index promises against what the files hold ---- */

enum { TOLD_MAX = 20 };		/* findings of one kind; a wrong index would give thousands */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct mapped *)a)->name, ((const struct mapped *)b)->name);
}

static int by_entry_name(const void *a, const void *b)
{
	return strcmp((*(const struct tensor_entry *const *)a)->name, (*(const struct tensor_entry *const *)b)->name);
}

static const char *file_of(const struct model *m, unsigned part)
{
	const char *slash = strrchr(m->part_path[part], '/');

	return slash ? slash + 1 : m->part_path[part];
}

static bool is_missing(const struct model *m, const char *file)
{
	for (unsigned i = 0; i < m->parts; i++)
		if (!m->part[i] && !strcmp(file_of(m, i), file))
			return true;
	return false;
}

static bool compare(struct model *m, const struct map *map, struct tensor_entry *const *order, struct error *err)
{
	size_t i = 0, k = 0, told = 0;
	char here[256], there[256];
	bool ok = true;

	while (ok && told < TOLD_MAX && (i < map->n || k < m->tensors)) {
		int c = i == map->n ? 1 : k == m->tensors ? -1 : strcmp(map->mapped[i].name, order[k]->name);

		if (c <= 0)
			name_shown(map->mapped[i].file, strlen(map->mapped[i].file), there);
		if (c >= 0)
			name_shown(file_of(m, order[k]->part), strlen(file_of(m, order[k]->part)), here);
		if (c < 0 && !is_missing(m, map->mapped[i].file)) {
			told++;
			ok = model_trouble(m, GRADE_BAD, map->mapped[i].name, UINT64_MAX, err, "should lie in %s, which has no such tensor",
					   there);
		} else if (c > 0) {
			told++;
			ok = model_trouble(m, GRADE_ODD, order[k]->name, UINT64_MAX, err, "lies in %s, but the index does not name it", here);
		} else if (c == 0 && strcmp(map->mapped[i].file, file_of(m, order[k]->part))) {
			told++;
			ok = model_trouble(m, GRADE_BAD, order[k]->name, UINT64_MAX, err, "lies in %s; the index says %s", here, there);
		}
		i += c <= 0;
		k += c >= 0;
	}
	if (ok && told == TOLD_MAX)
		ok = model_trouble(m, GRADE_BAD, NULL, UINT64_MAX, err, "more tensors than these differ from the index");
	return ok;
}

static bool compare_with_map(struct model *m, struct map *map, struct error *err)
{
	const struct fact *total = model_fact(m, "total_size");
	struct tensor_entry **order = malloc((m->tensors + 1) * sizeof *order);
	uint64_t bytes = 0;
	bool ok, missing = false;

	if (!order)
		return error_memory(err, "the list of tensors");
	for (size_t i = 0; i < m->tensors; i++) {
		order[i] = &m->tensor[i];
		bytes += m->tensor[i].size;
	}
	for (unsigned i = 0; i < m->parts; i++)
		missing |= !m->part[i];
	qsort(order, m->tensors, sizeof *order, by_entry_name);
	qsort(map->mapped, map->n, sizeof *map->mapped, by_name);
	ok = compare(m, map, order, err);
	if (ok && !missing && total && total->u != bytes)
		ok = model_trouble(m, GRADE_ODD, "total_size", UINT64_MAX, err, "is %" PRIu64 "; the tensors have %" PRIu64 " bytes", total->u, bytes);
	free(order);
	return ok;
}

/* ---- the format ---- */

static bool index_looks_like(const unsigned char *head, size_t n, const char *path)
{
	static const char word[] = "\"weight_map\"";

	(void)path;
	if (!n || (*head != '{' && *head != ' ' && *head != '\n'))
		return false;
	for (size_t i = 0; i + sizeof word - 1 <= n; i++)
		if (!memcmp(head + i, word, sizeof word - 1))
			return true;
	return false;
}

static bool read_index(struct model *m, const struct buffer *index, struct map *map, struct error *err)
{
	struct json_walk w = { .s = (const char *)index->bytes, .n = index->size };
	struct json_member one;
	bool mapped = false;

	if (index->size > INDEX_MAX)
		return error_set(err, ERR_FORMAT, "the index has %zu bytes; at most %d are read", index->size, INDEX_MAX);
	while (json_next(&w, &one, err)) {
		bool metadata = one.key_len == 10 && !memcmp(one.key, "\"metadata\"", 10);
		bool weights = one.key_len == 12 && !memcmp(one.key, "\"weight_map\"", 12);

		mapped |= weights;
		if (metadata ? !safetensors_metadata(m, &one, err) : weights && !read_map(&one, map, err))
			return false;
	}
	if (err->class)
		return false;
	if (!mapped)
		return error_set(err, ERR_FORMAT, "the index has no \"weight_map\"");
	qsort(map->mapped, map->n, sizeof *map->mapped, by_file);
	return true;
}

static bool index_open(struct model *m, struct error *err)
{
	struct buffer *index = m->part[0];
	struct map map = { 0 };
	bool ok;

	m->parts = 0;		/* the index is none of them */
	free(m->part_path[0]);
	ok = read_index(m, index, &map, err) && read_shards(m, &map, err) && compare_with_map(m, &map, err);
	map_drop(&map);
	buffer_drop(index);
	return ok;
}

const struct format format_safetensors_index = {
	.name       = "safetensors",
	.endings    = ".safetensors.index.json",
	.looks_like = index_looks_like,
	.open       = index_open,
	.drop       = safetensors_drop,
};
