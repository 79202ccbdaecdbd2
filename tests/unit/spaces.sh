#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a space of a running guest holds: descriptors, rights, namespaces, as
# /proc tells it.  SECURITY.md promises it; sandbox_probe.c tests the filter.

# shellcheck disable=SC2317 # functions are called through check and trap

lguest=${LGUEST:-out/lguest}
work=$(mktemp -d) || exit 1
mkfifo "$work/in" || exit 1
failed=0
guest=

finish() {
	exec 9>&-
	[ -n "$guest" ] && kill "$guest" 2>/dev/null && wait "$guest" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT

check() {	# NAME COMMAND...
	name=$1
	shift
	if "$@"; then
		echo "ok $name"
	else
		echo "FAIL $name"
		failed=1
	fi
}

children() {
	ps -o pid= --ppid "$1"
}

# The Launcher confines itself while the guest already runs.
confined() {	# PID
	for _ in $(seq 100); do
		status_is "$1" NoNewPrivs 1 && status_is "$1" Seccomp 2 && return
		sleep 0.1
	done
	return 1
}

status_is() {	# PID FIELD VALUE
	[ "$(awk -v f="$2:" '$1 == f { print $2 }' "/proc/$1/status")" = "$3" ]
}

# A descriptor a space may have: the bell, the clock, a memfd, or a file that
# pages are borrowed from, and that one only for reading.
allowed_fd() {	# PID FD
	link=$(readlink "/proc/$1/fd/$2")
	case $link in
	*memfd:* | 'anon_inode:[eventfd]' | 'anon_inode:[timerfd]') return 0 ;;
	esac
	[ "$(stat -Lc %F "/proc/$1/fd/$2")" = "regular file" ] &&
		grep -q '^flags:.*0$' "/proc/$1/fdinfo/$2" && return 0
	echo "    descriptor $2: $link"
	return 1
}

fds_allowed() {
	n=0
	for fd in "/proc/$1/fd"/*; do
		[ -e "$fd" ] || [ -L "$fd" ] || continue
		allowed_fd "$1" "${fd##*/}" || return 1
		n=$((n + 1))
	done
	[ "$n" -ge 3 ] && [ "$n" -le 39 ]	# 31 of them doorbells
}

no_libraries() {
	! grep -q '\.so' "/proc/$1/maps"
}

own_namespaces() {
	for ns in user pid net ipc mnt uts; do
		[ "$(readlink "/proc/$1/ns/$ns")" != "$(readlink "/proc/$$/ns/$ns")" ] || {
			echo "    shares our $ns namespace"
			return 1
		}
	done
}

empty_root() {
	[ -z "$(ls -A "/proc/$1/root/" 2>/dev/null)" ]
}

# Dead.
gone() {
	for _ in $(seq 100); do
		case $(awk '$1 == "State:" { print $2 }' "/proc/$1/status" 2>/dev/null) in
		'' | Z | X) return 0 ;;	# who inherits it may not reap it at once
		esac
		sleep 0.1
	done
	return 1
}

# A stopped process, a debugger, a machine that sleeps: all interrupt a HALT.
goes_on_after_stop() {	# PIDS
	kill -STOP "$@"
	sleep 0.2
	kill -CONT "$@"
	sleep 0.2
	for pid; do
		[ -d "/proc/$pid" ] || return 1
	done
	kill -0 "$guest"
}

"$lguest" run out/kit-example <"$work/in" >"$work/out" 2>"$work/err" &
guest=$!
exec 9>"$work/in"
for _ in $(seq 100); do
	grep -q RAM "$work/out" && break
	sleep 0.1
done
zygote=$(children "$guest" | tr -d ' ')
spaces=$(children "$zygote")
check "a zygote and its spaces run" [ -n "$spaces" ]
for pid in $spaces; do
	check "no new privileges" status_is "$pid" NoNewPrivs 1
	check "a seccomp filter" status_is "$pid" Seccomp 2
	check "no threads" status_is "$pid" Threads 1
	check "few descriptors, all harmless" fds_allowed "$pid"
	check "no shared library" no_libraries "$pid"
	if "$lguest" preflight | grep -q '^namespaces  *found'; then
		check "namespaces of its own" own_namespaces "$pid"
		check "an empty root" empty_root "$pid"
	fi
done
check "the Launcher is confined too" confined "$guest"
# shellcheck disable=SC2086 # words are wanted
check "goes on after a stop" goes_on_after_stop $spaces
check "all of it" goes_on_after_stop "$guest" "$zygote"

kill -KILL "$guest"
wait "$guest" 2>/dev/null
for pid in $zygote $spaces; do
	check "dies with the Launcher" gone "$pid"
done
guest=
[ "$failed" = 0 ] && echo PASS
exit "$failed"
