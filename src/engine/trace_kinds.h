/*
 * Kinds of values that came to be: KIND(ID, name for `why`, index, sentence, expression).
 *
 * sentence: what follows "name = " in `why`. %0..%5 are the operands in short form (6 digits), %0r a ratio (4 decimals), %0p plain (4
 * digits, no exponent), %0i an integer, %0x two hex digits, %0n a number word, %0h a half float's bits in hex, %+0 with a sign, %w the weight, %s the sub-block.
 * A further line "@bits" lists the bits that hold the value, "@name" derives what the block makes of it: name[same index].
 * expression: works the result out from double v[] (NAN where only a search could tell). F(e) rounds to float, H(e) to a half and
 * back; EVEN(e) and AWAY(e) are the two roundings of half.h, CLIP(e, lo, hi) keeps within. The last used v is the result.
 *
 * Several kinds may share a name: `why` answers with the latest before the step that is shown, so one number can have been
 * found, rounded and packed.
 */

/* ---- found in the weights ---- */
KIND(PEAK, "peak", INDEX_SUB, "%0, the weight furthest from zero: x[%w]", NAN)
KIND(ABSMAX, "absmax", INDEX_SUB, "%0, the largest magnitude: x[%w]", NAN)
KIND(LOWEST, "lowest", INDEX_SUB, "%0, the lowest weight: x[%w]", NAN)
KIND(HIGHEST, "highest", INDEX_SUB, "%0, the highest weight: x[%w]", NAN)
KIND(LOWEST_WIDENED, "lowest", INDEX_SUB, "min(0, %0) = %1: 0 has to be reached", fmin(0, v[0]))
KIND(HIGHEST_WIDENED, "highest", INDEX_SUB, "max(0, %0) = %1: 0 has to be reached", fmax(0, v[0]))
KIND(POWER, "power", INDEX_NONE, "%0, the mean square of the whole row", NAN)
KIND(POWER_TWICE, "power", INDEX_NONE, "2 x %0 / %1i = %2, twice the mean square of the block", F(F(2 * v[0]) / v[1]))
KIND(RMS, "rms", INDEX_SUB, "sqrt(%0 / %1i) = %2", F(sqrt(F(v[0] / v[1]))))

/* ---- how much each weight's error counts ---- */
KIND(W_IMPORTANCE, "w", INDEX_WEIGHT, "%0 x sqrt(%1 + %2^2) = %3", F(v[0] * F(sqrt(F(v[1] + F(v[2] * v[2]))))))
KIND(W_RMS, "w", INDEX_WEIGHT, "%0 + |%1| = %2", F(v[0] + fabs(v[1])))
KIND(W_SIZE, "w", INDEX_WEIGHT, "|%0| = %1", fabs(v[0]))
KIND(W_GIVEN, "w", INDEX_WEIGHT, "%0, its importance as it is", v[0])
KIND(W_SUM, "weight", INDEX_SUB, "%0, the sum of its w", NAN)

/*
 * ---- candidates of a search ----
 * TRY_SYM: shift t; the inverse step that makes the codes; the two sums; the step fitted to those codes; the cost.
 * TRY_AFFINE: shift t (-1 the first guess); the inverse step; the minimum that codes count from; the fitted scale and minimum; the cost.
 * TRY_POSITIVE: shift t; the inverse step; the cost.
 * TRY_TABLE: where the largest weight lands; the inverse scale that picks the values; the two sums; the fitted scale; the cost.
 * Searches over the scales of a super-block follow its sub-blocks: sub is then their number (of minima: one more).
 * The cost is the sum of w x error^2 (or w x |error|). BEST marks a candidate better than all before it.
 */
