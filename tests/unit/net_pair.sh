#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two nines and a cable: who comes first, a flood each way of which nothing
# may be missing, one that goes and comes again, strangers at the socket, and
# passt.

lguest=${LGUEST:-out/lguest}
frames=${FLOOD:-200000}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# nine NAME OPTIONS COMMANDS: output to $dir/NAME
nine() {
	# shellcheck disable=SC2086 # words
	timeout 60 "$lguest" run $2 nine -- -c "bind -a '#l' /net; $3" >"$dir/$1" 2>&1 </dev/null
}

# must NAME REGEX WHAT
must() {
	grep -q -- "$2" "$dir/$1" && return
	echo "FAIL $3: no \"$2\" in:"
	cat "$dir/$1"
	failed=1
}

cable="--net socket=$dir/cable"

# A flood either way; the first to come listens.
nine a "$cable" 'aux/etherping -r; aux/etherping -f '"$frames"' -s 1514; cat /net/ether0/stats' &
nine b "$cable" 'aux/etherping -f '"$frames"'; aux/etherping -r; cat /net/ether0/stats'
wait
must a "received $frames of $frames frames of 60 bytes: 0 missing, 0 twice" 'flood of small frames'
must b "received $frames of $frames frames of 1514 bytes: 0 missing, 0 twice" 'flood of long frames'
must a '^soft overflows: 0' 'flood'
[ ! -e "$dir/cable" ] || { echo 'FAIL the socket is left over'; failed=1; }

# The echo stays; others come and go, also the one who listens.
nine a "$cable" 'aux/etherping -r' &
nine b "$cable" 'aux/etherping -n 100'
must b '^100 round trips' 'the first peer'
nine c "$cable" 'aux/etherping -n 100 -s 60000; aux/etherping -f 10'
must c '^100 round trips of 60000' 'the second peer, long frames'
must c '10 of 10 frames' 'the end of the first'
wait
nine a "$cable" 'aux/etherping -n 10' &
nine b "$cable" "aux/etherping -e & sleep 3"
wait
must a '^10 round trips' 'roles the other way round'

# A reader that does not read holds up the others for a second, not for ever.
nine a "$cable" '{ read <[0=3] >/dev/null; echo connect -1 >[1=3]; echo promiscuous >[1=3]; aux/etherping -r } <>[3] /net/ether0/clone; cat /net/ether0/stats' &
nine b "$cable" 'aux/etherping -f 5000 -s 1514'
wait
must a 'received 5000 of 5000 frames' 'the reader that reads'
must a '^soft overflows: [1-9]' 'the reader that does not'

# A socket somebody killed has left, and somebody who is no lguest.
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1) or die' "$dir/cable"
[ -S "$dir/cable" ] || { echo 'FAIL a stale socket could not be made'; failed=1; }
nine a "$cable" 'cat /net/ether0/addr'
must a '^[0-9a-f]*$' 'a stale socket'

# What cannot be is said.
nine a "--net socket=$dir/none/cable" 'echo ran'
must a 'make the directory first' 'no directory'
nine a '--net nothing' 'echo ran'
must a 'use user, socket=PATH, tap=NAME' 'no kind'
nine a '--net user,mac=x' 'echo ran'
must a 'wrong: mac=x' 'no address'
empty=$dir/empty
mkdir "$empty"
PATH=$empty /usr/bin/timeout 20 "$lguest" run --net user nine >"$dir/a" 2>&1 </dev/null
must a 'apt install passt' 'no passt'

# passt answers DHCP and forwards a connection, where the host has a way out.
if ! command -v passt >/dev/null; then
	echo 'FAIL passt is not installed: ./check installs it'
	failed=1
elif ! awk '$2 == "00000000" { found = 1 } END { exit !found }' /proc/net/route; then
	echo 'skip: DHCP through passt: this host has no default route'
elif ! unshare -Ur true 2>/dev/null; then
	echo 'skip: DHCP through passt: no user namespaces here, which passt needs'
else
	nine a '--net user' 'ip/ipconfig && cat /net/ipifc/0/status'
	must a 'maxtu 65520' 'DHCP through passt'
fi

[ "$failed" = 0 ] && echo PASS
exit "$failed"
