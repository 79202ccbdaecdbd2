#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lguest stat and top: a guest that makes a known number of hypercalls, guests
# whose time is known, one that halts and is not to be disturbed.

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

is() {
	[ "$2" = "$3" ] || fail "$1: $2, expected $3"
}

# at_least WHAT NUMBER LIMIT
at_least() {
	awk "BEGIN { exit !($2 >= $3) }" || fail "$1: $2, expected at least $3"
}

# runs NAME GUEST [OPTIONS]: in the background, until it is known by its name
runs() {
	name=$1 guest=$2
	shift 2
	"$lguest" run --timeout 60 --console none --name "$name" "$@" "$guest" </dev/null >/dev/null 2>&1 &
	guests="$guests $!"
	for _ in $(seq 100); do
		"$lguest" stat --seconds 0 "$name" >/dev/null 2>&1 && return
		sleep 0.05
	done
	fail "$name does not start"
}

# counts NAME EXPRESSION: of its counters, at once
counts() {
	"$lguest" stat --json --seconds 0 "$1" | jq "$2"
}

# now NAME EXPRESSION SECONDS
now() {
	"$lguest" stat --json --seconds "$3" "$1" | jq ".now | $2"
}

runs marks out/tests/guest/marks.native -p stay
for _ in $(seq 100); do
	[ "$(counts marks '.hypercalls."10"')" = 1 ] && break
	sleep 0.05
done
is DEBUG_MARK "$(counts marks '.hypercalls."38"')" 100000
is LGUEST_INIT "$(counts marks '.hypercalls."1"')" 1
is HALT "$(counts marks '.hypercalls."10"')" 1
"$lguest" stat --seconds 0 marks >"$work/out" || fail "stat: status $?"
grep -Eq '^  38 DEBUG_MARK +100000$' "$work/out" || fail "no DEBUG_MARK in: $(cat "$work/out")"

# It halts: looked at, it goes on to do so.
before=$(counts marks .sleeps)
at_least "halted" "$(now marks .halted_percent 1)" 99
is "samples of a halted guest" "$(now marks .samples 0.5)" 0
is "wake-ups of a halted guest" "$(counts marks .sleeps)" "$before"
is "kicks of a halted guest" "$(counts marks '.kicks < 3')" true

runs kernel out/tests/guest/timeout_kernel.native
runs user out/tests/guest/timeout_user.native
at_least "kernel time" "$(now kernel .kernel_percent 1)" 80
at_least "user time" "$(now user .user_percent 1)" 80
is "gates are counted" "$(counts marks '.gate_syscalls')" 0

# A guest is listed once; no terminal: one table, no escapes.
"$lguest" top >"$work/out" || fail "top: status $?"
for name in marks kernel user; do
	is "lines of $name" "$(grep -c "^$name " "$work/out")" 1
done
grep -q "$(printf '\033')" "$work/out" && fail "escapes in a file"
at_least "user time in top" "$(awk '$1 == "user" { print $4 }' "$work/out")" 60
"$lguest" top -n 2 kernel >"$work/out" || fail "top -n 2: status $?"
is "tables" "$(grep -c '^kernel ' "$work/out")" 2

# On a terminal: a screen of its own that is given back, the settings too.
{
	sleep 1.7
	printf q
	sleep 0.5
} | script -qec "stty -a >'$work/before'; '$lguest' top; echo status \$?; stty -a >'$work/after'" "$work/screen" >/dev/null
grep -q 'status 0' "$work/screen" || fail "top on a terminal: $(cat "$work/screen")"
grep -q "$(printf '\033')\\[?1049h.*" "$work/screen" || fail "no screen of its own"
grep -q "$(printf '\033')\\[?1049l" "$work/screen" || fail "the screen is not given back"
grep -q '^marks ' "$work/screen" || fail "no guest on the screen"
cmp -s "$work/before" "$work/after" || fail "the terminal's settings changed"

for args in 'nobody' '' '--sugar marks' '--seconds x marks'; do
	# shellcheck disable=SC2086
	"$lguest" stat $args >/dev/null 2>"$work/err" && fail "stat $args: status 0"
	is "lines for stat $args" "$(wc -l <"$work/err")" 1
done
"$lguest" top nobody >/dev/null 2>&1 && fail "top nobody: status 0"

[ "$failed" = 0 ] && echo "PASS"
