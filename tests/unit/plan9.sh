#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # $x is for rc to expand
#
# The boot program and init: where the root comes from, questions and answers,
# and a host directory in the shape of a Plan 9 tree as the root, whose own
# init, rc and commands (linked at 0x1000) run.

lguest=${LGUEST:-out/lguest}
tree=out/tests/plan9
work=$(mktemp -d "${TMPDIR:-/tmp}/plan9.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

# boot NAME WANTED-STATUS INPUT OPTION...: output of both kinds is in "got"
boot() {
	name=$1 want=$2 input=$3
	shift 3
	printf '%b' "$input" | timeout -k 2 40 "$lguest" run "$@" >"$work/got" 2>&1
	status=$?
	if [ "$status" = "$want" ]; then
		echo "ok $name: status"
	else
		echo "FAIL $name: status $status, expected $want"
		cat "$work/got"
		failed=1
	fi
}

# says REGEX... / silent REGEX...: about the last boot.  Input typed ahead is echoed
# anywhere, also in front of a line: no ^ where there is input.
says() {
	for regex; do
		if grep -Eq -- "$regex" "$work/got"; then
			echo "ok $name: $regex"
		else
			echo "FAIL $name: no line like \"$regex\" in"
			cat "$work/got"
			failed=1
		fi
	done
}

silent() {
	for regex; do
		if grep -Eq -- "$regex" "$work/got"; then
			echo "FAIL $name: a line like \"$regex\" in"
			cat "$work/got"
			failed=1
		fi
	done
}

boot 'ramdisk, no question' 0 'exit\n' nine
says 'nine% '
silent 'root is from' 'missing' 'init:'

boot 'ramdisk, asked for' 0 '' -p nobootprompt=ramdisk nine -- -c 'echo $ramroot; ls -d /sys/man/1'
says '^#R$' '^/sys/man/1$'

boot 'what a user sees of the tree' 0 "echo me is \$user; cat /env/timezone; sed 's/Text.*(....) .*/text &/' /proc/\$pid/segment; exit\n" \
	--share "$tree" nine
says 'termrc of the tree, on terminal 386' 'profile of the tree, in /usr/glenda' 'tree% ' \
	'me is glenda' 'GMT 0' 'text Text   R  00001000'
silent 'root is from' 'boot:'

boot 'a command in the tree' 0 '' --share "$tree" nine -- -c 'ls /srv; echo /386/i*; test -e /lib/namespace.local || echo ours is not here'
says '^/srv/boot$' '^/srv/host$' '^/386/init$' '^ours is not here$'
silent 'root is from' 'boot:' 'termrc'

boot 'the tree is there but not wanted' 0 '' --share "$tree" -p nobootprompt=ramdisk nine -- \
	-c 'ls -d /sys/man/1 /n/host/386; test -e /srv/boot || echo no boot'
says '^/sys/man/1$' '^/n/host/386$' '^no boot$'

boot 'a CPU server' 124 'ls -p /rc/bin\n' --timeout 4 --share "$tree" -p service=cpu nine
says 'cpurc of the tree, on cpu 386' 'init: starting /bin/rc' 'cpurc$' 'init: rc exit status: $'

boot 'a question, and wrong answers' 0 'virtio9p!nope\nfoo\nlocal\nlocal!/nosuch\nramdisk!x\n\nexit\n' \
	--share "$tree" -p 'bootargs=virtio9p' nine
says 'root is from \(ramdisk, virtio9p, local, tcp\)\[virtio9p\]: ' \
	'boot: virtio9p!nope: no share nope: give lguest --share DIR,tag=nope' \
	'boot: no method foo: there are ramdisk, virtio9p\[!tag\], local!device' \
	'boot: local: which disk' "boot: local!/nosuch: '?/nosuch" 'boot: ramdisk!x: there is only one' \
	'termrc of the tree'

boot 'ask' 0 '\nexit\n' -p 'bootargs=ask' nine
says 'root is from .*\[ramdisk\]: ' 'nine% '

boot 'no answer' 1 '' -p 'bootargs=ask' nine
says '^no answer to "root is from"$'

boot 'no such share' 1 '' -p 'nobootprompt=virtio9p!x' nine
says '^boot: virtio9p!x: no share x' '^no root: virtio9p!x: no share x'

boot 'no such disk' 1 '' -p 'bootdisk=#S/sd99/data' nine
says '^no root: local!#S/sd99/data: '

# The same tree on a disk: all of it a file system, and one in a partition
# that begins at sector 2048 and has 65536.
mkdisk() {	# IMAGE OFFSET
	mformat -i "$1@@$2" -v nine -T 65536 -h 64 -s 32 :: &&
		mcopy -Q -s -i "$1@@$2" "$work/tree/386" "$tree/rc" "$tree/lib" "$tree/usr" "$tree/adm" ::
}
# (aux is a name DOS does not allow)
mkdir "$work/tree"
cp -R "$tree/386" "$work/tree"
rm -r "$work/tree/386/bin/aux"
truncate -s 33554432 "$work/whole"
truncate -s 34603008 "$work/parts"
if command -v mformat >/dev/null && mkdisk "$work/whole" 0 && mkdisk "$work/parts" 1048576; then
	printf '\200\0\0\0\014\0\0\0\0\010\0\0\0\0\1\0' |
		dd of="$work/parts" bs=1 seek=446 conv=notrunc 2>/dev/null
	printf '\125\252' | dd of="$work/parts" bs=1 seek=510 conv=notrunc 2>/dev/null
	boot 'a disk' 0 'echo rootdir is $rootdir; echo kept >/usr/glenda/kept; exit\n' --disk "$work/whole" \
		-p 'bootdisk=#S/sd00/data' nine
	says '^termrc of the tree, on terminal 386' 'rootdir is /root'
	boot 'the same disk again' 0 '' --disk "$work/whole" -p 'nobootprompt=local!#S/sd00/data' nine -- \
		-c 'cat /usr/glenda/kept'
	says '^kept$'
	boot 'a partition' 0 '' --disk "$work/parts" -p 'bootdisk=local!#S/sd00/dos' nine -- \
		-c 'echo /386/i*; ls /dev/sd00'
	says '^/386/init$' '^/dev/sd00/dos$'
	boot 'no file system' 1 '' --disk "$work/parts" -p 'bootdisk=#S/sd00/data' nine
	says '^no root: local!#S/sd00/data: '
else
	echo 'FAIL local disks: no FAT image could be made: mtools and dosfstools are installed by ./check'
	failed=1
fi

boot 'rootdir below the root' 0 '' --share "${tree%/*},tag=t" -p 'nobootprompt=virtio9p!t;rootdir=plan9' nine -- \
	-c 'echo $rootdir; echo /386/i*; cat /fd/0'
says '^/root/plan9$' '^/386/init$'

boot 'a root that is not all there' 1 '' --share nine/root -p 'nobootprompt=virtio9p' nine -- -c 'echo never'
says "can't exec /bin/rc" '^no rc$'

boot 'rootdir that is not there' 1 '' -p 'rootdir=nosuch' nine
says '^rootdir nosuch: not in the root'

boot 'another init' 0 'exit\n' -p 'init=#R/386/init -m;' nine
says '% '
silent '^nine% '

boot 'an init that is not there' 1 '' -p 'init=/nosuch' nine
says "can't start /nosuch: "

boot 'no network' 1 '' -p 'nobootprompt=tcp!127.0.0.1' nine
says '^no root: tcp!127.0.0.1: no network: give lguest --share net'

boot 'nobody there' 1 '' --share net -p 'nobootprompt=tcp!127.0.0.1!1' nine
says '^no root: tcp!127.0.0.1!1: .*refused'

# Over the network from another nine, which exports all it has.  It says its
# process number when it listens.
port=$((20000 + $$ % 20000))
timeout -k 2 30 "$lguest" run --share "net,allow=listen!tcp!127.0.0.1!$port" nine -- \
	-c "sysname=other; echo here >/tmp/mark; aux/listen1 -t 'tcp!127.0.0.1!$port' /bin/exportfs -r / >[2=1] & sleep 0.3; echo ready; sleep 60" \
	>"$work/other" 2>&1 </dev/null &
other=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -qs ready "$work/other" && break
	sleep 0.5
done
boot 'tcp' 0 '' --share net -p "nobootprompt=tcp!127.0.0.1!$port" nine -- \
	-c 'cat /tmp/mark; echo written >/tmp/back; cat /root/tmp/back; echo $rootdir; test -e /srv/boot && echo posted'
says '^here$' '^written$' '^/root$' '^posted$'
kill "$other" 2>/dev/null
wait "$other" 2>/dev/null

boot 'who and where' 0 '' -p 'user=alice;sysname=wonder;x=a b=c' nine -- \
	-c "cat /dev/user /dev/hostowner /dev/sysname; echo; echo \$user \$sysname \$home; cat '#ec/x' /env/x"
says '^alicealicewonder$' '^alice wonder /usr/alice$' '^a b=ca b=c$'

boot 'a home for whoever it is' 0 '' -p 'user=alice' nine -- -c 'pwd; echo x >$home/tmp/f; ls -l $home/tmp; ls -ld $home'
says '^/usr/alice$' '^--rw-r--r-- R 0 alice alice 2 .* /usr/alice/tmp/f$' '^d-rwxr-xr-x R 0 alice alice 0 .* /usr/alice$'

boot 'nobody has such a name' 0 '' -p 'user=../x' nine -- -c 'pwd; ls /usr'
says '^/$' '^/usr/glenda$'
silent '/usr/x'

boot 'blanks between words' 0 '' -p 'x=1 y=2' nine -- -c 'echo $x and $y'
says '^1 and 2$'

boot 'debugboot' 0 '' -p debugboot=1 nine -- -c 'echo x'
says '^boot: root is from ramdisk$' '^boot: starting #R/386/init$' '^newns: bind -a #k /dev: |^x$'

[ "$failed" = 0 ] && echo PASS
exit "$failed"
