/*
 * main.c - options, set-up, interactive or batch, exit codes. interaction.md 2 and 20.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/pool.h"
#include "config.h"
#include "engine/codec.h"
#include "engine/kernel.h"
#include "repl/repl.h"

enum { EXIT_USAGE = 2 };

/* What takes every file that follows instead of opening it. */
enum mode { MODE_RUN, MODE_CHECK, MODE_TEST_LESSON, MODE_DOCTEST };

enum { OPT_DEMO = 256, OPT_PLAIN, OPT_PANE, OPT_WIDTH, OPT_HEIGHT, OPT_ASCII, OPT_UTF8, OPT_COLOR, OPT_FORMAT, OPT_TRUST,
       OPT_TEST_LESSON, OPT_DOCTEST, OPT_SEED };

static const struct option options[] = {
	{ "lesson", required_argument, NULL, 'l' },
	{ "demo", required_argument, NULL, OPT_DEMO },
	{ "check", no_argument, NULL, 'c' },
	{ "plain", no_argument, NULL, OPT_PLAIN },
	{ "pane", required_argument, NULL, OPT_PANE },
	{ "width", required_argument, NULL, OPT_WIDTH },
	{ "height", required_argument, NULL, OPT_HEIGHT },
	{ "ascii", no_argument, NULL, OPT_ASCII },
	{ "utf8", no_argument, NULL, OPT_UTF8 },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "keep-going", no_argument, NULL, 'k' },
	{ "no-init", no_argument, NULL, 'n' },
	{ "trust", no_argument, NULL, OPT_TRUST },
	{ "test-lesson", no_argument, NULL, OPT_TEST_LESSON },
	{ "doctest", no_argument, NULL, OPT_DOCTEST },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"usage: quantscope [options] [file ...] [script.qs | script.lua] [-- args]\n"
	"An interactive explorer of what quantization does to weights.\n"
	"\n"
	"  file                     .gguf, .safetensors or its .index.json: opened as a model; .npy, .npz: loaded as tensors\n"
	"  -e TEXT                  run one line; may be repeated, runs in the order given\n"
	"  -i                       stay interactive after -e or a script\n"
	"  -l, --lesson ID          start a lesson            --demo ID   start a demo\n"
	"  -c, --check FILE ...     check model files and exit\n"
	"      --plain              prompt without a pane     --pane on|off|auto\n"
	"      --width N            width of text renderings  --height N\n"
	"      --ascii, --utf8      glyphs                    --color auto|always|never|16|256|true\n"
	"      --format text|tsv|json   form of results in batch mode\n"
	"  -k, --keep-going         go on after an error in batch mode\n"
	"  -q                       no greeting               -n, --no-init   skip the start file\n"
	"      --trust              no limits for lessons and demos\n"
	"      --test-lesson FILE ...   check lessons         --doctest FILE ...   run the examples of a text\n"
	"      --seed N             start of the random generator (1)\n"
	"  -h, --help               this text                 -V, --version\n"
	"\n"
	"exit codes: 0 well, 1 a command failed, 2 usage, 3 a file could not be read, 4 a check found something bad,\n"
	"5 a lesson or doctest failed, 130 stopped by Ctrl-C\n";

static int usage(const char *what, const char *value, const char *right)
{
	fprintf(stderr, "quantscope: %s '%s': %s\n", what, value, right);
	return EXIT_USAGE;
}

static bool whole_number(const char *s, unsigned long long max, unsigned long long *v)
{
	char *end;

	errno = 0;
	*v = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && !errno && *v <= max;
}

