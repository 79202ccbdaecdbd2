#!/bin/sh
# SPDX-License-Identifier: MIT
# image.sh DIR: in DIR, words.go compiled and linked here for plan9/386, and a
# description of the files with which nine can do the same.  Go's environment
# is the caller's; DIR/compile and DIR/link are Go's own, built for nine.

set -e
dir=$(cd "$1" && pwd)
src=$(cd "$(dirname "$0")" && pwd)

go list -export -deps -f '{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}' \
	fmt os sort strings >"$dir/packages"
sed 's/ /=/; s/^/packagefile /' "$dir/packages" >"$dir/here.cfg"
sed 's/\([^ ]*\).*/packagefile \1=\/go\/pkg\/\1.a/' "$dir/packages" >"$dir/nine.cfg"
# GOROOT ends up in programs: the same on both sides, though there is no such place.
tools=$(go env GOTOOLDIR)
GOROOT=/go "$tools/compile" -p main -trimpath "$src" -importcfg "$dir/here.cfg" -o "$dir/words.o" "$src/words.go"
GOROOT=/go "$tools/link" -s -w -importcfg "$dir/here.cfg" -o "$dir/words" "$dir/words.o"
{
	echo "file 0775 go/compile $dir/compile"
	echo "file 0775 go/link $dir/link"
	echo "file 0664 go/nine.cfg $dir/nine.cfg"
	echo "file 0664 go/words.go $src/words.go"
	echo "file 0664 go/words.o $dir/words.o"
	echo "file 0664 go/words $dir/words"
	while read -r package archive; do
		echo "file 0664 go/pkg/$package.a $archive"
	done <"$dir/packages"
} >"$dir/tree"
