/* test_progress.c - the record of what was learned: nothing of it is lost, whoever else writes, whatever the file holds. interaction.md 19.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "lua/lesson.h"

enum { NOBODY = 65534 };

static char dir[64], file[80], notes[80];

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/qs-progress-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof file, "%s/progress", dir);
	snprintf(notes, sizeof notes, "%s/notes", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (geteuid() != getuid())
		seteuid(getuid());	/* the test failed while it was somebody else */
	unlink(file);
	unlink(notes);
	return rmdir(dir);	/* nothing else may lie there */
}

static void write_file(const char *path, const char *s, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(s, 1, n, f), n);
	fclose(f);
}

static size_t read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, size - 1, f);
	out[n] = 0;
	fclose(f);
	return n;
}

static void done(struct progress *p, const char *lesson, uint64_t part)
{
	struct record rec = { .part = part, .tries = 1 };
	struct error err;

	snprintf(rec.lesson, sizeof rec.lesson, "%s", lesson);
	assert_true(progress_set(p, &rec, &err));
}

static size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void two_programs_that_began_together_keep_each_others_parts(void **state)
{
	struct progress *a = progress_new(dir), *b = progress_new(dir);
	char s[600];
	struct error err;

	(void)state;
	done(a, "walkie", 1);
	done(b, "type0", 2);
	done(a, "walkie", 3);
	assert_true(progress_note(a, "walkie", "1/6", "from a", &err));
	assert_true(progress_note(b, "type0", "1/8", "from b", &err));
	read_file(file, s, sizeof s);
	assert_string_equal(s, "walkie\t0000000000000001\tdone\t1\t0\ntype0\t0000000000000002\tdone\t1\t0\nwalkie\t0000000000000003\tdone\t1\t0\n");
	read_file(notes, s, sizeof s);
	assert_string_equal(s, "walkie\t1/6\tfrom a\ntype0\t1/8\tfrom b\n");
	assert_non_null(progress_find(a, "type0", 2));
	progress_drop(a);
	progress_drop(b);
}

