/*
 * write_options.h - what `plan` and `convert` share: how the types of a model are chosen. interaction.md 7, "Writing models".
 */
#ifndef COMMANDS_WRITE_OPTIONS_H
#define COMMANDS_WRITE_OPTIONS_H

#include "commands/context.h"
#include "session/plan.h"

extern const struct arg write_options[];

struct write_request {
	struct plan_request q;
	struct value *plan;			/* held: plan= of a variable */
	const char **type, **set;
	const struct codec *codec[CODEC_COUNT];	/* codecs= */
};

/* Fills w from the arguments; borrowed from a, so a must stay. Says a note where a recipe is spelled like a codec. `auto` is not looked
 * at. w may be dropped whatever came of it. */
bool write_request(struct context *c, const struct args *a, struct write_request *w, struct error *err);
void write_request_drop(struct write_request *w);

#endif
