/*
 * front.c - what all front ends share: session, stage and runner set up, files and lines of the command line run in order,
 * places, colours and glyphs by the environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "files/npz.h"
#include "repl/record.h"
#include "repl/repl.h"

/* ---- places ---- */

char *front_place(const char *variable, const char *below_home, const char *name)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	struct text t = { 0 };

	if (base && *base == '/')
		text_put(&t, base);
	else if (home && *home)
		text_add(&t, "%s/%s", home, below_home);
	else
		return NULL;
	text_add(&t, "/quantscope%s%s", *name ? "/" : "", name);
	return text_take(&t);
}

/* Run from the build tree, lessons and data are found beside the sources. */
static bool in_build_tree(void)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	static const char tail[] = "/src/quantscope";

	if (n < (ssize_t)sizeof tail)
		return false;
	exe[n] = 0;
	return !strcmp(exe + n - (sizeof tail - 1), tail);
}

enum { PLACES_MAX = 24 };

static void add_place(char *places[PLACES_MAX + 1], size_t *n, const char *dir, size_t len, const char *below)
{
	if (*n < PLACES_MAX && len && asprintf(&places[*n], "%.*s%s", (int)len, dir, below) >= 0)
		(*n)++;
}

static void add_list(char *places[PLACES_MAX + 1], size_t *n, const char *list, const char *below)
{
	while (list && *list) {
		size_t len = strcspn(list, ":");

		add_place(places, n, list, len, below);
		list += len + (list[len] == ':');
	}
}

/* Where lessons are looked for, first wins: interaction.md 19.1. */
static void lesson_places(char *places[PLACES_MAX + 1])
{
	const char *dirs = getenv("XDG_DATA_DIRS");
	char *own = front_place("XDG_DATA_HOME", ".local/share", "lessons");
	size_t n = 0;

	add_list(places, &n, getenv("QUANTSCOPE_PATH"), "/lessons");
	if (own)
		add_place(places, &n, own, strlen(own), "");
	if (in_build_tree())
		add_place(places, &n, SOURCE_DIR, strlen(SOURCE_DIR), "/lessons");
	add_place(places, &n, DATA_DIR, strlen(DATA_DIR), "/lessons");
	add_list(places, &n, dirs && *dirs ? dirs : "/usr/local/share:/usr/share", "/quantscope/lessons");
	places[n] = NULL;
	free(own);
}

/* The first of PLACE/below, PLACE/../below that can be read; NULL: none. Caller frees. */
static char *find_below(char *const *places, const char *below)
{
	for (size_t i = 0; places[i]; i++)
		for (int up = 0; up < 2; up++) {
			char *path;

			if (asprintf(&path, "%s/%s%s", places[i], up ? "../" : "", below) < 0)
				return NULL;
			if (access(path, R_OK) == 0)
				return path;
			free(path);
		}
	return NULL;
}

/* ---- environment ---- */

static bool set_and_not_empty(const char *name)
{
	const char *v = getenv(name);

	return v && *v;
}

static enum colors depth_of_terminal(void)
{
	const char *term = getenv("TERM"), *colorterm = getenv("COLORTERM");

	if (colorterm && (!strcmp(colorterm, "truecolor") || !strcmp(colorterm, "24bit")))
		return COLORS_TRUE;
	if (term && (strstr(term, "256") || strstr(term, "direct")))
		return COLORS_256;
	return COLORS_16;
}

enum colors colors_wanted(const struct program *p, bool to_terminal)
{
	const char *term = getenv("TERM");

	if (!strcmp(p->color, "never"))
		return COLORS_NONE;
	if (!strcmp(p->color, "16"))
		return COLORS_16;
	if (!strcmp(p->color, "256"))
		return COLORS_256;
	if (!strcmp(p->color, "true"))
		return COLORS_TRUE;
	if (!strcmp(p->color, "always"))
		return depth_of_terminal();
	if (set_and_not_empty("NO_COLOR"))
		return COLORS_NONE;
	if (set_and_not_empty("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0"))
		return depth_of_terminal();
	if (!to_terminal || !term || !*term || !strcmp(term, "dumb"))
		return COLORS_NONE;
	return depth_of_terminal();
}

bool ascii_wanted(const struct program *p)
{
	const char *term = getenv("TERM");

	if (p->ascii >= 0)
		return p->ascii;
	return strcasecmp(nl_langinfo(CODESET), "UTF-8") != 0 || (isatty(STDOUT_FILENO) && term && !strcmp(term, "linux"));
}

