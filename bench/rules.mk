# The benchmark: its program for every system, the driver that runs it
# everywhere, and "make bench".
#
# The parts that are timed are compiled once for 32 bits: the native program
# and nine's are linked from the same objects.  Functions and loops are
# aligned, so that where a linker puts them does not show in the results.

BENCH_CFLAGS := -std=gnu11 -O2 -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-strict-aliasing -fno-tree-loop-distribute-patterns \
	-fno-tree-vectorize -fno-math-errno -falign-functions=64 -falign-loops=32 -Wall -Wextra -Wshadow -MMD -MP
BENCH_LINUX := -static -no-pie -std=gnu11 -O2 -Wall -Wextra -Wshadow
BENCH_PARTS := main kern cpu
BENCH_32 := $(BENCH_PARTS:%=$(O)/bench/32/%.o)
BENCH_64 := $(BENCH_PARTS:%=$(O)/bench/64/%.o)
BENCH_DRIVER := $(patsubst %,$(O)/bench/%.o,driver run procs systems table svg)

$(O)/bench/32/%.o: bench/prog/%.c
	@mkdir -p $(@D)
	$(CC) -m32 -march=i686 $(BENCH_CFLAGS) -c -o $@ $<

$(O)/bench/64/%.o: bench/prog/%.c
	@mkdir -p $(@D)
	$(CC) -m64 $(BENCH_CFLAGS) -c -o $@ $<

$(O)/bench/linux32: $(BENCH_32) bench/prog/os_linux.c bench/prog/bench.h bench/prog/main.h
	$(CC) -m32 $(BENCH_LINUX) -o $@ bench/prog/os_linux.c $(BENCH_32)

$(O)/bench/linux64: $(BENCH_64) bench/prog/os_linux.c bench/prog/bench.h bench/prog/main.h
	$(CC) -m64 $(BENCH_LINUX) -o $@ bench/prog/os_linux.c $(BENCH_64)

$(O)/bench/%.o: bench/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -c -o $@ $<

$(O)/bench/driver: $(BENCH_DRIVER)
	$(CC) -o $@ $(BENCH_DRIVER) -lm

$(O)/bench/mkinitrd: $(O)/bench/mkinitrd.o
	$(CC) -o $@ $<

$(O)/bench/first: bench/first.S bench/first.ld include/lguest/abi.h
	@mkdir -p $(@D)
	$(CC) -m32 -Iinclude -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T bench/first.ld -o $@ bench/first.S

# --- nine: the same objects, its library, and archives of its ramdisk with them ---
ifdef NULIB
$(O)/bench/nine.o $(O)/bench/boot_nine.o: NUCFLAGS += -Wshadow
$(O)/bench/nine.o: bench/prog/os_nine.c
$(O)/bench/boot_nine.o: bench/prog/boot_nine.c
$(O)/bench/nine.o $(O)/bench/boot_nine.o:
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c -o $@ $<

$(O)/bench/nine.elf: $(O)/bench/nine.o $(BENCH_32)
$(O)/bench/boot_nine.elf: $(O)/bench/boot_nine.o
$(O)/bench/nine.elf $(O)/bench/boot_nine.elf: $(NULIB) bench/prog/nine.ld
	$(CC) $(subst nine/lib/user.ld,bench/prog/nine.ld,$(NULDFLAGS)) $(filter %.o,$^) $(NULIB) -o $@

$(O)/bench/nine.aout $(O)/bench/boot_nine.aout: %.aout: %.elf $(O)/mkaout
	$(O)/mkaout $< $@

# /bin/bench in an archive that has all else too; and one that boots nothing
# but a line of output.
$(O)/bench/root.img: $(O)/bench/nine.aout $(NU)/tree $(O)/mkroot
	echo file 0775 386/bin/bench $(O)/bench/nine.aout >$(O)/bench/tree
	$(O)/mkroot -o $@ $(NU)/tree $(O)/bench/tree

$(O)/bench/init.img: $(O)/bench/boot_nine.aout $(O)/mkroot
	echo file 0775 boot/boot $(O)/bench/boot_nine.aout >$(O)/bench/inittree
	$(O)/mkroot -o $@ $(O)/bench/inittree

BENCH_NINE := $(O)/bench/root.img $(O)/bench/init.img
endif

# --- tests of the driver, run with all others by tests/run ---
$(O)/tests/unit/bench: bench/test.c $(filter-out %/driver.o,$(BENCH_DRIVER)) $(O)/bench/linux32
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.c %.o,$^) -lcmocka -lm

tests: $(O)/tests/unit/bench

# What TCP is measured against, for dev_hostnet and dev_net.
$(O)/bench/netpeer: bench/prog/netpeer.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -o $@ $<

# The rival of bench/dev_disk: process 1 of a Linux under QEMU.
$(O)/bench/disk_linux: bench/prog/disk_linux.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_LINUX) -o $@ $<

BENCH_DEV_PRODUCTS += $(O)/bench/netpeer $(O)/bench/disk_linux $(O)/bench/mkinitrd

BENCH_PRODUCTS := $(addprefix $(O)/bench/,linux32 linux64 driver mkinitrd first) $(BENCH_NINE)

bench: $(BENCH_PRODUCTS) $(filter $(O)/lguest $(O)/nine,$(ALL))
	sh bench/run $(if $(QUICK),quick)

bench-devices: $(filter $(O)/lguest $(O)/nine,$(ALL)) $(BENCH_DEV_PRODUCTS)
	sh bench/devices

.PHONY: bench-devices
