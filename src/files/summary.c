/* summary.c - what a model and its tensors are, in words. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/codec.h"
#include "files/imatrix.h"
#include "files/build.h"

struct tally { const char *name; size_t n; uint64_t bytes; bool plain; };

static int by_count(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->plain != y->plain)
		return x->plain - y->plain;
	return x->n < y->n ? 1 : x->n > y->n ? -1 : strcmp(x->name, y->name);
}

/* Types and how many tensors have them; quantized ones first. NULL: no memory. */
static struct tally *tally_types(const struct model *m, size_t *n)
{
	struct tally *tally = calloc(m->tensors + 1, sizeof *tally);

	*n = 0;
	for (size_t i = 0; tally && i < m->tensors; i++) {
		const struct tensor_entry *e = &m->tensor[i];
		size_t k = 0;

		while (k < *n && strcmp(tally[k].name, e->type_name))
			k++;
		if (k == *n)
			tally[(*n)++] = (struct tally){ .name = e->type_name, .plain = !e->codec || e->codec->flags & CODEC_PLAIN };
		tally[k].n++;
		tally[k].bytes += e->size;
	}
	if (tally)
		qsort(tally, *n, sizeof *tally, by_count);
	return tally;
}

/* "llama" and its number of blocks, where the file says so; nothing else. */
static void put_architecture(const struct model *m, struct text *out)
{
	const struct fact *arch = model_fact(m, "general.architecture"), *blocks = NULL;
	struct text key = { 0 };

	if (!arch || arch->type != FACT_STRING)
		return;
	text_escape(out, arch->string, arch->string_len, 24);
	text_put(out, "   ");
	text_putn(&key, arch->string, arch->string_len);
	text_put(&key, ".block_count");
	blocks = model_fact(m, text_str(&key));
	text_drop(&key);
	if (blocks && blocks->type != FACT_STRING && blocks->type != FACT_ARRAY)
		text_add(out, "%" PRIu64 " block%s   ", blocks->u, blocks->u == 1 ? "" : "s");
}

size_t model_weighted(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; m->importance && i < m->tensors; i++)
		n += importance_find(m->importance, m->tensor[i].name) != NULL;
	return n;
}

void model_line(const struct model *m, struct text *out)
{
	size_t n;
	struct tally *tally = tally_types(m, &n);

	put_architecture(m, out);
	if (m->parts > 1)
		text_add(out, "%u parts   ", m->parts);
	text_add(out, "%zu tensor%s", m->tensors, m->tensors == 1 ? "" : "s");
	for (size_t i = 0; tally && i < n; i++)
		text_add(out, "   %s %zu", tally[i].name, tally[i].n);
	free(tally);
	if (m->reference)
		text_add(out, "   reference: %zu of %zu matched by name", m->pairs, m->tensors);
	if (m->importance)
		text_add(out, "   importance: %zu of %zu tensors", model_weighted(m), m->tensors);
}

/* "  row of names, cut to about 76 columns ..." */
static void put_list(struct text *out, const char *word, size_t n, const char *(*name)(const void *arg, size_t i), const void *arg)
{
	size_t width = strlen(word) + 3;

	text_add(out, "\n  %s", word);
	for (size_t i = 0; i < n; i++) {
		char shown[256];
		const char *s = name(arg, i);

		name_shown(s, strlen(s), shown);
		width += text_width(shown, strlen(shown)) + 1;
		if (i && width > 70) {
			text_add(out, " … %zu more", n - i);
			break;
		}
		text_add(out, " %s", shown);
	}
}

struct picked { const struct model *m; size_t *which; };

static const char *picked_name(const void *arg, size_t i)
{
	const struct picked *p = arg;

	return p->m->tensor[p->which[i]].name;
}

static void put_marked(const struct model *m, struct text *out)
{
	struct picked p = { m, malloc((m->tensors + 1) * sizeof *p.which) };
	size_t n = 0;

	for (size_t i = 0; p.which && i < m->tensors; i++)
		if (m->tensor[i].fault != FAULT_NONE)
			p.which[n++] = i;
	if (n)
		put_list(out, "cannot be read:", n, picked_name, &p);
	free(p.which);
}

