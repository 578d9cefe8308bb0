/*
 * show.h - views as verbs, and where pictures go. interaction.md 14.
 *
 * With a pane a view opens there and nothing is printed. With `text`, with `>`, and where there is no pane, its text form is.
 */
#ifndef COMMANDS_SHOW_H
#define COMMANDS_SHOW_H

#include "commands/command.h"
#include "views/view.h"

extern const struct command command_show;	/* `show VIEW ...` runs the view's own verb */

const struct command *view_command(const struct view *v);	/* made when first asked for */

/* Shows a value in a view by the rules above; options may be NULL. */
bool show_view(struct context *c, const struct view *v, struct value *subject, const struct args *options, struct error *err);
/* The picture in front once more, as text if text is wanted: after a step. */
bool show_again(struct context *c, const struct args *options, struct error *err);
/* A view that opens by itself: into the pane, and in front for `why`; never printed, and never a reason to fail. */
void show_by_itself(struct context *c, struct value *subject);

#endif
