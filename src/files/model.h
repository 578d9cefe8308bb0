/*
 * model.h - an open weight file: facts and tensors that point into the map. Nothing is decoded or copied on opening.
 */
#ifndef FILES_MODEL_H
#define FILES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "engine/tensor.h"

enum fact_type {	/* numbers of GGUF */
	FACT_U8, FACT_I8, FACT_U16, FACT_I16, FACT_U32, FACT_I32, FACT_F32, FACT_BOOL, FACT_STRING, FACT_ARRAY, FACT_U64, FACT_I64, FACT_F64,
};

/* A key and its value, as it lies in the file. Strings are raw: escape them where they are shown. */
struct fact {
	const char *key; size_t key_len;	/* not NUL-terminated */
	enum fact_type type, element;		/* element: of an array */
	uint64_t count;				/* of an array */
	const unsigned char *at; size_t size;	/* the value's bytes, lengths of strings included; in the file */
	const char *string; size_t string_len;	/* FACT_STRING */
	int64_t i; uint64_t u; double f;	/* numbers, all three set */
	bool big_endian;			/* how the numbers of an array lie there ... */
	uint8_t len_bytes;			/* ... and how wide its lengths and counts are: 8, in GGUF v1 4 */
};

struct importance;

/* Numbers one by one, as files of any format store them; number.h has the table. */
struct number;

enum tensor_fault {
	FAULT_NONE, FAULT_TYPE /* unknown or removed */, FAULT_ROW /* not a whole number of blocks */, FAULT_OVERLAP,
	FAULT_PAST_END, FAULT_ALIGNMENT, FAULT_NAME_TWICE, FAULT_SHAPE /* overflow */, FAULT_SIZE /* offsets against shape */,
};

struct tensor_entry {
	char *name;			/* as in the file, NUL-terminated copy; may hold anything but NUL */
	const struct codec *codec;	/* NULL: see number */
	const struct number *number;	/* plain numbers without a codec: converted to f32 when asked for; NULL with codec NULL: cannot be read */
	char type_name[24];		/* "q4_K", "F8_E4M3", "type 77", "q4_2, removed" */
	uint8_t dims; uint64_t dim[DIMS_MAX];	/* outermost first */
	size_t rows, cols;
	uint64_t offset, size;		/* in the file `part` */
	unsigned part;
	enum tensor_fault fault;
	char fault_text[160];		/* "runs 96 bytes past the end of the file" */
};

/* What is odd or bad in a file: interaction.md 10. */
enum grade { GRADE_ODD, GRADE_BAD };
struct finding {
	enum grade grade;
	char tensor[256];		/* escaped; or the key, or "" for the file as a whole */
	int64_t row, block;		/* -1: of the whole tensor. block counts through the tensor */
	uint64_t at;			/* byte in its part; UINT64_MAX: nowhere */
	char text[200];
	unsigned char byte[8]; unsigned bytes;	/* what lies there */
};
struct findings { struct finding *finding; size_t n, size, bad; };

struct model {
	const struct format *format;
	char *path;			/* as given */
	unsigned version;
	bool big_endian;
	uint64_t alignment, data_at;	/* of part 0 */
	struct fact *fact; size_t facts;
	struct tensor_entry *tensor; size_t tensors;
	struct buffer **part; char **part_path; unsigned parts;
	void *private;			/* the format's own (safetensors: its parsed header, whose strings facts point to) */
	struct findings trouble;	/* seen while opening: parts that are missing or contradict each other, keys twice, holes */
	size_t *by_name;		/* indices of tensors, sorted by name, then by place */
	struct model *reference;	/* the same model at full precision; dropped with this one. NULL: none */
	struct importance *importance;	/* how much each column matters (imatrix.h); dropped with the model. NULL: not given */
	size_t *pair, pairs;		/* tensor i is tensor pair[i] of the reference (SIZE_MAX: none); how many have one */
	uint64_t weights, bytes;	/* of all tensors that can be read */
};

struct format {
	const char *name;		/* "GGUF", "safetensors" */
	const char *endings;		/* ".gguf" */
	bool (*looks_like)(const unsigned char *head, size_t n, const char *path);
	bool (*open)(struct model *m, struct error *err);	/* m->path and part 0 are set */
	void (*drop)(struct model *m);				/* what is private; NULL: nothing */
};

extern const struct format *const formats[];	/* ends with NULL */

/* Refuses (ERR_FORMAT with byte offset, what was read, what was expected) only a header that cannot be followed. A fault of one tensor
 * leaves it in the list, marked. ERR_FILE: cannot be read at all. */
struct model *model_open(const char *path, struct error *err);
void model_drop(struct model *m);

const struct tensor_entry *model_find(const struct model *m, const char *name);		/* first of that name */
const struct fact *model_fact(const struct model *m, const char *key);
/* A tensor that points into the map, or is converted where the engine has no codec for its type (fp8, bool, u8 ...: then f32).
 * ERR_TENSOR for a marked one, saying its fault. */
bool model_tensor(const struct model *m, const struct tensor_entry *e, struct tensor *out, struct error *err);
size_t model_weighted(const struct model *m);	/* tensors that its importance file serves */
double model_bits(const struct model *m);	/* average over readable tensors */
/* A value of a fact as text: numbers, escaped strings, arrays as "[a, b, … 31998 more]"; max columns, 0: all. */
void fact_text(const struct fact *f, size_t max, struct text *out);
/* Element i of an array; false for arrays of arrays or out of range. Walks the array: keep `walk` (start with zero) for loops. */
bool fact_element(const struct fact *f, uint64_t i, struct fact *out, size_t *walk);

/* "llama   5 blocks   48 tensors   f32 48   reference: 48 of 48 matched by name": what follows "m = model". */
void model_line(const struct model *m, struct text *out);
/* Some lines for `info`: path, format, parts, sizes, types, what is marked, the reference and what it lacks. Ends without LF. */
void model_summary(const struct model *m, struct text *out);
/* Name, type, shape and the order a GGUF header has it in, place in the file, fault: for `info` and the inspector. */
void tensor_entry_summary(const struct model *m, const struct tensor_entry *e, struct text *out);
/* Takes ref over and pairs its tensors with those of m by name, with the renamings of files.md 5; shapes must agree. */
bool model_set_reference(struct model *m, struct model *ref, struct error *err);

/* Everything about m, on the values of tensors whose name fits pattern (NULL: all). out gets what was found up to a failure or stop. */
struct job;
bool model_check(const struct model *m, const char *pattern, struct job *job, struct findings *out, struct error *err);
void finding_line(const struct finding *f, struct text *out);	/* "bad  blk.0.attn_q.weight row 3, block 12, byte 0x1a40 (00 7e): ..." */
void findings_drop(struct findings *f);

#endif
