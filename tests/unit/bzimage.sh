#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bzImages: one that unpacks itself in the guest; kernels that lguest takes out,
# packed in all the ways Linux knows; the bare memory of 2.6.23; and files that
# lie.  The kernel in them is a guest test, whose last line is PASS.

lguest=${LGUEST:-out/lguest}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
elf=out/tests/guest/smoke.hist
native=out/tests/guest/smoke.native

fail() {
	echo "FAIL $*"
	failed=1
}

make_() { perl tests/unit/mkbzimage.pl "$dir/bz" "$@" || fail "mkbzimage $*"; }

# passes WHAT OPTIONS: it boots
passes() {
	# shellcheck disable=SC2086 # words
	timeout 20 "$lguest" run $2 "$dir/bz" >"$dir/out" 2>"$dir/err" </dev/null
	[ "$(tail -n 1 "$dir/out")" = PASS ] && return
	fail "$1"
	cat "$dir/out" "$dir/err"
}

# refused WHAT OPTIONS REGEX: one line that says this, status 125
refused() {
	# shellcheck disable=SC2086
	timeout 20 "$lguest" run $2 "$dir/bz" >"$dir/out" 2>"$dir/err" </dev/null
	[ $? = 125 ] && [ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" = 1 ] && grep -q -- "$3" "$dir/err" && return
	fail "$1: not \"$3\" but:"
	cat "$dir/out" "$dir/err"
}

# Unpacks itself: flat memory behind a program that brings it to its place.
load=$(readelf -lW "$elf" | awk '$1 == "LOAD" { print $4; exit }')
entry=$(readelf -hW "$elf" | sed -n 's/.*Entry point address: *//p')
# shellcheck disable=SC2015 # if anything fails
objcopy -O binary "$elf" "$dir/flat" &&
	gcc -m32 -nostdlib -static -Wl,-Ttext=0x100000,--build-id=none -DLOAD="$load" -DENTRY="$entry" -DKERNEL="\"$dir/flat\"" \
		-o "$dir/start.elf" tests/unit/bz_start.S &&
	objcopy -O binary "$dir/start.elf" "$dir/start" || fail 'cannot build the self-unpacking one'
make_ "code=$dir/start" 'banner=3.2.1-test (nobody@nowhere) #1'
passes 'a bzImage that unpacks itself'
passes 'the same with an initrd' "-i $dir/flat"
passes 'the same, base 64K' '--base 64K'
timeout 20 "$lguest" run -v "$dir/bz" 2>&1 </dev/null | grep -q 'Linux 3.2.1-test' || fail 'its version is not told'
gzip -k "$dir/bz" && cp "$dir/bz.gz" "$dir/keep" && mv "$dir/keep" "$dir/bz"
passes 'the same, gzip'\''d once more'

# Taken out by us, whatever packed it.
pack() {	# FORMAT: the kernel and its size, as Linux appends it
	case $1 in
	gzip) gzip -9nc "$elf" >"$dir/packed"; return ;;
	xz) xz --check=crc32 -c "$elf" ;;
	lzma) xz --format=lzma -c "$elf" ;;
	bzip2) bzip2 -c "$elf" ;;
	lz4) lz4 -qlc "$elf" ;;
	zstd) zstd -qc "$elf" ;;
	esac >"$dir/packed" || { fail "there is no $1: ./check installs it"; return; }
	perl -e 'print pack "V", -s $ARGV[0]' "$elf" >>"$dir/packed"
}
head -c 5000 /dev/urandom >"$dir/stub"
for format in gzip xz lzma bzip2 lz4 zstd; do
	pack "$format"
	make_ "code=$dir/stub" "payload=$dir/packed"
	passes "$format" --unpack
	size=$(stat -c %s "$dir/packed")
	perl -e 'open F, "+<:raw", $ARGV[0]; seek F, $ARGV[1], 0; print F "\xa5" x 64' "$dir/packed" $((size / 2))
	make_ "code=$dir/stub" "payload=$dir/packed"
	refused "$format, damaged" --unpack 'damaged\|does not unpack\|truncated'
	pack "$format"
	perl -e 'truncate $ARGV[0], (-s $ARGV[0]) / 2' "$dir/packed"
	make_ "code=$dir/stub" "payload=$dir/packed"
	refused "$format, half of it" --unpack 'damaged\|does not unpack\|truncated\|unpacked'
done

# A kernel with the note is only seen unpacked.
gzip -9nc "$native" >"$dir/packed"
make_ "code=$dir/stub" "payload=$dir/packed"
passes 'a native kernel' --unpack

# Before 2.7 nobody keeps the segments: unpacked without being asked; then no payload field.
gzip -9nc "$elf" >"$dir/packed"
make_ protocol=0x206 "code=$dir/stub" "payload=$dir/packed" offset=0 length=0 header=0x30
passes 'boot protocol 2.6'

# Lies.
make_ "code=$dir/stub" "payload=$dir/packed" offset=0x7fffffff
refused 'payload outside' --unpack 'says its kernel is at'
make_ "code=$dir/stub" "payload=$dir/packed" length=4
refused 'payload too short' --unpack 'holds a kernel of 4 bytes'
make_ "code=$dir/stub" "payload=$dir/stub"
refused 'packed with nothing known' --unpack 'packed in a way unknown'
{ head -c 6 "$dir/packed"; xz -c "$elf"; printf '\377\377\377\377'; } | tail -c +7 >"$dir/huge"
make_ "code=$dir/stub" "payload=$dir/huge"
refused 'says 4 GiB' --unpack 'says its kernel has 0xffffffff bytes'
make_ "code=$dir/start" code32=0x90000
refused 'starts below' '' 'outside of what is loaded'
make_ "code=$dir/start" code32=0xfffffff0
refused 'starts above' '' 'outside of what is loaded'
make_ "code=$dir/start" init_size=0x20000000
refused 'more memory' '' 'give the guest more with -m'
make_ "code=$dir/start" loadflags=0
refused 'zImage' '' 'make bzImage'
make_ "code=$dir/start" protocol=0x20c xload=1
refused '64 bits' '' 'is a 64-bit Linux kernel (.*): build it for 32-bit'
make_ "code=$dir/start" sects=255 tail=1
perl -e 'truncate $ARGV[0], 0x300' "$dir/bz"
refused 'all setup' '' 'without a kernel'
make_ protocol=0x206 "code=$dir/stub"
refused 'nothing packed' '' 'nothing is gzip'
make_ protocol=0x206 "code=$dir/stub" "payload=$dir/packed" header=0x30
gzip -9nc "$dir/stub" >"$dir/noise"
make_ protocol=0x206 "payload=$dir/noise" header=0x30
refused 'bare memory of no kernel' '' 'does not show at which addresses'

[ "$failed" = 0 ] && echo PASS
exit "$failed"
