# SPDX-License-Identifier: MIT
# The seccomp filter of spaces, installed for real and probed: out/tests/unit/sandbox.

$(O)/tests/unit/sandbox: tests/unit/sandbox_probe.c host/sandbox.c host/space.h host/lguest.h SECURITY.md
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -o $@ tests/unit/sandbox_probe.c host/sandbox.c -lcmocka

TESTS += $(O)/tests/unit/sandbox
