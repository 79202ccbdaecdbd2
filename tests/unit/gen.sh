#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Guests of every generation (tests/gen/list): found out and named, with a
# disk and console input, at both bases; and two of each that ping each other.
#	gen.sh [NAME ...]

lguest=${LGUEST:-out/lguest}
dir=out/tests/gen.$$
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {	# WHAT LOG
	echo "FAIL $1"
	sed 's/^/    | /' "$2" | tail -n 25
	failed=1
}

# Bytes that the guests know: sector + 7 * offset.
# shellcheck disable=SC2059 # its escapes are wanted
printf "$(awk 'BEGIN { for (i = 0; i < 4096; i++) printf "\\%03o", (int(i / 512) + i * 7) % 256 }')" \
	>"$dir/disk"
truncate -s 64K "$dir/disk"

# alone NAME INTERFACE BASE OPTIONS
alone() {
	log=$dir/$1.$3
	cp "$dir/disk" "$log.disk"
	# shellcheck disable=SC2086 # options are words
	echo hello | timeout -k 2 30 "$lguest" run -v --timeout 25 --base "$3" -p input=1 \
		--disk "$log.disk" $4 "out/tests/gen/$1" >"$log" 2>&1
	status=$?
	[ $status = 0 ] || fail "$1 --base $3: status $status" "$log"
	grep -q '^PASS' "$log" || fail "$1 --base $3" "$log"
	grep -q 'you said <hello>' "$log" || fail "$1 --base $3: console input" "$log"
	grep -q 'disk: 128 sectors' "$log" || fail "$1 --base $3: disk" "$log"
	grep -q "guest interface: lguest $2 (" "$log" || fail "$1: not found to be $2" "$log"
}

# pair NAME NET OPTIONS
pair() {
	log=$dir/$1.net
	[ "$2" = share ] && truncate -s 4096 "$log.cable"
	for n in 2 1; do
		# shellcheck disable=SC2086
		timeout -k 2 30 "$lguest" run --timeout 25 -p "net=$n" --net "$2=$log.cable" $3 \
			"out/tests/gen/$1" >"$log.$n" 2>&1 </dev/null &
	done
	wait
	for n in 1:pinged 2:answered; do
		tr '\n' ' ' <"$log.${n%:*}" | grep -q "${n#*:}.*PASS" ||
			fail "$1: ping over $2, guest ${n%:*}" "$log.${n%:*}"
	done
}

sed 's/#.*//' tests/gen/list >"$dir/list"
while read -r name interface net options; do
	[ -n "$name" ] || continue
	[ $# = 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
	[ -f "out/tests/gen/$name" ] || { echo "FAIL no out/tests/gen/$name"; failed=1; continue; }
	(alone "$name" "$interface" 0 "$options"; exit $failed) &
	one=$!
	(alone "$name" "$interface" 64K "$options"; exit $failed) &
	wait $one || failed=1
	wait $! || failed=1
	pair "$name" "$net" "$options"
done <"$dir/list"
[ "$failed" = 0 ] && echo PASS
exit $failed
