# SPDX-License-Identifier: MIT
# The seccomp filter of spaces, installed for real and probed: out/tests/unit/sandbox.

$(O)/tests/unit/sandbox: tests/unit/sandbox_probe.c host/sandbox.c host/space.h host/lguest.h SECURITY.md
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -o $@ tests/unit/sandbox_probe.c host/sandbox.c -lcmocka

TESTS += $(O)/tests/unit/sandbox

# Descriptors, rights and namespaces of the spaces of a running guest, a script.
$(O)/tests/unit/spaces: tests/unit/spaces.sh
	@mkdir -p $(@D)
	cp tests/unit/spaces.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/spaces
