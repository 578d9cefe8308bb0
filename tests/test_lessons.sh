#!/bin/sh
# Every lesson plays: each answer accepted, each expected mistake refused with its own sentence; and is made as spec/lessons.md rules:
# three judged parts of two kinds, a prediction, a trace, two views. Prints TAP, a line a lesson.
cd "$QS_SRCDIR" || exit 1
n=0 status=0
out=$("$QS_PROGRAM" -n --test-lesson lessons/*.lua 2>&1)
code=$?
for lesson in lessons/*.lua; do
	n=$((n + 1))
	line=$(echo "$out" | grep "^$lesson   .*   ok\$")
	good=yes
	case $line in
	'') good= ;;
	*lessons/course.lua* | *lessons/glossary.lua*) ;;
	*) echo "$line" | awk '{
		for (i = 1; i <= NF; i++) {
			if ($i == "judged:") { judged = $(i - 1); for (k = i + 1; $k !~ /[0-9]/; k++) kinds++ }
			if ($i == "predicted") predicted = $(i - 1)
			if ($i ~ /^traces?$/) traces = $(i - 1)
			if ($i ~ /^views?$/) views = $(i - 1)
		}
		exit !(judged + predicted >= 3 && kinds >= 2 && predicted >= 1 && traces >= 1 && views >= 2) }' || good= ;;
	esac
	if [ "$good" ]; then echo "ok $n - $line"; else echo "not ok $n - $lesson   $line"; status=1; fi
done
n=$((n + 1))
if [ "$code" = 0 ]; then
	echo "ok $n - all together exit with 0"
else
	echo "not ok $n - all together exit with $code"
	echo "$out" | grep -v '   ok$' | sed 's/^/# /'
	status=1
fi
echo "1..$n"
exit $status
