# SPDX-License-Identifier: MIT
# Unit tests of the Host's pure parts, out of the objects spaces are made of:
# out/tests/unit/host.  The addresses of a space (host/lguest.h) are free in a
# test program, so the real code runs on real mappings.

UNIT_HOST_OBJ := $(addprefix $(O)/spaceobj/host/,memory.o shadow.o mapped.o spaces.o emulate.o pci.o generation.o doctor_tables.o doctor_step.o)

$(O)/tests/unit/host: tests/unit/host_main.c tests/unit/host_shadow.c tests/unit/host_emulate.c tests/unit/host_pci.c \
		tests/unit/host_fake.c tests/unit/host_fake.h $(UNIT_HOST_OBJ)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -o $@ $(filter %.c %.o,$^) -lcmocka

TESTS += $(O)/tests/unit/host

# A guest as those see it who serve its devices.
$(O)/tests/unit/view: $(O)/tests/unitobj/test_view.o $(O)/host/view.o $(O)/host/parcel.o
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(O)/asan/tests/unit/view: $(O)/asan/tests/unit/test_view.o $(O)/asan/host/view.o $(O)/asan/host/parcel.o
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lpthread

TESTS += $(O)/tests/unit/view
ASAN_UNITS += $(O)/asan/tests/unit/view