KIND(TRY_SYM, "try", INDEX_SUB, "shift %0i: codes = round(%1 x weight), step fitted to them %2 / %3 = %4, cost %5", NAN)
KIND(TRY_AFFINE, "try", INDEX_SUB, "shift %0i: codes = round(%1 x (weight - %2)), then scale %3, minimum %4, cost %5", NAN)
KIND(TRY_TABLE, "try", INDEX_SUB, "largest weight near %0i: values next to %1 x weight, scale fitted to them %2 / %3 = %4, cost %5", NAN)
KIND(TRY_POSITIVE, "fit", INDEX_SUB, "shift %0i: codes = round(%1 x number), cost %2", NAN)
KIND(MOVED, "moved", INDEX_SUB, "number %0i goes from code %1i to %2i: closer when the step is fitted again", NAN)
KIND(SCALE_FOUND, "scale", INDEX_SUB, "%1p, of %0i tried the one with the least cost", NAN)
KIND(SCALE_FITTED, "scale", INDEX_SUB, "%1p, fitted to the codes after %0i of them were moved", NAN)
KIND(MIN_FOUND, "min", INDEX_SUB, "%1p, of %0i tried the one with the least cost", NAN)

/* ---- the step of a block ---- */
KIND(STEP, "d", INDEX_NONE, "%0 / %1 = %2", F(v[0] / v[1]))
KIND(STEP_FOUND, "d", INDEX_NONE, "%1, of %0i tried the one with the least cost", NAN)
KIND(STEP_HALF, "d", INDEX_NONE, "%0 rounded to 16 bits = %1 (f16 0x%1h)", H(v[0]))
KIND(STEP_RANGE, "d", INDEX_NONE, "(%0 - %1) / %2i = %3", F(F(v[0] - v[1]) / v[2]))
KIND(STEP_F32, "d", INDEX_NONE, "%0 / %1i = %2, in 32 bits", v[0] == 0 ? 0 : F(1 / F(v[1] / v[0])))
KIND(STEP_READ, "d", INDEX_NONE, "%0p (f16 0x%0h)", H(v[0]))
KIND(STEP_NONE, "d", INDEX_NONE, "%0i: there is nothing to scale", 0)
KIND(SCALE_F32_READ, "d", INDEX_NONE, "%0, 32 bits", v[0])
KIND(MINIMUM_FOUND, "m", INDEX_NONE, "%1, of %0i tried the one with the least cost", NAN)
KIND(MINIMUM_HALF, "m", INDEX_NONE, "%0 rounded to 16 bits = %1 (f16 0x%1h)", H(v[0]))
KIND(MINIMUM_READ, "m", INDEX_NONE, "%0p (f16 0x%0h)", H(v[0]))
KIND(SUM_HALF, "s", INDEX_NONE, "%0i x %1 = %2 (f16 0x%2h)", H(F(v[0] * v[1])))
KIND(SUM_READ, "s", INDEX_NONE, "%0p (f16 0x%0h)", H(v[0]))
KIND(BSUM, "bsum", INDEX_SUB, "%0i, the sum of its 16 codes", v[0])
KIND(EXPONENT_OF, "e", INDEX_NONE, "floor(log2(%0)) - 2 + 127 = %1i - 2 + 127 = %2i", (uint8_t)(int)(v[1] - 2 + 127))
KIND(EXPONENT_NONE, "e", INDEX_NONE, "%0i, as every weight is 0", 0)
KIND(EXPONENT_READ, "e", INDEX_NONE, "%0i", v[0])
KIND(SCALE_E8M0, "scale", INDEX_NONE, "2^(%0i - 127) = %1", ldexp(1, (int)v[0] - 127))
KIND(SCALE_E4M3, "scale", INDEX_SUB, "%0 / %1i = %2, as an 8-bit float %4 (e4m3 0x%3x)", 2 * fp4_half_ue4m3(fp4_ue4m3((float)(v[0] / v[1]))))
KIND(SCALE_E4M3_READ, "scale", INDEX_SUB, "%1 (e4m3 0x%0x)", 2 * fp4_half_ue4m3((uint8_t)v[0]))

