/*
 * bench_files.c - what weight files cost: time to open them, memory while they are looked at and written, threads, and a stop.
 *
 * Files are made in a temporary directory: two with the header of 1000 tensors and 40 GB of holes, and one of real numbers. Each command
 * runs in a program of its own, which tells its peak of memory itself, as its last act; so nothing of ours is counted.
 */
#include "session/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "files/gguf_write.h"

enum { TENSORS = 1000, HOLE_ROWS = 2500, COLS = 4096, NAME_MAX_HERE = 4200, LINES_MAX = 8, BEST_OF = 5, ROUNDS = 2, STOP_AFTER_MS = 400 };

struct row { const char *what, *file; double ms, peak, times; unsigned threads; };

struct files_work {
	char dir[NAME_MAX_HERE], program[NAME_MAX_HERE];
	double bytes; unsigned threads;
	struct row row[40]; size_t rows;
	struct job *job;
};

extern char **environ;

/* ---- the files ---- */

static const char *const file_names[] = { "holes.gguf", "holes.safetensors", "numbers.gguf", "out.gguf" };

static char *path_of(const struct files_work *w, const char *name, char buf[NAME_MAX_HERE + 40])
{
	snprintf(buf, NAME_MAX_HERE + 40, "%s/%s", w->dir, name);
	return buf;
}

static void files_drop(void *state)
{
	struct files_work *w = state;
	char path[NAME_MAX_HERE + 40];

	for (size_t i = 0; *w->dir && i < sizeof file_names / sizeof *file_names; i++)
		unlink(path_of(w, file_names[i], path));
	if (*w->dir)
		rmdir(w->dir);
	free(w);
}

static bool cannot_write(const char *path, struct error *err)
{
	return error_set(err, ERR_FILE, "cannot write %s: %s", path, strerror(errno));
}

static bool tensor(struct gguf_writer *g, const char *name, size_t rows, struct error *err)
{
	return gguf_tensor(g, name, 2, (uint64_t[]){ rows, COLS }, codec_f32.gguf_type, (uint64_t)rows * COLS * 4, err);
}

static bool holes_gguf(const char *path, struct error *err)
{
	struct gguf_writer g;
	char name[40];
	bool ok = gguf_new(&g, path, true, err);

	if (ok)
		gguf_key_string(&g, "general.architecture", "llama", 5);
	for (int i = 0; ok && i < TENSORS; i++) {
		snprintf(name, sizeof name, "blk.%d.ffn_down.weight", i);
		ok = tensor(&g, name, HOLE_ROWS, err);
	}
	ok = ok && gguf_begin(&g, err);
	if (ok && ftruncate(g.file.fd, (off_t)g.file.written + (off_t)TENSORS * HOLE_ROWS * COLS * 4) != 0)
		ok = cannot_write(path, err);
	ok = ok && replace_commit(&g.file, err);
	gguf_drop(&g);
	return ok;
}

static bool holes_safetensors(const char *path, struct error *err)
{
	const uint64_t each = (uint64_t)HOLE_ROWS * COLS * 4;
	struct text header = { 0 };
	unsigned char length[8];
	FILE *f = fopen(path, "wb");
	bool ok;

	for (uint64_t i = 0; i < TENSORS; i++)
		text_add(&header, "%s\"model.layers.%d.mlp.down_proj.weight\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%llu,%llu]}",
			 i ? "," : "{", (int)i, HOLE_ROWS, COLS, (unsigned long long)(i * each), (unsigned long long)((i + 1) * each));
	text_put(&header, "}");
	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)header.len >> (8 * i));
	ok = f && !header.failed && fwrite(length, 1, 8, f) == 8 && fwrite(header.s, 1, header.len, f) == header.len && fflush(f) == 0 &&
	     ftruncate(fileno(f), (off_t)(8 + header.len + TENSORS * each)) == 0;
	text_drop(&header);
	if (f && fclose(f) != 0)
		ok = false;
	return ok || cannot_write(path, err);
}

