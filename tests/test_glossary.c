/* The glossary: enough words, each told once, each with a command that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <cmocka.h>

#include "commands/command.h"
#include "commands/glossary.h"

static void it_has_at_least_sixty_words_in_order(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct term *t = glossary; t->name; t++, n++)
		if (t[1].name && strcasecmp(t->name, t[1].name) >= 0)
			fail_msg("%s stands before %s", t->name, t[1].name);
	assert_true(n >= 60);
}

static void each_is_told_in_sentences(void **state)
{
	(void)state;
	for (const struct term *t = glossary; t->name; t++)
		if (strlen(t->text) < 20 || t->text[strlen(t->text) - 1] != '.')
			fail_msg("%s: %s", t->name, t->text);
}

static void the_codecs_named_exist(void **state)
{
	(void)state;
	for (const struct term *t = glossary; t->name; t++) {
		char copy[200], *save;

		snprintf(copy, sizeof copy, "%s", t->codecs ? t->codecs : "");
		for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save))
			if (!codec_find(s))
				fail_msg("%s: no codec %s", t->name, s);
	}
}

static void each_command_runs_as_it_stands(void **state)
{
	const char *program = getenv("QS_PROGRAM");
	char path[] = "/tmp/qs-glossary-XXXXXX", command[800];
	int fd = mkstemp(path);

	(void)state;
	if (!program || fd < 0)
		skip();
	for (const struct term *t = glossary; t->name; t++) {
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fprintf(f, "%s\n", t->show);
		assert_int_equal(fclose(f), 0);
		snprintf(command, sizeof command, "'%s' -n <'%s' >/dev/null 2>&1", program, path);
		if (system(command) != 0)
			fail_msg("%s: '%s' does not run", t->name, t->show);
	}
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_at_least_sixty_words_in_order),
		cmocka_unit_test(each_is_told_in_sentences),
		cmocka_unit_test(the_codecs_named_exist),
		cmocka_unit_test(each_command_runs_as_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