/* ---- super-blocks: two steps for the numbers of the sub-blocks ---- */
KIND(D_LARGEST, "d", INDEX_NONE, "%0p / %1i = %2p (f16 0x%2h)", H(F(v[0] / v[1])))
KIND(DMIN_LARGEST, "dmin", INDEX_NONE, "%0p / %1i = %2p (f16 0x%2h)", H(F(v[0] / v[1])))
KIND(D_FITTED, "d", INDEX_NONE, "%0p, fitted to the scales, in 16 bits %1p (f16 0x%1h)", H(v[0]))
KIND(DMIN_FITTED, "dmin", INDEX_NONE, "%0p, fitted to the minima, in 16 bits %1p (f16 0x%1h)", H(v[0]))
KIND(DMIN_READ, "dmin", INDEX_NONE, "%0p (f16 0x%0h)", H(v[0]))
KIND(D_SIGNED, "d", INDEX_NONE, "%0p / %1i = %2p (f16 0x%2h)", H(F(1 / F(v[1] / v[0]))))
KIND(SC_ROUND, "sc", INDEX_SUB, "round(%0p / %1p x %2i) = round(%3r) = %5i", SMALL(v[0], v[1], v[2], v[4]))
KIND(M_ROUND, "m", INDEX_SUB, "round(%0p / %1p x %2i) = round(%3r) = %5i", SMALL(v[0], v[1], v[2], v[4]))
KIND(SC_SIGNED, "sc", INDEX_SUB, "round(%0p / %1p x %2i) = round(%3r) = %4i", CLIP(EVEN(F(F(v[2] / v[1]) * v[0])), v[2], -v[2] - 1))
KIND(SC_STEP, "sc", INDEX_SUB, "round(%0p / %1p) = round(%2r) = %5i", CLIP(EVEN(F(INVERSE(v[1]) * v[0])), v[3], v[4]))
KIND(SC_UNUSED, "sc", INDEX_SUB, "%0i: its bits are 0, as no sub-block has a scale", v[0])
KIND(SC_FITTED, "sc", INDEX_SUB, "%1i for %0p, fitted together with d", NAN)
KIND(M_FITTED, "m", INDEX_SUB, "%1i for %0p, fitted together with dmin", NAN)
KIND(SC_WHOLE, "sc", INDEX_SUB, "%1i      %0n bits, in one place\n@bits\n@scale", v[1])
KIND(M_WHOLE, "m", INDEX_SUB, "%1i      %0n bits, in one place\n@bits\n@min", v[1])
KIND(SC_SPLIT, "sc", INDEX_SUB, "%4i = %0i + %1i x %2i      %3n bits, kept in two places\n@bits\n@scale", v[0] + v[1] * v[2])
KIND(M_SPLIT, "m", INDEX_SUB, "%4i = %0i + %1i x %2i      %3n bits, kept in two places\n@bits\n@min", v[0] + v[1] * v[2])
KIND(SC_SPLIT_OFFSET, "sc", INDEX_SUB, "%4i = %0i + %1i x %2i - %3i      six bits, kept in two places\n@bits\n@scale", v[0] + v[1] * v[2] - v[3])
KIND(SCALE_CODED, "scale", INDEX_SUB, "%0p x %1i = %2p", F(v[0] * v[1]))
KIND(MIN_CODED, "min", INDEX_SUB, "%0p x %1i = %2p", F(v[0] * v[1]))

/* ---- codes ---- */
KIND(CODE_FLOOR, "code", INDEX_WEIGHT, "min(%4i, floor(%0 / %1 + %2)) = min(%4i, floor(%3r)) = %5i",
     fmin(v[4], LOW8(TRUNC(F(F(v[0] * INVERSE(v[1])) + v[2])))))
KIND(CODE_FLOOR_ABOVE, "code", INDEX_WEIGHT, "floor((%0 - %1) / %2 + 0.5) = floor(%3r) = %5i",
     fmin(v[4], LOW8(TRUNC(F(F(F(v[0] - v[1]) * INVERSE(v[2])) + 0.5)))))
