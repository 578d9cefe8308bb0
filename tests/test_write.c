/* test_write.c - files that commands write: all of it or nothing, and what was there stays until then. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "session/session.h"

static char dir[] = "/tmp/qs-write-XXXXXX";
static struct session session;

static const char *path_of(const char *name)
{
	static char path[2][600];
	static int k;

	snprintf(path[k = !k], sizeof *path, "%s/%s", dir, name);
	return path[k];
}

static int set_up(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	return mkdtemp(dir) && chmod(dir, 0755) == 0 ? 0 : -1;
}

/* A run of the program, and an empty directory. */
static int begin(void **state)
{
	(void)state;
	session_init(&session, 1);
	return 0;
}

static size_t files(bool remove)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	for (struct dirent *e; d && (e = readdir(d)); )
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) {
			n++;
			if (remove && unlink(path_of(e->d_name)) != 0)
				rmdir(path_of(e->d_name));
		}
	closedir(d);
	return n;
}

static int end(void **state)
{
	(void)state;
	session_drop(&session);
	files(true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void there_is(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void holds(const char *name, const char *text)
{
	char got[100] = "";
	FILE *f = fopen(path_of(name), "r");

	assert_non_null(f);
	got[fread(got, 1, sizeof got - 1, f)] = 0;
	fclose(f);
	assert_string_equal(got, text);
}

static void put(const char *path, const char *text, bool append, bool force)
{
	struct error err = { 0 };

	if (!session_write(&session, path, text, strlen(text), append, force, &err))
		fail_msg("%s", err.text);
}

static void refused(const char *path, const char *text, bool append, bool force, const char *says)
{
	struct error err = { 0 };

	assert_false(session_write(&session, path, text, strlen(text), append, force, &err));
	assert_int_equal(err.class, ERR_FILE);
	if (!strstr(err.text, says))
		fail_msg("%s", err.text);
	assert_string_equal(err.about, "file");
}

static void a_file_is_replaced_with_force_or_when_this_run_wrote_it(void **state)
{
	(void)state;
	there_is("a", "old");
	refused(path_of("a"), "new", false, false, "exists and was not written by this run");
	holds("a", "old");
	put(path_of("a"), "new", false, true);
	put(path_of("a"), "newer", false, false);
	holds("a", "newer");
	put(path_of("b"), "one", false, false);
	holds("b", "one");
	assert_int_equal(files(false), 2);
}

static void appending_needs_no_force_and_does_not_make_it_ours(void **state)
{
	(void)state;
	there_is("a", "old ");
	put(path_of("a"), "new", true, false);
	holds("a", "old new");
	refused(path_of("a"), "x", false, false, "exists");
	put(path_of("b"), "one", true, false);
	put(path_of("b"), "two", true, false);
	holds("b", "onetwo");
}

static void a_full_disk_leaves_the_file_that_was_there_and_nothing_else(void **state)
{
	struct rlimit before, small;
	static char much[10000];

	(void)state;
	there_is("a", "precious");
	memset(much, 'x', sizeof much - 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 5000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	refused(path_of("a"), much, false, true, "could not be written beyond byte 5000");
	refused(path_of("a"), much, true, false, "could not be written beyond byte 4992");
	refused(path_of("new"), much, false, false, "could not be written beyond byte 5000");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	holds("a", "precious");
	assert_int_equal(files(false), 1);
}

static void a_new_file_keeps_the_mode_of_the_one_it_replaces(void **state)
{
	struct stat st;

	(void)state;
	there_is("a", "old");
	assert_int_equal(chmod(path_of("a"), 0640), 0);
	put(path_of("a"), "new", false, true);
	assert_int_equal(stat(path_of("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void a_link_stays_a_link_and_one_to_nowhere_is_refused(void **state)
{
	struct stat st;

	(void)state;
	there_is("a", "old");
	assert_int_equal(symlink("a", path_of("link")), 0);
	put(path_of("link"), "new", false, true);
	holds("a", "new");
	assert_int_equal(lstat(path_of("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(symlink("nowhere", path_of("lost")), 0);
	refused(path_of("lost"), "new", false, false, "link to a file that is not there");
}

static void a_name_may_be_as_long_as_the_system_allows(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'n', 255);
	name[255] = 0;
	put(path_of(name), "new", false, false);
	holds(name, "new");
}

static void devices_are_written_as_they_are(void **state)
{
	(void)state;
	put("/dev/null", "text", false, false);
	put("/dev/null", "text", true, false);
	if (access("/dev/full", W_OK) == 0)
		refused("/dev/full", "text", false, false, "No space left");
}

static void a_directory_is_refused(void **state)
{
	(void)state;
	refused(dir, "text", false, true, "directory");
	refused(dir, "text", true, false, "directory");
	refused(path_of("no/such"), "text", false, false, "No such file");
}

static void a_pipe_is_written_when_somebody_reads_it_and_never_waited_for(void **state)
{
	char got[10] = "";
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	refused(path_of("pipe"), "text", false, false, "nobody reads");
	fd = open(path_of("pipe"), O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	put(path_of("pipe"), "text", false, false);
	assert_int_equal(read(fd, got, sizeof got), 4);
	assert_string_equal(got, "text");
	close(fd);
}

/* Root may write everywhere, so a child that is nobody tries. */
static void where_one_may_not_write_it_says_so(void **state)
{
	pid_t child;
	int status = 0;

	(void)state;
	there_is("a", "old");
	assert_int_equal(chmod(path_of("a"), 0444), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	child = fork();
	if (child == 0) {
		struct error err = { 0 };
		bool wrong;

		if (getuid() == 0 && setuid(65534) != 0)
			_exit(77);
		wrong = session_write(&session, path_of("a"), "x", 1, false, true, &err) || !strstr(err.text, "may not be written");
		wrong = wrong || session_write(&session, path_of("a"), "x", 1, true, false, &err) || !strstr(err.text, "Permission denied");
		wrong = wrong || session_write(&session, path_of("b"), "x", 1, false, false, &err) || !strstr(err.text, "Permission denied");
		_exit(wrong);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	chmod(dir, 0755);
	holds("a", "old");
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(a_file_is_replaced_with_force_or_when_this_run_wrote_it),
		T(appending_needs_no_force_and_does_not_make_it_ours),
		T(a_full_disk_leaves_the_file_that_was_there_and_nothing_else),
		T(a_new_file_keeps_the_mode_of_the_one_it_replaces),
		T(a_link_stays_a_link_and_one_to_nowhere_is_refused),
		T(a_name_may_be_as_long_as_the_system_allows),
		T(devices_are_written_as_they_are),
		T(a_directory_is_refused),
		T(a_pipe_is_written_when_somebody_reads_it_and_never_waited_for),
		T(where_one_may_not_write_it_says_so),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
