#!/bin/sh
# Where the document's examples are played: each id of A to H and J in shared/spec/worked-examples.md that lessons 2 to 15 and 21 of
# lessons.md name stands as a comment (`-- C3`, `-- A12, A13`) beside the part that plays it. Prints the table, then TAP, a line a lesson.
lessons="$QS_SRCDIR/lessons"
n=0 status=0

# lesson: its ids, as lessons.md names them
named() {
	case $1 in
	walkie) echo C1 C2 C3 C4 C5 C6 C7 ;;
	symmetric) echo A5 A7 A8 A9 A10 A11 ;;
	asymmetric) echo A6 A12 A13 A14 C2 ;;
	calibrate) echo C8 C9 ;;
	type0) echo D3 D4 D5 ;;
	type1) echo D1 ;;
	blocks) echo D2 ;;
	kquants) echo D6 D7 D8 ;;
	iquants) echo D9 D10 D11 D12 ;;
	names) echo H1 H2 H3 H4 H5 ;;
	multiply) echo E1 E2 E3 E4 E5 E6 ;;
	fixedpoint) echo F1 F2 F3 F4 F5 ;;
	granularity) echo G1 G2 G3 G4 G5 G6 G7 G8 ;;
	gguf) echo J1 ;;
	esac
}

# id, lesson, part (counted as the player counts: say show var walk ask predict task pause), what the part says first
table() {
	awk -v lesson="$1" '
		/^-- [A-HJ][0-9]/ { gsub(/^-- /, ""); gsub(/,/, " "); ids = $0; next }
		/^ *(local [a-z0-9_, ]+ = )?L:(say|show|var|walk|ask|predict|task|pause|branch)/ {
			part++
			kind = $0; sub(/.*L:/, "", kind); sub(/[^a-z].*/, "", kind)
			if (ids != "") {
				m = split(ids, id, " ")
				for (i = 1; i <= m; i++) if (id[i] ~ /^[A-HJ][0-9]+$/) printf "# %-4s %-12s part %2d  %s\n", id[i], lesson, part, kind
				ids = ""
			}
		}' "$lessons/$1.lua"
}

for lesson in walkie symmetric asymmetric calibrate type0 type1 blocks kquants iquants importance names multiply fixedpoint granularity gguf; do
	n=$((n + 1)) missing=
	out=$(table "$lesson")
	echo "$out"
	for id in $(named "$lesson"); do
		echo "$out" | grep -q "^# $id " || missing="$missing $id"
	done
	if [ -z "$missing" ]; then
		echo "ok $n - $lesson plays $(named "$lesson" | tr '\n' ' ')"
	else
		echo "not ok $n - $lesson does not play$missing"
		status=1
	fi
done
echo "1..$n"
[ "$n" != 0 ] && exit $status
