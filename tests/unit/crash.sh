#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The crash report of real guests, with everything a porter needs in it.

lguest=${LGUEST:-out/lguest}
report=$(mktemp) || exit 1
trap 'rm -f "$report"' EXIT
failed=0

# crash GUEST [OPTIONS]: runs it; it must end with status 134
crash() {
	guest=$1
	shift
	"$lguest" run --timeout 10 "$@" "out/tests/guest/$guest" </dev/null >/dev/null 2>"$report"
	status=$?
	[ "$status" = 134 ] && return
	echo "FAIL $guest: status $status, expected 134"
	head -n 40 "$report"
	failed=1
}

# says REGEX...: each must be in the report
says() {
	for regex; do
		grep -Eq -- "$regex" "$report" && continue
		echo "FAIL $guest: no \"$regex\" in:"
		head -n 40 "$report"
		failed=1
	done
}

crash unhandled_fault.native
says '^lguest: the guest crashed: unhandled trap 14 at 0xc0' \
	'^lguest: diagnosis: the kernel read 0x20000123 at 0xc0[0-9a-f]{6} main\+0x.*no handler.*LOAD_IDT_ENTRY\(14' \
	'^last trap: 14, page fault, error code 0x0, address 0x20000123: read from a page that' \
	'eax 0x[0-9a-f]{8}  ebx 0x' 'eip 0xc0[0-9a-f]{6} main\+0x[0-9a-f]+ \(guest/unhandled_fault.c:[0-9]+\)' \
	'cr2 0x20000123' 'interrupts off \(irq_enabled 0x0' \
	'^ > 0xc0[0-9a-f]{6}  .*mov .*\[0x20000123\]' \
	'#0  0xc0[0-9a-f]{6} main\+0x' '#1  0xc0[0-9a-f]{6} kit_high\+0x[0-9a-f]+ \(kit/start.S:' \
	'directory\[128\] = 0x' 'table\[0\] = 0x00000000: not present' \
	'=> the page table entry is not present' \
	'hypercall  6 LOAD_IDT_ENTRY\(0xff, ' \
	'-     0.000 us space 0  trap       14 page fault, kernel mode, address 0x20000123'
head -n 1 "$report" | grep -q '^lguest: diagnosis: ' || { echo "FAIL the diagnosis is not first"; failed=1; }
[ "$(grep -c ' us space ' "$report")" = 64 ] || { echo "FAIL not 64 events"; failed=1; }

crash shutdown_crash.native
says 'the guest crashed: CRASH: out of luck' '#[01] .* panic\+0x' \
	'#[12] .* main\+0x[0-9a-f]+ \(guest/shutdown_crash.c:'

crash unhandled_fault.hist
says 'historical interface \(lguest 3\.2\)' '#0  0xc0[0-9a-f]{6} main\+0x'

crash unhandled_fault.native --base 64K
says 'base 0x10000' 'address 0x20000123' '#1 .* kit_high\+0x'

crash native_refused.hist
says 'hypercall 33 \(EXIT\) at .*numbers from 32 on are for kernels that carry the ELF note'

# Images that a linker script, or an objcopy, has spoilt.
spoilt=out/tests/guest/spoilt.$$
trap 'rm -f "$report" "$spoilt"' EXIT
cp out/tests/guest/linear.hist "$spoilt"
printf '\000\021\101\000' | # p_paddr of the second program header: 0x411100
	dd of="$spoilt" bs=1 seek=$((52 + 32 + 12)) conv=notrunc 2>/dev/null
crash "${spoilt##*/}"
says "^lguest: diagnosis: the kernel's .data at 0xc040[0-9a-f]+ is not the data of the image: .* loaded it at physical 0x0041[0-9a-f]+, but the kernel finds physical 0x0040"
echo 'nobody loads this' >"$report.section"
objcopy --add-section .lost="$report.section" --set-section-flags .lost=alloc,load,readonly,data \
	--change-section-address .lost=0xc0800000 out/tests/guest/shutdown_crash.native "$spoilt" 2>"$report"
rm -f "$report.section"
crash "${spoilt##*/}"
says "^lguest: diagnosis: the kernel's section .lost at 0xc0800000 was never loaded"

[ "$failed" = 0 ] && echo "PASS"
exit "$failed"
