# SPDX-License-Identifier: MIT
# Programs of tests/nine/limits*.rc, which try what nine allows and a bit more;
# in a root image of their own.

LIMITS	:= $(patsubst tests/limits/%.c,%,$(sort $(wildcard tests/limits/*.c)))

$(LIMITS:%=$(O)/limits/%.o): $(O)/limits/%.o: tests/limits/%.c
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c -o $@ $<

$(LIMITS:%=$(O)/limits/%.elf): $(O)/limits/%.elf: $(O)/limits/%.o $(NULIB) nine/lib/user.ld
	$(CC) $(NULDFLAGS) $(filter %.o,$^) $(NULIB) -o $@

$(LIMITS:%=$(O)/limits/%): %: %.elf $(O)/mkaout
	$(O)/mkaout $< $@

$(O)/limits/root.img: $(LIMITS:%=$(O)/limits/%) $(NU)/tree $(O)/root.img $(O)/mkroot tests/limits.mk
	for i in $(LIMITS); do echo file 0775 limits/$$i $(O)/limits/$$i; done >$(O)/limits/tree
	$(O)/mkroot -o $@ $(NU)/tree $(O)/limits/tree

TESTS += $(O)/limits/root.img

# Killing lguest's processes while nine works: a program of the host.
$(O)/limits/host/killed.o: tests/limits/host/killed.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -D_GNU_SOURCE -c -o $@ $<

$(O)/tests/unit/killed: $(O)/limits/host/killed.o $(O)/tests/unitobj/process.o $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.o,$^) -lcmocka

TESTS += $(O)/tests/unit/killed
