#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the tests of one of Go's network packages on nine, whose /net is the
# host's; the name of this script says which: gonet_net_http is package
# net/http.  tests/gonet/packages has those that must fail.

name=${0##*/gonet_}
lguest=${LGUEST:-out/lguest}
dir=out/gonet
package=$(echo "$name" | tr _ /)
log=$dir/$name.log
known=$(sed 's/#.*//' tests/gonet/packages | awk -v p="$package" '$1 == p { $1 = ""; print }')

"$lguest" run --timeout 55 -m 512M --share net --share "$dir/share,ro" out/nine -- \
	-c "cd /n/host/src/$package && /n/host/$name.test -test.short -test.timeout 50s" \
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
