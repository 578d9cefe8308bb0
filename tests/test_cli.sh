#!/bin/sh
# test_cli.sh - the program from outside: options, batch input, exit codes, streams. Prints TAP.
n=0 status=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work XDG_STATE_HOME=$work/state LC_ALL=C.UTF-8
export HOME XDG_STATE_HOME LC_ALL
unset COLUMNS NO_COLOR CLICOLOR_FORCE

# expect NAME CODE STDOUT-PATTERN STDERR-PATTERN: what the last `run` did. Patterns are grep -E; "" matches anything, "-" nothing at all.
run() { "$QS_PROGRAM" "$@" >"$work/out" 2>"$work/err"; code=$?; }
agrees() { case $2 in "") ;; -) [ ! -s "$1" ] ;; *) grep -qE -e "$2" "$1" ;; esac; }
expect() {
	n=$((n + 1))
	if [ "$code" = "$2" ] && agrees "$work/out" "$3" && agrees "$work/err" "$4"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "# exit $code, wanted $2"
		sed 's/^/# out: /' "$work/out"
		sed 's/^/# err: /' "$work/err"
		status=1
	fi
}

run --version </dev/null;             expect "version is one line" 0 '^quantscope 1\.0$' -
run --help </dev/null;                expect "help names the options" 0 '--test-lesson FILE' -
run --nosuch </dev/null;              expect "an unknown option is a usage error" 2 - "'--nosuch'"
run --width 0 </dev/null;             expect "a width of 0 names the limits" 2 - '1 to 10000'
run --color blue </dev/null;          expect "an unknown colour depth names the known ones" 2 - 'never'
run -c </dev/null;                    expect "-c without a file is a usage error" 2 - 'no file'
QUANTSCOPE_CPU=z80 run -n -e version </dev/null
expect "an unknown cpu level lists the levels" 2 - 'scalar'

run -n -l nosuch </dev/null;          expect "a lesson that does not exist ends a batch" 1 - "no lesson 'nosuch'"
run -n --demo nosuch -e version </dev/null
expect "a demo that does not exist ends it before the lines" 1 - "no demo 'nosuch'"
run -n -k --demo nosuch -e version </dev/null
expect "-k goes on after it and keeps its code" 1 '^quantscope' "no demo 'nosuch'"

run -n -e 'quantize int4 [-1.2, -0.6, 0.2, 1.0]' </dev/null
expect "the first command of the README" 0 '^int4   one scale   codes -7 -4 1 6   step 0\.171429   rmse 0\.0474$' -
printf 'x = [-1.2, -0.6, 0.2, 1.0]\n# a comment\n\n_\n' >"$work/in"; run -n <"$work/in"
expect "standard input runs line by line" 0 '^x = f32\[4\]   min -1\.2   max 1   absmax 1\.2$' -
printf 'function f(a)\n  return a + 1\nend\nf(41)\n' >"$work/in"; run -n <"$work/in"
expect "Lua may take several lines" 0 '^42$' -
printf 'quantize q4_0 [1, 2\n' >"$work/in"; run -n <"$work/in"
expect "an unclosed bracket has a caret" 1 - '^ +\^+'
printf 'x = 1\nfoo(\n' >"$work/in"; run -n <"$work/in"
expect "input that ends inside a chunk is a syntax error with its line" 1 '' 'stdin:2: error\[syntax\]'
printf 'nosuchword q4_0\nversion\n' >"$work/in"; run -n <"$work/in"
expect "the first error ends a batch" 1 - 'error\[command\]'
printf 'nosuchword q4_0\nversion\n' >"$work/in"; run -n -k <"$work/in"
expect "-k goes on and keeps the code" 1 '^quantscope 1\.0' 'error\[command\]'
run -n -e 'open /nonexistent.gguf' </dev/null
expect "a missing file is class file, exit 3" 3 - 'error\[file\]'
run -n -e quit -e 'print 1' </dev/null
expect "quit ends it" 0 - -

