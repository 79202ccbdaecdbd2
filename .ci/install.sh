# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by boot and check: installs Debian packages if they are missing.
# Speaks on a terminal only; on failure one line says what to run, status 125.

# What building needs and why: README.md, Dependencies.
# shellcheck disable=SC2034 # for boot and check
build_packages="gcc make libc6-dev zlib1g-dev libelf-dev libdw-dev libzydis-dev"

die() {
	printf 'lguest: %s\n' "$*" >&2
	exit 125
}

missing_of() {
	for p; do
		case $(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null) in
		installed) ;;
		*) printf '%s ' "$p" ;;
		esac
	done
}

apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@" </dev/null 2>&1
}

# install_packages PACKAGE...: nothing to do where there is no dpkg
install_packages() {
	command -v dpkg-query >/dev/null 2>&1 || return 0
	missing=$(missing_of "$@")
	missing=${missing% }
	[ -n "$missing" ] || return 0
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		as_root="sudo -n"
		$as_root true 2>/dev/null ||
			die "packages are missing: run: sudo apt-get install --no-install-recommends $missing"
	fi
	[ -t 2 ] && printf 'installing %s\n' "$missing" >&2
	# Package lists may be absent or too old: then fetch them and try again.
	# shellcheck disable=SC2086 # one word per package
	log=$(apt install --no-install-recommends $missing) ||
		log=$(apt update && apt install --no-install-recommends $missing) || {
		printf '%s\n' "$log" >&2
		die "installing failed: run: apt-get update; apt-get install --no-install-recommends $missing"
	}
}