KIND(CODE_EVEN, "code", INDEX_WEIGHT, "round(%0 x %1) = round(%2r) = %3i", LOW8(fmin(127, EVEN(F(v[1] * v[0])))))
KIND(CODE_TRIT, "code", INDEX_WEIGHT, "round(%0 / %1) + 1 = round(%2r) + 1 = %3i", (uint8_t)(TRUNC(AWAY(F(v[0] * INVERSE(v[1])))) + 1))
KIND(CODE_SIGN, "code", INDEX_WEIGHT, "%1i by the sign of %0", v[0] >= 0)
KIND(CODE_TABLE, "code", INDEX_WEIGHT, "%4i: of the sixteen values %3i is nearest to %0 / %1p = %2", iq4_nearest((float)F(v[0] * INVERSE(v[1]))))
KIND(CODE_FP4, "code", INDEX_WEIGHT, "%4i: of the sixteen values %3 is nearest to %0 / %1 = %2", fp4_nearest((float)v[0], (float)(v[1] / 2)))
KIND(CODE_AWAY, "code", INDEX_WEIGHT, "round(%0 / %1) = round(%2r) = %3i", LOW8(TRUNC(AWAY(F(v[0] * INVERSE(v[1]))))))
KIND(CODE_SYM, "code", INDEX_WEIGHT, "round(%0 x %1) + %2i = round(%3r) + %2i = %4i + %2i = %5i",
     CLIP(EVEN(F(v[1] * v[0])), -v[2], v[2] - 1) + v[2])
KIND(CODE_EMPTY, "code", INDEX_WEIGHT, "%0i, as every weight here is below 1e-15", 0)
KIND(CODE_TRIED, "code", INDEX_WEIGHT, "round((%0 - %1) x %2) = round(%3r) = %5i", CLIP(EVEN(F(v[2] * F(v[0] - v[1]))), 0, v[4]))
KIND(CODE_SAME, "code", INDEX_WEIGHT, "%0i, as all weights here are alike", 0)
KIND(CODE_MOVED, "code", INDEX_WEIGHT, "%1i: rounded it was %0i, then it was moved", NAN)
KIND(CODE_SIGNED, "code", INDEX_WEIGHT, "round(%0 / %1p) + %2i = round(%3r) + %2i = %4i", CLIP(EVEN(F(v[0] / v[1])), -v[2], v[2] - 1) + v[2])
KIND(CODE_AFFINE, "code", INDEX_WEIGHT, "round((%0 + %1p) / %2p) = round(%3r) = %5i", CLIP(EVEN(F(F(v[0] + v[1]) / v[2])), 0, v[4]))
KIND(CODE_LEFT, "code", INDEX_WEIGHT, "%0i, as the search left it: the rounded scale is 0", v[0])
KIND(CODE_READ, "code", INDEX_WEIGHT, "%0i", v[0])
KIND(CODE_FROM_BYTE, "code", INDEX_WEIGHT, "floor(3 x (%0i x %1i mod 256) / 256) = floor(3 x %2i / 256) = %3i", floor(3 * fmod(v[0] * v[1], 256) / 256))
KIND(BYTE_READ, "byte", INDEX_WEIGHT, "0x%0x", v[0])
KIND(BYTE_PAIRS, "byte", INDEX_WEIGHT, "%0i + 4 x %1i + 16 x %2i + 64 x %3i = 0x%4x", v[0] + 4 * v[1] + 16 * v[2] + 64 * v[3])
KIND(BYTE_TRITS, "byte", INDEX_WEIGHT, "(81 x %0i + 27 x %1i + 9 x %2i + 3 x %3i + %4i) x 256 / 243, rounded up = 0x%5x",
     ceil((81 * v[0] + 27 * v[1] + 9 * v[2] + 3 * v[3] + v[4]) * 256 / 243))
KIND(BYTE_NIBBLES, "byte", INDEX_WEIGHT, "%0i + 16 x %1i = 0x%2x", v[0] + 16 * v[1])
KIND(FILL, "fill", INDEX_NONE, "%0i: bits that fill the last byte", 0)

