# SPDX-License-Identifier: MIT
# Unit tests of the /net server, normal and sanitized.

$(O)/tests/unit/hostnet: $(O)/tests/unitobj/test_hostnet.o $(O)/tests/unitobj/hostnet_client.o \
		$(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(O)/asan/tests/unit/hostnet: $(O)/asan/tests/unit/test_hostnet.o \
		$(O)/asan/tests/unit/hostnet_client.o $(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka $(DEVICES_LIBS) -lpthread

TESTS += $(O)/tests/unit/hostnet
ASAN_UNITS += $(O)/asan/tests/unit/hostnet
