#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --gdb, --wait-gdb and --dump with the real gdb: nine, the kit's example, a
# historical guest, guests that die.  Each session is a script; what gdb prints
# must contain some lines and must not contain others.

lguest=${LGUEST:-out/lguest}
dir=$(mktemp -d) || exit 1
pid=
trap 'if [ -n "$pid" ]; then kill "$pid" 2>/dev/null; fi; rm -rf "$dir"' EXIT
failed=0
command -v gdb >/dev/null || { echo "FAIL gdb is not installed: apt-get install gdb"; exit 1; }

fail() {
	echo "FAIL $name: $*"
	sed 's/^/    gdb: /' "$dir/out"
	sed 's/^/    lguest: /' "$dir/err" | head -n 20
	failed=1
}

# session NAME KERNEL LGUEST-ARGUMENTS...: runs both, the script is on stdin
session() {
	name=$1 kernel=$2
	shift 2
	rm -f "$dir/sock"
	cat >"$dir/script"
	"$lguest" run --timeout 30 --gdb="$dir/sock" "$@" </dev/null >"$dir/console" 2>"$dir/err" &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -S "$dir/sock" ] && break
		sleep 0.1
	done
	# gdb needs half a second; after ${patience} it gets a Ctrl-C.
	timeout -s INT -k 30 "${patience:-40}" gdb -nx -q -batch -ex 'set confirm off' \
		-ex 'set width 0' -ex "target remote $dir/sock" -x "$dir/script" "$kernel" >"$dir/out" 2>&1
}

# ends STATUS: lguest ends by itself, with this
ends() {
	wait "$pid"
	status=$?
	pid=
	[ "$status" = "$1" ] || fail "lguest ended with status $status, not $1"
}

stop_guest() {
	kill "$pid" 2>/dev/null
	wait "$pid"
	pid=
}

says() {
	for regex; do
		tr '\n' '~' <"$dir/out" | grep -Eq -- "$regex" || fail "no \"$regex\""
	done
}

silent() {
	for regex; do
		grep -Eq -- "$regex" "$dir/out" && fail "\"$regex\""
	done
}

# --- nine ----------------------------------------------------------------------

session nine out/nine --wait-gdb nine -- -c 'echo from nine' <<'EOF'
print/x $eip
print $esp
break *0x100005
continue
stepi
print/x $eip
break schedinit
continue
bt
print m->machno
delete
break sysrfork
continue
bt 2
print up->text
finish
info threads
delete
watch m->cs
continue
continue
delete
print $cr3 != 0
monitor info spaces
monitor info pagetables 0xc0100000
monitor info irqs
monitor info trace 4
monitor nonsense
set var m->load = 4711
print m->load
detach
EOF
says '= 0x100000~' 'Breakpoint 1, 0x00100005' 'Breakpoint 2, schedinit \(\)' '#1 .* in main \(\)' \
	'Breakpoint 3, sysrfork' '#1 .* in syscall \(ur' '"init"~' 'Value returned' \
	'Thread 1 "init" \(Running\)' 'Hardware watchpoint 4: m->cs~~Old value = [0-9]+~New value = [0-9]+~sched \(\)' \
	'= 1~space  directory' '0xc0100000 is at gpa 0x00100000' 'irq_enabled 0x' 'no such command' \
	'= 4711~' 'detached'
silent 'Cannot access' 'Cannot insert'
ends 0
grep -q '^from nine' "$dir/console" || fail "nine did not go on after detach"

# A breakpoint in a program, by name, and Ctrl-C while the guest sleeps.
patience=8
session programs out/nine --wait-gdb nine -- -c 'sleep 0.1; sleep 0.1; echo two; sleep 20' <<'EOF'
break schedinit
continue
delete
break syssleep
continue
print up->text
set $back = up->dbgreg->pc
delete
monitor user sleep
break *$back
continue
print $user_mode
stepi
print $user_mode
print $eip - $back
continue
info threads
delete
continue
bt 1
thread apply all bt 2
detach
EOF
says '"sleep"' 'for tasks called sleep' '"sleep" hit Breakpoint 3, 0x[0-9a-f]* in .. \(\)~.. = 1~' \
	'"sleep" hit Breakpoint 3,.*"sleep" hit Breakpoint 3,' 'received signal SIGINT' \
	'"rc" \(Wakeme\)' 'in sleep \(r='
stop_guest
patience=

# --- The kit's example, its first instructions in linear mode --------------------

entry=$(readelf -h out/kit-example | sed -n 's/.*Entry point address: *//p')
for options in '' '--base 64K'; do
	# shellcheck disable=SC2086
	session "kit $options" out/kit-example --wait-gdb $options out/kit-example <<EOF
print \$eip == $entry
stepi
break *\$eip+0
break main
stepi
stepi
continue
bt
next
continue
EOF
	says '= 1~' 'Breakpoint 2, main \(\)' '#0  main' '\[Inferior 1 .* exited normally\]'
	silent 'Cannot'
	ends 0
done

# --- A kernel that knows nothing of us ------------------------------------------------

