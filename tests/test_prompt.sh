#!/bin/sh
# What is about the lines that were typed: time, watch, record, history; and keys that are fed. TAP, a case a line.
dir=$(mktemp -d) && cd "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
XDG_STATE_HOME=$dir XDG_CONFIG_HOME=$dir COLUMNS=80 LC_ALL=C.UTF-8
export XDG_STATE_HOME XDG_CONFIG_HOME COLUMNS LC_ALL
n=0 status=0

# what is true; then whether it is
say() {
	if [ "$2" = 0 ]; then
		echo "ok $((n += 1)) - $1"
	else
		echo "not ok $((n += 1)) - $1"
		sed 's/^/# /' out err
		status=1
	fi
}

run() {			# lines as from a pipe
	printf '%s\n' "$@" | "$QS_PROGRAM" -k >out 2>err
}

lines() {		# are these, with . for anything, the lines of out?
	printf '%s\n' "$@" >want
	awk 'NR == FNR { want[NR] = $0; w = NR; next } $0 !~ "^" want[FNR] "$" { bad = 1 } END { exit bad || FNR != w }' want out
}

run 'q = time quantize int4 [-1.2, -0.6, 0.2, 1.0]' '=q.bits' 'time 1 + 2' '_' 'time y = [1, 2]' '=y[1]' 'time run nothing.qs' 'time quantise 3'
lines 'int4   .*' 'took [0-9.]+ (µs|ms|s)' '12' '3' 'took [0-9.]+ (µs|ms|s)' '3' 'took [0-9.]+ (µs|ms|s)' '2'
grep -q "cannot read nothing.qs" err && grep -q "no command 'quantise'" err
say "time gives what the command gives, says how long it took, and places its errors" $?
sed -n '/no command/,/\^/p' err | grep -q '^       ^^^^^^^^$'
say "an error under time stands below the word that is meant" $?

printf 'x = gauss 300x300\ny = quantize q4_0 x\n' >slow.qs
run 'time run slow.qs' 'time error {}' && true
[ "$(grep -c '^took' out)" = 1 ] && tail -n 1 out | grep -q '^took'
say "time of a script is said when the script is over" $?
"$QS_PROGRAM" --format tsv -e 'time codecs teaching' >out 2>err
! grep -q took out && grep -q '^note: took' err
say "a table of time is a table alone; the time goes to standard error" $?

run 'x = [1, 2]' 'watch print x' 'x[0] = 3' 'b = 1' 'x = [5]' 'b = 2' '_ == x' 'watch off' 'x = [6]'
lines 'x = f32.*' 'watch 1: print x' '1 2' 'watch 1: print x' '3 2' 'x = f32.*' 'watch 1: print x' '5' 'true' 'x = f32.*'
say "watch runs at once, and again when what it names has changed, not else" $?
run 'x = 1; y = 1' 'watch y = x + 1' 'watch x = y + 1' 'z = 1' '=x' '=y'
[ "$(grep -c '^watch' out)" = 3 ] && [ "$(tail -n 2 out | tr '\n' ' ')" = '3 4 ' ]
say "two watches that change each other's values come to rest" $?
run 'watch quantize q9 w' 'watch print [1]' 'watch print _' 'watch off 3' 'w = [1]' 'watch quantize q9 w' 'w = [2]' 'watch'
[ "$(grep -c "^stdin:.*error" err)" = 4 ] && grep -q "^error.codec" err && grep -q 'nothing is watched' out
say "what cannot be watched is refused; a watch that fails at once is dropped" $?

