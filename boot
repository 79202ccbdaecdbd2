#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ./boot [-c 'rc commands'] [lguest options] [-- kernel arguments]
#
# Installs what building needs if something is missing, builds lguest and nine
# if a source is newer than the last build, and boots nine.  Nothing but the
# guest's console goes to stdout.  Exit status: lguest's; 125 if it could not
# be built.

usage="usage: ./boot [-c 'rc commands'] [lguest options] [-- kernel arguments]
Boots nine, building it first if needed.  With -c only the output of the
commands is printed and the exit status is rc's.  out/lguest run --help lists
the options."

sources="Makefile quality.mk include launcher devices host switcher debug nine"

die() {
	printf 'lguest: %s\n' "$*" >&2
	exit 125
}

# With a standard stream closed, the next file opened would take its place.
{ true <&0; } 2>/dev/null || exec </dev/null
{ true >&2; } 2>/dev/null || exec 2>/dev/null
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH

script=$0
[ -L "$script" ] && script=$(readlink -f -- "$script")
case $script in
*/*) top=${script%/*} ;;
*) top=. ;;
esac
case $top in
-*) top=./$top ;;
esac

# Our -c may stand anywhere before "--"; all else goes to lguest in order.
commands='' have_commands='' have_args=''
left=$#
while [ "$left" -gt 0 ]; do
	word=$1
	shift
	left=$((left - 1))
	case $have_args$word in
	-c)
		[ "$left" -gt 0 ] || die "-c: no commands given: ./boot -c 'echo hi'"
		commands=$1 have_commands=1
		shift
		left=$((left - 1))
		;;
	-h | --help)
		printf '%s\n' "$usage"
		exit 0
		;;
	--)
		have_args=yes:
		set -- "$@" "$top/out/nine" --
		[ -z "$have_commands" ] || set -- "$@" -c "$commands"
		;;
	*) set -- "$@" "$word" ;;
	esac
done
if [ -z "$have_args" ]; then
	set -- "$@" "$top/out/nine"
	[ -z "$have_commands" ] || set -- "$@" -- -c "$commands"
fi

up_to_date() {
	[ -x "$top/out/lguest" ] && [ -f "$top/out/nine" ] && [ -e "$top/out/.built" ] || return 1
	# shellcheck disable=SC2086 # one word per directory
	(cd "$top" && [ -z "$(find $sources -newer out/.built -print -quit 2>&1)" ])
}

# The stamp is older than the build, so that a source saved meanwhile counts.
build() {
	# shellcheck source=.ci/install.sh
	. "$top/.ci/install.sh"
	# shellcheck disable=SC2086,SC2154 # one word per package
	install_packages $build_packages
	[ -t 2 ] && printf 'building lguest and nine ...\n' >&2
	mkdir -p "$top/out" 2>/dev/null
	[ -w "$top/out" ] || die "$top/out: cannot be written: build as its owner"
	(
		cd "$top" || exit 1
		flock 9
		touch out/.built.new
		make -j"$(nproc)" out/lguest out/nine >out/build.log 2>&1 </dev/null &&
			mv out/.built.new out/.built
	) 9>"$top/out/.lock" && return
	cat "$top/out/build.log" >&2
	die "building failed: see above"
}

up_to_date || build
exec "$top/out/lguest" run "$@"
