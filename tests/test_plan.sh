#!/bin/sh
# The plan of every recipe for llama-shaped models of 7 and 70 G weights (headers alone, made by scripts/make-shape.lua): types and sizes
# as spec/mixtures.md has them. Each recipe is a case.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0
cd "$QS_SRCDIR" || exit 1
XDG_STATE_HOME=$work && export XDG_STATE_HOME
# an importance file of one weight is one
printf '\001\000\000\000\001\000\000\000x\001\000\000\000\001\000\000\000\000\000\200\077' >"$work/one.dat"
"$QS_PROGRAM" -n scripts/make-shape.lua -- "$work/7b.gguf" 32 4096 11008 32000 32 32 || status=1
"$QS_PROGRAM" -n scripts/make-shape.lua -- "$work/70b.gguf" 80 8192 28672 32000 64 8 || status=1
"$QS_PROGRAM" -n tests/plan_shapes.lua -- "$work/7b.gguf" 7B "$work/one.dat" || status=1
"$QS_PROGRAM" -n tests/plan_shapes.lua -- "$work/70b.gguf" 70B "$work/one.dat" || status=1
exit $status
