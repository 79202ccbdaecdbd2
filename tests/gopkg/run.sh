#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the tests of one of Go's packages on nine; the name of this script says
# which: go_os_exec is package os/exec.  Programs and sources are shared with
# the guest, read-only: as on a real Plan 9 they come from a 9P server.
# go_gofmt compares what Go's gofmt makes of a file on nine and on Linux.

name=${0##*/go_}
lguest=${LGUEST:-out/lguest}
dir=out/gopkg
src=$(readlink -f "$(go env GOROOT)/src")

nine() {	# OPTIONS COMMANDS
	# shellcheck disable=SC2086 # options are words
	"$lguest" run --timeout "${TEST_TIMEOUT:-50}" -m 700M --share "$src,ro,tag=gosrc" --share "$dir,ro,tag=go" $1 \
		out/nine -- -c "$2" </dev/null
}

if [ "$name" = gofmt ]; then
	nine '' '/n/go/bin/gofmt /n/go/ugly.go' >"$dir/gofmt.out" || exit 1
	gofmt "$dir/ugly.go" | diff - "$dir/gofmt.out"
	exit
fi
for list in packages more; do
	while read -r package _ net args; do
		[ "$(echo "$package" | tr / _)" = "$name" ] || continue
		[ "$net" = net ] && options='--share net' || options=
		# Package os looks at files that every Plan 9 has.
		nine "$options" "mkdir -p /lib/ndb; >>/lib/ndb/common; >>/lib/ndb/local
			cd /n/gosrc/$package; /n/go/bin/$name.test -test.short $args"
		exit
	done <tests/gopkg/$list
done
echo "$name: in no list of tests/gopkg"
exit 1
