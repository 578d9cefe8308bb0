/* safetensors.h - what a single file and an index of several share. */
#ifndef FILES_SAFETENSORS_H
#define FILES_SAFETENSORS_H

#include "files/json.h"
#include "files/model.h"

/* The header of a part that is mapped: its metadata and tensors are added to the model. */
bool safetensors_read(struct model *m, unsigned part, struct error *err);
/* An object of words (and, in an index, numbers) as facts. */
bool safetensors_metadata(struct model *m, const struct json_member *e, struct error *err);
void safetensors_drop(struct model *m);

#endif
