/*
 * method.h - methods on values: the arguments as commands and Lua have them, a record as the result.
 *
 * Arguments by name: x (a b for matmul and accumulate) and the options of interaction.md 7; words are checked here, since Lua's are not typed before.
 */
#ifndef SESSION_METHOD_H
#define SESSION_METHOD_H

#include "session/session.h"

/* method: a name of methods/list.h. Gives VALUE_RECORD, from a job where there is much to do. */
bool session_method(struct session *s, const char *method, const struct args *a, struct outcome *out, struct error *err);
/* The same record to be walked from its first step. */
bool session_walk_record(const struct value *record, struct outcome *out, struct error *err);

#endif
