#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs one Go program on nine; the name of this script says which: go_gc is
# tests/go/gc.go, go_os_exec the tests of package os/exec, go_gofmt Go's gofmt.

name=${0##*/go_}
lguest=${LGUEST:-out/lguest}
dir=out/tests/go

nine() {
	"$lguest" run --timeout 50 -m 256M -i "$dir/root.img" out/nine -- -c "$1" </dev/null
}

case $name in
gc | exec | timers)
	nine "/go/$name" >"$dir/$name.out" || { cat "$dir/$name.out"; exit 1; }
	[ "$(tail -n 1 "$dir/$name.out")" = PASS ]
	;;
gofmt)	# what the same program makes of the same file on Linux
	nine '/go/gofmt /go/ugly.go' >"$dir/gofmt.out" || exit 1
	gofmt "$dir/ugly.go" | diff - "$dir/gofmt.out"
	;;
*)
	grep -v '^#' tests/go/packages | while read -r package _ args; do
		[ "$(echo "$package" | tr / _)" = "$name" ] || continue
		nine "cd /go/src/$package; /go/$name.test -test.short $args"
		exit
	done
	;;
esac
