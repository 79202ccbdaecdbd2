#!/bin/sh
# SPDX-License-Identifier: MIT
# tree.sh OUT GOSRC: the part of nine's root that the tests of Go's packages need.

out=$1
src=$2
echo 'dir 0775 go'
for program in "$out"/bin/*; do
	echo "file 0775 go/${program##*/} $program"
done
echo "file 0664 go/ugly.go $out/ugly.go"

# Package os looks at files that every Plan 9 has.
echo 'dir 0775 lib/ndb'
echo "file 0664 lib/ndb/common $src/os/file.go"
echo "file 0664 lib/ndb/local $src/os/file_plan9.go"

echo 'dir 0775 go/src'
sed '/^#/d; s/[ \t].*//' tests/gopkg/packages | while read -r package; do
	(
		cd "$src" || exit 1
		find -L "$package" -maxdepth 1 -type d -prune -printf 'dir 0775 go/src/%p\n'
		find -L "$package" -maxdepth 1 -type f -printf "file 0664 go/src/%p $src/%p\n"
		[ -d "$package/testdata" ] || exit 0
		find -L "$package/testdata" -type d -printf 'dir 0775 go/src/%p\n'
		find -L "$package/testdata" -type f -printf "file 0664 go/src/%p $src/%p\n"
	)
done