/* ---- one number at a time ---- */
KIND(NEAREST_HALF, "nearest", INDEX_NONE, "%1, the f16 next to %0", H(v[0]))
KIND(NEAREST_BF16, "nearest", INDEX_NONE, "%1, the bf16 next to %0", BF16(v[0]))
KIND(NEAREST_F32, "nearest", INDEX_NONE, "%1, as it is", v[0])
KIND(SIGN, "sign", INDEX_NONE, "%1i, as %0 carries a %1m", signbit(v[0]) != 0)
KIND(EXPONENT, "exponent", INDEX_NONE, "%0i + %1i = %2i, as the number lies between 2^%0i and twice that", v[0] + v[1])
KIND(EXPONENT_SMALL, "exponent", INDEX_NONE, "%1i: smaller than 2^%0i, so the fraction stands without its leading 1", 0)
KIND(EXPONENT_TOP, "exponent", INDEX_NONE, "%0i: no number but infinity or NaN", v[0])
KIND(FRACTION, "fraction", INDEX_NONE, "(%0 / %1 - 1) x %2i = %3i", (v[0] / v[1] - 1) * v[2])
KIND(FRACTION_SMALL, "fraction", INDEX_NONE, "%0 / %1 x %2i = %3i", v[0] / v[1] * v[2])
KIND(FRACTION_TOP, "fraction", INDEX_NONE, "%0i, which is 0 for infinity", v[0])
KIND(NUMBER_READ, "number", INDEX_NONE, "%0, as it is stored", v[0])
KIND(BACK_NEAREST, "back", INDEX_WEIGHT, "%1, the float next to %0", F(v[0]))
KIND(BACK_PLAIN, "back", INDEX_WEIGHT, "%0", v[0])

/* ---- teaching codecs: parameters in double ---- */
KIND(SCALE_INT, "scale", INDEX_NONE, "%0 / %1i = %2", F(v[0] / v[1]))
KIND(SCALE_UINT, "scale", INDEX_NONE, "(%0 - %1) / (%2i - %3i) = %4", F((v[0] - v[1]) / (v[2] - v[3])))
KIND(SCALE_GIVEN, "scale", INDEX_NONE, "%0, as given", F(v[0]))
KIND(SCALE_ONE, "scale", INDEX_NONE, "%0: every weight is 0, so any scale would do", 1)
KIND(SCALE_READ, "scale", INDEX_NONE, "%0", v[0])
KIND(ZERO_FOUND, "zero", INDEX_NONE, "%0i - round(%1 / %2) = %0i - round(%3r) = %4i", v[0] - nearbyint(v[3]))
KIND(ZERO_CLIPPED, "zero", INDEX_NONE, "%3i: %0i - round(%1 / %2), kept among the codes", NAN)
KIND(ZERO_GIVEN, "zero", INDEX_NONE, "%0i, as given", v[0])
KIND(ZERO_READ, "zero", INDEX_NONE, "%0i", v[0])
KIND(CODE_INT, "code", INDEX_WEIGHT, "round(%0 / %1) = round(%2r) = %3i", nearbyint(v[2]))
KIND(CODE_INT_CLIPPED, "code", INDEX_WEIGHT, "round(%0 / %1) = round(%2r), kept within %3i..%4i = %5i",
     CLIP(nearbyint(v[2]), v[3], v[4]))
KIND(CODE_UINT, "code", INDEX_WEIGHT, "round(%0 / %1) + %2i = round(%3r) + %2i = %4i + %2i = %5i", nearbyint(v[3]) + v[2])
KIND(CODE_UINT_CLIPPED, "code", INDEX_WEIGHT, "round(%0 / %1) + %2i, kept within %3i..%4i = %5i",
     CLIP(nearbyint(v[0] / v[1]) + v[2], v[3], v[4]))