static bool one_of(const char *word, const char *choices)
{
	size_t n = strlen(word);

	for (const char *p = choices; n && (p = strstr(p, word)); p += n)
		if ((p == choices || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

/* Options into p and mode; files stay in argv from optind on. Returns an exit code, or -1 to go on. */
/* The exit code after what --help and --version wrote. */
static int written(int result)
{
	if (result != EOF && fflush(stdout) == 0)
		return 0;
	if (errno == EPIPE)
		return 128 + SIGPIPE;
	fprintf(stderr, "error[file]: cannot write the output: %s\n", strerror(errno));
	return 3;
}

static int parse(int argc, char **argv, struct program *p, const char **lines, enum mode *mode)
{
	unsigned long long n;
	int o;

	opterr = 0;
	while ((o = getopt_long(argc, argv, "e:il:ckqnhV", options, NULL)) != -1)
		switch (o) {
		case 'e': lines[p->n_lines++] = optarg; break;
		case 'i': p->interactive = true; break;
		case 'l': p->lesson = optarg; break;
		case OPT_DEMO: p->demo = optarg; break;
		case 'c': *mode = MODE_CHECK; break;
		case OPT_TEST_LESSON: *mode = MODE_TEST_LESSON; break;
		case OPT_DOCTEST: *mode = MODE_DOCTEST; break;
		case OPT_PLAIN: p->plain = true; break;
		case OPT_PANE:
			if (!one_of(optarg, "on off auto"))
				return usage("--pane", optarg, "on, off or auto");
			p->pane = optarg;
			break;
		case OPT_WIDTH: case OPT_HEIGHT:
			if (!whole_number(optarg, 10000, &n) || n < 1)
				return usage(o == OPT_WIDTH ? "--width" : "--height", optarg, "a whole number from 1 to 10000");
			*(o == OPT_WIDTH ? &p->width : &p->height) = (int)n;
			break;
		case OPT_ASCII: p->ascii = 1; break;
		case OPT_UTF8: p->ascii = 0; break;
		case OPT_COLOR:
			if (!one_of(optarg, "auto always never 16 256 true"))
				return usage("--color", optarg, "auto, always, never, 16, 256 or true");
			p->color = optarg;
			break;
		case OPT_FORMAT:
			if (!one_of(optarg, "text tsv json"))
				return usage("--format", optarg, "text, tsv or json");
			p->format = optarg;
			break;
		case 'k': p->keep_going = true; break;
		case 'q': p->quiet = true; break;
		case 'n': p->no_init = true; break;
		case OPT_TRUST: p->trust = true; break;
		case OPT_SEED:
			if (!whole_number(optarg, ~0ull, &n))
				return usage("--seed", optarg, "a whole number");
			p->seed = n;
			break;
		case 'h':
			return written(fputs(help, stdout));
		case 'V':
			return written(puts("quantscope " PACKAGE_VERSION));
		default:
			fprintf(stderr, "quantscope: %s '%s'; quantscope --help lists the options\n",
				optopt && strchr("el", optopt) ? "no argument after" : "no option or no argument for",
				argv[optind - 1]);
			return EXIT_USAGE;
		}
	return -1;
}

int main(int argc, char **argv)
{
	struct program p = { .pane = "auto", .format = "text", .color = "auto", .ascii = -1, .seed = 1 };
	const char **lines = calloc((size_t)argc + 1, sizeof *lines);
	enum mode mode = MODE_RUN;
	struct error err;
	int last = argc, code;

	setlocale(LC_CTYPE, "");	/* and nothing else: a decimal point is a point */
	signal(SIGPIPE, SIG_IGN);	/* a closed pipe is an error of write */
	signal(SIGXFSZ, SIG_IGN);	/* so is a file that grows too large */
	buffer_guard_install();
	if (!lines)
		return 1;
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--")) {	/* what follows is the script's */
			last = i;
			p.args = argv + i + 1;
			p.n_args = argc - i - 1;
			break;
		}
	code = parse(last, argv, &p, lines, &mode);
	p.lines = lines;
	p.files = (const char *const *)argv + optind;
	p.n_files = last - optind;
	if (code < 0 && !kernels_choose(getenv("QUANTSCOPE_CPU"), &err)) {
		fprintf(stderr, "quantscope: %s\n  %s\n", err.text, err.hint);
		code = EXIT_USAGE;
	}
	if (code < 0 && mode != MODE_RUN && p.n_files == 0) {
		fprintf(stderr, "quantscope: no file to %s\n", mode == MODE_CHECK ? "check" : "test");
		code = EXIT_USAGE;
	}
	if (code < 0) {
		bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);

		if (mode == MODE_CHECK)
			code = check_main(&p, p.n_files, argv + optind);
		else if (mode == MODE_TEST_LESSON)
			code = lesson_test_main(&p, p.n_files, argv + optind);
		else if (mode == MODE_DOCTEST)
			code = doctest_main(&p, p.n_files, argv + optind);
		else if (!terminal || (!p.interactive && (p.n_lines || front_script(&p))))
			code = batch_main(&p);
		else if (p.plain || !strcmp(p.pane, "off"))
			code = plain_main(&p);
		else
			code = screen_main(&p);
	}
	pool_stop();
	codecs_drop();
	free(lines);
	return code;
}
