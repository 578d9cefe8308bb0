/*
 * show.h - views as verbs, and where pictures go. interaction.md 14.
 *
 * With a pane a view opens there and nothing is printed. With `text`, with `>`, and where there is no pane, its text form is.
 */
#ifndef COMMANDS_SHOW_H
#define COMMANDS_SHOW_H

#include "commands/command.h"
#include "views/view.h"

/* What every verb that shows something takes (interaction.md 7). */
#define VIEW_TEXT_OPTIONS \
	{ "text", ARG_FLAG, .summary = "into the output instead of the pane" }, \
	{ "width", ARG_COUNT, .named = true, .min = 30, .max = 1000, .summary = "columns of the text form" }, \
	{ "height", ARG_COUNT, .named = true, .min = 6, .max = 100000, .summary = "lines of the text form at most" }

extern const struct command command_show;	/* `show VIEW ...` runs the view's own verb */

extern const struct command command_step_compare;	/* `step compare A B x`: not in the list, as `compare` is another */

/* Its entry in list.h where it takes more than a subject (compare, match, bits, name), else one made when first asked for. */
const struct command *view_command(const struct view *v);

/* Shows a value in a view by the rules above; options may be NULL. */
bool show_view(struct context *c, const struct view *v, struct value *subject, const struct args *options, struct error *err);
/* The picture in front once more, as text if text is wanted: after a step. */
bool show_again(struct context *c, const struct args *options, struct error *err);
/* A view that opens by itself: into the pane, and in front for `why`; never printed, and never a reason to fail. */
void show_by_itself(struct context *c, struct value *subject);

#endif
