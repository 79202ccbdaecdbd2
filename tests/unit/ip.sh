#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two nines on one cable: ping, a stream with its checksum, a name space
# served by each to the other, a command of one run on the other, and what
# happens to connections when a machine is gone.  And a nine behind passt, if
# there is one: an address by DHCP, a call from the host.

lguest=${LGUEST:-out/lguest}
work=$(mktemp -d "${TMPDIR:-/tmp}/ip.XXXXXX") || exit 1
server=
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
failed=0

# says FILE REGEX...
says() {
	file=$1
	shift
	for regex; do
		if grep -Eq -- "$regex" "$work/$file"; then
			echo "ok $file: $regex"
		else
			echo "FAIL $file: no line like \"$regex\" in"
			cat "$work/$file"
			failed=1
		fi
	done
}

# nine FILE SECONDS NET COMMANDS: output in FILE
nine() {
	timeout -k 2 "$2" "$lguest" run --net "$3" nine -- -c "$4" >"$work/$1" 2>&1 </dev/null
}

nine one 40 "socket=$work/wire" "
ip/ipconfig ether /net/ether0 10.0.0.1 /24
ndb/cs
echo from one >/tmp/who
echo at one >/lib/who
aux/listen1 -t 'tcp!*!7' cat &
aux/listen1 -t 'tcp!*!17007' exportfs &
aux/listen1 -t 'tcp!*!17010' cpu -R -A &
while(! test -e /tmp/end) sleep 1
mkdir /n/two
import -cA 10.0.0.2 /tmp /n/two && cat /n/two/who
cat /net/arp /net/ether0/stats
echo done >/n/two/end
sleep 1
" &
server=$!

nine two 30 "socket=$work/wire" "
ip/ipconfig ether /net/ether0 10.0.0.2 /24
ndb/cs
echo from two >/tmp/who
aux/listen1 -t 'tcp!*!17007' exportfs &
while(! ip/ping -q -n 1 -w 500 10.0.0.1 >/dev/null) sleep 1
con tcp!10.0.0.9!7 >[2]/tmp/nobody &
lost=\$apid
ip/ping -q -n 100 -i 0 10.0.0.1
mkdir /n/one
import -A 10.0.0.1 / /n/one
cat /n/one/tmp/who
cp /n/one/386/bin/rc /tmp/rc && cmp /tmp/rc /386/bin/rc && echo the same rc
cat /386/bin/* /386/bin/* >/tmp/much
sum </tmp/much
cp /tmp/much /n/one/tmp/much && sum /n/one/tmp/much
cpu -A -h 10.0.0.1 -c cat /lib/who /mnt/term/tmp/who
wait \$lost
cat /tmp/nobody
echo >/n/one/tmp/end
while(! test -e /tmp/end) sleep 1
cat /tmp/end
"
wait "$server"
server=
says two '^100 sent, 100 received, 0 late' '^from one$' '^the same rc$' '^at one$' '^from two$' 'host unreachable' '^done$'
says one '^from two$' '^ether +OK +10\.0\.0\.2' '^overflows: 0$'
if [ "$(grep -Ec '^[0-9a-f]+ +[0-9]+' "$work/two")" -ge 2 ] &&
	[ "$(sed -nE 's/^([0-9a-f]+ +[0-9]+).*/\1/p' "$work/two" | sort -u | wc -l)" = 1 ]; then
	echo "ok two: sums agree"
else
	echo "FAIL two: sums do not agree"
	cat "$work/two"
	failed=1
fi

if command -v passt >/dev/null; then
	nine user 20 user '
ip/ipconfig
cat /net/ndb /net/ipifc/0/status /net/iproute
'
	says user '^ip=.* ipmask=.* ipgw=' '^0\.0\.0\.0 +/96' 'maxtu [0-9]{4,5} '
else
	echo "FAIL passt is not installed: ./check installs it"
	failed=1
fi

[ "$failed" = 0 ]
