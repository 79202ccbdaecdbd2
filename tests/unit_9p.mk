# SPDX-License-Identifier: MIT
# Unit tests of the 9P server and its device, normal and sanitized.

9P_PARTS	:= 9p 9p_hostile
9P_OBJS		:= tests/unit/9p_client.c tests/unit/fake_world.c

$(9P_PARTS:%=$(O)/tests/unit/%): $(O)/tests/unit/%: $(O)/tests/unitobj/test_%.o \
		$(9P_OBJS:tests/unit/%.c=$(O)/tests/unitobj/%.o) $(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(9P_PARTS:%=$(O)/asan/tests/unit/%): $(O)/asan/tests/unit/%: $(O)/asan/tests/unit/test_%.o \
		$(9P_OBJS:%.c=$(O)/asan/%.o) $(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lpthread

TESTS += $(9P_PARTS:%=$(O)/tests/unit/%)
ASAN_UNITS += $(9P_PARTS:%=$(O)/asan/tests/unit/%)
