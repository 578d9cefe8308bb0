/*
 * quantizing.h - what the actions of the session that quantize share: check first, on the main thread; encode and measure later, on any.
 */
#ifndef SESSION_QUANTIZING_H
#define SESSION_QUANTIZING_H

#include "session/session.h"

struct quantizing {
	struct quantized q;		/* blocks: empty until the work is done; whoever takes it leaves { 0 } */
	const struct codec *codec;
};

/* All that can be wrong with the arguments. note: what is to be told besides ("28 zeros added ..."), appended to. Drop w->q after. */
bool quantizing_begin(struct quantizing *w, const struct codec *c, const struct value *x, const struct quantize_options *o,
		      char *note, size_t size, struct error *err);
bool quantizing_work(struct quantizing *w, struct job *job, struct error *err);	/* job: progress in rows; NULL none */

#endif
