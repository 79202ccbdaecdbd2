#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The kernel all generations have (tests/gen), as one of 2.6.23: console, disk,
# and a hundred pings through each kind of cable.

lguest=${LGUEST:-out/lguest}
dir=$(mktemp -d) || exit 1
XDG_RUNTIME_DIR=$dir
export XDG_RUNTIME_DIR
trap 'rm -rf "$dir"' EXIT
failed=0

# guest NAME KERNEL OPTIONS: output to $dir/NAME
guest() {
	# shellcheck disable=SC2086 # words
	echo 'hi there' | timeout 40 "$lguest" run --timeout 30 -m 32M $3 "out/tests/gen/$2" >"$dir/$1" 2>&1
}

# must NAME REGEX WHAT
must() {
	grep -q -- "$2" "$dir/$1" && return
	echo "FAIL $3: no \"$2\" in:"
	head -n 30 "$dir/$1"
	failed=1
}

# Sector n begins with n and goes on in steps of 7.
awk 'BEGIN { for (i = 0; i < 32768; i++) printf "\\%03o", (int(i / 512) + i * 7) % 256 }' >"$dir/octal"
# shellcheck disable=SC2059 # its escapes are wanted
printf "$(cat "$dir/octal")" >"$dir/disk"

for base in '' '--base 64K'; do
	for kernel in 2.6.23 2.6.23-a1; do
		guest $kernel $kernel "-p input=1 --disk $dir/disk,cow $base" &
	done
	wait
	for kernel in 2.6.23 2.6.23-a1; do
		must $kernel '^you said <hi there>' "$kernel $base, input"
		must $kernel '^disk: 64 sectors' "$kernel $base, disk"
		must $kernel '^PASS' "$kernel $base"
	done
	for net in "share=$dir/page" "socket=$dir/cable"; do
		guest a 2.6.23 "--net $net -p net=2 $base" &
		guest b 2.6.23-a1 "--net $net -p net=1 $base"
		wait
		must b '^pinged 100 times' "$net $base"
		must b '^PASS' "$net $base"
		must a '^PASS' "$net $base"
	done
done

# Not only with their like.
guest a 2.6.31 "--net socket=$dir/cable -p net=2" &
guest b 2.6.23 "--net socket=$dir/cable -p net=1"
wait
must b '^pinged 100 times' 'another generation at the cable'
must a '^PASS' 'another generation at the cable'

# Three kinds of device at once, and one more of each.
guest a 2.6.23 "--disk $dir/disk,cow --disk $dir/disk,cow --net socket=$dir/cable --net share=$dir/page -p input=1"
must a '^PASS' 'many devices'

guest a 2.6.23 '-p crash=1'
must a 'the guest crashed: CRASH: as wished$' 'CRASH'

[ "$failed" = 0 ] && echo PASS
exit "$failed"
