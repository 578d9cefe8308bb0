#!/bin/sh
# The pictures that README shows are what the program draws, and README shows all of them. Prints TAP.
echo "1..2"
status=0
if out=$("$QS_SRCDIR/scripts/pictures" --check "$QS_PROGRAM" 2>&1); then
	echo "ok 1 - man/pictures is what scripts/pictures draws now"
else
	echo "not ok 1 - man/pictures is what scripts/pictures draws now"
	echo "$out" | sed 's/^/# /'
	status=1
fi
shown=$(grep -o 'man/pictures/[a-z0-9_]*[.]svg' "$QS_SRCDIR/README.md" | sort)
kept=$(cd "$QS_SRCDIR" && ls man/pictures/*.svg | sort)
if [ "$shown" = "$kept" ]; then
	echo "ok 2 - README shows each of them once"
else
	echo "not ok 2 - README shows each of them once"
	status=1
fi
exit $status
