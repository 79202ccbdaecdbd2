#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A long session from a pipe: echo and prompts compete for the console's
# buffers with nobody reading at first, input waits for room.  Every line must
# come out and the end of the input must end it.

lguest=${LGUEST:-out/lguest}
lines=1500
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# shellcheck disable=SC2016 # for nine's shell
{
	echo 'fn f { x=($x $1) }'
	seq "$lines" | sed 's/.*/if(~ & &) { f & ; x=$x(1) } # nothing is printed but this and the prompt/'
	echo 'echo end $#x'
} >"$dir/script"
for wait in 0 1; do
	{ "$lguest" run --timeout 60 out/nine <"$dir/script"; echo "status $?"; } 2>"$dir/err" |
		{ sleep "$wait"; cat; } >"$dir/out"
	prompts=$(grep -o 'nine% ' "$dir/out" | wc -l)
	if [ "$prompts" -ne $((lines + 3)) ] || ! grep -q 'end 1$' "$dir/out" ||
		! grep -q 'status 0$' "$dir/out"; then
		echo "FAIL reader late by $wait s: $prompts prompts of $((lines + 3))"
		tail -c 300 "$dir/out" "$dir/err"
		exit 1
	fi
	echo "ok reader late by $wait s"
done
echo PASS
