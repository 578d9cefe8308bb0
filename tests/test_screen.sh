#!/bin/sh
# test_screen.sh - what needs a screen works without a terminal; what is kept for the next run. Prints TAP.
n=0 status=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work LC_ALL=C.UTF-8 INPUTRC=/dev/null
export HOME LC_ALL INPUTRC
unset COLUMNS NO_COLOR XDG_CONFIG_HOME XDG_STATE_HOME

ok() {	# NAME: the last command succeeded
	if [ $? = 0 ]; then r=ok; else r="not ok" status=1; fi
	n=$((n + 1))
	echo "$r $n - $1"
}
qs() { "$QS_PROGRAM" "$@" </dev/null 2>&1; }
step='step q4_0 [-1.2, -0.6, 0.2, 1.0] pad=zero'

qs -n -e "$step" -e 'feed "<F8><F8>typed"' -e snap >"$work/out"
tail -25 "$work/out" | head -1 | grep -q '^ line   q4_0 .* step 3/6  half$'; ok "feed presses keys and snap shows the pane"
tail -1 "$work/out" | grep -q '^cursor [0-9]* 9$'; ok "the last line says where the cursor is"
qs -n --height 40 --width 120 -e "$step" -e snap | tail -41 | head -1 | awk '{ exit length($0) != 119 }'; ok "the screen has the size that was asked for"
qs -n -e 'feed "=6 * 7<Enter>"' | grep -qx 42; ok "fed lines run and print"
qs -n -e "$step" -e "feed \"<F6>w<Esc>\"" | grep -q '^.*= '; ok "what keys say is printed"
qs -n -e "$step" -e 'layout full' -e 'focus pane' -e snap | tail -3 | head -1 | grep -q 'PANE'; ok "layout and focus work"
qs -n -e 'feed "feed \"<lt>Up><lt>Enter>\"<Enter><Up><Enter>"' -e '=1' >/dev/null; [ $? -lt 128 ]; ok "keys that feed keys end"
qs -n -e 'size 99x' | grep -q '^error\[argument\]'; ok "a size that is none is an error"
qs -n -e 'pane off' | grep -q '^error\[command\]'; ok "there is no pane to close in batch mode"
qs -n -e "snap $work/a.svg" -e "snap $work/a.txt" >"$work/out"; grep -q '<svg' "$work/a.svg" && tail -1 "$work/a.txt" | grep -q '^cursor'
ok "the screen is written as text and as a picture"
qs -n -e 'help keys' >"$work/out"
for k in 'F8 or Ctrl-X n' 'Ctrl-X /' 'n Space' '  u Esc' 'PgUp'; do grep -q -- "$k" "$work/out" || k=; [ "$k" ] || break; done
[ "$k" ]; ok "help keys lists the keys of prompt and pane"

qs -e 'set -s theme light' -e 'set -s speed 2' -e 'set -s theme dark' -e 'set -s theme light' >/dev/null
[ "$(cat "$work/.config/quantscope/settings")" = "speed 2
theme light" ]; ok "settings are kept one a line"
qs -e 'set theme' | grep -q '^theme light'; ok "and hold in the next run"
qs -n -e 'set theme' | grep -q '^theme dark'; ok "but not with -n"
echo 'nonsense 1' >>"$work/.config/quantscope/settings"
qs -e '=1' >"$work/out"; grep -q "^note: .*settings:3: no setting 'nonsense'" "$work/out" && grep -qx 1 "$work/out"
ok "a line that is none is named and the rest holds"
echo 'answer = 42' >"$work/.config/quantscope/init.lua"
qs -e '=answer' | grep -qx 42; ok "the start file is run first"
echo '=answer' | "$QS_PROGRAM" 2>&1 | grep -qx nil; ok "but not for lines of a pipe"
[ "$(stat -c %a "$work/.config/quantscope" 2>/dev/null || echo 700)" = 700 ]; ok "its directory is the user's own"

echo "1..$n"
exit $status
