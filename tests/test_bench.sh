#!/bin/sh
# The tables that `bench` prints have the right form: never what the figures are. Prints TAP.
qs="$QS_PROGRAM" n=0 status=0
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export HOME="$dir"

fact() {	# name, command that is true
	n=$((n + 1))
	if eval "$2"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		status=1
	fi
}

tab=$(printf '\t')
"$qs" -n --plain --format tsv -e 'bench q8_0 what=decode size=64KiB threads=2' >"$dir/speed"
fact "speed_is_told_in_the_columns_of_performance_md" \
	'[ "$(head -1 "$dir/speed")" = "codec${tab}what${tab}level${tab}Mw_per_s${tab}memcpy_permille${tab}times_scalar" ]'
fact "speed_has_a_row_for_memcpy_and_one_for_each_figure" '[ "$(cut -f1,2 "$dir/speed" | tail -n +2 | tr "\t\n" "  ")" = "memcpy copy q8_0 decode " ]'

"$qs" -n --plain --format tsv -e 'bench what=draw' >"$dir/draw"
"$qs" -n --plain --format tsv -e 'views' | tail -n +2 | cut -f1 | sort >"$dir/views"
fact "pictures_are_told_in_columns" \
	'[ "$(head -1 "$dir/draw")" = "view${tab}subject${tab}keys${tab}median_ms${tab}worst_ms${tab}worst_key${tab}open_ms${tab}measured_ms" ]'
fact "every_view_of_the_table_is_drawn" '[ -s "$dir/views" ] && tail -n +2 "$dir/draw" | cut -f1 | sort -u | cmp -s - "$dir/views"'
fact "every_picture_has_its_eight_cells" '! awk -F"\t" "NF != 8 { print }" "$dir/draw" | grep -q .'
fact "what_was_there_before_is_there_after_drawing" \
	'[ "$("$qs" -n --plain -e "a = [1, 2]" -e "bench what=draw > $dir/ignored" -e "print a" -e "models" -e "vars" 2>&1)" = \
	   "$("$qs" -n --plain -e "a = [1, 2]" -e "print a" -e "models" -e "vars" 2>&1)" ]'

TMPDIR="$dir" "$qs" -n --plain --format tsv -e 'bench what=files size=1MiB' >"$dir/files"
fact "files_are_told_in_columns" '[ "$(head -1 "$dir/files")" = "what${tab}file${tab}threads${tab}ms${tab}peak_MiB${tab}times_one" ]'
fact "opening_writing_surveys_and_stops_are_there" \
	'for what in start open ls browse check convert worst stop; do cut -f1 "$dir/files" | grep -q "^$what" || exit 1; done'
fact "nothing_of_the_files_is_left" '! ls "$dir" | grep -q "^quantscope-"'
echo "1..$n"
exit $status
