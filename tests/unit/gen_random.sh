#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Random hypercalls by a guest of each generation (tests/gen/random.c): it may
# die of them, with a reason; nothing else may.
#	gen_random.sh [CALLS [SEEDS [FIRST]]]	(make fuzz: 100000 10 = a million for each)

lguest=${LGUEST:-out/lguest}
calls=${1:-1000} seeds=${2:-1} first=${3:-1}
out=out/tests/gen_random.$$
trap 'rm -f "$out"' EXIT
failed=0 died=0 survived=0

# one GUEST SEED WILD OPTIONS
one() {
	# shellcheck disable=SC2086 # words
	timeout 1000 "$lguest" run $4 --timeout 990 -p "random=$calls seed=$2 wild=$3" "out/tests/gen/$1" \
		>"$out" 2>&1 </dev/null
	status=$?
	if [ $status = 0 ] && grep -q survived "$out"; then
		survived=$((survived + 1))
	elif [ $status = 134 ] && grep -aq '^lguest: the guest crashed: .' "$out" && ! grep -aq 'fault in the Host' "$out"; then
		died=$((died + 1))
	else
		echo "FAIL status $status: $lguest run $4 -p 'random=$calls seed=$2 wild=$3' out/tests/gen/$1"
		grep -a lguest: "$out" | head -n 5
		failed=1
	fi
}

for g in out/tests/gen/[0-9]*; do
	[ -x "$g" ] || continue
	name=${g##*/}
	options=$(awk -v n="$name" '$1 == n { for (i = 4; i <= NF; i++) print $i }' tests/gen/list)
	seed=$first
	while [ "$seed" -lt $((first + seeds)) ]; do
		one "$name" "$seed" 0 "$options"
		one "$name" "$seed" 0 "$options --base 64K"
		one "$name" "$seed" 1 "$options"
		one "$name" "$((seed + 1000))" 1 "$options"
		seed=$((seed + 1))
	done
done
echo "$survived survived, $died died of it"
[ "$survived" != 0 ] || { echo 'FAIL nobody survived'; failed=1; }
[ "$died" != 0 ] || { echo 'FAIL nobody died: are they wild?'; failed=1; }
[ "$failed" = 0 ] && echo PASS
exit "$failed"