/* One large tensor and three that are not: numbers as weights have them. */
static bool numbers_gguf(const struct files_work *w, const char *path, struct error *err)
{
	enum { PIECE = 256 };		/* rows */
	size_t rows = (size_t)(w->bytes / (4.0 * COLS)), small = rows / 12 ? rows / 12 : 1, large = rows > 4 * small ? rows - 3 * small : small;
	float *x = malloc(sizeof *x * PIECE * COLS);
	struct rng rng = rng_seeded(1);
	struct gguf_writer g;
	bool ok = gguf_new(&g, path, true, err) && (x || error_memory(err, "numbers"));

	for (size_t i = 0; ok && i < (size_t)PIECE * COLS; i++)
		x[i] = (float)(0.02 * rng_gauss(&rng));
	if (ok)
		gguf_key_string(&g, "general.architecture", "llama", 5);
	ok = ok && tensor(&g, "blk.0.ffn_down.weight", large, err) && tensor(&g, "blk.0.ffn_up.weight", small, err) &&
	     tensor(&g, "blk.0.ffn_gate.weight", small, err) && tensor(&g, "blk.0.attn_q.weight", small, err) && gguf_begin(&g, err);
	for (int t = 0; ok && t < 4; t++)
		for (size_t left = t ? small : large, n; ok && left; left -= n) {
			n = left < PIECE ? left : PIECE;
			ok = gguf_data(&g, x, sizeof *x * n * COLS, err) &&
			     (!job_stopped(w->job) || error_set(err, ERR_CANCELLED, "stopped"));
		}
	ok = ok && gguf_end(&g, err) && replace_commit(&g.file, err);
	gguf_drop(&g);
	free(x);
	return ok;
}

/* ---- a program of its own ---- */

static double ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void sleep_ms(double ms)
{
	struct timespec t = { .tv_nsec = (long)(ms * 1e6) };

	nanosleep(&t, NULL);
}

/* Lines with our program, in a directory of its own, its answers into `to`. -1: it did not start. */
static pid_t start(const struct files_work *w, const char *const lines[], int to, struct error *err)
{
	const char *argv[2 * LINES_MAX + 8] = { w->program, "-n", "--plain" };
	posix_spawn_file_actions_t files;
	sigset_t none;
	posix_spawnattr_t how;
	pid_t pid = -1;
	size_t n = 3;
	int rc;

	for (size_t i = 0; lines[i] && i < LINES_MAX; i++) {
		argv[n++] = "-e";
		argv[n++] = lines[i];
	}
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, to, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);	/* our Ctrl-C is not theirs */
	posix_spawnattr_setsigmask(&how, &none);
	rc = posix_spawn(&pid, w->program, &files, &how, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	if (rc) {
		error_set(err, ERR_FILE, "cannot run %s: %s", w->program, strerror(rc));
		return -1;
	}
	return pid;
}

/* Until it has ended; it is killed when we are stopped. False: it failed or was. */
static bool ended(const struct files_work *w, pid_t pid, int *status, struct error *err)
{
	pid_t rc;

	while ((rc = waitpid(pid, status, WNOHANG)) == 0 || (rc < 0 && errno == EINTR)) {
		if (job_stopped(w->job)) {
			kill(pid, SIGKILL);
			waitpid(pid, status, 0);
			return error_set(err, ERR_CANCELLED, "stopped");
		}
		sleep_ms(0.5);
	}
	return rc == pid || error_set(err, ERR_INTERNAL, "lost sight of a program: %s", strerror(errno));
}

/* Peak of memory in MiB, from what the program said last; NAN: it said nothing. */
static double peak_in(FILE *answers)
{
	char line[400];
	double kib = NAN;

	rewind(answers);
	while (fgets(line, sizeof line, answers))
		if (!strncmp(line, "VmHWM:", 6))
			kib = strtod(line + 6, NULL);
	return kib / 1024;
}

#define TELL_PEAK "for l in io.lines('/proc/self/status') do if l:find('VmHWM') then print(l) end end"

static bool run(struct files_work *w, const char *const lines[], double *ms, double *peak, struct error *err)
{
	FILE *answers = tmpfile();
	double began = ms_now();
	int status = 0;
	pid_t pid;
	bool ok;

	if (!answers)
		return error_set(err, ERR_FILE, "cannot make a temporary file: %s", strerror(errno));
	pid = start(w, lines, fileno(answers), err);
	ok = pid >= 0 && ended(w, pid, &status, err);
	*ms = ms_now() - began;
	*peak = ok ? peak_in(answers) : NAN;
	fclose(answers);
	if (ok && status)
		return error_set(err, ERR_INTERNAL, "'%s' ended with %d", lines[0], WIFEXITED(status) ? WEXITSTATUS(status) : status);
	return ok;
}

/* ---- what is measured ---- */

static struct row *add(struct files_work *w, const char *what, const char *file, double ms, double peak)
{
	struct row *r = &w->row[w->rows++];

	*r = (struct row){ .what = what, .file = file, .ms = ms, .peak = peak, .times = NAN };
	job_step(w->job, 1);
	return r;
}

