/* recipe.c - see recipe.h */
#include "engine/recipe.h"

#include <stddef.h>

#include "engine/codec.h"

const char *const recipe_places[PLACES] = {
	"attn_v", "attn_q attn_k", "attn_output", "ffn_down", "ffn_gate ffn_up", "token_embd", "output",
};

#define V   [PLACE_ATTN_V]
#define QK  [PLACE_ATTN_QK]
#define O   [PLACE_ATTN_OUTPUT]
#define DOWN [PLACE_FFN_DOWN]
#define UP  [PLACE_FFN_GATE_UP]
#define EMBD [PLACE_EMBEDDING]
#define OUT [PLACE_OUTPUT]

#define SHARED(usual, wide)		usual "; " wide " where 4 or more heads share their keys"
#define FIRST(how_many, first, rest)	"first " how_many " " first ", the rest " rest
#define MORE_BITS(more, usual)		more " in the blocks with more bits, else " usual
#define EXPERTS				"stacks of experts mxfp4, else q8_0"
#define IMPORTANCE			.needs_importance = true

const struct recipe recipes[] = {
	{ "F32", 0, "f32", "all F32", { 0 }, 32, 0 },
	{ "F16", 1, "f16", "F16", { 0 }, 16.0006, 0 },
	{ "Q4_0", 2, "q4_0", "Q4_0", { DOWN = "q4_0; with importance the first eighth q4_1", OUT = "q6_K" }, 4.5412, 4.5546 },
	{ "Q4_1", 3, "q4_1", "Q4_1", { OUT = "q6_K" }, 5.0315, 0 },
	{ "Q8_0", 7, "q8_0", "Q8_0", { 0 }, 8.5009, 0 },
	{ "Q5_0", 8, "q5_0", "Q5_0", { DOWN = "q5_0; with importance the first eighth q5_1", OUT = "q6_K" }, 5.5217, 5.5351 },
	{ "Q5_1", 9, "q5_1", "Q5_1", { OUT = "q6_K" }, 6.012, 0 },
	{ "Q2_K", 10, "q2_K", "Q2_K - Medium",
	  { V = SHARED("q3_K", "q4_K"), O = "q3_K", DOWN = "q3_K", OUT = "q6_K" }, 3.0062, 0 },
	{ "Q3_K_S", 11, "q3_K", "Q3_K - Small", { OUT = "q6_K" }, 3.4994, 0 },
	{ "Q3_K_M", 12, "q3_K", "Q3_K - Medium",
	  { V = FIRST("2", "q5_K", "q4_K"), O = "q4_K", DOWN = FIRST("sixteenth", "q5_K", "q4_K"), OUT = "q6_K" },
	  3.9146, 0 },
	{ "Q3_K_L", 13, "q3_K", "Q3_K - Large", { V = "q5_K", O = "q5_K", DOWN = "q5_K", OUT = "q6_K" }, 4.2697, 0 },
	{ "Q4_K_S", 14, "q4_K", "Q4_K - Small",
	  { V = FIRST("4", "q5_K", "q4_K"), DOWN = FIRST("eighth", "q5_K", "q4_K"), OUT = "q6_K" }, 4.5779, 0 },
	{ "Q4_K_M", 15, "q4_K", "Q4_K - Medium",
	  { V = MORE_BITS("q6_K", "q4_K"), DOWN = MORE_BITS("q6_K", "q4_K"), OUT = "q6_K" }, 4.8442, 0 },
	{ "Q5_K_S", 16, "q5_K", "Q5_K - Small", { OUT = "q6_K" }, 5.5217, 0 },
	{ "Q5_K_M", 17, "q5_K", "Q5_K - Medium",
	  { V = MORE_BITS("q6_K", "q5_K"), DOWN = MORE_BITS("q6_K", "q5_K"), OUT = "q6_K" }, 5.6778, 0 },
	{ "Q6_K", 18, "q6_K", "Q6_K", { 0 }, 6.5635, 0 },
	{ "IQ2_XXS", 19, "iq2_xxs", "IQ2_XXS - 2.0625 bpw",
	  { V = SHARED("q2_K", "q4_K"), DOWN = FIRST("eighth", "q2_K", "iq2_xxs"), EMBD = "q2_K", OUT = "q5_K" },
	  2.2014, 0, IMPORTANCE },
	{ "IQ2_XS", 20, "iq2_xs", "IQ2_XS - 2.3125 bpw",
	  { V = SHARED("q2_K", "q4_K"), DOWN = FIRST("eighth", "q2_K", "iq2_xs"), EMBD = "q2_K", OUT = "q5_K" },
	  2.415, 0, IMPORTANCE },
	{ "Q2_K_S", 21, "q2_K", "Q2_K - Small",
	  { V = SHARED("q2_K", "q4_K"), DOWN = FIRST("eighth", "q4_K", "q2_K"), OUT = "q6_K" },
	  2.7529, 0, IMPORTANCE },
	{ "IQ3_XS", 22, "iq3_s", "IQ3_XS - 3.3 bpw",
	  { V = SHARED("iq3_s", "q4_K"), QK = "iq3_xxs", UP = "outer eighths iq3_s, between iq3_xxs", OUT = "q6_K" },
	  3.3192, 0, IMPORTANCE },
	{ "IQ3_XXS", 23, "iq3_xxs", "IQ3_XXS - 3.0625 bpw",
	  { V = SHARED("iq3_xxs", "q4_K"), QK = "iq2_s", O = "iq3_s", EMBD = "iq3_s", OUT = "q5_K" },
	  3.0686, 0, IMPORTANCE },
	{ "IQ1_S", 24, "iq1_s", "IQ1_S - 1.5625 bpw",
	  { V = SHARED("q2_K", "q4_K"), O = "iq2_xxs", DOWN = FIRST("eighth", "q2_K", "iq1_s"), EMBD = "q2_K", OUT = "q5_K" },
	  1.8139, 0, IMPORTANCE },
	{ "IQ4_NL", 25, "iq4_nl", "IQ4_NL - 4.5 bpw",
	  { V = SHARED("iq4_nl", "q5_K"), DOWN = "iq4_nl; without importance the first eighth q5_K", OUT = "q6_K" },
	  4.568, 4.5412 },
	{ "IQ3_S", 26, "iq3_s", "IQ3_S - 3.4375 bpw", { V = SHARED("iq3_s", "q4_K"), OUT = "q6_K" }, 3.4994, 0 },
	{ "IQ3_M", 27, "iq3_s", "IQ3_S mix - 3.66 bpw",
	  { V = "q4_K", O = "q4_K", DOWN = FIRST("eighth", "q4_K", "iq3_s"), OUT = "q6_K" }, 3.6972, 0 },
	{ "IQ2_S", 28, "iq2_xs", "IQ2_S - 2.5 bpw",
	  { V = SHARED("iq3_s", "q4_K"), O = "iq3_s", DOWN = FIRST("eighth", "iq3_s", "iq2_xs"), EMBD = "iq3_s", OUT = "q5_K" },
	  2.6069, 0, IMPORTANCE },
	{ "IQ2_M", 29, "iq2_s", "IQ2_M - 2.7 bpw",
	  { V = SHARED("iq3_s", "q4_K"), O = "iq3_s", DOWN = FIRST("eighth", "iq3_s", "iq2_s"), EMBD = "iq3_s", OUT = "q5_K" },
	  2.8007, 0, IMPORTANCE },
	{ "IQ4_XS", 30, "iq4_xs", "IQ4_XS - 4.25 bpw",
	  { V = SHARED("iq4_xs", "q5_K"), DOWN = "iq4_xs; without importance the first eighth q5_K", OUT = "q6_K" },
	  4.3295, 4.2961 },
	{ "IQ1_M", 31, "iq1_m", "IQ1_M - 1.75 bpw",
	  { V = SHARED("q2_K", "q4_K"), O = "iq2_xxs", DOWN = FIRST("eighth", "q2_K", "iq1_m"), EMBD = "q2_K", OUT = "q5_K" },
	  1.9592, 0, IMPORTANCE },
	{ "BF16", 32, "bf16", "BF16", { 0 }, 16.0006, 0 },
	{ "TQ1_0", 36, "tq1_0", "TQ1_0 - 1.69 bpw ternary", { EMBD = "q4_K", OUT = "q6_K" }, 1.8382, 0 },
	{ "TQ2_0", 37, "tq2_0", "TQ2_0 - 2.06 bpw ternary", { EMBD = "q4_K", OUT = "q6_K" }, 2.1986, 0 },
	{ "MXFP4_MOE", 38, "mxfp4", "MXFP4 MoE",
	  { V = "q8_0", QK = "q8_0", O = "q8_0", DOWN = EXPERTS, UP = EXPERTS, EMBD = "q8_0", OUT = "q8_0" }, 8.5009, 0, .others = "q8_0" },
	{ "NVFP4", 39, "nvfp4", "NVFP4", { OUT = "q6_K" }, 4.5412, 0 },
	{ "Q1_0", 40, "q1_0", "Q1_0", { OUT = "q6_K" }, 1.232, 0 },
	{ "Q2_0", 41, "q2_0", "Q2_0", { EMBD = "q4_K", OUT = "q6_K" }, 2.3788, 0 },
	{ 0 }
};

const struct recipe *recipe_find(const char *name)
{
	static const char *const short_forms[][2] = { { "Q3_K", "Q3_K_M" }, { "Q4_K", "Q4_K_M" }, { "Q5_K", "Q5_K_M" } };

	for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
		if (codec_same_name(short_forms[i][0], name))
			name = short_forms[i][1];
	for (const struct recipe *r = recipes; r->name; r++)
		if (codec_same_name(r->name, name))
			return r;
	return NULL;
}

const struct recipe *recipe_of_file(uint32_t file_type)
{
	for (const struct recipe *r = recipes; r->name; r++)
		if ((uint32_t)r->file_type == file_type)
			return r;
	return NULL;
}

bool recipe_is_codec_name(const struct recipe *r)
{
	return codec_find(r->name) != NULL;
}
