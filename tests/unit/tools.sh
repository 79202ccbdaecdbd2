#!/bin/sh
# SPDX-License-Identifier: MIT
# mkaout, mkroot and the system call stubs: what they make, and that bad input
# gets one line on stderr, status 1 and no output.  From the top of the tree.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
	echo "FAIL $*"
	failed=1
}

# refused TEXT COMMAND...: fails with one line that contains TEXT
refused() {
	text=$1
	shift
	"$@" >"$dir/out" 2>"$dir/err" && fail "$*: accepted"
	[ "$(wc -l <"$dir/err")" = 1 ] || fail "$*: not one line: $(cat "$dir/err")"
	grep -qF -- "$text" "$dir/err" || fail "$*: no '$text' in: $(cat "$dir/err")"
	[ -e "$dir/o" ] && fail "$*: left output behind"
	rm -f "$dir/o"
}

words() { od -A n -t x1 -j "$2" -N "$3" "$1" | tr -d ' \n'; }

# --- mkaout
elf=out/nine-u/bin/echo.elf
out/mkaout "$elf" "$dir/echo" || fail "mkaout $elf"
[ "$(words "$dir/echo" 0 4)" = 000001eb ] || fail "magic"
[ "$(words "$dir/echo" 20 4)" = 00400020 ] || fail "entry"
size=$((32 + 0x$(words "$dir/echo" 4 4) + 0x$(words "$dir/echo" 8 4)))
[ "$(wc -c <"$dir/echo")" = $size ] || fail "size without symbols"
out/mkaout -s "$elf" "$dir/echo" || fail "mkaout -s $elf"
size=$((size + 0x$(words "$dir/echo" 16 4)))
[ "$(wc -c <"$dir/echo")" = $size ] || fail "size with symbols"
tr '\324' 'T' <"$dir/echo" | grep -aq 'Tmain' || fail "no symbol main"

: >"$dir/empty"
head -c 60 "$elf" >"$dir/short"
head -c 4200 "$elf" >"$dir/cut"
refused "not an ELF file" out/mkaout "$dir/empty" "$dir/o"
refused "not an ELF file" out/mkaout "$dir/echo" "$dir/o"
refused "ends behind the file" out/mkaout "$dir/short" "$dir/o"
refused "ends behind the file" out/mkaout "$dir/cut" "$dir/o"
refused "not for the 386" out/mkaout out/mkaout "$dir/o"
refused "not a static executable" out/mkaout out/nine-u/cmd/echo.o "$dir/o"
refused "two text segments" out/mkaout out/nine "$dir/o"
refused "cannot open" out/mkaout "$dir/none" "$dir/o"
refused "cannot create" out/mkaout "$elf" "$dir/none/o"
refused "usage" out/mkaout "$elf"

# --- mkroot
printf 'hello\n' >"$dir/hello"
printf 'file 0644 b/c %s\nfile 0644 b-c %s\ndir 0700 a\nfile a0600 b/empty %s\n' \
	"$dir/hello" "$dir/hello" "$dir/empty" >"$dir/tree"
out/mkroot -t 5 -o "$dir/img" "$dir/tree" || fail "mkroot"
out/mkroot -t 5 -o "$dir/img2" "$dir/tree" || fail "mkroot again"
cmp "$dir/img" "$dir/img2" || fail "not the same twice"
[ "$(head -c 8 "$dir/img")" = nineroot ] || fail "magic of the archive"
[ "$(words "$dir/img" 12 4)" = 05000000 ] || fail "entries: a b b/c b/empty b-c"
[ "$(wc -c <"$dir/img")" = 12288 ] || fail "size of the archive"
[ "$(tail -c +4097 "$dir/img" | head -c 6)" = hello ] || fail "data is not on a page"
names=$(tail -c +125 "$dir/img" | tr '\0' ' ' | head -c 19)
[ "$names" = "a b b/c b/empty b-c" ] || fail "order: $names"

bad() {	# LINE TEXT
	printf '%b\n' "$1" >"$dir/tree"
	refused "$2" out/mkroot -o "$dir/o" "$dir/tree"
}
bad 'file 0644 a' 'want'
bad 'link 0644 a b' 'want'
bad 'dir 0644 a b' 'want'
bad 'dir 99 a' 'bad mode'
bad 'dir 1777 a' 'bad mode'
bad 'dir 0755 /a' 'bad path'
bad 'dir 0755 a//b' 'bad path'
bad 'dir 0755 a/' 'bad path'
bad 'dir 0755 a/../b' 'bad path'
bad 'dir 0755 ./a' 'bad path'
bad 'file 0644 a /nonexistent' 'cannot open'
bad "file 0644 a $dir/hello\ndir 0755 a" 'other kind'
bad "file 0644 a $dir/hello\nfile 0644 a/b $dir/hello" 'is a file'
refused "cannot open" out/mkroot -o "$dir/o" "$dir/none"
refused "usage" out/mkroot "$dir/tree"

# --- stubs: the Host rewrites these 8 bytes in place
objdump -d out/nine-u/lib/syscalls.o >"$dir/stubs"
count=$(grep -c '^[0-9a-f]* <' "$dir/stubs")
whole=$(sed -n 's/^ *\([0-9a-f]*\):	\([0-9a-f ]*\).*/\2/p' "$dir/stubs" | tr -d '\n' |
	tr -s ' ' | grep -o 'b8 [0-9a-f][0-9a-f] 00 00 00 cd 40 c3' | wc -l)
[ "$count" -ge 40 ] || fail "only $count stubs"
[ "$count" = "$whole" ] || fail "stubs: $whole of $count as they must be"
objdump -h out/nine-u/lib/syscalls.o | awk '$2 ~ /^\.text\./ && ($3 != "00000008" || $7 != "2**3")' |
	grep . && fail "a stub is not 8 bytes on an 8-byte boundary"

[ $failed = 0 ] && echo PASS
exit $failed