/* Four at once, 50 parts and 10 notes each. */
static void processes_that_write_at_the_same_time_lose_nothing(void **state)
{
	static char s[40000];
	int status;

	(void)state;
	for (int k = 0; k < 4; k++)
		if (fork() == 0) {
			struct progress *p = progress_new(dir);
			struct record rec = { .tries = k };
			struct error err;
			char text[20];
			bool ok = p != NULL;

			snprintf(rec.lesson, sizeof rec.lesson, "lesson%d", k);
			for (int i = 0; i < 50; i++) {
				rec.part = (uint64_t)i + 1;
				ok = ok && progress_set(p, &rec, &err);
				snprintf(text, sizeof text, "note %d", i);
				ok = ok && (i % 5 || progress_note(p, rec.lesson, "1/2", text, &err));
			}
			_exit(ok ? 0 : 1);
		}
	for (int k = 0; k < 4; k++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	read_file(file, s, sizeof s);
	assert_int_equal(lines(s), 200);
	read_file(notes, s, sizeof s);
	assert_int_equal(lines(s), 40);
}

static void what_one_forgets_the_other_does_not_bring_back(void **state)
{
	struct progress *a = progress_new(dir), *b;
	struct error err;
	char s[200];

	(void)state;
	done(a, "walkie", 1);
	done(a, "type0", 2);
	b = progress_new(dir);
	assert_true(progress_forget(a, "walkie", 0, &err));
	done(b, "type0", 3);
	read_file(file, s, sizeof s);
	assert_string_equal(s, "type0\t0000000000000002\tdone\t1\t0\ntype0\t0000000000000003\tdone\t1\t0\n");
	assert_null(progress_find(b, "walkie", 1));
	progress_drop(a);
	progress_drop(b);
}

/* A newer form, numbers too large, a null byte, a torn last line. */
static void lines_that_are_damaged_or_of_a_newer_version_stay_byte_for_byte(void **state)
{
	static const char held[] = "walkie\t0000000000000001\tdone\t1\t0\nwalkie\t0000000000000002\tdone\t1\t0\tnew field\n"
		"format 2\nwalkie\t0000000000000003\tmastered\t1\t0\nwalkie\t0000000000000004\tdone\t99999999999\t0\n"
		"walkie\tffffffffffffffffffff\tdone\t1\t0\nx\0y\n\xff\xfe\nwalkie\t00000000000000";
	char s[600];
	struct progress *p;
	const char *unknown = strchr(held, '\n') + 1;
	size_t n = sizeof held - 1 - (size_t)(unknown - held);

	(void)state;
	write_file(file, held, sizeof held - 1);
	p = progress_new(dir);
	assert_non_null(progress_find(p, "walkie", 1));
	assert_null(progress_find(p, "walkie", 2));
	done(p, "type0", 5);
	assert_true(read_file(file, s, sizeof s) > n);
	assert_memory_equal(s, unknown, n);
	assert_string_equal(s + n, "\nwalkie\t0000000000000001\tdone\t1\t0\ntype0\t0000000000000005\tdone\t1\t0\n");
	progress_drop(p);
}

/* Told once; written when it can be, with what others wrote meanwhile. */
static void a_file_that_cannot_be_written_stays_and_takes_the_changes_later(void **state)
{
	static const char held[] = "walkie\t0000000000000001\tdone\t1\t0\n";
	struct record rec = { .lesson = "type0", .part = 2 };
	bool root = geteuid() == 0;
	struct progress *p;
	struct error err = { 0 };
	char s[200];

	(void)state;
	if (root && (chown(dir, NOBODY, (gid_t)-1) != 0 || seteuid(NOBODY) != 0))
		skip();		/* root may write everything */
	write_file(file, held, sizeof held - 1);
	p = progress_new(dir);
	chmod(file, 0400);
	assert_false(progress_set(p, &rec, &err));
	assert_non_null(strstr(err.text, "cannot write"));
	rec.part = 3;
	assert_true(progress_set(p, &rec, &err));
	assert_non_null(progress_find(p, "type0", 2));
	read_file(file, s, sizeof s);
	assert_string_equal(s, held);
	chmod(file, 0600);
	done(p, "type0", 4);
	read_file(file, s, sizeof s);
	assert_int_equal(lines(s), 4);
	progress_drop(p);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

/* A directory in its place can be neither read nor replaced, by root as well. */
static void what_cannot_be_read_is_not_replaced(void **state)
{
	struct record rec = { .lesson = "type0", .part = 2 };
	struct progress *p;
	struct error err = { 0 };
	struct stat st;
	char s[100];

	(void)state;
	mkdir(file, 0700);
	p = progress_new(dir);
	assert_false(progress_set(p, &rec, &err));
	assert_int_equal(stat(file, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_non_null(progress_find(p, "type0", 2));
	rmdir(file);
	done(p, "type0", 3);
	read_file(file, s, sizeof s);
	assert_int_equal(lines(s), 2);
	progress_drop(p);
}

static void a_link_stays_a_link(void **state)
{
	char elsewhere[] = "/tmp/qs-progress-file-XXXXXX", s[100];
	struct progress *p;
	struct stat st;
	int fd = mkstemp(elsewhere);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(symlink(elsewhere, file), 0);
	p = progress_new(dir);
	done(p, "type0", 2);
	assert_int_equal(lstat(file, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	read_file(elsewhere, s, sizeof s);
	assert_int_equal(lines(s), 1);
	progress_drop(p);
	unlink(elsewhere);
}

int main(void)
{
#define ALONE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		ALONE(two_programs_that_began_together_keep_each_others_parts),
		ALONE(processes_that_write_at_the_same_time_lose_nothing),
		ALONE(what_one_forgets_the_other_does_not_bring_back),
		ALONE(lines_that_are_damaged_or_of_a_newer_version_stay_byte_for_byte),
		ALONE(a_file_that_cannot_be_written_stays_and_takes_the_changes_later),
		ALONE(what_cannot_be_read_is_not_replaced),
		ALONE(a_link_stays_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