static void put_importance(const struct model *m, struct text *out)
{
	const char *path = m->importance->path ? m->importance->path : "";

	text_put(out, "\n  importance ");
	text_escape(out, path, strlen(path), 0);
	text_add(out, "   for %zu of %zu tensors", model_weighted(m), m->tensors);
}

static void put_reference(const struct model *m, struct text *out)
{
	struct picked p = { m, malloc((m->tensors + 1) * sizeof *p.which) };
	size_t n = 0;

	text_add(out, "\n  reference %s   %zu of %zu matched by name", m->reference->path, m->pairs, m->tensors);
	for (size_t i = 0; p.which && i < m->tensors; i++)
		if (m->pair[i] == SIZE_MAX)
			p.which[n++] = i;
	if (n)
		put_list(out, "without a pair:", n, picked_name, &p);
	free(p.which);
}

static void put_types(const struct model *m, struct text *out)
{
	char size[NUMBER_SIZE];
	size_t n;
	struct tally *tally = tally_types(m, &n);

	for (size_t i = 0; tally && i < n; i++) {
		text_add(out, "\n  %-12s %5zu tensor%s", tally[i].name, tally[i].n, tally[i].n == 1 ? " " : "s");
		if (tally[i].bytes)
			text_add(out, "  %12s", number_size(size, (double)tally[i].bytes));
	}
	free(tally);
}

void model_summary(const struct model *m, struct text *out)
{
	char size[NUMBER_SIZE], weights[NUMBER_SIZE];

	text_escape(out, m->path, strlen(m->path), 0);
	text_add(out, "\n  %s", m->format->name);
	if (m->version)
		text_add(out, " version %u%s", m->version, m->big_endian ? ", big-endian" : "");
	if (m->parts > 1)
		text_add(out, "   %u parts", m->parts);
	text_put(out, "   ");
	put_architecture(m, out);
	text_add(out, "%zu key%s   data from byte %" PRIu64, m->facts, m->facts == 1 ? "" : "s", m->data_at);
	text_add(out, "\n  %zu tensor%s   %s weights   %s   %.2f b/w", m->tensors, m->tensors == 1 ? "" : "s",
		 number_short(weights, (double)m->weights), number_size(size, (double)m->bytes), model_bits(m));
	put_types(m, out);
	put_marked(m, out);
	if (m->reference)
		put_reference(m, out);
	if (m->importance)
		put_importance(m, out);
}

static void put_shape(const struct tensor_entry *e, struct text *out)
{
	text_put(out, "[");
	for (unsigned i = 0; i < e->dims; i++)
		text_add(out, "%s%" PRIu64, i ? ", " : "", e->dim[i]);
	text_put(out, "]");
}

void tensor_entry_summary(const struct model *m, const struct tensor_entry *e, struct text *out)
{
	text_escape(out, e->name, strlen(e->name), 60);
	text_add(out, "\n%s", e->type_name);
	if (e->codec && e->codec->block_len > 1) {
		size_t len = e->codec->block_len, sub = e->codec->sub_len;

		if (sub && sub != len)
			text_add(out, "   %zu sub-blocks of %zu per super-block", len / sub, sub);
		else
			text_add(out, "   blocks of %zu", len);
		text_add(out, "\n%zu row%s, %zu blocks in each", e->rows, e->rows == 1 ? "" : "s", e->cols / len);
	} else {
		text_add(out, "\n%zu row%s of %zu", e->rows, e->rows == 1 ? "" : "s", e->cols);
	}
	if (e->dims > 2) {
		text_put(out, ", shape ");
		put_shape(e, out);
	}
	if (!strcmp(m->format->name, "GGUF") && e->dims > 1) {
		text_put(out, "\nin the header ");
		text_put(out, "[");
		for (unsigned i = e->dims; i-- > 0; )
			text_add(out, "%" PRIu64 "%s", e->dim[i], i ? ", " : "]");
	}
	text_add(out, "\nfile offset 0x%08" PRIx64 ", %" PRIu64 " bytes", e->offset, e->size);
	if (m->parts > 1)
		text_add(out, ", part %u of %u", e->part + 1, m->parts);
	if (e->fault != FAULT_NONE)
		text_add(out, "\n! it %s", e->fault_text);
}
