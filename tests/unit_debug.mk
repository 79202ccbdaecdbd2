# SPDX-License-Identifier: MIT
# Unit tests of debug/: one program, out/tests/unit/debug, and the kernel image
# it looks at.

UD := $(O)/tests/unit-debug
UD_OBJS := $(patsubst tests/unit/%.c,$(UD)/%.o,$(wildcard tests/unit/debug_*.c))

$(UD)/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -DDEBUG_GUEST='"$(UD)/guest"' -c -o $@ $<

$(UD)/guest: tests/unit/debug_guest.S tests/unit/debug_guest.lds
	@mkdir -p $(@D)
	$(CC) -m32 -g -c -o $@.o tests/unit/debug_guest.S
	$(CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none -T tests/unit/debug_guest.lds -o $@ $@.o
	objcopy -O binary -j .text $@ $@.bin

$(O)/tests/unit/debug: $(UD_OBJS) $(O)/libdebug.a $(O)/host/generation.o $(UD)/guest
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(UD_OBJS) $(O)/libdebug.a $(O)/host/generation.o $(DEBUG_LIBS) -lcmocka

TESTS += $(O)/tests/unit/debug

# Once more with the sanitizers (make asan), against debug/'s objects from there.
$(O)/asan/libdebug.a: $(DEBUG_SRCS:%.c=$(O)/asan/%.o)
	rm -f $@
	$(AR) rcs $@ $^

$(O)/asan/tests/unit/debug: $(wildcard tests/unit/debug_*.[ch]) host/generation.c $(O)/asan/libdebug.a $(UD)/guest
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -DDEBUG_GUEST='"$(UD)/guest"' -o $@ \
		$(filter %.c %.a,$^) $(DEBUG_LIBS) -lcmocka

ASAN_UNITS += $(O)/asan/tests/unit/debug

# The report of real crashes, a script.
$(O)/tests/unit/crash: tests/unit/crash.sh
	@mkdir -p $(@D)
	cp tests/unit/crash.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/crash

# With the real gdb, a script.
$(O)/tests/unit/gdb: tests/unit/gdb.sh $(O)/tests/guest/trap_step.native $(O)/tests/guest/unhandled_fault.native
	@mkdir -p $(@D)
	cp tests/unit/gdb.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/gdb
