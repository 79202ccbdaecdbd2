#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --net share=FILE: guests of lguest 2.6.23 that send each other frames through
# a page they have in common (tests/gen/a_share.c), and what becomes of one when
# the other is slow, gone, or somebody else altogether.

lguest=${LGUEST:-out/lguest}
kernel=out/tests/gen/a2_share
dir=$(mktemp -d) || exit 1
XDG_RUNTIME_DIR=$dir
export XDG_RUNTIME_DIR
trap 'rm -rf "$dir"' EXIT
failed=0

# guest NAME CASE [OPTIONS]: output to $dir/NAME
guest() {
	# shellcheck disable=SC2086 # words
	timeout 40 "$lguest" run --timeout 30 --name "$1" -m 16M --net "share=$dir/page" $3 \
		-p "case=$2" "$kernel" >"$dir/$1" 2>&1 </dev/null
}

# must NAME REGEX
must() {
	grep -q -- "$2" "$dir/$1" && return
	echo "FAIL no \"$2\" in $1:"
	head -n 20 "$dir/$1"
	failed=1
}

# until_says NAME TEXT
until_says() {
	for _ in $(seq 100); do
		grep -q "$2" "$dir/$1" 2>/dev/null && return
		sleep 0.05
	done
	echo "FAIL $1 does not say $2"
	failed=1
}

guest a alone
must a PASS
for base in '' '--base 64K'; do
	guest a echo "$base" &
	guest b ping "$base"
	wait
	must b '^200 pings'
	must b PASS
	must a PASS
done

# Both send as fast as they can, at the same time.
guest a 'flood n=5000' &
guest b 'flood n=5000'
wait
must a '^5000 received'
must b '^5000 received'
must a PASS
must b PASS

# No buffer free, and nothing bound: an answer all the same, at once.
for what in full quiet; do
	rm -f "$dir/a"
	guest a $what &
	until_says a $what
	guest b to_$what
	must b PASS
	head -c 4096 /dev/zero >"$dir/disk"
	"$lguest" add a --disk "$dir/disk" >"$dir/add" 2>&1
	must add 'takes no device while it runs'
	"$lguest" stop a
	wait
done

# Killed in the middle; and stopped, which looks the same after a moment.
for signal in KILL STOP; do
	rm -f "$dir/a" "$dir/b"
	guest a sink &
	until_says a sink
	pid=$("$lguest" info a | sed -n 's/^pid:* *//p')
	guest b survive &
	until_says b somebody
	kill -$signal "$pid"
	wait %2
	must b '^he is gone'
	must b PASS
	kill -KILL "$pid" 2>/dev/null
	wait
done

# What the dead one has left does not disturb the next.
guest a echo &
guest b ping
wait
must b PASS

# Four, of whom three do anything at all.
guest a sink &
for n in 1 2 3; do
	guest r$n "random seed=$n" &
done
wait %2 %3 %4
"$lguest" stop a || failed=1
wait
must r1 PASS
must r2 PASS
must r3 PASS

# Strangers at the socket.
if command -v python3 >/dev/null; then
	rm -f "$dir/a"
	guest a sink &
	until_says a sink
	python3 - "$dir"/lguest/share-*.0 <<'END'
import os, socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
def send(data):
    s.sendto(data, sys.argv[1])
def head(magic=0x68536744, version=1, slot=1, seq=0, key=0, length=0):
    return struct.pack("<IHHIII", magic, version, slot, seq, key, length)
send(b"")
send(b"x")
send(head()[:-1])
send(head(magic=1))
send(head(version=9) )
send(head(slot=0))
send(head(slot=65535))
send(head(key=2))
send(head(key=4096))
send(head(key=0xfffffffc))
send(head(length=1))
send(head(length=0xffffffff) + b"y")
send(head(length=4) + b"yy")
send(head(length=70000) + b"z" * 70000)
send(head(length=100) + b"good" * 25)
r, w = os.pipe()
s.sendmsg([head(length=4) + b"fds!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", r))], 0, sys.argv[1])
for i in range(2000):
    try:
        s.setblocking(False)
        s.sendto(os.urandom(i % 300), sys.argv[1])
    except BlockingIOError:
        pass
END
	guest b 'alone'	# is not: but it ends
	"$lguest" stop a || failed=1
	wait
	must a 'stopped by lguest stop'
fi

# What cannot be is said.
guest a alone --abi\ 3.2
must a 'only guests of lguest 2.6.23'
head -c 8192 /dev/zero >"$dir/page"
guest a alone
must a 'name a file of 4096 bytes'
rm "$dir/page"
mkdir "$dir/page"
guest a alone
must a 'choose a file you may write to'

for f in "$dir"/lguest/share-*; do
	case $f in
	*'*' | *.1 | *.1a) ;; # the stopped one was killed
	*)
		echo "FAIL a socket is left over: $f"
		failed=1
		;;
	esac
done
[ "$failed" = 0 ] && echo PASS
exit "$failed"
