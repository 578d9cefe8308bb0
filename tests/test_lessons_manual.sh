#!/bin/sh
# Every example of man/quantscope-lessons.7 is run as it stands there: files are written and played, sessions compared. Prints TAP.
# A comment before each example says what it is:  .\" file NAME   .\" session   .\" shell
page=$QS_SRCDIR/man/quantscope-lessons.7
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data"
n=0 status=0
ok()	# of the command before
{
	if [ $? = 0 ]; then n=$((n + 1)); echo "ok $n - $1"; else n=$((n + 1)); status=1; echo "not ok $n - $1"; sed 's/^/# /' "$work/out" | head -30; fi
}
cd "$work" || exit 1
awk -v dir="$work" '
	/^\.\\" (file|session|shell)/ { kind = $2; name = $3; next }
	/^\.EX/ {
		inside = 1
		if (kind == "") { print "an example without a comment, line " NR; bad = 1 }
		out = kind == "file" ? dir "/" name : kind == "session" ? dir "/session.md" : "/dev/null"
		if (kind == "session") print "```" >out
		next
	}
	/^\.EE/ { inside = 0; if (kind == "session") print "```" >out; kind = ""; next }
	inside { gsub(/\\-/, "-"); gsub(/\\e/, "\\"); gsub(/\\&/, ""); print >out }
	END { exit bad }' "$page" >"$work/out" 2>&1
ok "each example says what it is"
[ -s halves.lua ] && [ -s step.lua ] && [ -s tale.lua ] && [ -s init.lua ] && [ -s session.md ]; ok "lesson, demos, start file and sessions are there"
"$QS_PROGRAM" -n --test-lesson halves.lua >out 2>&1; ok "the lesson passes --test-lesson"
"$QS_PROGRAM" -n --utf8 --doctest session.md >out 2>&1; ok "the sessions print what the page says"
"$QS_PROGRAM" -n --demo tale.lua >out 2>&1 </dev/null && grep -q '34\|bytes' out; ok "the story is told to its end"
mkdir -p data/quantscope/lessons data/quantscope/demos data/quantscope/views config/quantscope
cp halves.lua data/quantscope/lessons; cp step.lua data/quantscope/demos; cp init.lua config/quantscope
"$QS_PROGRAM" -n -e lessons -e demos >out 2>&1 && grep -q 'halves.*yours' out && grep -q 'step.*yours' out; ok "they are found where the page says they lie"
printf 'x = [1, 2, 2, 3]\nrun "%s"\nspread x bins=2 > spread.svg\n' "$work/init.lua" >in
"$QS_PROGRAM" -n <in >out 2>&1 && grep -q '<svg' spread.svg; ok "the view of the page can be written as SVG"
"$QS_PROGRAM" -n --ascii -e 'run init.lua' -e 'spread [1, 2, 2, 3]' >out 2>&1 && ! LC_ALL=C grep -q '[^ -~]' out && grep -q '###' out; ok "and as ASCII"
echo "1..$n"
exit $status
