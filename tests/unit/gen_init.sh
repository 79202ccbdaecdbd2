#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Kernels whose LGUEST_INIT tells no generation, or a wrong one: each dies, and
# is told of what.

lguest=${LGUEST:-out/lguest}
log=out/tests/gen_init.$$
trap 'rm -f "$log"' EXIT
failed=0

# dies NAME OPTIONS MESSAGE
dies() {
	# shellcheck disable=SC2086 # options are words
	timeout -k 2 20 "$lguest" run --timeout 15 $2 "out/tests/gen/init-$1" >"$log" 2>&1 </dev/null
	status=$?
	if [ $status != 134 ] || ! grep -aq "^lguest: the guest crashed: $3" "$log"; then
		echo "FAIL $1 $2: status $status, not \"$3\""
		grep -a '^lguest' "$log" | head -n 3 | sed 's/^/    | /'
		failed=1
	fi
}

# refused NAME OPTIONS MESSAGE
refused() {
	# shellcheck disable=SC2086
	"$lguest" run $2 "out/tests/gen/init-$1" >"$log" 2>&1 </dev/null
	status=$?
	if [ $status != 125 ] || ! grep -aq "$3" "$log"; then
		echo "FAIL $1 $2: status $status, not \"$3\""
		failed=1
	fi
}

# ... and what only shows with a kernel made for it: the frame at noirq_iret.
for base in 0 64K; do
	timeout -k 2 20 "$lguest" run --timeout 15 --base $base out/tests/gen/init-noirq >"$log" 2>&1 </dev/null
	status=$?
	[ $status = 0 ] || { echo "FAIL noirq_iret --base $base: status $status"; head -n 3 "$log"; failed=1; }
done

dies nothing '' 'bad guest page 0x0'
dies outside '' 'bad guest page 0xf0000000'
dies unlike '' 'LGUEST_INIT: no struct lguest_data of any generation'
dies unlike '--abi 2.6.31' 'bad syscall vector 0x0'
dies kernel '' 'bad kernel address 0xffc01000'
dies kernel '--abi 3.2' 'bad syscall vector 0x0'
dies vector '' 'bad syscall vector 0x1f'
dies kernel '-m 1100K --abi 2.6.24' 'bad kernel address'
refused kernel '--abi 2.6.23' 'GenuineLguest'
refused kernel '--abi 2.6.22' 'no such interface'
refused kernel '--abi 2.6.25,pae' 'leave out ,pae'
refused kernel '--abi 3.2,smp' 'only ,pae'
[ "$failed" = 0 ] && echo PASS
exit "$failed"
