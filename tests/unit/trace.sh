#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --trace and lguest trace, with real guests: no event is missing, filters and
# the export say the same, damaged files are told apart from good ones.

lguest=${LGUEST:-out/lguest}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
	echo "FAIL $*"
	failed=1
}

# is WHAT IS EXPECTED
is() {
	[ "$2" = "$3" ] || fail "$1: $2, expected $3"
}

# says FILE REGEX...: each must be in it
says() {
	file=$1
	shift
	for regex; do
		grep -Eq -- "$regex" "$file" && continue
		fail "no \"$regex\" in:"
		head -n 30 "$file"
	done
}

# refused REGEX ARGS...: lguest trace ARGS must fail, with a reason
refused() {
	regex=$1
	shift
	"$lguest" trace "$@" >"$work/out" 2>"$work/err" && fail "trace $*: status 0"
	says "$work/err" "^lguest: trace: .*$regex"
	is "lines of the message of $*" "$(wc -l <"$work/err")" 1
}

# --- A storm: 100,000 hypercalls as fast as they go, every one in the file, in order.

"$lguest" run --timeout 20 --trace "$work/storm" out/tests/guest/marks.native >/dev/null || fail "marks: status $?"
"$lguest" trace --kind mark "$work/storm" >"$work/out" 2>"$work/err" || fail "trace: status $?"
is marks "$(wc -l <"$work/out")" 100000
is messages "$(cat "$work/err")" ""
awk 'BEGIN { digits = "0123456789abcdef" }
	function hex(s,  i, n) { for (i = 3; i <= length(s); i++) n = n * 16 + index(digits, substr(s, i, 1)) - 1; return n }
	hex($4) != NR - 1 || $1 < last { print "line " NR ": " $0; exit } { last = $1 }' "$work/out" >"$work/bad"
is "marks out of order" "$(cat "$work/bad")" ""
"$lguest" trace --kind hcall "$work/storm" | grep -c ' DEBUG_MARK(' >"$work/n"
is hypercalls "$(cat "$work/n")" 100000
"$lguest" trace --kind lost "$work/storm" >"$work/out"
is lost "$(wc -l <"$work/out")" 0
"$lguest" trace --summary "$work/storm" >"$work/out"
says "$work/out" '^ +100000 .* 38 DEBUG_MARK$' '^ +100000 .* mark$' 'guest kernel +[0-9.]+ s' 'longest time in the Host'

# --- Filters.

"$lguest" trace --address 0x1234 --kind mark "$work/storm" >"$work/out"
is "marks 0x1234" "$(awk '{ print $3, $4 }' "$work/out")" "mark 0x1234"
"$lguest" trace --kind mark --grep 'mark       0xabcd ' "$work/storm" >"$work/out"
is "grep" "$(wc -l <"$work/out")" 1
"$lguest" trace --address 0x100-0x1ff --kind mark "$work/storm" >"$work/out"
is "a range" "$(wc -l <"$work/out")" 256
end=$("$lguest" trace --kind end "$work/storm" | awk '{ print $1 }')
"$lguest" trace --kind mark --to 0.000001 "$work/storm" >"$work/out"
is "nothing so early" "$(wc -l <"$work/out")" 0
"$lguest" trace --kind mark --from 0.000001 --to "$end" "$work/storm" >"$work/out"
is "all in between" "$(wc -l <"$work/out")" 100000
"$lguest" trace --space 63 "$work/storm" >"$work/out"
is "space 63" "$(wc -l <"$work/out")" 0
grep -q "$(printf '\033')" "$work/out" && fail "colours in a file"

# --- nine: symbols, tasks, devices, interrupts, JSON that jq takes.