/* ---- set-up ---- */

bool front_open(struct front *f, const struct program *p, struct host host, struct error *err)
{
	char *places[PLACES_MAX + 1];
	char *state = host.batch ? NULL : front_place("XDG_STATE_HOME", ".local/state", "");
	struct runner_options o;

	memset(f, 0, sizeof *f);
	f->program = p;
	f->wake[0] = f->wake[1] = -1;
	f->host = host;
	if (!host.batch && pipe2(f->wake, O_CLOEXEC | O_NONBLOCK) != 0) {
		free(state);
		return error_set(err, ERR_INTERNAL, "cannot make a pipe: %s", strerror(errno));
	}
	session_init(&f->session, p->seed);
	f->session.clock_zero = host.batch;
	f->session.cache_dir = host.batch ? NULL : front_place("XDG_CACHE_HOME", ".cache", "");
	stage_init(&f->stage, &f->session);
	lesson_places(places);
	f->session.digits = find_below(places, "data/digits.csv");
	f->session.sample = find_below(places, "models/sample.gguf");
	o = (struct runner_options){
		.session = &f->session, .stage = &f->stage, .host = &f->host, .wake_fd = f->wake[1],
		.lesson_places = (const char *const *)places, .state_dir = state, .trust = p->trust,
		.keep_going = host.batch && p->keep_going,
	};
	f->runner = runner_new(&o, err);
	if (f->runner)
		runner_set_args(f->runner, p->n_args, p->args);
	for (size_t i = 0; places[i]; i++)
		free(places[i]);
	free(state);
	if (!f->runner)
		front_close(f);
	return f->runner != NULL;
}

void front_close(struct front *f)
{
	if (f->runner)
		record_idle(f->runner);
	record_off(f->runner);
	runner_drop(f->runner);
	stage_drop(&f->stage);
	session_drop(&f->session);
	for (int i = 0; i < 2; i++)
		if (f->wake[i] >= 0)
			close(f->wake[i]);
	f->runner = NULL;
	f->wake[0] = f->wake[1] = -1;
}

/* ---- the command line's files and lines ---- */

static bool ends_with(const char *s, const char *ending)
{
	size_t n = strlen(s), m = strlen(ending);

	return n >= m && !strcasecmp(s + n - m, ending);
}

enum file_kind { FILE_MODEL, FILE_TENSOR, FILE_SCRIPT };

static enum file_kind file_kind(const char *path)
{
	static const struct { const char *ending; enum file_kind kind; } kinds[] = {
		{ ".gguf", FILE_MODEL }, { ".safetensors", FILE_MODEL }, { ".safetensors.index.json", FILE_MODEL },
		{ ".npy", FILE_TENSOR }, { ".npz", FILE_TENSOR }, { ".qs", FILE_SCRIPT }, { ".lua", FILE_SCRIPT },
	};
	enum file_kind kind = FILE_SCRIPT;
	unsigned char head[8] = { 0 };
	struct stat st;
	int fd;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ends_with(path, kinds[i].ending))
			return kinds[i].kind;
	/* An unknown ending: weight files give themselves away by zero bytes or their magic, a script has text. What comes through a
	 * pipe comes once: it is a script, and all of it. */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return kind;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		ssize_t n = read(fd, head, sizeof head);

		if (n >= 6 && !memcmp(head, "\x93NUMPY", 6))
			kind = FILE_TENSOR;
		else if (n >= 4 && !memcmp(head, "PK\3\4", 4))
			kind = FILE_TENSOR;
		else if (n >= 4 && (!memcmp(head, "GGUF", 4) || memchr(head, 0, (size_t)n)))
			kind = FILE_MODEL;
		close(fd);
	}
	return kind;
}

const char *front_script(const struct program *p)
{
	for (int i = 0; i < p->n_files; i++)
		if (file_kind(p->files[i]) == FILE_SCRIPT)
			return p->files[i];
	return NULL;
}

static int exit_code_of(struct front *f)
{
	return error_exit_code(runner_first_error(f->runner));
}

