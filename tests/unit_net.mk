# SPDX-License-Identifier: MIT
# Unit tests of the network card, normal and sanitized.

NET_OBJS	:= tests/unit/test_net.c tests/unit/net_guest.c tests/unit/fake_world.c

$(O)/tests/unit/net: $(NET_OBJS:tests/unit/%.c=$(O)/tests/unitobj/%.o) $(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(O)/asan/tests/unit/net: $(NET_OBJS:%.c=$(O)/asan/%.o) $(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lpthread

TESTS += $(O)/tests/unit/net
ASAN_UNITS += $(O)/asan/tests/unit/net