printf 'GGUF\003\000\000\000' >"$work/cut.gguf"
run -n -c "$work/cut.gguf" </dev/null; expect "-c on a truncated file says what is missing" 3 - 'byte'
run -n -c "$work/none.gguf" </dev/null; expect "-c on a missing file" 3 - 'none\.gguf'
: >"$work/empty.gguf"
run -n -c "$work/empty.gguf" </dev/null; expect "-c on an empty file" 3 - 'empty\.gguf'
# A GGUF with one tensor of a type that never was, listed and marked: nothing failed, but something is bad.
printf 'GGUF\003\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' >"$work/odd.gguf"
printf '\001\000\000\000\000\000\000\000t\001\000\000\000\040\000\000\000\000\000\000\000' >>"$work/odd.gguf"
printf '\143\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' >>"$work/odd.gguf"
run -n -c "$work/odd.gguf" </dev/null; expect "-c that finds something bad exits with 4" 4 'bad' -
run -n -e "m = open $work/odd.gguf" -e 'check m' </dev/null; expect "and so does check in batch mode" 4 'type 99' -
run -n -c "$work/none.gguf" "$work/odd.gguf" </dev/null; expect "-c goes on with the next file and keeps the first code" 3 'bad' 'none\.gguf'
cp "$QS_SRCDIR/lessons/models/sample.gguf" "$work/short.gguf"
run -n -e "m = open $work/short.gguf" -e "os.execute('truncate -s 40000 $work/short.gguf')" -e 'x = m["output.weight"]' </dev/null
expect "a file that shrinks while it is open is told of, not read as zeros" 3 '' 'became shorter'
run -n -c "$work" </dev/null;          expect "a directory is no file of weights" 3 - 'is a directory'
mkfifo "$work/pipe.gguf"
run -n -c "$work/pipe.gguf" </dev/null; expect "a pipe is refused and not waited for" 3 - 'pipe'
mkfifo "$work/pipe"; printf 'version\n' >"$work/pipe" &
run -n "$work/pipe" </dev/null;        expect "a script may come through a pipe, all of it" 0 '^quantscope 1\.0$' -
cp "$QS_SRCDIR/tests/fuzz/corpus/npz/two-deflated" "$work/two.npz"
run -n "$work/two.npz" </dev/null;     expect "the arrays of an npz file become variables" 0 '^two_b = f32\[20\]   20 values   min 0' -
run -n -e "load $work/two.npz" </dev/null; expect "without a name load lists them" 0 '^  b +i64 +20 +[0-9]+ *$' -
run -n -e "print (#qs.load('$work/two.npz', {member='a'}))" </dev/null; expect "qs.load takes one" 0 '^6$' -
run -n -e "load $work/two.npz member=c" </dev/null; expect "one that is not there says what there is" 1 - 'it has a b'
printf '= 6 * 7\n' >"$work/a.qs"
run -n "$work/a.qs" </dev/null; expect "a .qs script runs" 0 '^42$' -
printf 'print(arg[1], #arg)\nos.exit(7)\n' >"$work/a.lua"
run -n "$work/a.lua" -- one two </dev/null; expect "a .lua script has its arguments and its exit code" 7 'one' -
printf 'version\nquantize int4 [1, \n' >"$work/b.qs"
run -n "$work/b.qs" </dev/null; expect "an error in a script names file and line" 1 '' 'b\.qs:2'
run -n --format json -e 'codecs' </dev/null; expect "tables come as JSON" 0 '^\[?\{?.*"codec"' -
run -n --format tsv -e 'codecs' </dev/null; expect "tables come as tsv" 0 '^codec	' -
run -n -e 'version > '"$work/v.txt" </dev/null; expect "output goes to a file" 0 - -
cp "$work/v.txt" "$work/out"; expect "and the file holds it" 0 '^quantscope 1\.0' -
run -n -e 'version > '"$work/v.txt" </dev/null; expect "an existing file is not replaced" 3 - 'force'
run -n -e 'quantize q4_0 [1, nan]' -e version </dev/null; expect "NaN is refused by position" 1 - 'nan|NaN'
# The chain of interaction 10.1. The trainer said 352 of 360 of the sample when it wrote it (scripts/make-samples).
run -n -e 'm = open sample' -e 'score m exact' </dev/null
expect "the sample model gives the answers that its trainer counted" 0 '^right 352 of 360   loss 0\.0839$' -
run -n -e 'm = open sample' -e "imatrix m out=$work/digits.gguf" -e "convert m pure=q2_K out=$work/small.gguf imatrix=$work/digits.gguf" \
	-e "s = open $work/small.gguf" -e 'score s ref=m' </dev/null
expect "measure, quantize, score: the whole chain" 0 '^right 3[0-9]* of 360   loss .*agree 9[0-9]\.[0-9] %   KL 0\.' -
run -n -e 'm = open sample' -e 'score m ref=m' </dev/null
expect "a model agrees with itself" 0 'agree 100\.0 %   KL 0\.0000' -
run -n -e 'w = gauss 4x32' -e 'save w '"$work/w.npy" -e "imatrix w out=$work/no.gguf" </dev/null
expect "imatrix wants a model" 1 '' 'error'
run -n -e 'gauss 64x4096 sigma=0.02 seed=42' </dev/null; cp "$work/out" "$work/first"
run -n -e 'gauss 64x4096 sigma=0.02 seed=42' </dev/null
cmp -s "$work/out" "$work/first"; code=$?; expect "the same seed gives the same line" 0 '262144 values' -
if [ -e /dev/full ]; then
	"$QS_PROGRAM" -n -e version >/dev/full 2>"$work/err" </dev/null; code=$?; : >"$work/out"
	expect "a full disk is an error" 3 - 'cannot write'
fi
run -n --demo outlier </dev/null; expect "a demo prints its text once" 0 'one weight of 0.50' -
run -n --demo nothing </dev/null; expect "one that there is not is an error" 1 '' "no demo 'nothing'"
[ ! -e "$work/state" ]; code=$?; : >"$work/out"; : >"$work/err"
expect "batch mode writes neither history nor progress" 0 - -
run -n --format json -e "block q4_0 [1, 2] pad=zero > $work/b.json" </dev/null
tr -d '\n' <"$work/b.json" | grep -q '^\[{.*}\]$' || code=99
expect "data goes into its file without the words about it" 0 '30 zeros added' -
run -n --format json -e 'block q4_0 [1, 2] pad=zero' </dev/null
head -c 2 "$work/out" | grep -q '^\[{' || code=99
expect "nor are they among data on standard output" 0 '"code"' '^note: q4_0 wants blocks of 32'
run -n -e "matmul 2.0 1.5 step=0.0314 out=0.0314 > $work/m.svg" </dev/null
grep -q '<svg.*' "$work/m.svg" || code=99
expect "the picture of a method is written as SVG as well" 0 - -
run -n -e 'affine [1, 2] bits=4' -e curve </dev/null
expect "a record of another method is named" 1 '' 'what did each candidate cost; _ is a record of affine'
echo "1..$n"
exit $status