session historical out/kit-example-hist --wait-gdb out/kit-example-hist <<'EOF'
break main
continue
stepi
stepi
bt
continue
EOF
says 'Breakpoint 1, main \(\)' 'exited normally'
ends 0

# --- Stepping: the guest's own TF, popf, pushf, hypercalls ------------------------------

session trap_step out/tests/guest/trap_step.native --wait-gdb out/tests/guest/trap_step.native <<'EOF'
break main
continue
delete
set $n = 0
while $n < 300
  stepi
  set $n = $n + 1
end
continue
EOF
says 'exited normally'
ends 0
grep -q PASS "$dir/console" || fail "stepping changed what the guest saw"

# --- Death ------------------------------------------------------------------------------

session crash out/tests/guest/unhandled_fault.native --wait-gdb --dump "$dir/core" \
	out/tests/guest/unhandled_fault.native <<'EOF'
continue
bt
print/x $cr2
set var $eax = 1
continue
EOF
says 'received signal SIGSEGV' '#0 .*main' '= 0x20000123'
ends 134
grep -q 'the guest crashed: unhandled trap 14' "$dir/err" || fail "no report after gdb"

name=core
[ "$(stat -c %a "$dir/core")" = 600 ] || fail "the core is not its user's alone"
# shellcheck disable=SC2016
gdb -nx -q -batch -ex bt -ex 'print/x $eip' -ex 'x/i $pc' -ex 'info registers esp' \
	out/tests/guest/unhandled_fault.native "$dir/core" >"$dir/out" 2>&1
says 'terminated with signal SIGSEGV' '#0 .* main \(\) at ' '=> 0xc0[0-9a-f]+ <main'
readelf -n "$dir/core" | grep -q lguest || fail "no note of ours in the core"

name='core of a time-out'
"$lguest" run --timeout 1 --dump "$dir/core" nine -- -c 'sleep 20' </dev/null >/dev/null 2>"$dir/err"
gdb -nx -q -batch -ex bt -ex 'print m->machno' -ex 'print up' out/nine "$dir/core" >"$dir/out" 2>&1
says '#[0-9]+ .* sched \(\)' '= 0~'
[ "$(($(stat -c %b "$dir/core") * 512))" -lt 33554432 ] || fail "the core has no holes"

name='no core'
"$lguest" run --dump "$dir/core" nine -- -c 'echo fine' </dev/null >/dev/null 2>"$dir/err"
[ ! -e "$dir/core" ] || fail "a core of a guest that is well"
"$lguest" run --dump /nowhere/core nine >/dev/null 2>"$dir/err"
if [ $? != 125 ] || ! grep -q -- '--dump /nowhere/core: cannot write' "$dir/err"; then
	fail "a bad path"
fi

# --- The socket --------------------------------------------------------------------------

session kill out/nine --wait-gdb nine <<'EOF'
kill
EOF
ends 143
grep -q 'stopped by gdb' "$dir/err" || fail "kill"

name=addresses
for bad in 0 70000 x:1 name:1 1.2.3:4 /nowhere/sock; do
	timeout 10 "$lguest" run --gdb="$bad" nine </dev/null >"$dir/out" 2>"$dir/err"
	if [ $? != 125 ] || ! grep -q -- "--gdb=$bad: " "$dir/err"; then
		fail "--gdb=$bad was taken"
	fi
done

# A client that dies: the guest goes on.
name='client dies'
"$lguest" run --timeout 20 --gdb="$dir/sock" --wait-gdb nine -- -c 'echo alone' </dev/null \
	>"$dir/console" 2>"$dir/err" &
pid=$!
sleep 0.5
[ "$(stat -c %a "$dir/sock")" = 600 ] || fail "the socket is not its user's alone"
gdb -nx -q -batch -ex "target remote $dir/sock" -ex 'break schedinit' -ex continue \
	-ex "shell kill -9 \$(ps -o ppid= -p \$\$)" out/nine >"$dir/out" 2>&1
ends 0
grep -q '^alone' "$dir/console" || fail "the guest did not go on"
[ ! -e "$dir/sock" ] || fail "the socket was left behind"

# --- Many stops, wherever it is; ROUNDS=10000 for more ------------------------------------

name=stress
mkfifo "$dir/input"
"$lguest" run --timeout 60 --gdb="$dir/sock" nine -- -c \
	'while() {ls -l /bin | wc | cat >/dev/null; echo round; sleep 0.01}' <"$dir/input" \
	>"$dir/console" 2>"$dir/err" &
pid=$!
exec 9>"$dir/input"
sleep 1
ROUNDS=${ROUNDS:-1000}
ROUNDS=$ROUNDS SOCK=$dir/sock timeout 60 gdb -nx -q -batch -x tests/unit/gdb_stress.py >"$dir/out" 2>&1
says "stops $ROUNDS"
before=$(wc -l <"$dir/console")
sleep 1
[ "$(wc -l <"$dir/console")" -gt "$before" ] || fail "the guest stands still after detach"
exec 9>&-
stop_guest

[ "$failed" = 0 ]