/* ---- what comes back ---- */
KIND(BACK_SCALED, "back", INDEX_WEIGHT, "%0i x %1 = %2", F(v[0] * v[1]))
KIND(BACK_CENTRED, "back", INDEX_WEIGHT, "(%0i - %1i) x %2 = %3", F((v[0] - v[1]) * v[2]))
KIND(BACK_ABOVE, "back", INDEX_WEIGHT, "%0i x %1 + %2 = %3", F(F(v[0] * v[1]) + v[2]))
KIND(BACK_SIGNED, "back", INDEX_WEIGHT, "%0p x (%1i - %2i) = %3", F(v[0] * (v[1] - v[2])))
KIND(BACK_TABLE, "back", INDEX_WEIGHT, "%2p x %1i = %3, %1i being the value of code %0i", F(v[1] * v[2]))
KIND(BACK_SCALED_FP4, "back", INDEX_WEIGHT, "%0 x %1 = %2", F(v[0] * v[1]))
KIND(BACK_SIGN, "back", INDEX_WEIGHT, "%2, as code %0i stands for this sign", v[0] != 0 ? v[1] : -v[1])
KIND(BACK_AFFINE, "back", INDEX_WEIGHT, "%0p x %1i - %2p = %3", F(F(v[0] * v[1]) - v[2]))
KIND(ERROR, "error", INDEX_WEIGHT, "%0 - %1 = %+2", v[0] - v[1])

/* vector codebooks */
/* Of index, entry and near the number is that of the group of 8 or 4 weights; of shift that of the weights that share it. */
KIND(POWER_BLOCK, "power", INDEX_NONE, "%0 / %1i = %2, the mean square of the block", F(v[0] / v[1]))
KIND(W_QUARTER, "w", INDEX_WEIGHT, "0.25 x %0 + %1 x %1 = %2", F(F(0.25 * v[0]) + F(v[1] * v[1])))
KIND(W_SQUARE, "w", INDEX_WEIGHT, "%0 x %0 = %1", F(v[0] * v[0]))
KIND(W_ROOT, "root", INDEX_WEIGHT, "sqrt(%0) = %1, what distances are weighted with", F(sqrt(v[0])))
KIND(SIGN_FOLDED, "sign", INDEX_WEIGHT, "%1m, the sign of %0", v[0] < 0)
KIND(SIZE, "size", INDEX_WEIGHT, "|%0| = %1", fabs(v[0]))
KIND(MEND, "mend", INDEX_WEIGHT, "%0 x %1 x %1 = %2, what turning its sign would cost", F(F(v[0] * v[1]) * v[1]))
KIND(SIGN_TURNED, "sign", INDEX_WEIGHT,
     "%4m, turned: the minus signs of the eight weights number %0i, and only an even number can be stored; turning %1 costs least, "
     "%2 x %1 x %1 = %3", !(v[1] < 0))
KIND(SIZE_TURNED, "size", INDEX_WEIGHT, "-|%0| = %1, as its sign is turned", -fabs(v[0]))
KIND(SIGN_COMPLEMENTED, "sign", INDEX_WEIGHT, "%1m: the fitted scale was negative, so all signs of the sub-block were turned", !v[0])
KIND(SIGN_NONE, "sign", INDEX_WEIGHT, "plus: nothing is written for this sub-block", 0)
KIND(SIGN_STORED, "sign", INDEX_WEIGHT, "%0m\n@bits", v[0])
KIND(SIGN_PARITY, "sign", INDEX_WEIGHT,
     "%1m, not stored: %0i of the seven before are minus, and the number of all eight is even", fmod(v[0], 2))
KIND(START_LARGEST, "start", INDEX_SUB, "%0, the largest magnitude", v[0])
KIND(START_FITTED, "start", INDEX_SUB, "3 x %0 = %1, from a scale fitted without the codebook", F(3 * v[0]))
KIND(TRY_GRID, "try", INDEX_SUB,
     "shift %0i: digits = round((%1 x magnitude - 1) / 2), drawn to the codebook; scale fitted to them %2 / %3 = %4, cost %5", NAN)
KIND(SCALE_GUESSED, "scale", INDEX_SUB, "%1p, the first guess: of %0i tried none explained anything", NAN)
KIND(SCALE_SKIPPED, "scale", INDEX_SUB, "%2i: the largest magnitude, %0, is below %1", 0)
KIND(CODE_LEVEL, "code", INDEX_WEIGHT, "round((%0 x %1 - 1) / 2) = round(%2r), kept within 0..%3i = %4i",
     CLIP(EVEN(F(0.5 * F(F(v[0] * v[1]) - 1))), 0, v[3]))
