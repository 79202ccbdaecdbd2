#!/bin/sh
# SPDX-License-Identifier: MIT
#
# doc/porting.md is true: every "$ lguest run ..." in it is run, and every line
# quoted below it must be in the output (but for what a compiler may change:
# addresses, offsets, line numbers).  Every mistake of every example must occur.
#
#	examples		with the kernels in out/examples
#	examples stranger	as a stranger: from an empty directory and what
#				"make install" leaves, also the other commands
#	examples healthy	the doctor finds nothing in kernels without mistakes
#	examples update		writes what the runs say into the document

doc=$PWD/doc/porting.md
mode=${1:-quotes}
case $0 in *stranger | *healthy) mode=${0##*/} ;; esac
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
unset MAKEFLAGS MFLAGS MAKELEVEL MISTAKE

fail() {
	echo "FAIL $*"
	failed=1
}

mkdir "$dir/bin"
ln -s "$(realpath "${LGUEST:-out/lguest}")" "$dir/bin/lguest"
PATH=$dir/bin:$PATH

# Blocks of the document: NNN.cmd, NNN.at (the example), NNN.want.  A line
# that begins with six more blanks goes on with the one before.
mkdir "$dir/blocks"
awk -v dir="$dir/blocks" '
	/^<!-- examples\// { at = $2; sub("examples/", "", at) }
	/^    \$ / {
		file = sprintf("%s/%03d", dir, ++n)
		print substr($0, 7) >(file ".cmd")
		print at >(file ".at")
		printf "" >(file ".want")
		next
	}
	/^          / && file && line { sub(/^ */, ""); line = line " " $0; next }
	line && file { print line >(file ".want"); line = "" }
	/^    / { line = substr($0, 5); next }
	{ file = "" }
' "$doc"

# What may differ between compilers and runs.
normal() {
	sed 's/0x[0-9a-f]*/0xN/g; s/[A-Za-z_0-9.]*+0xN ([^)]*)/PLACE/g; s/[0-9]*\.[0-9]* us/N us/g;
		s/\.\([chS]\):[0-9]*/.\1:N/g; s/([0-9]*) ms/(N) ms/; s/[0-9][0-9.]* \(ms\|times\|ticks\)/N \1/g; s/received [0-9]*, [0-9]*/received N, N/; s/[0-9]* buffers/N buffers/
		s/  */ /g; s/ *$//' "$@"
}

# missing BLOCK: quoted lines that are not in the output
missing() {
	normal "$dir/out" >"$dir/got"
	normal "$1.want" | grep -vxF ... | grep -vxF -f "$dir/got"
}

# stale BLOCK: something is gone, or a finding is new
stale() {
	missing "$1" >"$dir/missing" && return
	[ -s "$1.want" ] || return 0
	normal "$1.want" >"$dir/want"
	grep -q '^\.\.\.$' "$1.want" && return 1
	sed '/^last trap:/,$d' "$dir/got" | grep '^lguest: diagnosis\|^doctor:' | grep -qvxF -f "$dir/want"
}

# wanted BLOCK DIRECTORY COMMAND: each quoted line is there.  A busy machine
# may see less of a guest that is stopped: three attempts.
wanted() {
	for _ in 1 2 3; do
		run "$2" "$3"
		missing "$1" >"$dir/missing" || return
	done
	fail "$(cat "$1.at"): $3: not said any more: $(cat "$dir/missing")"
	sed 's/^/    | /; 12q' "$dir/out"
}

# One block's lines for the document: the start of the output, folded.
fold_output() {	# BLOCK OUTPUT
	limit=$(sed -n '/^\.\.\.$/=' "$1.want" | head -n 1)
	sed '/^last trap:/,$d; /^registers/,$d' "$2" | head -n "$((${limit:-13} - 1))" |
		fold -s -w 116 | awk -v start='^(lguest|hint|doctor|diagnosis|[a-z]+):' '
			NR == 1 || !long { print "    " $0 }
			NR > 1 && long { print "          " $0 }
			{ long = length($0) > 100 && / $/ }' | sed 's/ *$//'
	[ -z "$limit" ] || echo "    ..."
}

run() {	# BLOCK: in the directory of its example
	(cd "$1" && timeout 20 sh -c "$2") >"$dir/raw" 2>&1 </dev/null
	status=$?
	tr -d '\000-\010\016-\037' <"$dir/raw" >"$dir/out"
}

# --- The kernels of the build tree.
# prepare BLOCK: $here, a directory with the kernels and what they need
prepare() {
	at=out/examples/$(cat "$1.at")
	here=$dir/${at##*/}
	[ -d "$at" ] || { fail "no $at: make examples"; return 1; }
	[ -d "$here" ] || { mkdir "$here" && ln -s "$PWD/$at"/* "$here" && truncate -s 1M "$here/disk"; }
}

quotes() {
	for block in "$dir"/blocks/*.cmd; do
		block=${block%.cmd}
		case $(cat "$block.cmd") in
		*"lguest run"*) ;;
		*) continue ;;
		esac
		prepare "$block" || return
		if [ "$mode" = update ]; then
			for _ in 1 2 3; do
				run "$here" "$(cat "$block.cmd")"
				stale "$block" || break
			done
			! stale "$block" || fold_output "$block" "$dir/out" >"$block.new"
		else
			wanted "$block" "$here" "$(cat "$block.cmd")"
		fi
	done
	for mistake in out/examples/*/*-mistake*; do
		at=${mistake#out/examples/}
		[ -f "$mistake" ] || continue
		grep -lx "${at%/*}" "$dir"/blocks/*.at | sed 's/at$/cmd/' |
			xargs grep -q "lguest run.* ${mistake##*/}\$" || fail "$mistake is not in $doc"
	done
}

update() {
	quotes
	awk -v dir="$dir/blocks" '
		/^    \$ / {
			print
			new = sprintf("%s/%03d.new", dir, ++n)
			skip = 0
			while ((getline line <new) > 0) {
				print line
				skip = 1
			}
			close(new)
			next
		}
		/^    / && skip { next }
		{ skip = 0; print }
	' "$doc" >"$dir/doc" && cp "$dir/doc" "$doc"
}

# named EXAMPLE COMMAND WORDS: what is quoted (and so said) has these words
named() {
	grep -lx -- "$1" "$dir"/blocks/*.at >"$dir/of"
	while read -r block; do
		grep -q -- "lguest run.*$2\$" "${block%.at}.cmd" && grep -q -- "$3" "${block%.at}.want" && return
	done <"$dir/of"
	fail "$1: $2: \"$3\" is not said"
}

# The ten mishaps of the paper.
mishaps() {
	named 01-loop loop-mistake1 'jumped to a low address.*null pointer'
	named 06-page-tables kernel-mistake3 'jumped to 0x00000000 .* from 0xc04'
	named 04-console kernel-mistake1 'buffer 0xc04.*virtual address: physical it is 0x004'
	named 03-console-call kernel-mistake1 'data of the image: the program header loaded it at.*but the kernel finds'
	named 06-page-tables kernel-mistake1 'NEW_PGTABLE(0x.*its stack at 0x.* is not mapped'
	named 04-console kernel-mistake2 'device memory on a kernel stack'
	named 11-disk kernel-mistake1 'device memory on a kernel stack'
	named 07-traps kernel-mistake1 'irq 0 (the clock) is pending, and vector 32 has no gate.*off by 32'
	named 08-timers kernel-mistake1 'clock runs 4\.[0-9]* times as fast as time'
	named 10-second-process kernel-mistake1 'stale translation used: the page at 0x00400000'
	named 10-second-process kernel-mistake2 'stale translation used: the page at 0xf0000000'
	named 12-network kernel-mistake1 'buffer offered twice'
	named 12-network kernel-mistake2 'lost in the used ring: [0-9]* buffers came back'
}

# What is right is right for the doctor, too.
healthy() {
	grep -l 'lguest run[^&]* kernel$' "$dir"/blocks/*.cmd >"$dir/right"
	while read -r block; do
		block=${block%.cmd}
		prepare "$block" || return
		case $here in *01-loop | *02-crash) continue ;; esac
		run "$here" "$(sed 's/lguest run/lguest run --doctor/' "$block.cmd")"
		[ "$(grep '^doctor:' "$dir/out" | head -n 1)" = 'doctor: nothing found' ] ||
			fail "$at: the doctor on the kernel without mistakes: $(cat "$dir/out")"
	done <"$dir/right"
}

# The code shown is that of the examples.
code() {
	awk '
		/^<!-- examples\// { at = $2 }
		/^```/ { inside = !inside && $0 != "```"; next }
		inside && NF { sub(/^[ \t]*/, ""); print at "\t" $0 }
	' "$doc" >"$dir/code"
	[ "$(wc -l <"$dir/code")" -gt 20 ] || fail "no code in $doc"
	while IFS="$(printf '\t')" read -r at line; do
		sed 's/^[ \t]*//' "$at"/[!b]* | grep -qxF -- "$line" || fail "$at has no line: $line"
	done <"$dir/code"
}

# --- A stranger.
stranger() {
	make -s install PREFIX="$dir/usr" >"$dir/out" 2>&1 || { fail "make install"; cat "$dir/out"; return; }
	PATH=$dir/usr/bin:$PATH
	LGUEST_KIT=$dir/usr/share/lguest/kit
	export LGUEST_KIT
	mkdir "$dir/empty"
	here=$dir/empty
	for block in "$dir"/blocks/*.cmd; do
		block=${block%.cmd}
		cmd=$(sed "s,/usr/local,$dir/usr,g" "$block.cmd")
		case $cmd in
		*mistake* | *MISTAKE* | *sudo*) continue ;;
		"cd "*)
			here=$(cd "$here" && cd "${cmd#cd }" && pwd) || fail "$cmd"
			continue
			;;
		esac
		wanted "$block" "$here" "$cmd"
		case $status/$(cat "$block.at")/$cmd in
		0/* | 124/*--timeout* | 134/02-crash/lguest*) ;;
		*) fail "$cmd: status $status" && sed 's/^/    | /; 12q' "$dir/out" ;;
		esac
	done
	lines=$(cat "$dir"/empty/10-second-process/Makefile "$dir"/empty/10-second-process/*.[cS] | wc -l)
	[ "$lines" -lt 300 ] || fail "the second process takes $lines lines"
}

case $mode in
quotes)
	quotes
	code
	mishaps
	;;
healthy) healthy ;;
update) update ;;
stranger) stranger ;;
*) fail "examples [stranger|update]" ;;
esac
[ "$failed" = 0 ] && echo PASS
exit "$failed"
