#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make install, make uninstall, make deb: what is installed works from there,
# nothing is left over; man pages and completion.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
top=$PWD
failed=0
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX

fail() {
	echo "FAIL $*"
	failed=1
}

# boots PROGRAM: nine, found by its name, from a directory without one
boots() {
	local said

	mkdir -p "$dir/empty"
	# shellcheck disable=SC2016 # nine's variable
	said=$(cd "$dir/empty" && timeout 20 "$1" run nine -- -c 'echo from $sysname' 2>&1 </dev/null)
	[ "$said" = 'from nine' ] || fail "$1 run nine: $said"
}

# What is installed is there, and works.
make -s install "DESTDIR=$dir/root" PREFIX=/opt/lg >"$dir/log" 2>&1 || { cat "$dir/log"; fail 'make install'; }
at=$dir/root/opt/lg
for f in bin/lguest lib/lguest/nine include/lguest/abi.h share/lguest/kit/start.S share/lguest/kit/kit.lds \
	share/lguest/examples/01-loop share/man/man1/lguest.1 share/man/man7/lguest-abi.7 \
	share/doc/lguest/README.md share/doc/lguest/porting.md; do
	[ -e "$at/$f" ] || fail "$f is not installed"
done
[ "$(stat -c %a "$at/bin/lguest")" = 755 ] || fail 'lguest is not executable by all'
boots "$at/bin/lguest"
[ -z "$(find "$at" -type f -newermt '@0' ! -perm -444)" ] || fail 'not everybody may read it'

# Uninstalling leaves what others put there, and nothing of ours.
touch "$at/bin/other"
make -s uninstall "DESTDIR=$dir/root" PREFIX=/opt/lg >"$dir/log" 2>&1 || fail 'make uninstall'
[ "$(find "$at" -type f)" = "$at/bin/other" ] || fail "left over: $(find "$at" -type f)"
[ ! -e "$at/share/lguest" ] || fail 'share/lguest is left over'

# The package: its files, and that it works where it is unpacked.
if ! make -s deb >"$dir/log" 2>&1; then
	cat "$dir/log"
	fail 'make deb'
else
	deb=$(tail -n 1 "$dir/log")
	dpkg-deb -x "$deb" "$dir/deb" && boots "$dir/deb/usr/bin/lguest"
	dpkg-deb -f "$deb" Depends | grep -q 'libc6 (>= .*libelf1 (>= .*zlib1g (>= ' || fail "Depends: $(dpkg-deb -f "$deb" Depends)"
	[ "$(dpkg-deb -f "$deb" Version)" = "$("$dir/deb/usr/bin/lguest" version | sed 's/lguest \(.*\),.*/\1/')" ] ||
		fail 'the version of the package is another'
	[ -e "$dir/deb/usr/share/doc/lguest/copyright" ] || fail 'no copyright file'
	dpkg-deb -c "$deb" | grep -v ' root/root ' && fail 'not all files are root'\''s'
	(cd "$dir/deb" && dpkg-deb -I "$top/$deb" md5sums | md5sum -c --quiet) || fail 'md5sums'
fi

# Man pages: groff has nothing to say but that a table is wide.
for page in "$dir"/deb/usr/share/man/man*/*; do
	gunzip "$page"
	page=${page%.gz}
	groff -t -man -ww -z -rcR=1 "$page" 2>&1 | grep -v "cannot adjust line\|can't break line\|table wider than line width\|^warning: file" >"$dir/log"
	[ ! -s "$dir/log" ] || { cat "$dir/log"; fail "$page"; }
done
grep -q NOTIFY "$dir"/deb/usr/share/man/man7/lguest-abi.7 ||
	fail 'lguest-abi(7) says nothing of NOTIFY: is lowdown installed?'

# Completion: commands, options, kinds, names of guests.
mkdir "$dir/run"
export XDG_RUNTIME_DIR=$dir/run
# shellcheck source=packaging/lguest
. packaging/lguest
complete_() {	# WORD...: what the last one may become
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_lguest
	printf '%s\n' "${COMPREPLY[@]}"
}
says() {	# WORD FROM-STDIN WHAT
	grep -qx -- "$1" || fail "completion of $2: no $1"
}
"$top/out/lguest" run --name compl --console none nine >/dev/null 2>&1 </dev/null &
guest=$!
for _ in $(seq 50); do
	"$top/out/lguest" ps | grep -q '^compl ' && break
	sleep 0.1
done
lguest=$top/out/lguest
complete_ "$lguest" p | says preflight command
complete_ "$lguest" p | grep -qx run && fail 'completion: run does not begin with p'
complete_ "$lguest" run --ti | says --timeout option
complete_ "$lguest" run --base '' | says 64K kind
complete_ "$lguest" run ni | says nine kernel
complete_ "$lguest" stop '' | says compl guest
if command -v zsh >/dev/null; then
	zsh -c '
		_describe() { print -l $1 ${(P)2} }
		_files() { print files }
		words=('"$lguest"' st); CURRENT=2; . packaging/_lguest
		words=('"$lguest"' run --t); CURRENT=3; . packaging/_lguest
		words=('"$lguest"' info x); CURRENT=3; . packaging/_lguest
		words=('"$lguest"' run x); CURRENT=3; . packaging/_lguest' >"$dir/zsh" 2>&1
	for line in '^stop:' '^--timeout:stop' '^compl$' '^files$'; do
		grep -q -- "$line" "$dir/zsh" || { cat "$dir/zsh"; fail "zsh: no $line"; }
	done
else
	fail 'zsh is not installed: ./check installs it'
fi
"$lguest" stop compl
wait $guest

[ "$failed" = 0 ] && echo PASS
exit "$failed"
