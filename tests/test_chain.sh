#!/bin/sh
# The sample model from one end to the other: scripts/sample-chain.lua prints one table in order of bits, and what `plan auto` finds for it is
# what one works out by hand (tests/plan_auto.lua).
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0
cd "$QS_SRCDIR" || exit 1
XDG_STATE_HOME=$work && export XDG_STATE_HOME
"$QS_PROGRAM" -n tests/plan_auto.lua -- "$work" || status=1
"$QS_PROGRAM" -n scripts/sample-chain.lua -- "$work" >"$work/table" || status=1
sed 's/^/# /' "$work/table"
awk '
	$1 ~ /^(q8_0|q4_K|q3_K|q2_K|iq2_xs|iq1_s|auto)$/ && $0 ~ / of 360 / {
		bits = $1 == "auto" ? $3 : $2
		if (n && bits >= before) bad = 1
		before = bits
		n++
	}
	END { exit !(n == 7 && !bad) }
' "$work/table" && echo "ok - the chain prints seven rows in order of bits" || { echo "not ok - the chain prints seven rows in order of bits"; status=1; }
exit $status
