# SPDX-License-Identifier: MIT
# lguest under the seccomp filter of a container.  Not in "make asan": the
# filters would bind the sanitizers too.

$(UNIT)/container: $(O)/tests/unitobj/test_container.o $(O)/tests/unitobj/process.o \
		$(O)/lguest $(O)/tests/guest/restart.native
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.o,$^) -lcmocka

TESTS += $(UNIT)/container
