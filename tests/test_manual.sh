#!/bin/sh
# The manual page names exactly the commands that the tables hold. Prints TAP.
echo "1..1"
if out=$("$QS_SRCDIR/scripts/gen-manual" --check "$QS_PROGRAM" 2>&1); then
	echo "ok 1 - the manual's commands are those of the tables"
else
	echo "not ok 1 - the manual's commands are those of the tables"
	echo "$out" | sed 's/^/# /' | head -40
	exit 1
fi
