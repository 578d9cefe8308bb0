#!/bin/sh
# What `block ... table=csv` prints can be checked by a few lines of awk that know nothing of the engine: value = scale x f(code) - minimum,
# as the pages of the formats have it. Prints TAP.
n=0 bad=0
w='w = gauss 64x4096 sigma=0.02 seed=42'
export LC_ALL=C

# check CODEC SUBJECT LINES AWK: the awk expression gives the value from c (code), s (scale) and m (minimum).
check() {
	n=$((n + 1))
	"$QS_PROGRAM" -n --plain -e "$w" -e "block $1 $2 table=csv" | awk -F, -v lines="$3" '
		/^weight,byte,bits,code,scale,minimum,value$/ { table = 1; next }
		!table { next }
		{ c = $4; s = $5; m = $6; rows++; v = '"$4"'; d = v - $7; if (d < 0) d = -d; if (d > 2e-6 * ($7 < 0 ? -$7 : $7) + 1e-9) { print "# line " rows ": " $0 " is not " v; wrong++ } }
		$1 != rows - 1 { print "# line " rows " is of weight " $1; wrong++ }
		END { if (rows != lines) { print "# " rows " lines, not " lines; wrong++ } exit wrong > 0 }' &&
		echo "ok $n - values of $1 can be worked out from its table" ||
		{ echo "not ok $n - values of $1 can be worked out from its table"; bad=1; }
}

echo "1..12"
check q6_K    'w block=3'     256 's * (c - 32)'
check q4_K    'w block=3'     256 's * c - m'
check q5_K    'w block=1'     256 's * c - m'
check q2_K    'w block=1'     256 's * c - m'
check q3_K    'w block=1'     256 's * (c - 4)'
check q4_0    'w block=77'    32  's * (c - 8)'
check q5_0    'w block=77'    32  's * (c - 16)'
check q8_0    'w block=77'    32  's * c'
check q4_1    'w block=77'    32  's * c + m'
check tq2_0   'w block=2'     256 's * (c - 1)'
check iq2_xxs 'w[0, 0:256]'   256 's * c * ($7 < 0 ? -1 : 1)'
check iq4_nl  'w block=5'     32  's * (c == 0 ? -127 : c == 1 ? -104 : c == 2 ? -83 : c == 3 ? -65 : c == 4 ? -49 : c == 5 ? -35 : c == 6 ? -22 : c == 7 ? -10 : c == 8 ? 1 : c == 9 ? 13 : c == 10 ? 25 : c == 11 ? 38 : c == 12 ? 53 : c == 13 ? 69 : c == 14 ? 89 : 113)'
exit $bad
