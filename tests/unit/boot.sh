#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ./boot, in a tree of its own whose "lguest" prints its arguments and input.

script=$PWD/boot
ci=$PWD/.ci
work=$(mktemp -d "${TMPDIR:-/tmp}/boot test.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

cp "$script" "$work/boot" && cp -r "$ci" "$work/.ci" || exit 1
cd "$work" || exit 1
mkdir include launcher devices host switcher debug nine
touch quality.mk launcher/main.c
cat >Makefile <<'END'
out/lguest: launcher/main.c
	@echo noise on stdout; echo build >>builds
	@{ echo '#!/bin/sh'; echo 'for a; do printf "[%s]" "$$a"; done; echo; cat; exit 7'; } >$@
	@chmod +x $@
out/nine: launcher/main.c
	@touch $@
END
# Building needs no packages here, so nothing would be installed.
sed -i 's/^build_packages=.*/build_packages=libc6/' .ci/install.sh

# expect NAME WANTED-STATUS WANTED-STDOUT GOT-STATUS: stdout is in the file "got"
expect() {
	if [ "$4" != "$2" ] || [ "$(cat "$work/got")" != "$3" ]; then
		echo "FAIL $1: status $4 (expected $2), output, expected and got:"
		printf '%s\n' "$3"
		cat "$work/got" "$work/err"
		failed=1
	else
		echo "ok $1"
	fi
}

run() {
	"$@" >"$work/got" 2>"$work/err"
}

run ./boot -c 'echo  hi' </dev/null
expect "builds, then passes commands" 7 '[run][./out/nine][--][-c][echo  hi]' $?
run ./boot </dev/null
expect "no arguments" 7 '[run][./out/nine]' $?
run ./boot -m 32M -c 'a b' -p 'x y' </dev/null
expect "-c among options" 7 '[run][-m][32M][-p][x y][./out/nine][--][-c][a b]' $?
run ./boot -q -- -c 'not ours' '' </dev/null
expect "after --" 7 '[run][-q][./out/nine][--][-c][not ours][]' $?
run ./boot -c x -- y </dev/null
expect "-c and --" 7 '[run][./out/nine][--][-c][x][y]' $?
run ./boot -c "it's \"quoted\" \$x *" </dev/null
expect "special characters" 7 "[run][./out/nine][--][-c][it's \"quoted\" \$x *]" $?
run ./boot -c </dev/null
expect "-c without commands" 125 '' $?
run ./boot --help </dev/null
[ -s got ] && : >got
expect "--help" 0 '' $?
run ./boot --unknown </dev/null
expect "unknown options are lguest's to refuse" 7 '[run][--unknown][./out/nine]' $?

echo piped | run ./boot -c cat
expect "input from a pipe" 7 "[run][./out/nine][--][-c][cat]
piped" $?
run ./boot -c x <&-
expect "stdin closed" 7 '[run][./out/nine][--][-c][x]' $?
./boot -c x </dev/null >got 2>&-
expect "stderr closed" 7 '[run][./out/nine][--][-c][x]' $?

(cd / && run "$work/boot" -i rel </dev/null)
expect "from another directory" 7 "[run][-i][rel][$work/out/nine]" $?
ln -s "$work/boot" "$work/include/link"
run include/link </dev/null
expect "through a link" 7 "[run][$work/out/nine]" $?
# shellcheck disable=SC2030,SC2031 # on purpose
(PATH=$work:$PATH && export PATH && cd / && run boot </dev/null)
expect "found in PATH" 7 "[run][$work/out/nine]" $?
(cd .ci && run sh ../boot </dev/null)
expect "by sh, relative" 7 "[run][../out/nine]" $?

cp builds got
expect "built once so far" 0 build 0
sleep 0.01
touch launcher/main.c
run ./boot </dev/null
expect "a newer source" 7 '[run][./out/nine]' $?
cp builds got
expect "is built again" 0 'build
build' 0

printf 'out/lguest out/nine:\n\t@echo the error; exit 1\n' >Makefile
rm out/lguest
run ./boot </dev/null
status=$?
grep -q 'the error' err && grep -q '^lguest: building failed' err || status=no-message
expect "a failed build is told" 125 '' $status

# A package nobody has; and nobody to install it.
sed -i 's/^build_packages=.*/build_packages=no-such-package-lguest/' .ci/install.sh
if [ "$(id -u)" -eq 0 ]; then
	chown -R nobody "$work"
	run setpriv --reuid=65534 --clear-groups ./boot </dev/null
else
	mkdir bin && printf '#!/bin/sh\nexit 1\n' >bin/sudo && chmod +x bin/sudo
	# shellcheck disable=SC2031 # on purpose
	PATH=$work/bin:$PATH run ./boot </dev/null
fi
status=$?
grep -q 'run: sudo apt-get install --no-install-recommends no-such-package-lguest$' err &&
	[ "$(wc -l <err)" = 1 ] || status=no-message
expect "missing packages: one line" 125 '' $status

exit $failed
