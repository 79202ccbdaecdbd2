#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the tests of one of Go's packages on nine; the name of this script says
# which: go_os_exec is package os/exec.  go_gofmt compares what Go's gofmt makes
# of a file on nine and on Linux.

name=${0##*/go_}
lguest=${LGUEST:-out/lguest}
dir=out/gopkg

nine() {
	"$lguest" run --timeout 50 -m 256M -i "$dir/root.img" out/nine -- -c "$1" </dev/null
}

if [ "$name" = gofmt ]; then
	nine '/go/gofmt /go/ugly.go' >"$dir/gofmt.out" || exit 1
	gofmt "$dir/ugly.go" | diff - "$dir/gofmt.out"
	exit
fi
grep -v '^#' tests/gopkg/packages | {
	while read -r package _ args; do
		[ "$(echo "$package" | tr / _)" = "$name" ] || continue
		nine "cd /go/src/$package; /go/$name.test -test.short $args"
		exit
	done
	echo "$name: not in tests/gopkg/packages"
	exit 1
}