static bool start_up(struct files_work *w, struct error *err)
{
	double best = INFINITY, ms, peak = 0, ignored;

	for (int i = 0; i < BEST_OF; i++) {
		if (!run(w, (const char *const[]){ "version", NULL }, &ms, &ignored, err))
			return false;
		best = fmin(best, ms);
	}
	if (!run(w, (const char *const[]){ "version", TELL_PEAK, NULL }, &ms, &peak, err))
		return false;
	add(w, "start", "", best, peak);
	return true;
}

static bool opening(struct files_work *w, const char *file, struct error *err)
{
	char path[NAME_MAX_HERE + 40], line[NAME_MAX_HERE + 80];
	double best = INFINITY, ms, peak;

	path_of(w, file, path);
	for (int i = 0; i < BEST_OF; i++) {
		double began = ms_now();
		struct model *m = model_open(path, err);

		if (!m)
			return false;
		best = fmin(best, ms_now() - began);
		model_drop(m);
	}
	snprintf(line, sizeof line, "open '%s' as=m", path);
	if (!run(w, (const char *const[]){ line, TELL_PEAK, NULL }, &ms, &peak, err))
		return false;
	add(w, "open", file, best, peak);
	return true;
}

/* A command on an open model `m`, with so many threads; the time is that of the whole program. */
static bool command(struct files_work *w, const char *what, const char *file, const char *line, unsigned threads, double *ms, struct error *err)
{
	char path[NAME_MAX_HERE + 80], set[40], whole[NAME_MAX_HERE + 120];
	double peak;

	snprintf(path, sizeof path, "open '%s/%s' as=m", w->dir, file);
	snprintf(set, sizeof set, "set threads %u", threads);
	snprintf(whole, sizeof whole, line, w->dir);
	if (!run(w, (const char *const[]){ set, path, whole, TELL_PEAK, NULL }, ms, &peak, err))
		return error_while(err, "%s", what);
	add(w, what, file, *ms, peak)->threads = threads;
	return true;
}

static const char convert_line[] = "convert m out='%s/out.gguf' pure=q8_0 force", survey_line[] = "worst m codec=q8_0";

static bool with_threads(struct files_work *w, const char *what, const char *line, struct error *err)
{
	double ms[2] = { INFINITY, INFINITY }, once;
	size_t at = w->rows;

	for (int round = 0; round < ROUNDS; round++)		/* in turn, so that both meet the same disturbances */
		for (int k = 0; k < 2; k++) {
			w->rows = at + (size_t)k;
			if (!command(w, what, "numbers.gguf", line, k ? w->threads : 1, &once, err))
				return false;
			w->row[at + (size_t)k].ms = ms[k] = fmin(ms[k], once);
		}
	w->row[at + 1].times = ms[0] / ms[1];
	return true;
}

/* Ctrl-C in the middle of the work, until the program is gone. */
static bool stopping(struct files_work *w, const char *what, const char *line, struct error *err)
{
	char path[NAME_MAX_HERE + 80], whole[NAME_MAX_HERE + 120];
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), status;
	double began;
	pid_t pid;
	bool ok;

	snprintf(path, sizeof path, "open '%s/numbers.gguf' as=m", w->dir);
	snprintf(whole, sizeof whole, line, w->dir);
	pid = nowhere < 0 ? -1 : start(w, (const char *const[]){ path, whole, NULL }, nowhere, err);
	if (nowhere >= 0)
		close(nowhere);
	if (pid < 0)
		return false;
	for (began = ms_now(); ms_now() - began < STOP_AFTER_MS && !job_stopped(w->job);)
		sleep_ms(5);
	if (waitpid(pid, &status, WNOHANG) == pid) {		/* it was done before */
		add(w, what, "numbers.gguf", NAN, NAN);
		return true;
	}
	began = ms_now();
	kill(pid, SIGINT);
	ok = ended(w, pid, &status, err);
	if (ok)
		add(w, what, "numbers.gguf", ms_now() - began, NAN);
	return ok;
}

static const struct { const char *what, *file, *line; } looks[] = {
	{ "info", "holes.gguf", "info m" },
	{ "ls", "holes.gguf", "ls m" },
	{ "browse", "holes.gguf", "browse m text height=60" },
	{ "rd", "holes.gguf", "rd m codecs=q8_0 text" },
	{ "check 10 of them", "holes.gguf", "check m blk.?.*" },
	{ "ls", "holes.safetensors", "ls m" },
	{ "check", "numbers.gguf", "check m" },
	{ "hist", "numbers.gguf", "hist m:blk.0.ffn_down.weight text" },
	{ "diff", "numbers.gguf", "diff m m text" },
};

