#!/bin/sh
# SPDX-License-Identifier: MIT
# Disks from outside: what a guest writes is what others read, with raw files,
# overlays, NBD servers (nbdkit, qemu-nbd) and FAT file systems that mtools and
# fsck.fat look at; errors reach the guest; nothing acknowledged is lost by
# kill -9.  From the top of the tree.

PATH=$PATH:/usr/sbin:/sbin # mkfs.fat
lguest=$PWD/${LGUEST:-out/lguest}
nine=$PWD/out/nine
tree=$PWD/out/tests/plan9
dir=$(mktemp -d) || exit 1
failed=0
servers=
# shellcheck disable=SC2086 # a word for each
trap '[ -z "$servers" ] || kill $servers 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export TMPDIR="$dir" MTOOLS_SKIP_CHECK=1 TZ=UTC

fail() {
	echo "FAIL $*"
	failed=1
}

# guest OPTIONS -- SCRIPT: what nine prints, its errors too, in out; lguest's in err
guest() {
	# shellcheck disable=SC2124 # the last one
	for script; do :; done
	n=$(($# - 2)) options=
	for word; do
		[ $n -gt 0 ] && options="$options $word"
		n=$((n - 1))
	done
	# shellcheck disable=SC2086 # words
	timeout -k 2 30 "$lguest" run $options "$nine" -- -c "$script" >out 2>err </dev/null
}

has() {	# FILE TEXT WHAT
	grep -qF -- "$2" "$1" || { fail "$3: no '$2' in $1:"; sed 's/^/  /' out err; }
}

same() { cmp -s "$1" "$2" || fail "$3: $1 and $2 differ"; }

# --- raw files
head -c 300000 /dev/urandom >a
cp a a.orig
guest --disk a -- 'cat "#S/sd00/ctl"; sum <"#S/sd00/data"'
guest --disk a -- "cat '#S/sd00/ctl'; dd -if '#S/sd00/data' -of /dev/null -bs 100000"
has out 'geometry 586 512' "a size that is no multiple of 512"
has out 'part data 0 586' raw
guest --disk a -- "dd -if '#S/sd00/data' -of '#S/sd01/data' -bs 70001 -trunc 0" 2>/dev/null
truncate -s 301000 b
guest --disk a,ro --disk b -- "dd -if '#S/sd00/data' -of '#S/sd01/data' -bs 70001 -trunc 0" ||
	fail "copy: $(cat err)"
head -c 300000 b | cmp -s - a.orig || fail "a copy is not the same"
guest --disk a -- "echo -n hello | dd -of '#S/sd00/data' -oseek 299998 -bs 1 -trunc 0"
[ "$(wc -c <a)" = 300032 ] || fail "the last sector was written: $(wc -c <a) bytes"
[ "$(tail -c 34 a | head -c 5)" = hello ] || fail "the last sector is not what was written"
cp a.orig a
guest --disk a,ro -- "echo x >'#S/sd00/data'"
has out 'read-only' ro
same a a.orig ro

# --- who has it
guest --disk a --disk a,ro -- 'echo no'
has err 'in use' locks
guest --disk nowhere -- 'echo no'
has err 'No such file' 'a disk that is not there'
guest --disk "$dir" -- 'echo no'
has err 'Is a directory' 'a directory'

# --- errors
guest --disk 'a,error=read@4' -- "dd -if '#S/sd00/data' -of /dev/null -bs 512 -count 4; dd -if '#S/sd00/data' -of /dev/null -bs 512 -iseek 4 -count 1"
has out 'i/o error' 'an error made'
has out '4+0 records in' 'sectors before it'
truncate -s 100M big
(
	ulimit -f 140000 # half KB: there is no room for more, as far as lguest can tell
	guest -m 32M --disk big -- \
		"dd -if /dev/zero -of '#S/sd00/data' -bs 65536 -count 4 -oseek 1400 -trunc 0"
)
has out 'i/o error' 'a full file system'

# --- overlays
guest --disk a,cow -- "echo -n changed >'#S/sd00/data'; dd -if '#S/sd00/data' -bs 7 -count 1"
has out changed 'a temporary overlay'
same a a.orig 'below a temporary overlay'
guest --disk a,cow=ov -- "echo -n kept >'#S/sd00/data'"
same a a.orig 'below an overlay'
guest --disk a,cow=ov -- "dd -if '#S/sd00/data' -bs 4 -count 1"
has out kept 'an overlay the next time'
echo diary >diary
guest --disk a,cow=diary -- 'echo no'
has err 'not an overlay' 'another file'

# --- kill -9: what was acknowledged after a flush is there
# shellcheck disable=SC2016 # rc expands
count='for(i in `{seq 1 3000}){ echo $i | dd -of "#S/sd00/data" -oseek $i -bs 512 -trunc 0 -conv sync >[2]/dev/null; echo did $i }'
count=$(printf '%s' "$count" | tr '"' "'")
for store in big,cow=ov9 big; do
	: >out
	"$lguest" run --disk $store "$nine" -- -c "$count" >out 2>err </dev/null &
	pid=$!
	while [ "$(wc -l <out)" -lt 40 ] && kill -0 $pid 2>/dev/null; do sleep 0.05; done
	kill -9 $pid
	wait $pid 2>/dev/null
	last=$(sed -n 's/^did //p' out | tail -n 1)
	[ "${last:-0}" -ge 40 ] || fail "kill -9: the guest did only ${last:-nothing}: $(cat err)"
	guest --disk $store -- "dd -if '#S/sd00/data' -bs 512 -iseek 1 -count $last"
	tr -d '\000' <out | grep -v records >got
	seq 1 "$last" | cmp -s - got || fail "kill -9 ($store): not all of 1 to $last is there"
done

# --- FAT
cat >fat.rc <<'END'
mkdir /n/c
dossrv
mount -c /srv/dos /n/c '#S/sd00/data'
cat /n/c/hello.txt
cat '/n/c/A Long Name With Spaces.text'
mkdir /n/c/sub
echo one >/n/c/sub/small.txt
echo two >'/n/c/sub/Mixed Case Näme.txt'
cp /386/bin/rc /n/c/sub/rc
cmp /386/bin/rc /n/c/sub/rc
for(i in `{seq 1 60}) echo file $i >/n/c/sub/f$i.with.a.long.name
mv /n/c/hello.txt /n/c/Renamed.Text
for(i in `{seq 1 2 59}) rm /n/c/sub/f$i.with.a.long.name
cp /n/c/big.bin /n/c/sub/big2
rm /n/c/big.bin
echo tail >>/n/c/sub/big2
mkdir /n/c/gone
rm /n/c/gone
ls /n/c/sub | wc -l
rm /n/c/sub
@{ echo x >'/n/c/what:is*this' }
ls /n/c/HELLO.TXT /n/c/renamed.text
df /n/c | tail -1
END
head -c 700000 /dev/urandom >big.bin
echo "hello from outside" >hello.txt
echo "long one" >"A Long Name With Spaces.text"
for kind in 12:2880 16:20000 32:40000; do
	bits=${kind%:*} f=fat${kind%:*}
	mkfs.fat -F "$bits" -C "$f" "${kind#*:}" >/dev/null 2>&1 || fail "mkfs.fat $bits"
	mcopy -i "$f" hello.txt big.bin "A Long Name With Spaces.text" ::/ || fail mcopy
	guest --disk "$f" -- "$(cat fat.rc)"
	has out 'hello from outside' "FAT$bits"
	has out 'long one' "FAT$bits"
	has out '     34' "FAT$bits"
	has out 'not empty' "FAT$bits"
	has out 'name not possible' "FAT$bits"
	has out 'renamed.text' "FAT$bits"
	has out "HELLO.TXT' file does not" "FAT$bits"
	fsck.fat -n "$f" >out 2>&1 || { fail "fsck.fat $bits"; cat out; }
	[ "$(mtype -i "$f" ::/sub/f50.with.a.long.name)" = "file 50" ] || fail "mtype $bits"
	[ "$(mtype -i "$f" '::/sub/Mixed Case Näme.txt')" = two ] || fail "mtype $bits: Näme"
	mcopy -n -i "$f" ::/sub/big2 big2
	[ "$(tail -c 5 big2)" = tail ] || fail "mcopy $bits: the end"
	head -c 700000 big2 | cmp -s - big.bin || fail "mcopy $bits"
	rm -f big2
done

# --- a disk with a Plan 9 tree as the root
mkfs.fat -F 32 -C root 65536 >/dev/null 2>&1
for d in "$tree"/*; do
	mcopy -D s -s -i root "$d" ::/ 2>/dev/null # not its directory aux: once a device of DOS
done
mdir -i root ::/386/init >/dev/null || fail "mcopy of the tree"
timeout -k 2 30 "$lguest" run -p 'nobootprompt=local!#S/sd00/data' --disk root "$nine" -- \
	-c 'echo kept >/usr/glenda/new; mount /srv/boot /mnt && cat /mnt/usr/glenda/new' >out 2>err </dev/null
has out kept 'root from a disk'
[ "$(mtype -i root ::/usr/glenda/new)" = kept ] || fail "root from a disk: not on the disk"
fsck.fat -n root >out 2>&1 || { fail "fsck.fat of the root"; cat out; }

# --- a guest that starts again finds its disk
truncate -s 1M again
cat >again.rc <<'END'
x=`{dd -if '#S/sd00/data' -bs 4 -count 1 -quiet 1}
if(~ $x done) echo twice
if not {
	echo -n done >'#S/sd00/data'
	echo reboot >/dev/reboot
}
END
guest --disk again -- "$(cat again.rc)"
has out twice 'starting again'

# --- partitions
cat >part.rc <<'END'
bind -a '#S' /dev
disk=/dev/sd00
{
	echo a p1 1m 24m
	echo t p1 fat16
	echo a p2 24m '$'
	echo w
	echo q
} | disk/fdisk $disk/data >/dev/null
disk/prep -bw -a nvram -a other $disk/plan9
for(p in dos plan9 nvram other) echo delpart $p >$disk/ctl
diskparts
cat $disk/ctl
echo secret >$disk/nvram
read <$disk/nvram
echo part x 5 5000000000 >$disk/ctl
echo delpart data >$disk/ctl
END
truncate -s 40M disk
guest --disk disk -- "$(cat part.rc)"
sed 1d out >got
cat >want <<'END'
geometry 81920 512
part data 0 81920
part dos 2048 49152
part plan9 49152 81920
part nvram 49154 49155
part other 49155 81920
secret
echo: write error: bad process or channel control request
echo: write error: permission denied
END
cmp -s got want || { fail partitions; diff want got; cat err; }
guest -p 'sd00part=one 10 20/two 20 30/bad 5;x=y' --disk disk -- 'cat "#S/sd00/ctl"'
"$lguest" run -p 'sd00part=one 10 20/two 20 30/bad 5;x=y' --disk disk "$nine" -- \
	-c "cat '#S/sd00/ctl'" >out 2>err </dev/null
has out 'part two 20 30' sd00part

# --- NBD: nbdkit, and qemu-nbd with a qcow2 image
wait_for() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -S "$1" ] && return
		sleep 0.1
	done
	fail "no server at $1"
}
cp a.orig n
nbdkit -f -U "$dir/kit" file n 2>/dev/null &
servers="$servers $!"
wait_for kit
kit=$!
uri="nbd+unix:///?socket=$dir/kit"
guest --disk a.orig,ro --disk "$uri" -- \
	"cmp '#S/sd00/data' '#S/sd01/data'; dd -if /386/bin/rc -of '#S/sd01/data' -bs 3333 -trunc 0"
guest --disk "$uri,cow" -- "dd -if '#S/sd00/data' -of /dev/null -bs 65536; cmp /386/bin/rc '#S/sd00/data'"
has out 'EOF on /386/bin/rc' 'nbdkit: what was written'
mkfifo in
: >out
"$lguest" run --disk "$uri" "$nine" -- -c "dd -if '#S/sd00/data' -of /dev/null -bs 512 -count 1; read;
	dd -if '#S/sd00/data' -of /dev/null -bs 512 -count 1" <in >out 2>err &
pid=$!
exec 3>in
while ! grep -q '1+0 records in' out && kill -0 $pid 2>/dev/null; do sleep 0.05; done
kill $kit
echo >&3
wait $pid
exec 3>&-
has out 'i/o error' 'a server that is gone'
qemu-img create -q -f qcow2 q.qcow2 16M
qemu-nbd -k "$dir/qemu" -f qcow2 --discard=unmap q.qcow2 2>/dev/null &
servers="$servers $!"
wait_for qemu
guest --disk "nbd+unix:///?socket=$dir/qemu" -- \
	"cp /386/bin/rc '#S/sd00/data'; echo zero 2 4 >'#S/sd00/ctl'; echo discard 100 200 >'#S/sd00/ctl'"
[ -s out ] && fail "qemu-nbd: $(cat out)"
# shellcheck disable=SC2086 # words
kill $servers 2>/dev/null
wait
servers=
qemu-img convert -f qcow2 -O raw q.qcow2 q.raw || fail qemu-img
cmp -n 1024 q.raw "$(dirname "$nine")/nine-u/bin/rc" >/dev/null || fail "qcow2: not what was written"
[ "$(dd if=q.raw bs=512 skip=2 count=2 2>/dev/null | tr -d '\000' | wc -c)" = 0 ] || fail "qcow2: zero"
guest --disk "nbd+unix:///?socket=$dir/kit" -- 'echo no'
has err 'is the server running' 'NBD without a server'

# --- a server that hangs does not keep lguest, nor does what it still holds make it crash
nbdkit -f -U "$dir/slow" --filter=delay file n rdelay=10ms 2>/dev/null &
servers=$!
wait_for slow
: >out
"$lguest" run --timeout 40 --disk "nbd+unix:///?socket=$dir/slow" "$nine" -- -c \
	"dd -if '#S/sd00/data' -of /dev/null -bs 512 -count 1; while() dd -if '#S/sd00/data' -of /dev/null -bs 512" \
	>out 2>err </dev/null &
pid=$!
while ! grep -q '1+0 records in' out && kill -0 $pid 2>/dev/null; do sleep 0.05; done
kill -STOP "$servers"
sleep 0.2
kill $pid
sleep 0.3
kill -0 $pid 2>/dev/null || fail 'a server that hangs: it got no time'
kill $pid # the second: do not wait
wait $pid
has err 'a device does not stop working' 'a server that hangs'
has err 'stopped by signal 15' 'a server that hangs'
kill -CONT "$servers"
kill "$servers"
wait
servers=

# --- the end by a signal: workers get to stop, and what was written is saved, even if a share's
# server hangs
head -c 65536 a.orig >base
: >out
"$lguest" run --timeout 40 --share "$dir" --disk base,cow=saved "$nine" -- -c \
	"dd -if /386/bin/rc -of '#S/sd00/data' -bs 4096 -count 1 -trunc 0 && echo written; while() sleep 1" \
	>out 2>err </dev/null &
pid=$!
while ! grep -q written out && kill -0 $pid 2>/dev/null; do sleep 0.05; done
server=$(ps -o pid=,comm= --ppid $pid | sed -n 's/ *\([0-9]*\) lguest-share.*/\1/p')
[ -n "$server" ] || fail 'no server of the share'
kill -STOP "$server"
kill $pid
wait $pid
kill -0 "$server" 2>/dev/null && fail 'a server that hangs is still there'
grep -q 'does not stop' err && fail "a signal: $(cat err)"
guest --disk base,cow=saved -- "cmp /386/bin/rc '#S/sd00/data'"
has out 'differ' 'the end by a signal' # after what was written
grep -Eq 'char(acter)? ([1-9]|[1-9][0-9]{1,2}|[1-3][0-9]{3})( |$)' out && fail "the end by a signal: lost: $(cat out)"

# --- a guest that restarts has all its devices again; the mark on its disk says that it did
truncate -s 4096 m
mkdir shared
guest --net "socket=$dir/net" --serial "socket=$dir/line" --share "$dir/shared" --disk m -- \
	"if(dd -if '#S/sd00/data' -bs 6 -count 1 >[2]/dev/null | grep -s again) {
		echo restarted >/n/host/proof
		cat /net/ether0/addr >/dev/null && exit
	}
	echo again | dd -of '#S/sd00/data' -trunc 0
	echo reboot >/dev/reboot" || fail "restart: status $?: $(cat err)"
has shared/proof restarted 'a guest that restarts'

exit $failed
