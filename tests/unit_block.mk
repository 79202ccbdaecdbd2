# SPDX-License-Identifier: MIT
# Disks: the stores by themselves, the requests, the whole from outside.

BLOCK_COW	:= $(wildcard devices/block_cow*.c) devices/block_store.c devices/block_raw.c
# Small pieces of journal, often rewritten: so that a test gets to see that.
BLOCK_SMALL	:= -DCOW_EXTENT=1u -DCOW_HISTORY_MIN=150u

$(UNIT)/block_cow: tests/unit/test_block_cow.c $(BLOCK_COW) devices/block_cow.h devices/block_store.h
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(HOSTCFLAGS)) -D_GNU_SOURCE $(BLOCK_SMALL) -Wl,--wrap=pwritev,--wrap=fdatasync \
		-o $@ $(filter %.c,$^) -lcmocka

$(O)/asan/tests/unit/block_cow: tests/unit/test_block_cow.c $(BLOCK_COW) devices/block_cow.h devices/block_store.h
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(HOSTCFLAGS)) $(ASAN_FLAGS) -D_GNU_SOURCE $(BLOCK_SMALL) \
		-Wl,--wrap=pwritev,--wrap=fdatasync -o $@ $(filter %.c,$^) -lcmocka

TESTS += $(UNIT)/block_cow
ASAN_UNITS += $(O)/asan/tests/unit/block_cow

# Needs nbdkit, libnbd0, qemu-utils, dosfstools and mtools.
$(UNIT)/disk: tests/unit/disk.sh $(O)/lguest $(O)/nine $(O)/tests/plan9.made
	@mkdir -p $(@D)
	cp tests/unit/disk.sh $@
	chmod +x $@

TESTS += $(UNIT)/disk
