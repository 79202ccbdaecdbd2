# SPDX-License-Identifier: MIT
# Unit tests of workers, the 9P server and its device, normal and sanitized.

9P_PARTS	:= 9p 9p_hostile 9p_share worker
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

# What tests/nine/share.rc shares.
$(O)/tests/share.made: tests/unit_9p.mk
	@rm -rf $(O)/tests/share
	@mkdir -p $(O)/tests/share/d/e
	@cd $(O)/tests/share && echo hello >hello && echo deep >d/e/deep && ln -s /etc/passwd outside && \
		ln -s ../hello d/link && mkfifo fifo && seq 200000 >big && mkdir many && cd many && \
		for i in $$(seq 100); do mkdir $$i && (cd $$i && seq 99 | xargs touch) || exit 1; done
	@touch $@

TESTS += $(O)/tests/share.made

# A guest that idles, and one whose server dies: a script.
$(O)/tests/unit/idle: tests/unit/idle.sh $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/idle.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/idle
