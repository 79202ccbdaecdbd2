# SPDX-License-Identifier: MIT
# Unit tests of devices over PCI, normal and sanitized.

PCI_OBJS	:= tests/unit/pci_driver.c tests/unit/fake_world.c

$(O)/tests/unit/pci: $(O)/tests/unitobj/test_pci.o $(PCI_OBJS:tests/unit/%.c=$(O)/tests/unitobj/%.o) \
		$(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(O)/asan/tests/unit/pci: $(O)/asan/tests/unit/test_pci.o $(PCI_OBJS:%.c=$(O)/asan/%.o) \
		$(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lpthread

TESTS += $(O)/tests/unit/pci
ASAN_UNITS += $(O)/asan/tests/unit/pci
