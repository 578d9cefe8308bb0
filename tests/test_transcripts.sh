#!/bin/sh
# Every example in README, manual and transcripts prints what is written there. Each counts as a case.
status=0
cd "$QS_SRCDIR" || exit 1
XDG_STATE_HOME=$(mktemp -d) && export XDG_STATE_HOME || exit 1
trap 'rm -rf "$XDG_STATE_HOME"' EXIT
for file in README.md tests/transcripts/*.md; do
	"$QS_PROGRAM" -n --utf8 --doctest "$file" || status=1
done
exit $status
