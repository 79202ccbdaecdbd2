#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the tests of one of Go's network packages on nine, whose /net is the
# host's; the name of this script says which: gonet_net_http is package
# net/http.  Called goip_net_http it is the same on nine's own IP stack and its
# loopback.  tests/gonet/packages has those that must fail.

name=${0##*/gonet_}
name=${name##*/goip_}
lguest=${LGUEST:-out/lguest}
dir=out/gonet
package=$(echo "$name" | tr _ /)
log=$dir/$name.log
known=$(sed 's/#.*//' tests/gonet/packages | awk -v p="$package" '$1 == p { $1 = ""; print }')

net='--share net' setup='~ 1 1'
case $0 in
*/goip_*)
	net='' log=$dir/$name.ip.log
	setup="bind -a '#I' /net; ip/ipconfig loopback /dev/null 127.1; ndb/cs"
	;;
esac
# shellcheck disable=SC2086 # words are wanted
"$lguest" run --timeout 55 -m 512M $net --share "$dir/share,ro" out/nine -- \
	-c "$setup; cd /n/host/src/$package && /n/host/$name.test -test.short -test.timeout 50s" \
	</dev/null >"$log" 2>&1
status=$?
grep -q '^PASS$' "$log" && [ $status = 0 ] && exit 0
failed=$(sed -n 's/^--- FAIL: \([^ ]*\).*/\1/p' "$log" | sort | tr '\n' ' ')
wanted=$(for test in $known; do echo "$test"; done | sort | tr '\n' ' ')
# the last word of go's test programs, and nothing but what was known to fail
if grep -q '^FAIL$' "$log" && [ -n "$known" ] && [ "$failed" = "$wanted" ]; then
	exit 0
fi
cat "$log"
exit 1
