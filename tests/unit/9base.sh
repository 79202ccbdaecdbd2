#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nine's rc and commands against 9base's, which others wrote: the same script,
# tests/9base/commands.rc, prints the same with both.

lguest=${LGUEST:-out/lguest}
base=/usr/lib/plan9
script=$PWD/tests/9base/commands.rc
[ -x "$base/bin/rc" ] || { echo "FAIL: 9base is not installed: ./check installs it"; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/9base.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/dir" "$work/share"
cp "$script" "$work/share/script"

(cd "$work/dir" && timeout -k 1 30 env -i "PLAN9=$base" "PATH=$base/bin:/bin" user=glenda HOME=/ \
	"$base/bin/rc" -m "$base/etc/rcmain" "$script" >"$work/theirs" 2>/dev/null </dev/null)
timeout -k 1 30 "$lguest" run --share "$work/share,ro" nine -- \
	-c 'mkdir /tmp/dir; cd /tmp/dir; . /n/host/script >[2]/dev/null; status=()' >"$work/ours" 2>"$work/err" </dev/null

if [ "$(grep -c '^% ' "$work/theirs")" -lt 200 ]; then
	echo "FAIL: 9base's rc did not get through the script"
	tail -n 3 "$work/theirs"
	exit 1
fi
if diff -u "$work/theirs" "$work/ours" >"$work/diff"; then
	echo "ok $(grep -c '^% ' "$work/ours") commands"
	echo PASS
else
	cat "$work/diff"
	exit 1
fi
