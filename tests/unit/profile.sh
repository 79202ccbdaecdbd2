#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lguest profile: nine with a program that computes, a guest that spins in one
# function, one that halts.

# shellcheck disable=SC2317 # functions are called through trap

lguest=${LGUEST:-out/lguest}
work=$(mktemp -d) || exit 1
export XDG_RUNTIME_DIR="$work"
guests=
failed=0

finish() {
	# shellcheck disable=SC2086
	[ -n "$guests" ] && kill $guests 2>/dev/null
	wait
	rm -rf "$work"
}
trap finish EXIT

fail() {
	echo "FAIL $*"
	failed=1
}

# runs NAME GUEST [OPTIONS]: in the background, until it is known by its name
runs() {
	name=$1 guest=$2
	shift 2
	"$lguest" run --timeout 60 --console none --name "$name" "$guest" "$@" </dev/null >/dev/null 2>&1 &
	guests="$guests $!"
	for _ in $(seq 100); do
		"$lguest" stat --seconds 0 "$name" >/dev/null 2>&1 && return
		sleep 0.05
	done
	fail "$name does not start"
}

# stacks FILE REGEX: how many samples have such a stack
stacks() {
	grep -E -- "$2" "$1" | awk '{ n += $2 } END { print n + 0 }'
}

# at_least WHAT NUMBER LIMIT
at_least() {
	[ "$2" -ge "$3" ] && return
	fail "$1: $2 samples, expected at least $3 in:"
	head -n 30 "$work/out"
}

# --- Who computes, by function; system calls go through the kernel's.

# shellcheck disable=SC2016 # rc's
runs nine out/nine -- -c 'while(~ 1 1){ primes 1 100000 >/dev/null; ls -l /bin >/dev/null }'
sleep 0.5
"$lguest" profile --seconds 3 --hz 500 -o "$work/out" nine 2>"$work/err" || fail "nine: status $?"
grep -Eq 'profile: [0-9.]+ s, of which [0-9.]+ s halted; [0-9]+ samples' "$work/err" || fail "no summary: $(cat "$work/err")"
at_least "primes" "$(stacks "$work/out" '^user:primes;(_main;)?main[; ]')" 10
at_least "deep in a program" "$(stacks "$work/out" '^user:[a-z]+(;[a-zA-Z_0-9]+){4,}')" 5
at_least "system calls" "$(stacks "$work/out" '^kernel;vecsyscall;syscall;')" 2
grep -Evq '^(kernel|user:[^; ]+|\[Host\])(;[^; ]+)* [0-9]+$' "$work/out" && fail "not folded: $(grep -Ev '^(kernel|user:[^; ]+|\[Host\])(;[^; ]+)* [0-9]+$' "$work/out" | head -n 3)"
sort "$work/out" | cut -d' ' -f1 | uniq -d >"$work/twice"
[ -s "$work/twice" ] && fail "twice: $(cat "$work/twice")"

"$lguest" profile --seconds 1 --hz 500 --svg -o "$work/svg" nine 2>/dev/null || fail "svg: status $?"
head -n 1 "$work/svg" | grep -q '^<?xml' || fail "no XML"
tail -n 1 "$work/svg" | grep -q '^</svg>$' || fail "no end of the picture"
grep -q '<title>user:primes: [0-9]* samples, [0-9.]* %</title>' "$work/svg" || fail "no primes in the picture"
[ "$(grep -c '^<g>.*</g>$' "$work/svg")" = "$(grep -c '<g>' "$work/svg")" ] || fail "broken frames"
grep '<g>' "$work/svg" | sed 's/.* x="\([0-9.]*\)" y="[0-9]*" width="\([0-9.]*\)".*/\1 \2/' |
	awk '$1 < 9.9 || $1 + $2 > 1210.2 { print }' >"$work/outside"
[ -s "$work/outside" ] && fail "outside: $(head -n 3 "$work/outside")"

# Programs that are not found have a name and addresses.
"$lguest" profile --seconds 1 --hz 500 --symbols "$work" nine >"$work/out" 2>/dev/null || fail "no symbols: status $?"
at_least "addresses" "$(stacks "$work/out" '^user:primes(;0x[0-9a-f]+)+')" 1

# --- One function.

runs spin out/tests/guest/timeout_kernel.native
"$lguest" profile --seconds 1 --hz 200 spin >"$work/out" 2>/dev/null || fail "spin: status $?"
all=$(stacks "$work/out" .)
at_least "samples" "$all" 5
at_least "main" "$(stacks "$work/out" '^kernel(;[^ ;]+)*;main ')" $((all * 9 / 10))

# --- A guest that halts is left in peace.

runs halts out/tests/guest/marks.native -p stay
for _ in $(seq 100); do
	[ "$("$lguest" stat --json --seconds 0 halts | jq '.hypercalls."10"')" = 1 ] && break
	sleep 0.05
done
"$lguest" profile --seconds 1 halts >"$work/out" 2>"$work/err" || fail "halts: status $?"
[ -s "$work/out" ] && fail "samples of a halted guest: $(cat "$work/out")"
[ "$("$lguest" stat --json --seconds 0 halts | jq .sleeps)" -le 1 ] || fail "a halted guest woke up"

for args in 'nobody' '' '--hz 0 nine' '--hz 5000 nine' '--seconds x nine' '--sugar 1 nine'; do
	# shellcheck disable=SC2086
	"$lguest" profile $args >/dev/null 2>"$work/err" && fail "profile $args: status 0"
	[ "$(wc -l <"$work/err")" = 1 ] || fail "profile $args: $(cat "$work/err")"
done

[ "$failed" = 0 ] && echo "PASS"
