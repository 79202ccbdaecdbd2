#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Two nines whose /net is the host's: one is a CPU server, the other uses its
# name space and runs commands on it.  And other people's programs: nine reads
# from nginx, curl from a server of Go's on nine.  All on the loopback.

lguest=${LGUEST:-out/lguest}
PATH=$PATH:/usr/sbin
dir=$(mktemp -d) || exit 1
pids=
failed=0

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null
	done
	wait
	rm -rf "$dir"
}
trap clean_up EXIT

nine() {
	"$lguest" run --timeout 50 --share net "$@" </dev/null
}

# in the background
start() {
	"$lguest" run --timeout 50 --share net "$@" </dev/null &
	pids="$pids $!"
}

is() {	# WHAT WANTED GOT
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		echo "FAIL $1: wanted: $2"
		echo "got: $3"
		failed=1
	fi
}

# until FILE PATTERN: what matched, at most 10 s later
until_there() {
	for _ in $(seq 100); do
		grep -o "$2" "$1" 2>/dev/null && return
		sleep 0.1
	done
	echo "nothing"
}

# --- the server: cpu, exportfs and 9P, on ports of the host's choice ---
cat >"$dir/server.rc" <<'E2'
sysname=server
echo of the server >/tmp/file
cp /tmp/file /usr/glenda/file
aux/listen1 -tv tcp!*!0 /bin/cpu -R -A >/tmp/cpu >[2=1] &
aux/listen1 -tv tcp!*!0 /bin/exportfs >/tmp/export >[2=1] &
aux/listen1 -tv tcp!*!0 /bin/exportfs -r /tmp >/tmp/9p >[2=1] &
for(i in cpu export 9p) {
	while(! grep -s announced /tmp/$i) sleep 0
	echo $i `{sed 's/.*!//' `{sed -n 's/.*announced .* in (.*)/\1/p' /tmp/$i}^/local} end
}
while(! test -e /tmp/stop) sleep 1
E2
start out/nine -- -c "$(cat "$dir/server.rc")" >"$dir/server.out" 2>"$dir/server.err"
cpu=$(until_there "$dir/server.out" '^cpu [0-9]* end' | cut -d ' ' -f 2)
export=$(until_there "$dir/server.out" '^export [0-9]* end' | cut -d ' ' -f 2)
files=$(until_there "$dir/server.out" '^9p [0-9]* end' | cut -d ' ' -f 2)

# --- the other ---
cat >"$dir/client.rc" <<E2
sysname=client
mkdir /n/a /n/b
echo of the client >/tmp/file
import -A tcp!127.0.0.1!$export / /n/a
cat /n/a/tmp/file
srv -c tcp!127.0.0.1!$files server /n/b
echo written from afar >/n/b/new
cat /n/a/tmp/new
cd /usr/glenda
cpu -h tcp!127.0.0.1!$cpu -c 'echo on \$sysname in \`{pwd}; cat file /mnt/term/tmp/file'
cpu -h tcp!127.0.0.1!$cpu -c 'cat /n/b/new; /mnt/term/bin/echo a program of the client'
for(i in 1 2 3 4) cpu -h tcp!127.0.0.1!$cpu -c 'seq 20000 | sum' &
wait
cp /n/a/bin/rc /tmp/rc
cmp /tmp/rc /bin/rc && echo same
echo stop >/n/b/stop
E2
nine out/nine -- -c "$(cat "$dir/client.rc")" >"$dir/client.out" 2>"$dir/client.err"
is "two nines" "of the server
written from afar
on server in /usr/glenda
of the server
of the client
cat: can't open /n/b/new: '/n/b' does not exist
a program of the client
$(for _ in 1 2 3 4; do seq 20000 | nine out/nine -- -c 'seq 20000 | sum'; done)
same" "$(cat "$dir/client.out" "$dir/client.err")"

# --- nginx: nine reads what it serves ---
if command -v nginx >/dev/null; then
	mkdir "$dir/www"
	seq 200000 >"$dir/www/big"
	port=$((20000 + $$ % 10000))
	cat >"$dir/nginx.conf" <<E2
daemon off;
pid $dir/nginx.pid;
error_log $dir/nginx.err;
events { }
http {
	access_log off;
	client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3;
	uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
	server { listen 127.0.0.1:$port; root $dir/www; }
}
E2
	chmod -R a+rX "$dir"
	nginx -c "$dir/nginx.conf" 2>"$dir/nginx.start" &
	pids="$pids $!"
	for _ in $(seq 50); do
		curl -s -o /dev/null "http://127.0.0.1:$port/big" && break
		sleep 0.1
	done
	is "nginx" "$(seq 200000 | cksum)" "$(nine out/nine -- -c "hget http://127.0.0.1:$port/big" | cksum)"
else
	echo "FAIL nginx: it is not installed"
	failed=1
fi

# --- curl: reads from nine ---
cat >"$dir/web.rc" <<'E2'
echo '#!/bin/rc
while(x=`{read} && ! ~ $x(1) ?) ;
echo HTTP/1.0 200 OK
echo
seq 50000' >/tmp/web
chmod +x /tmp/web
aux/listen1 -tv tcp!*!0 /tmp/web >/tmp/log >[2=1] &
while(! grep -s announced /tmp/log) sleep 0
echo port `{sed 's/.*!//' `{sed -n 's/.*announced .* in (.*)/\1/p' /tmp/log}^/local} end
sleep 40
E2
start out/nine -- -c "$(cat "$dir/web.rc")" >"$dir/web.out" 2>"$dir/web.err"
port=$(until_there "$dir/web.out" '^port [0-9]* end' | cut -d ' ' -f 2)
is "curl" "$(seq 50000 | cksum)" "$(curl -s "http://127.0.0.1:$port/" | cksum)"

[ "$failed" = 0 ] && echo PASS
exit "$failed"
