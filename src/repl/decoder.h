/*
 * decoder.h - bytes of a terminal into keys, pastes and mouse events, and keys back into bytes.
 *
 * Pure: it reads nothing and knows no clock. Sequences may arrive in any pieces. What could still become a longer sequence waits,
 * until the caller says that nothing more came in time.
 */
#ifndef REPL_DECODER_H
#define REPL_DECODER_H

#include "repl/terminal.h"

enum { ESC_MS = 25, SEQUENCE_MS = 250, PASTE_MS = 1000, PASTE_MAX = 4 << 20 };

struct decoder {
	char *bytes; size_t n, size;	/* not yet decoded */
	bool pasting;			/* the begin mark came, its end mark has not */
	char *paste; size_t paste_len, paste_size;
};

void decoder_drop(struct decoder *d);
bool decoder_feed(struct decoder *d, const char *bytes, size_t n);	/* false: no memory, the bytes are lost */
/* The next whole event. late: nothing more came within decoder_patience() ms, so what waits counts as it is. False: none yet. */
bool decoder_next(struct decoder *d, bool late, struct terminal_event *e);
int decoder_patience(const struct decoder *d);	/* ms to wait for more before calling with late; -1: nothing waits */

/* The bytes that xterm sends for a key, at most 15; returns how many, 0 if it sends none. */
size_t key_bytes(const struct key *k, char out[16]);

#endif
