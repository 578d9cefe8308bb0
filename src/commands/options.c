/* options.c - see options.h */
#include "commands/options.h"

#include <stdio.h>
#include <string.h>

static const struct arg options[] = { QUANTIZE_OPTIONS, { 0 } };

bool options_given(struct context *c, const struct args *a, struct quantize_options *o, struct error *err)
{
	const char *pad = args_text(a, "pad", settings_get(&c->session->settings, "pad"));
	const struct given *imp = args_get(a, "imp"), *codes = args_get(a, "codes"), *step = args_get(a, "step"), *zero = args_get(a, "zero");

	memset(o, 0, sizeof *o);
	o->pad = !strcmp(pad, "zero") ? PAD_ZERO : !strcmp(pad, "edge") ? PAD_EDGE : PAD_NONE;
	o->axis_row = args_get(a, "axis") != NULL;
	o->group = (size_t)args_number(a, "group", 0);
	if (imp && imp->value)
		o->importance = value_weights(imp->value);
	o->flat_importance = imp && !imp->value;
	if (codes) {
		if (!(codes->number >= -1e6 && codes->second <= 1e6 && codes->number < codes->second)) {
			error_set(err, ERR_ARGUMENT, "codes cannot be %s", codes->text);
			return error_hint(err, "codes", "the smallest and the largest, as in -8..7");
		}
		o->codec.code_lo = (int)codes->number;
		o->codec.code_hi = (int)codes->second;
	}
	if (step) {
		if (!(step->number > 0)) {
			error_set(err, ERR_ARGUMENT, "a step cannot be %s", step->text);
			return error_hint(err, "step", "a finite number above 0");
		}
		o->codec.step = step->number;
	}
	o->codec.has_zero = zero != NULL;
	o->codec.zero = zero ? zero->number : 0;
	return true;
}

bool no_quantize_options(const struct args *a, struct error *err)
{
	for (const struct arg *o = options; o->name; o++) {
		if (!args_get(a, o->name) || args_get(a, "codec"))	/* some views have codec= too */
			continue;
		error_set(err, ERR_ARGUMENT, "%s= needs a codec before the tensor", o->name);
		return error_hint(err, o->name, "as in  line q4_0 x pad=zero");
	}
	return true;
}

void suggest_any_length(const char *verb, const struct args *a, struct error *err)
{
	const struct given *x = args_get(a, "x");

	if (err->class != ERR_SHAPE || strcmp(err->about, "x") || !x || !strstr(err->hint, "pad=zero") || x->len > 60)
		return;
	error_hint(err, "x", "add pad=zero, or use a codec of any length:  %s int4 %s", verb, x->text);
}

bool codecs_named(const char *words, const struct codec *list[], size_t *n, struct error *err)
{
	char copy[1000], *save;

	snprintf(copy, sizeof copy, "%s", words);
	for (char *word = strtok_r(copy, " ,", &save); word; word = strtok_r(NULL, " ,", &save)) {
		size_t before = *n;
		const struct codec *c;

		for (size_t i = 0; i < CODEC_COUNT && *n < CODEC_COUNT; i++)
			if (codecs[i]->encode && !(codecs[i]->flags & (CODEC_PLAIN | CODEC_ACTIVATIONS_ONLY)) &&
			    (!strcmp(word, codecs[i]->family) || (!strcmp(word, "all") && !(codecs[i]->flags & CODEC_TEACHING))))
				list[(*n)++] = codecs[i];
		if (*n > before)
			continue;
		c = codec_need(word, err);
		if (!c) {
			snprintf(err->about, sizeof err->about, "codecs");
			return false;
		}
		if (*n < CODEC_COUNT)
			list[(*n)++] = c;
	}
	return true;
}
