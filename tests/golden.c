/* golden.c - see golden.h */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct picture { char name[96], file[96]; int cols, rows; bool ascii; golden_draw *draw; const void *arg; };

enum { PICTURES_MAX = 600 };

static struct picture pictures[PICTURES_MAX];
static size_t n_pictures;

static void path_of(const struct picture *p, char *path, size_t size)
{
	const char *dir = getenv("QS_SRCDIR");

	snprintf(path, size, "%s/tests/golden/%s", dir ? dir : ".", p->file);
}

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct text t = { 0 };
	char buf[4096];
	size_t n;

	if (!f)
		return NULL;
	text_put(&t, "");
	while ((n = fread(buf, 1, sizeof buf, f)))
		text_putn(&t, buf, n);
	fclose(f);
	return text_take(&t);
}

/* The first line that differs, both ways. */
static void say_difference(const char *want, const char *got)
{
	int line = 1;

	while (*want && *want == *got) {
		const char *end = strchr(want, '\n');
		size_t n = end ? (size_t)(end - want) + 1 : strlen(want);

		if (strncmp(want, got, n))
			break;
		want += n;
		got += n;
		line++;
	}
	print_message("# line %d should be |%.*s|\n", line, (int)strcspn(want, "\n"), want);
	print_message("# line %d is        |%.*s|\n", line, (int)strcspn(got, "\n"), got);
}

static void compare(void **state)
{
	const struct picture *p = *state;
	struct canvas c;
	struct error err = { 0 };
	struct text t = { 0 };
	char path[600], *want;
	bool same;

	assert_true(canvas_new(&c, p->rows, p->cols, p->ascii, NULL));
	if (!p->draw(p->arg, &c, &err))
		fail_msg("%s: %s", p->name, err.text);
	canvas_write_text(&c, COLORS_NONE, false, false, &t);
	canvas_drop(&c);
	path_of(p, path, sizeof path);
	if (getenv("QS_GOLDEN_UPDATE")) {
		FILE *f = fopen(path, "wb");

		assert_non_null(f);
		fputs(text_str(&t), f);
		assert_int_equal(fclose(f), 0);
	}
	want = read_all(path);
	if (!want)
		print_message("# there is no %s: QS_GOLDEN_UPDATE=1 writes it\n", path);
	same = want && !strcmp(want, text_str(&t));
	if (want && !same)
		say_difference(want, text_str(&t));
	free(want);
	text_drop(&t);
	assert_true(same);
}

size_t golden_add_one(struct CMUnitTest tests[], size_t n, const char *name, int cols, int rows, bool ascii, golden_draw *draw, const void *arg)
{
	struct picture *p = &pictures[n_pictures++];

	if (n_pictures > PICTURES_MAX)
		abort();
	snprintf(p->name, sizeof p->name, "picture %s %dx%d%s is as it was kept", name, cols, rows, ascii ? " ascii" : "");
	snprintf(p->file, sizeof p->file, "%s-%dx%d%s.txt", name, cols, rows, ascii ? "-ascii" : "");
	p->cols = cols;
	p->rows = rows;
	p->ascii = ascii;
	p->draw = draw;
	p->arg = arg;
	tests[n] = (struct CMUnitTest){ .name = p->name, .test_func = compare, .initial_state = p };
	return n + 1;
}

size_t golden_add(struct CMUnitTest tests[], size_t n, const char *name, golden_draw *draw, const void *arg)
{
	static const int sizes[][2] = { { 30, 6 }, { 60, 16 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };

	for (size_t i = 0; i < GOLDEN_PICTURES; i++)
		n = golden_add_one(tests, n, name, sizes[i / 2][0], sizes[i / 2][1], i % 2, draw, arg);
	return n;
}
