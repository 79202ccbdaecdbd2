# SPDX-License-Identifier: MIT
# rc's lexer and parser as a host program: they make no system calls.  Its
# last test reads nine/root/rc/lib/rcmain, from the top of the tree.  And the
# tools that make nine's programs and ramdisk.

RCPARSE		:= lex parse parseword text
RCPARSE_FLAGS	:= -std=gnu11 -O2 -g -Wall -Wextra -ffreestanding -MMD -MP -Inine/include

$(O)/tests/unitobj/rc_%.o: nine/cmd/rc/%.c
	@mkdir -p $(@D)
	$(CC) $(RCPARSE_FLAGS) -c -o $@ $<

$(O)/asan/tests/unit/rc_%.o: nine/cmd/rc/%.c
	@mkdir -p $(@D)
	$(CC) $(RCPARSE_FLAGS) $(ASAN_FLAGS) -c -o $@ $<

$(O)/tests/unit/rcparse: $(O)/tests/unitobj/test_rcparse.o $(RCPARSE:%=$(O)/tests/unitobj/rc_%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $^ -lcmocka

$(O)/asan/tests/unit/rcparse: $(O)/asan/tests/unit/test_rcparse.o \
		$(RCPARSE:%=$(O)/asan/tests/unit/rc_%.o)
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $(ASAN_FLAGS) -o $@ $^ -lcmocka

# The tools are tested by a script, with programs of nine as input.
$(O)/tests/unit/tools: tests/unit/tools.sh $(O)/mkaout $(O)/mkroot $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/tools.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/rcparse $(O)/tests/unit/tools
ASAN_UNITS += $(O)/asan/tests/unit/rcparse