KIND(CODE_DRAWN, "code", INDEX_WEIGHT, "%1i in the entry, instead of its own %0i", NAN)
KIND(NEAR, "near", INDEX_SUB, "entry %0i: distance %1, cosine %2, weighted distance %3", NAN)
KIND(ENTRY_MET, "entry", INDEX_SUB, "%0i, which is just these digits", v[0])
KIND(ENTRY_NEAR, "entry", INDEX_SUB, "%2i: no entry has these digits; of %0i around them it has the least weighted distance, %1", NAN)
KIND(ENTRY_NONE, "entry", INDEX_SUB, "%0i: no guess was accepted", 0)
KIND(SCALE_REFIT, "scale", INDEX_SUB, "%0 / %1 = %2, fitted to the entries", F(v[0] / v[1]))
KIND(SCALE_TURNED, "scale", INDEX_SUB, "%1, and all signs turned, instead of %0", -v[0])
KIND(D_NONE, "d", INDEX_NONE, "%0i, as all scales are 0", 0)
KIND(D_ENLARGED, "d", INDEX_NONE, "%0p / %1i x %2 = %3p (f16 0x%3h)", H(F(F(v[0] / v[1]) * v[2])))
KIND(SC_NONE, "sc", INDEX_SUB, "%0i, as all scales are 0", 0)
KIND(SC_ODD, "sc", INDEX_SUB, "round((%0p x %1p - 1) / 2) = round(%2r), kept within 0..%3i = %4i\n@bits\n@scale",
     CLIP(EVEN(F(0.5 * F(F(v[0] * v[1]) - 1))), 0, v[3]))
KIND(SC_STORED, "sc", INDEX_SUB, "%0i\n@bits\n@scale", v[0])
KIND(INDEX_STORED, "index", INDEX_SUB, "%0i\n@bits", v[0])
KIND(INDEX_NOTHING, "index", INDEX_SUB, "%0i: nothing is written for this sub-block\n@bits", 0)
KIND(CODE_ENTRY, "code", INDEX_WEIGHT, "%2i, for digit %0i in entry %1i", v[2])
KIND(SHIFT, "shift", INDEX_SUB, "%1: the bit is %0i", v[0] ? -0.125 : 0.125)
KIND(SCALE_HALVES, "scale", INDEX_SUB, "%0p x (0.5 + %1i) x %2 = %3p", F(F(v[0] * (0.5 + v[1])) * v[2]))
KIND(SCALE_ODD, "scale", INDEX_SUB, "%0p x (2 x %1i + 1) = %2p", F(v[0] * (2 * v[1] + 1)))
KIND(BACK_SHIFTED, "back", INDEX_WEIGHT, "%0p x (%1i %+2) = %3", F(v[0] * (v[1] + v[2])))
KIND(RANK, "rank", INDEX_WEIGHT, "%1i: so many weights of the sub-block lie below %0", NAN)
KIND(TRY_CUT, "try", INDEX_SUB,
     "the %0i lowest are -1, those up to %1i are 0, the rest 1, all moved by %+2: scale %3, cost %4", NAN)
KIND(TRY_CUT_PAIR, "try", INDEX_SUB,
     "the %0i lowest are -1, those up to %1i are 0, the rest 1, moved by %+2 in the first eight and %+3 in the second: "
     "scale %4, cost %5", NAN)
KIND(CODE_CUT, "code", INDEX_WEIGHT, "%3i, as its rank is %0i, and the cuts are at %1i and %2i", (v[0] >= v[1]) + (v[0] >= v[2]))
KIND(CODE_MIRRORED, "code", INDEX_WEIGHT, "2 - %0i = %1i, as the fitted scale was negative", 2 - v[0])
KIND(SCALE_MIRRORED, "scale", INDEX_SUB, "%1, instead of %0: levels change places, and the shift its sign", -v[0])
KIND(SCALE_COUNTLESS, "scale", INDEX_SUB, "%0i: no error in this sub-block counts anything, so nothing is written", 0)
KIND(D_REFIT, "d", INDEX_NONE, "%0 / %1 x %2 = %3p (f16 0x%3h), fitted to all weights of the block", H(F(F(v[0] / v[1]) * v[2])))
