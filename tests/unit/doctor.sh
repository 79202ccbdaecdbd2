#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --doctor has nothing to say about kernels that are right: nine with
# processes, pipes, a disk, a cable and the host's files, and the kit's example.

lguest=${LGUEST:-out/lguest}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# silent NAME WANTED: it ran, said what was wanted, and nothing was found
silent() {
	grep -q -- "$2" "$dir/$1.out" && grep -qx 'doctor: nothing found' "$dir/$1.err" && return
	echo "FAIL $1: no \"$2\", or the doctor found something:"
	tail -n 5 "$dir/$1.out"
	head -n 40 "$dir/$1.err"
	failed=1
}

# nine NAME OPTIONS COMMANDS
nine() {
	# shellcheck disable=SC2086 # words
	timeout 50 "$lguest" run --doctor $2 nine -- -c "$3" >"$dir/$1.out" 2>"$dir/$1.err" </dev/null
}

truncate -s 4M "$dir/disk"
cable="--net socket=$dir/cable"
# shellcheck disable=SC2016 # rc's
nine all "$cable --disk $dir/disk --share doc" '
	for(i in 1 2 3 4 5 6){ echo $i | cat | wc -c >>/tmp/n }
	dd -if /dev/zero -of /dev/sd00/data -bs 64k -count 16 >[2]/dev/null
	dd -if /dev/sd00/data -of /tmp/d -bs 8k -count 16 >[2]/dev/null
	cat /n/host/abi.md | wc -l >/tmp/l
	bind -a '\''#l'\'' /net; aux/etherping -r
	cat /tmp/n | wc -l; ls -l /tmp/d' &
nine other "$cable" "bind -a '#l' /net; aux/etherping -f 500 -s 1514; cat /net/ether0/stats"
wait
silent all '^ *6$'
silent other 'soft overflows: 0'

timeout 20 "$lguest" run --doctor out/kit-example >"$dir/kit.out" 2>"$dir/kit.err" </dev/null
silent kit 'good bye'

[ $failed = 0 ] && echo PASS
exit $failed
