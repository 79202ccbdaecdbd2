#!/bin/sh
# SPDX-License-Identifier: MIT
#
# tests/gen/a_rules.c: what DMA of lguest 2.6.23 must do, and how a guest dies
# that breaks its rules.

lguest=${LGUEST:-out/lguest}
dir=$(mktemp -d) || exit 1
XDG_RUNTIME_DIR=$dir
export XDG_RUNTIME_DIR
trap 'rm -rf "$dir"' EXIT
failed=0

# rule CASE STATUS REGEX [VARIANT [OPTIONS]]: the text is on stdout or stderr
rule() {
	head -c 32768 /dev/zero >"$dir/disk"
	# shellcheck disable=SC2086 # words
	echo 'hello, world' | timeout 20 "$lguest" run --timeout 10 -m 16M --disk "$dir/disk" $5 \
		-p "case=$1" "out/tests/gen/a${4:-2}_rules" >"$dir/out" 2>&1
	status=$?
	[ "$status" = "$2" ] && { [ -z "$3" ] || grep -aEq -- "$3" "$dir/out"; } && return
	echo "FAIL $1 (lguest_data a${4:-2}) $5: status $status, not $2, or no \"$3\" in:"
	head -n 20 "$dir/out"
	failed=1
}

dies=134
for base in '' '--base 64K'; do
	rule bindings 0 '^PASS' 2 "$base"
	rule lists 0 '^PASS' 2 "$base"
	rule input 0 '^PASS' 2 "$base"
	rule page_of_devices 0 '^PASS' 2 "$base"
	rule disk 0 '^PASS' 2 "$base"
	rule ring 0 '^second' 2 "$base"
	rule ring_any_exit 0 '^PASS' 2 "$base"
done
for variant in 0 1 2; do
	rule lists 0 '^PASS' $variant
	rule ring 0 '^PASS' $variant
	rule wallclock 0 '^PASS' $variant
	rule disk 0 '^PASS' $variant
	rule power_off 0 '' $variant
done

rule key_last 0 '^PASS'
rule key_unaligned $dies 'crashed: bad dma key 0x2$'
rule key_outside $dies 'crashed: bad dma key 0x1011000$'
rule array_outside $dies 'crashed: bad address in registered DMA struct 0x1010fce$'
rule array_wraps $dies 'crashed: bad address in registered DMA struct 0xffffffb0$'
rule buffer_bad $dies 'crashed: bad DMA entry: 16@0x1011000$'
rule send_key_unaligned $dies 'crashed: bad sending DMA key 0x1$'
rule send_key_outside $dies 'crashed: bad sending DMA key 0xfffffffc$'
rule list_outside $dies 'crashed: bad address in sending DMA 0x1010fa0$'
rule list_wraps $dies 'crashed: bad address in sending DMA 0xffffffff$'
rule section_long $dies 'crashed: bad DMA entry: 4097@0x[0-9a-f]*$'
rule section_crosses $dies 'crashed: bad DMA entry: 4096@0x[0-9a-f]*001$'
rule section_outside $dies 'crashed: bad DMA entry: 1@0x1011000$'
rule section_hidden $dies 'crashed: bad DMA entry: 64@0x1028000$'
rule lists 0 'warning: the guest sends to key 0x1000: no device is there'

rule disk_no_reply $dies 'crashed: disk request without a reply buffer: nothing free is bound to key 0x1001000$'
rule disk_reply_full $dies 'crashed: disk request without a reply buffer'
rule disk_bad_reply $dies 'crashed: bad DMA entry: 512@0x1011000$'
rule disk_empty 0 '^PASS'

rule crash $dies 'crashed: CRASH: the roof is on fire$'
rule crash_long $dies 'crashed: CRASH: x{127}$'
rule crash_outside $dies 'crashed: bad read address 0x1010f9c'
rule no_notify $dies 'crashed: Bad hypercall 17$'
rule no_gdt_entry $dies 'crashed: Bad hypercall 18$'

# Random calls: STORM=1000000 for as many as you like.
rule "storm n=${STORM:-50000}" 0 '^PASS' 2 "--net share=$dir/page"
for seed in 1 2 3 4 5 6; do
	rule "storm n=50000 lethal=1 seed=$seed" $dies \
		'crashed: (bad |already have|Bad hypercall|disk request|too many|Setting idt|unhandled trap)' 2 \
		"--net share=$dir/page"
done

# What a guest of that time cannot have is refused before it starts.
rule lists 125 'no such device: leave it out' 2 '--share .'
rule lists 125 'no such device: leave it out' 2 "--serial file=$dir/serial"
head -c 4096 /dev/zero >"$dir/many"
rule page_of_devices 0 '^PASS' 2 "$(yes -- "--disk $dir/many,ro" | head -n 14 | tr '\n' ' ')"
rule lists 125 'lguest 2.6.23 has 16' 2 "$(yes -- "--disk $dir/many,ro" | head -n 15 | tr '\n' ' ')"

[ "$failed" = 0 ] && echo PASS
exit "$failed"
