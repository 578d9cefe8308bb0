/*
 * Kinds of values that came to be: KIND(ID, name for `why`, index, sentence, expression).
 *
 * sentence: what follows "name = " in `why`. %0..%5 are the operands in short form (6 digits), %0r a ratio (4 decimals), %0i an integer,
 * %0h a half float's bits in hex, %i the index, %+0 with a sign. "" : the result alone.
 * expression: works the result out from double v[] (NULL-able by writing NAN where only a search could tell).
 * F(e) rounds to float, H(e) to a half and back. The last used v is the result.
 */
KIND(PEAK, "peak", INDEX_SUB, "%0, the weight furthest from zero", NAN)
KIND(CODE_FLOOR, "code", INDEX_WEIGHT, "min(%4i, floor(%0 / %1 + %2)) = min(%4i, floor(%3r)) = %5i", fmin(v[4], floor(v[3])))
