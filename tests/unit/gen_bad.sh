#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How guests of each generation die: tests/gen/bad.c breaks a rule, and the
# message is the one it always was, with the number that was wrong, and there is
# a diagnosis.

lguest=${LGUEST:-out/lguest}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0 done=0

# dies N REGEX: each guest of $guests, of bad=N
dies() {
	for name in $guests; do
		options=$(awk -v n="$name" '$1 == n { for (i = 4; i <= NF; i++) print $i }' tests/gen/list)
		# shellcheck disable=SC2086 # words
		timeout 20 "$lguest" run $options --timeout 15 -p "bad=$1" "out/tests/gen/$name" \
			>"$dir/out" 2>"$dir/err" </dev/null
		status=$?
		done=$((done + 1))
		[ $status = 134 ] && grep -Eqx "lguest: the guest crashed: $2" "$dir/err" &&
			grep -q '^lguest: diagnosis: ' "$dir/err" &&
			! grep -q 'still here' "$dir/out" && continue
		echo "FAIL $name bad=$1: status $status, not \"$2\" but:"
		grep -a '^lguest:' "$dir/err" | tail -n 2
		failed=1
	done
}

# those NAME...: let these die next
those() {
	guests=
	for g; do
		guests="$guests $g"
	done
}

a='2.6.23 2.6.23-a1' b1='2.6.24 2.6.25 2.6.30' b2='2.6.31 3.2' pae='2.6.31-pae 3.2-pae' c=4.0

# shellcheck disable=SC2086 # lists
those $a $b1 $b2 $pae $c
dies 1 'already have lguest_data'
dies 2 'Bad hypercall 77'
dies 3 'Setting idt entry 256'
dies 4 'bad IDT type 5'
dies 5 'bad stack segment 0x68'
dies 6 'bad stack pages 3'
dies 7 'bad page directory 0x30000000'
dies 8 'bad read address 0x30000000'
dies 9 'bad read address 0x30000000( len 128|: text)'
dies 13 'attempt to set pte into Switcher pages: 0xffc00000'
dies 15 'CRASH: my own words'
dies 20 'bad page table entry 0x300000[0-9a-f]{2} at 0x[0-9a-f]+'
dies 21 'bad page table entry 0x[0-9a-f]+ at 0x[0-9a-f]+'
dies 23 'bad stack page 0x[0-9a-f]+'
dies 24 'unhandled trap 6 at 0x[0-9a-f]+ \(0x[0-9a-f]*\)'
# shellcheck disable=SC2086
those $a $b1 $b2 $c
dies 22 'bad page directory entry 0x300000[0-9a-f]{2} at 0x[0-9a-f]+'
# shellcheck disable=SC2086
those $pae
dies 22 'bad page middle directory entry 0x300000[0-9a-f]{2} at 0x[0-9a-f]+'
# shellcheck disable=SC2086
those $a $b1
dies 10 'too many gdt entries 33'
dies 11 'Bad hypercall 18'
# shellcheck disable=SC2086
those $b2 $pae $c
dies 10 'Bad hypercall 3'
dies 11 'too many gdt entries 32'
# shellcheck disable=SC2086
those $b2 $c
dies 12 'Attempt to set pgd 1024/1024'
# shellcheck disable=SC2086
those $pae
dies 12 'Attempt to set pgd 1024/4'
# shellcheck disable=SC2086
those $b1 $b2 $pae
dies 14 'Bad NOTIFY 0x30000000'
those $c
dies 14 'Bad hypercall 17'

echo "$done deaths"
[ "$failed" = 0 ] && echo PASS
exit "$failed"