"$lguest" run --timeout 20 --trace "$work/nine" out/nine -- -c 'ls /bin | wc; sleep 1' </dev/null >/dev/null || fail "nine: status $?"
"$lguest" trace "$work/nine" >"$work/out"
says "$work/out" 'boot       guest number 1' ' _start\+0x0 ' 'hypercall  1 LGUEST_INIT' 'task       [0-9]+ wc' \
	'[0-9]  wc +trap       64 software interrupt, user mode, eax 0x' 'vecsyscall\+0x0 \(lg/l.S:' \
	'interrupt  0 \(vector 32\)' 'dev +.* raise      interrupt [0-9]' 'dev +.* take       queue 0x' 'dev +.* give  ' \
	'halt       asleep' 'halt       awake' 'switch     space' 'map        0x' 'end        the guest exited, status 0'
"$lguest" trace --summary "$work/nine" >"$work/out"
says "$work/out" 'halted +0\.9[0-9]* s|halted +1\.' 'irq 0 +[0-9]+ +[0-9]+' 'page faults: [0-9]+/s filled'
"$lguest" trace --json "$work/nine" >"$work/json"
is "jq" "$(jq -r '.traceEvents | map(select(.ph == "X" and .name == "halted")) | map(.dur) | add | . > 900000' "$work/json")" true
is "slices overlap" "$(jq '[.traceEvents[] | select(.ph == "X")] | [.[:-1], .[1:]] | transpose |
	map(select(.[0].ts + .[0].dur > .[1].ts + 0.01)) | length' "$work/json")" 0
is "user slices of wc" "$(jq '[.traceEvents[] | select(.name == "user: wc")] | length > 3' "$work/json")" true
is "interrupts" "$(jq '[.traceEvents[] | select(.ph == "i" and .name == "irq")] | length' "$work/json")" \
	"$("$lguest" trace --kind irq "$work/nine" | wc -l)"
gzip -c out/tests/guest/marks.native >"$work/kernel.gz"
"$lguest" trace --kernel "$work/kernel.gz" --kind fault "$work/storm" >"$work/out" 2>"$work/err"
says "$work/out" '[a-z_]+\+0x'

# --- Restart: both guests are in it.

"$lguest" run --timeout 20 -p "until=$(($(date +%s) + 2))" --trace "$work/again" out/tests/guest/restart.native >/dev/null 2>&1
"$lguest" trace --kind boot,end "$work/again" >"$work/out"
says "$work/out" 'guest number 1' 'the guest restarts' 'guest number 2'

# --- What is not a good trace.

size=$(wc -c <"$work/storm")
head -c $((size - 32)) "$work/storm" >"$work/short"
"$lguest" trace --kind mark "$work/short" >"$work/out" 2>"$work/err" || fail "short: status $?"
is "marks before the end" "$(wc -l <"$work/out")" 100000
says "$work/err" '^lguest: trace: the end is missing'
head -c $((size / 2 + 7)) "$work/storm" >"$work/short"
"$lguest" trace --kind mark "$work/short" >"$work/out" 2>"$work/err" || fail "half: status $?"
says "$work/err" 'cut short: its [0-9]+ bytes are left out' 'the end is missing'
[ "$(wc -l <"$work/out")" -gt 40000 ] || fail "half a file: $(wc -l <"$work/out") marks"
head -c 60 "$work/storm" >"$work/short"
refused 'header is cut short' "$work/short"
refused 'not a trace file' out/lguest
printf 'lguestTR\377\0\0\0' | cat - "$work/storm" | head -c 4096 >"$work/bad"
refused 'version 255' "$work/bad"
refused 'No such file' "$work/none"
refused 'no kind "sugar"' --kind hcall,sugar "$work/storm"
refused 'not an address' --address here "$work/storm"
refused 'not a time' --from soon "$work/storm"
refused 'give the file'
: >"$work/empty"
refused 'empty, or not a file' "$work/empty"

# A disk that is full ends the trace, not the guest.
"$lguest" run --timeout 20 --trace /dev/full out/tests/guest/marks.native >"$work/out" 2>"$work/err" || fail "full: status $?"
says "$work/err" 'trace ends here'
says "$work/out" PASS

[ "$failed" = 0 ] && echo "PASS"
