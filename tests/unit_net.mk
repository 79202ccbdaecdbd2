# SPDX-License-Identifier: MIT
# Unit tests of the network card, of randomness and of DMA, normal and sanitized.

NET_PARTS	:= net net_peer rng dma dma_page
NET_OBJS	:= tests/unit/net_guest.c tests/unit/dma_site.c tests/unit/fake_world.c

$(NET_PARTS:%=$(O)/tests/unit/%): $(O)/tests/unit/%: $(O)/tests/unitobj/test_%.o \
		$(NET_OBJS:tests/unit/%.c=$(O)/tests/unitobj/%.o) $(O)/libdevices.a
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka -lpthread

$(NET_PARTS:%=$(O)/asan/tests/unit/%): $(O)/asan/tests/unit/%: $(O)/asan/tests/unit/test_%.o \
		$(NET_OBJS:%.c=$(O)/asan/%.o) $(DEVICES_SRCS:%.c=$(O)/asan/%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka -lpthread

TESTS += $(NET_PARTS:%=$(O)/tests/unit/%)
ASAN_UNITS += $(NET_PARTS:%=$(O)/asan/tests/unit/%)

# Two nines and a cable.
$(O)/tests/unit/net_pair: tests/unit/net_pair.sh $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/net_pair.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/net_pair
