# SPDX-License-Identifier: MIT
# Unit tests of launcher/ and devices/: one cmocka program per subject, built
# normally and, for "make asan", with the sanitizers.

UNIT		:= $(O)/tests/unit
UNIT_PARTS	:= options image bootparams virtqueue console block

# Everything of the Launcher but its main; the Host is tests/unit/fake_host.c.
UNIT_LAUNCHER	:= launcher/options.c launcher/options_parse.c launcher/bzimage.c launcher/unpack.c launcher/abi.c launcher/start_map.c launcher/hints.c host/generation.c launcher/disk.c launcher/hostnet.c launcher/image.c launcher/note.c launcher/gunzip.c \
	launcher/load.c launcher/boot.c launcher/log.c launcher/backend.c launcher/stdio.c \
	launcher/pty.c launcher/socket.c launcher/file.c launcher/terminal.c launcher/syscalls.c launcher/rundir.c \
	launcher/net.c launcher/net_passt.c launcher/net_helper.c launcher/net_tap.c launcher/net_share.c

UNIT_FAKES	:= tests/unit/fake_host.c tests/unit/fake_world.c

$(O)/tests/unitobj/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -c -o $@ $<

$(O)/asan/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE $(ASAN_FLAGS) -c -o $@ $<

$(UNIT_PARTS:%=$(UNIT)/%): $(UNIT)/%: $(O)/tests/unitobj/test_%.o \
		$(UNIT_FAKES:tests/unit/%.c=$(O)/tests/unitobj/%.o) \
		$(UNIT_LAUNCHER:%.c=$(O)/%.o) $(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lz

$(UNIT_PARTS:%=$(O)/asan/tests/unit/%): $(O)/asan/tests/unit/%: $(O)/asan/tests/unit/test_%.o \
		$(UNIT_FAKES:%.c=$(O)/asan/%.o) $(UNIT_LAUNCHER:%.c=$(O)/asan/%.o) \
		$(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lz

TESTS += $(UNIT_PARTS:%=$(UNIT)/%)
ASAN_UNITS += $(UNIT_PARTS:%=$(O)/asan/tests/unit/%)

# lguest from outside, whichever $LGUEST says (so the sanitized one too).
$(UNIT)/run $(UNIT)/terminal $(UNIT)/control: $(UNIT)/%: $(O)/tests/unitobj/test_%.o $(O)/tests/unitobj/process.o \
		$(O)/lguest $(O)/nine $(O)/kit-example $(O)/tests/guest/timeout_kernel.native
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.o,$^) -lcmocka

TESTS += $(UNIT)/run $(UNIT)/terminal $(UNIT)/control

# Not with the sanitizers: they would be confined too.
$(UNIT)/confine: $(O)/tests/unitobj/test_confine.o $(O)/launcher/sandbox.o $(O)/launcher/syscalls.o \
		$(O)/launcher/log.o
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka

TESTS += $(UNIT)/confine
