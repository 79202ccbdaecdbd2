#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the documents say and the programs do not must not differ: options,
# hypercalls, packages, files.

lguest=${LGUEST:-out/lguest}
failed=0

missing() {	# WHAT WHERE
	echo "FAIL $1 is not in $2"
	failed=1
}

# Options of --help are in the man page, and the other way round.
sed 's/\\-/-/g; s/\\f.//g' doc/lguest.1 >out/tests/man.txt
for option in $("$lguest" run --help | grep -o -- '--[a-z-]*' | sort -u); do
	[ "$option" = -- ] || grep -q -- "$option" out/tests/man.txt || missing "$option" doc/lguest.1
done
# shellcheck disable=SC2013 # one word per line
for option in $(grep -o -- '--[a-z][a-z-]*' out/tests/man.txt | sort -u); do
	[ "$option" = --version ] || "$lguest" run --help | grep -q -- "$option" ||
		missing "$option" "lguest run --help"
done
# So are those of the commands that look at a guest.
sed 's/\\-/-/g; s/\\f.//g' doc/lguest-trace.1 >out/tests/man.txt
for command in trace stat top profile; do
	for option in $("$lguest" $command --help | grep -o -- ' --*[a-z][a-z-]*' | sort -u); do
		grep -q -- "$option" out/tests/man.txt || missing "$option" doc/lguest-trace.1
	done
done
for status in 124 125 134 141; do
	grep -q "^.B $status" doc/lguest.1 || missing "status $status" doc/lguest.1
	"$lguest" run --help | grep -q "$status" || missing "status $status" "lguest run --help"
done

# Every hypercall of the header is in doc/abi.md with its number.
sed -n 's/^#define LHCALL_\([A-Z_]*\)[ \t]*\([0-9]*\).*/\1 \2/p' include/lguest/abi.h >out/tests/hcalls
while read -r name number; do
	[ "$name" = SET_PMD ] || grep -q "^| $number | $name" doc/abi.md ||
		missing "hypercall $number $name" doc/abi.md
done <out/tests/hcalls
[ "$(wc -l <out/tests/hcalls)" -gt 20 ] || missing "a list of hypercalls" include/lguest/abi.h

# The packages that are installed are explained.
for package in $(sed -n 's/^build_packages="\(.*\)"/\1/p' .ci/install.sh) \
	$(sed -n 's/^test_packages="\(.*\)"/\1/p' check); do
	grep -q "\`$package\`" README.md || missing "package $package" README.md
done

# Files and directories that the documents name exist.
# shellcheck disable=SC2016 # a literal `
for file in $(grep -oh '`[a-z.]*/[A-Za-z0-9_./-]*`' README.md SECURITY.md CONTRIBUTING.md \
	doc/design.md doc/porting.md | tr -d '`' | sort -u); do
	case $file in out/* | *.) continue ;; esac
	[ -e "$file" ] || [ -e "include/$file" ] || missing "$file" "the tree, but in a document"
done
for link in $(grep -oh '](\.*[a-z/]*[A-Za-z0-9_./-]*)' README.md doc/*.md | tr -d ']()' | sort -u); do
	[ -e "doc/$link" ] || [ -e "$link" ] || missing "$link" "the tree, but in a document"
done

# doc/compat.md names every system call, and tests that exist.
for name in $(sed -n 's/^#define[ \t]*\([A-Z0-9_]*\)[ \t]*[0-9]*$/\1/p' nine/include/sys.h | tr '[:upper:]' '[:lower:]'); do
	case $name in nine_sys_h | nsyscall | maxsysarg) continue ;; esac
	grep -qw -- "$name" doc/compat.md || missing "system call $name" doc/compat.md
done
# shellcheck disable=SC2013 # one word per line
for test in $(grep -ow 'k_[a-z]*\|limits_[a-z]*' doc/compat.md | sort -u); do
	[ -e "tests/nine/$test.rc" ] || missing "$test" "tests/nine, but in doc/compat.md"
done

[ "$failed" = 0 ] && echo PASS
exit "$failed"