/* In quotes, escaped as 6.2 says. */
static void quoted(struct text *line, const char *s)
{
	text_put(line, "\"");
	for (; *s; s++)
		if (*s == '"' || *s == '\\')
			text_add(line, "\\%c", *s);
		else if ((unsigned char)*s < 0x20 || (unsigned char)*s == 0x7F)
			text_add(line, "\\x%02X", (unsigned char)*s);
		else
			text_putn(line, s, 1);
	text_put(line, "\"");
}

/* A line made by us. member: of an archive; NULL: the file as it is. */
static int run_on_file(struct front *f, const char *verb, const char *path, const char *member)
{
	struct text line = { 0 };
	struct error err = { 0 };

	text_add(&line, "%s ", verb);
	quoted(&line, path);
	if (member) {
		text_put(&line, " member=");
		quoted(&line, member);
	}
	runner_run(f->runner, text_str(&line), NULL, &err);
	text_drop(&line);
	return exit_code_of(f);
}

static bool is_word(char c)
{
	return strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", c) && c;
}

/* `x = load "FILE"`, the variable named as models are: the file's name up to the first character a name cannot have. Of an archive of
 * several arrays each becomes FILE_MEMBER: a name out of the file alone could be one of Lua's own. */
static int load_tensor(struct front *f, const char *path, const char *member)
{
	const char *base = strrchr(path, '/'), *s = base ? base + 1 : path;
	char verb[200];
	int n = 0, at;

	while (n < 60 && is_word(s[n]))
		n++;
	at = snprintf(verb, sizeof verb, "%s%.*s%s", n == 0 || (*s >= '0' && *s <= '9') ? "t_" : "", n, s, member ? "_" : "");
	for (n = 0; member && n < 60 && member[n]; n++)
		verb[at++] = is_word(member[n]) ? member[n] : '_';
	strcpy(verb + at, " = load");
	return run_on_file(f, verb, path, member);
}

/* One line for each array of an archive. Where there is one array, or the archive cannot be read, one `load` says so. */
static int load_tensors(struct front *f, const char *path)
{
	struct error err = { 0 };
	struct buffer *b = buffer_map(path, &err);
	struct npz z = { 0 };
	int code = 0;

	if (!b || !npz_looks_like(b) || !npz_open(&z, b, &err) || z.members < 2)
		code = load_tensor(f, path, NULL);
	else
		for (size_t i = 0; i < z.members && (!code || f->program->keep_going); i++)
			code = load_tensor(f, path, z.member[i].name);
	npz_close(&z);
	buffer_drop(b);
	return code;
}

int front_arguments(struct front *f)
{
	const struct program *p = f->program;
	const char *script = front_script(p);
	struct error err = { 0 };
	int code = 0;

	for (int i = 0; i < p->n_files; i++) {
		enum file_kind kind = file_kind(p->files[i]);

		if (kind == FILE_SCRIPT && p->files[i] != script) {
			char text[600];

			snprintf(text, sizeof text, "error[argument]: two scripts: %s and %s\n  one at a time; what follows -- goes to the script",
				 script, p->files[i]);
			f->host.complain(f->host.arg, text);
			return 2;
		}
		if (kind != FILE_SCRIPT)
			code = kind == FILE_MODEL ? run_on_file(f, "open", p->files[i], NULL) : load_tensors(f, p->files[i]);
		if (code && !p->keep_going)
			return code;
	}
	for (int i = 0; i < p->n_lines; i++) {
		record_line(f->runner, p->lines[i]);
		if (runner_run(f->runner, p->lines[i], NULL, &err) == LINE_INCOMPLETE)
			runner_cut(f->runner, p->lines[i], NULL);
		record_idle(f->runner);
		code = exit_code_of(f);
		if (runner_exit(f->runner) >= 0)
			return runner_exit(f->runner);
		if (code && !p->keep_going)
			return code;
	}
	if (script) {
		runner_script(f->runner, script, &err);
		code = exit_code_of(f);
		if (runner_exit(f->runner) >= 0)
			return runner_exit(f->runner);
	}
	return code;
}

void greeting(struct front *f, struct text *out)
{
	struct lesson_place place;

	text_put(out, "quantscope " PACKAGE_VERSION "   small numbers from large ones, step by step\n");
	text_put(out, "lessons   demos   help        or type  quantize int4 [-1.2, -0.6, 0.2, 1.0]");
	if (runner_unfinished(f->runner, &place))
		text_add(out, "\nlesson %s waits at part %d of %d: type  lesson %s", place.id, place.part, place.parts, place.id);
}