enum { LOOKS = sizeof looks / sizeof *looks, ROWS = 3 + LOOKS + 2 * 2 + 2, STEPS = ROWS + 2 * 2 * (ROUNDS - 1) };

static bool files_run(struct job *job, struct error *err)
{
	struct files_work *w = job->state;
	char path[NAME_MAX_HERE + 40];
	double ms;
	bool ok;

	w->job = job;
	ok = holes_gguf(path_of(w, "holes.gguf", path), err) && holes_safetensors(path_of(w, "holes.safetensors", path), err) &&
	     numbers_gguf(w, path_of(w, "numbers.gguf", path), err) && start_up(w, err) && opening(w, "holes.gguf", err) &&
	     opening(w, "holes.safetensors", err);
	for (size_t i = 0; ok && i < LOOKS; i++)
		ok = command(w, looks[i].what, looks[i].file, looks[i].line, w->threads, &ms, err);
	return ok && with_threads(w, "convert pure=q8_0", convert_line, err) && with_threads(w, "worst codec=q8_0", survey_line, err) &&
	       stopping(w, "stop convert", convert_line, err) && stopping(w, "stop worst", survey_line, err);
}

/* ---- the table ---- */

static void number_or_none(struct table *t, double v)
{
	char digits[32];

	snprintf(digits, sizeof digits, "%.3g", v);
	if (isfinite(v))
		table_number(t, strtod(digits, NULL));
	else
		table_skip(t);
}

static bool files_finish(struct job *job, bool ok, struct value **result, struct error *err)
{
	struct files_work *w = job->state;
	char label[sizeof (*result)->label], size[NUMBER_SIZE];
	struct table *t;

	if (!ok && !(job_stopped(job) && w->rows))
		return false;
	t = table_new(FILES_COLUMNS);
	for (size_t i = 0; t && i < w->rows; i++) {
		const struct row *r = &w->row[i];

		table_row(t);
		table_text(t, r->what);
		table_text(t, r->file);
		if (r->threads)
			table_int(t, r->threads);
		else
			table_skip(t);
		number_or_none(t, r->ms);
		number_or_none(t, r->peak);
		number_or_none(t, r->times);
	}
	if (!t || t->failed) {
		table_drop(t);
		return error_memory(err, "a table");
	}
	*result = value_table(t, err);
	if (!*result)
		return false;
	snprintf(label, sizeof label, "%s of numbers", number_size(size, w->bytes));
	if (!ok)
		snprintf(label + strlen(label), sizeof label - strlen(label), ", partial: %zu of %d", w->rows, (int)ROWS);
	value_name(*result, label);
	return true;
}

static bool prepare(struct files_work *w, const struct bench_options *o, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char size[NUMBER_SIZE];
	ssize_t n;

	w->bytes = o->bytes > 0 ? o->bytes : FILES_SIZE;
	w->threads = o->threads ? o->threads : 2;
	if (!(w->bytes >= FILES_SIZE_MIN && w->bytes <= BENCH_SIZE_MAX)) {
		error_set(err, ERR_ARGUMENT, "%s is out of range", number_size(size, w->bytes));
		return error_hint(err, "size", "1MiB to 64GiB: bytes of float32 in the file of numbers");
	}
	if (w->threads > BENCH_THREADS_MAX) {
		error_set(err, ERR_ARGUMENT, "%u threads are out of range", w->threads);
		return error_hint(err, "threads", "1 to %d", BENCH_THREADS_MAX);
	}
	n = readlink("/proc/self/exe", w->program, sizeof w->program - 1);
	if (n <= 0)
		return error_set(err, ERR_FILE, "cannot tell which program this is, to run it again: %s", strerror(errno));
	snprintf(w->dir, sizeof w->dir, "%.4000s/quantscope-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(w->dir)) {
		error_set(err, ERR_FILE, "cannot make a directory like %s: %s", w->dir, strerror(errno));
		*w->dir = 0;
		return false;
	}
	return true;
}

bool session_bench_files(struct session *s, const struct bench_options *o, struct outcome *out, struct error *err)
{
	struct files_work *w = calloc(1, sizeof *w);
	struct job *job = w ? job_new("measuring files", w, err) : NULL;

	(void)s;
	if (!job)
		return w ? false : error_memory(err, "a measurement");
	job->unit = "figures";
	job->work = files_run;
	job->finish = files_finish;
	job->drop = files_drop;
	if (!prepare(w, o, err)) {
		job_drop(job);
		return false;
	}
	atomic_store(&job->total, STEPS);
	return session_work(job, false, out, err);
}
