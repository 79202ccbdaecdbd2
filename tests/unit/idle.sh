#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A guest with workers (a share, randomness): when it idles, nobody wakes up,
# whatever was going on before; when the server of its share dies, it learns
# that and lives on.

# shellcheck disable=SC2317 # functions are called through trap

lguest=${LGUEST:-out/lguest}
work=$(mktemp -d) || exit 1
mkfifo "$work/in" || exit 1
mkdir "$work/dir" && echo hello >"$work/dir/file" || exit 1
failed=0
guest=

finish() {
	exec 9>&-
	[ -n "$guest" ] && kill "$guest" 2>/dev/null && wait "$guest" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT

children() {
	ps -o pid= --ppid "$1"
}

# wait_for TEXT: until it is in the output
wait_for() {
	for _ in $(seq 100); do
		grep -q "$1" "$work/out" && return
		sleep 0.1
	done
	echo "FAIL no \"$1\" in the output"
	cat "$work/out"
	exit 1
}

# How often all threads of the guest went to sleep so far.
sleeps() {
	for pid in $guest $(children "$guest") $(for p in $(children "$guest"); do children "$p"; done); do
		cat /proc/"$pid"/task/*/status 2>/dev/null
	done | awk '$1 == "voluntary_ctxt_switches:" { n += $2 } END { print n }'
}

"$lguest" run nine --share "$work/dir" <"$work/in" >"$work/out" 2>&1 &
guest=$!
exec 9>"$work/in"
echo 'cat /n/host/file; dd -if /dev/zero -of /n/host/big -bs 4096 -count 1000 -quiet 1; dd -if /dev/random -of /dev/null -bs 100 -count 3 -quiet 1; echo don^e' >&9
wait_for hello
wait_for "done"
sleep 0.5
# Another process may stop ours in between, so the best of three counts.
for _ in 1 2 3; do
	before=$(sleeps)
	sleep 1
	woken=$(($(sleeps) - before))
	[ "$woken" -eq 0 ] && break
done
if [ "$woken" -eq 0 ]; then
	echo "ok an idle guest wakes nobody"
else
	echo "FAIL an idle guest: $woken wake-ups in a second"
	failed=1
fi

server=$(ps -o pid=,comm= --ppid "$guest" | awk '$2 == "lguest-share" { print $1 }')
kill -KILL "$server"
wait_for 'the server of share host ended'
echo 'cat /n/host/file || echo liv^es on' >&9
wait_for 'lives on'
grep -q 'hungup channel' "$work/out" || {
	echo "FAIL what a dead server's files say"
	failed=1
}
echo "ok a dead server is not the guest's end"
exit $failed