run 'record a.qs output' 'x = [1, 2]' 'for i = 1, 2 do' 'print(i)' 'end' 'print y' 'time gauss 4' 'record off' 'z = 1'
"$QS_PROGRAM" --doctest a.qs >>err && "$QS_PROGRAM" a.qs >played 2>>err && grep -q '4 passed, 0 failed' err
say "a recording with output is one that --doctest reads and that run plays" $?
[ "$(sed -n '/^# ```/,$p' a.qs | grep -c '^[^#]')" = 5 ] && ! grep -q 'z = 1' a.qs && tail -n 1 a.qs | grep -q '^# ```$'
say "it holds the lines up to its end, those that failed as comments" $?
run 'record b.qs' 'x = [1, 2]' 'print y' 'record off'
[ "$(sed 1d b.qs | tr '\n' '|')" = 'x = [1, 2]|# failed: print y|' ]
say "without output it holds the lines alone" $?
run 'record b.qs' 'x = 5'
grep -q 'exists and was not written by this run' err && ! grep -q 'x = 5' b.qs && run 'record b.qs force' 'x = 5' && grep -q '^x = 5' b.qs
say "a file that is there is recorded over only with force" $?
(
	ulimit -f 8
	trap '' XFSZ
	{ echo 'record full.qs'; for i in $(seq 400); do echo "x$i = 'many letters in each line of the recording'"; done; echo record; echo '=x400'; } |
		"$QS_PROGRAM" -k >out 2>err
)
[ "$(grep -c 'the recording ends: ' err)" = 1 ] && grep -q 'nothing is recorded' out && tail -n 1 out | grep -q 'many letters'
say "when the disk is full the recording ends with one clear error, and all else goes on" $?

run 'feed "x = <Enter"' 'feed "<Etner>"' 'feed "2 <lt> 3<Enter>"' 'feed "1<2<Enter>"'
[ "$(grep -c 'error\[argument\]' err)" = 2 ] && grep -q 'the name of the key <Enter> does not end' err && grep -q 'no key is called <Etner>' err
say "feed refuses names of keys that do not end or that no key has, and types nothing of them" $?
[ "$(grep -c '^true' out)" = 2 ]
say "a sign < that begins no name is typed" $?
run 'feed "vars<Enter>"' 'feed "gauss 4<Enter>"' 'feed " hidden = 1<Enter>"' 'feed "gauss 4<Enter>"' 'feed "!2<Enter>"' 'history' 'history /vars' 'history 1' 'history x'
[ "$(grep -c '^    [0-9]  ' out)" = 4 ] && grep -q '^    2  gauss 4$' out && ! grep -q hidden out && grep -q 'a number of lines' err
say "the history has no line twice in a row and none that begins with a blank; !n runs one, history lists and finds them" $?
run 'feed "gauss 4; !1<Enter>"' 'feed "!1<Enter>"'
[ "$(grep -c 'error\[argument\].*runs itself' err)" -ge 1 ]
say "a line of the history that runs itself is stopped" $?

# ---- where the output goes, and where settings come from ----
full=0
for what in --version --help '-e codecs'; do
	"$QS_PROGRAM" $what >/dev/full 2>err && full=1
	grep -q 'cannot write the output: No space left' err || full=1
done
say "on a full disk --version, --help and commands do not claim success" $full
{ "$QS_PROGRAM" -e 'for i = 1, 200000 do print(i) end' 2>err; echo $? >code; } | head -n 1 >out
[ "$(cat code)" = 141 ] && ! [ -s err ] && [ "$(cat out)" = 1 ]
say "a pipe that nobody reads any more ends it quietly" $?
env -i PATH="$PATH" "$QS_PROGRAM" -n -e 'line int4 [1, 2]' >out 2>err && ! LC_ALL=C grep -q '[^ -~]' out && ! [ -s err ]
say "without a locale pictures are ASCII" $?
mkdir -p quantscope && printf 'seed 5\nspeed 0.3\nnothing 1\ndigits full\n' >quantscope/settings
"$QS_PROGRAM" -e 'gauss 3' -e '=_' -e 'set speed' >out 2>err
"$QS_PROGRAM" -n --seed 5 -e 'set digits full' -e 'gauss 3' -e '=_' -e 'set speed 0.3' -e 'set speed' >want 2>>err
cmp -s out want && grep -q "settings:3: no setting 'nothing'" err
say "settings that were kept take effect at the start; a wrong one is told with its line" $?
"$QS_PROGRAM" -e 'set -s seed 8' -e 'set -s wrap off' >out 2>err && [ "$(tr '\n' '|' <quantscope/settings)" = 'speed 0.3|nothing 1|digits full|seed 8|wrap off|' ]
say "set -s keeps a setting beside the others, once" $?
echo "1..$n"
exit $status
