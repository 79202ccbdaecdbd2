#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The guest of 4.0 with all kinds of devices on its bus: a share, two disks, a
# serial line, randomness; over a restart; with a disk added while it runs; and
# a guest that uses devices at random.

lguest=${LGUEST:-out/lguest}
dir=out/tests/gen_pci.$$
mkdir -p "$dir/share"
trap 'rm -rf "$dir"' EXIT
XDG_RUNTIME_DIR=$PWD/$dir
export XDG_RUNTIME_DIR
failed=0

fail() {	# WHAT LOG
	echo "FAIL $1"
	sed 's/^/    | /' "$2" | tail -n 25
	failed=1
}

# shellcheck disable=SC2059 # its escapes are wanted
printf "$(awk 'BEGIN { for (i = 0; i < 4096; i++) printf "\\%03o", (int(i / 512) + i * 7) % 256 }')" \
	>"$dir/disk"
truncate -s 64K "$dir/disk"
truncate -s 1M "$dir/second"

timeout -k 2 30 "$lguest" run --timeout 25 -p 'share=1 restart=1' --disk "$dir/disk" \
	--disk "$dir/second,ro" --share "$dir/share,tag=abc" --serial "socket=$dir/line" \
	out/tests/gen/4.0 >"$dir/log" 2>&1
status=$?
[ $status = 0 ] || fail "status $status" "$dir/log"
for text in 'share: 9P2000' restarted '^PASS'; do
	grep -q "$text" "$dir/log" || fail "no \"$text\"" "$dir/log"
done
grep -q FAIL "$dir/log" && fail "a check" "$dir/log"

# What a guest did with its devices is in the flight recorder.
"$lguest" run --timeout 25 -p crash=1 out/tests/gen/4.0 >"$dir/log" 2>&1 </dev/null
grep -q 'device  *4 bytes from port 0xcfc: 0xffffffff at .*pci_slot' "$dir/log" ||
	fail "the crash report shows no access to devices" "$dir/log"

# The guest waits for a line; meanwhile it gets a disk, which it finds later.
mkfifo "$dir/in"
timeout -k 2 30 "$lguest" run --name pci --timeout 25 -p input=1 out/tests/gen/4.0 \
	<"$dir/in" >"$dir/log" 2>&1 &
guest=$!
exec 3>"$dir/in"
n=0
while [ $n -lt 100 ] && ! grep -q 'type:' "$dir/log"; do
	sleep 0.1
	n=$((n + 1))
done
"$lguest" add pci --disk "$dir/disk" >"$dir/add" 2>&1 || fail "add" "$dir/add"
echo hello >&3
exec 3>&-
wait $guest || fail "status of a guest with a new disk" "$dir/log"
grep -q 'disk: 128 sectors' "$dir/log" || fail "the disk that was added" "$dir/log"
grep -q FAIL "$dir/log" && fail "a check, with a new disk" "$dir/log"

# Whatever a guest does with its devices, it hurts itself alone, and somebody says how.
for seed in 1 2 3; do
	timeout -k 2 30 "$lguest" run --timeout 15 -p "seed=$seed" --disk "$dir/disk" \
		--disk "$dir/second,ro" out/tests/gen/4.0 >"$dir/log" 2>&1 </dev/null
	status=$?
	case $status in
	0|134) ;;
	124) grep -q 'stopped after' "$dir/log" || fail "seed $seed: hangs" "$dir/log" ;;
	*) fail "seed $seed: status $status" "$dir/log" ;;
	esac
	grep -q '^lguest: .*stands still' "$dir/log" || fail "seed $seed: no device broke" "$dir/log"
done

[ "$failed" = 0 ] && echo PASS
exit $failed
