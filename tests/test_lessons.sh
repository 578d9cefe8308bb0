#!/bin/sh
# Every lesson plays: each answer accepted, each expected mistake refused with its own sentence. Prints TAP, a line a lesson.
cd "$QS_SRCDIR" || exit 1
n=0 status=0
for lesson in lessons/*.lua; do
	case $lesson in lessons/course.lua | lessons/glossary.lua) continue ;; esac
	n=$((n + 1))
	if out=$("$QS_PROGRAM" -n --test-lesson "$lesson" 2>&1); then
		echo "ok $n - $lesson: $(echo "$out" | tail -n 1)"
	else
		echo "not ok $n - $lesson"
		echo "$out" | sed 's/^/# /'
		status=1
	fi
done
echo "1..$n"
[ "$n" != 0 ] && exit $status
