# SPDX-License-Identifier: MIT
# Unit tests of devices over PCI, normal and sanitized.

PCI_PARTS	:= pci pci_rules
PCI_OBJS	:= tests/unit/pci_driver.c tests/unit/fake_world.c

$(PCI_PARTS:%=$(O)/tests/unit/%): $(O)/tests/unit/%: $(O)/tests/unitobj/test_%.o \
		$(PCI_OBJS:tests/unit/%.c=$(O)/tests/unitobj/%.o) $(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(PCI_PARTS:%=$(O)/asan/tests/unit/%): $(O)/asan/tests/unit/%: $(O)/asan/tests/unit/test_%.o \
		$(PCI_OBJS:%.c=$(O)/asan/%.o) $(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lpthread

TESTS += $(PCI_PARTS:%=$(O)/tests/unit/%)
ASAN_UNITS += $(PCI_PARTS:%=$(O)/asan/tests/unit/%)
