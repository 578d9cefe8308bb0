/*
 * bench.h - how fast the engine is, and what weight files cost: measured in one run on one machine, never remembered. spec/performance.md.
 *
 * Tests look at the form of these tables only, never at a figure.
 */
#ifndef SESSION_BENCH_H
#define SESSION_BENCH_H

#include "session/session.h"

/*
 * Speed of codecs. what: "encode" (without importance), "imp" (with), "decode" (to float32), "dot" (with one row of the partner's type);
 * level: which cpu level did it. Mw_per_s: million weights a second; memcpy_permille: bytes of float32 against those that memcpy moves in
 * the same run, in thousandths; times_scalar: against the reference of the codec, 1 where the reference did it. The first row is memcpy
 * itself ("memcpy", "copy").
 */
#define SPEED_COLUMNS "codec what level Mw_per_s memcpy_permille times_scalar"

enum { BENCH_ROW = 4096, BENCH_THREADS_MAX = 64 };
#define BENCH_SIZE 0x1p20		/* bytes of float32, unless asked otherwise */
#define BENCH_SIZE_MIN 65536.0
#define BENCH_SIZE_MAX 0x1p36

struct bench_options {
	const struct codec *const *codec; size_t n;	/* n 0: bench_usual() */
	const char *what;		/* one of the four; NULL: all that fit the codec */
	double bytes;			/* of float32 in all; 0: BENCH_SIZE */
	unsigned threads;		/* each on its own rows; 0: one */
};

/* Always a job. Fails with ERR_ARGUMENT (size, threads: the error names the range; a what that is none) and ERR_CODEC (no encoder);
 * the job with ERR_MEMORY where the buffers do not fit into the memory that is free. Stopped, it hands over what was measured; the label,
 * "1 thread, 1 MiB", then ends in "partial: 3 of 21". */
bool session_bench(struct session *s, const struct bench_options *o, struct outcome *out, struct error *err);
size_t bench_usual(const struct codec *list[]);		/* q4_0 q8_0 q4_K q6_K iq4_xs; returns how many */
size_t bench_all(const struct codec *list[]);		/* all that are stored as weights and have an encoder; list has room for CODEC_COUNT */

/*
 * Pictures, which the screen measures (repl/bench_draw.h). keys: how many were pressed; median_ms, worst_ms: from a key to the terminal
 * having been told what changed, of each key the best of three; worst_key: the slowest; open_ms: from the wish to the first picture, which
 * says "measuring" where the worker opens the view; measured_ms: from there until all is measured and drawn, empty where nothing was left.
 */
#define DRAW_COLUMNS "view subject keys median_ms worst_ms worst_key open_ms measured_ms"

/*
 * Files: what is looked at in `file`, one that is made for it in a temporary directory: holes.*, the headers of 1000 tensors and 40 GB that
 * are not on the disk; numbers.gguf, o->bytes of float32 (0: FILES_SIZE), three quarters of them in one tensor. threads: how many, where
 * it matters; o->threads (0: two) is the most. ms: of `open` the best of five in this program; of `stop ...` from Ctrl-C to the end of a
 * program, empty where it was done before; else a whole program, where threads are compared the best of two. peak_MiB: most memory that was resident, pages of
 * the mapped file counted. times_one: how many times as fast as with one thread.
 */
#define FILES_COLUMNS "what file threads ms peak_MiB times_one"
#define FILES_SIZE 0x1p28
#define FILES_SIZE_MIN 0x1p20
bool session_bench_files(struct session *s, const struct bench_options *o, struct outcome *out, struct error *err);

#endif
