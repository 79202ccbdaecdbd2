# SPDX-License-Identifier: MIT
# Unit tests of the /net server, normal and sanitized.

HOSTNET_UNITS := hostnet hostnet_rules

$(HOSTNET_UNITS:%=$(O)/tests/unit/%): $(O)/tests/unit/%: $(O)/tests/unitobj/test_%.o $(O)/tests/unitobj/hostnet_client.o \
		$(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(HOSTNET_UNITS:%=$(O)/asan/tests/unit/%): $(O)/asan/tests/unit/%: $(O)/asan/tests/unit/test_%.o \
		$(O)/asan/tests/unit/hostnet_client.o $(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka $(DEVICES_LIBS) -lpthread

TESTS += $(HOSTNET_UNITS:%=$(O)/tests/unit/%)
ASAN_UNITS += $(HOSTNET_UNITS:%=$(O)/asan/tests/unit/%)

$(O)/tests/unit/twonines: tests/unit/twonines.sh $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/twonines.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/twonines
