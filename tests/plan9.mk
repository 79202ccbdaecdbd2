# SPDX-License-Identifier: MIT
# A directory in the shape of a Plan 9 tree, to boot from through --share.  Its
# programs are linked at 0x1000 as Plan 9's own are (nine's are not), and Go's
# are there where Debian's golang-go is.

P9	:= $(O)/tests/plan9
P9CMDS	:= auth/newns aux/mntgen basename bind cat chmod cp date diff echo ed grep kill ls mk mkdir mount mv ns \
	ps pwd ramfs rm sed sleep sort srv tail tar test touch tr unmount wc
P9PROGS	:= $(P9CMDS:%=$(P9)/386/bin/%) $(P9)/386/bin/rc $(P9)/386/init

$(P9CMDS:%=$(O)/tests/plan9.elf/%): $(O)/tests/plan9.elf/%: $(NU)/cmd/%.o
$(O)/tests/plan9.elf/rc: $(call nudirobj,rc)
$(O)/tests/plan9.elf/init: $(NU)/boot/init.o $(NU)/boot/sync.o $(NU)/boot/file.o

$(P9CMDS:%=$(O)/tests/plan9.elf/%) $(O)/tests/plan9.elf/rc $(O)/tests/plan9.elf/init: $(NULIB) nine/lib/user.ld
	@mkdir -p $(@D)
	$(CC) $(subst =$(NUTEXT),=0x1000,$(NULDFLAGS)) $(filter %.o,$^) $(NULIB) -o $@

$(P9)/386/bin/%: $(O)/tests/plan9.elf/% $(O)/mkaout
	@mkdir -p $(@D)
	$(O)/mkaout -s $< $@

$(P9)/386/init: $(O)/tests/plan9.elf/init $(O)/mkaout
	@mkdir -p $(@D)
	$(O)/mkaout -s $< $@

# Scripts and directories; what a test wrote into it goes.
$(O)/tests/plan9.made: $(P9PROGS) $(shell find tests/plan9 -type f) $(wildcard $(O)/go/.built) tests/plan9.mk
	rm -rf $(P9)/tmp $(P9)/usr $(P9)/n $(P9)/lib $(P9)/rc
	mkdir -p $(P9)/tmp $(P9)/mnt $(P9)/n $(P9)/usr/glenda/tmp $(P9)/usr/glenda/bin/rc $(P9)/adm/timezone
	cp -R tests/plan9/. $(P9)
	mkdir -p $(P9)/rc/lib && cp nine/root/rc/lib/rcmain $(P9)/rc/lib
	chmod +x $(P9)/rc/bin/*
	if [ -x $(O)/go/bin/files ]; then cp $(O)/go/bin/files $(P9)/386/bin/gofiles; fi
	@touch $@

$(O)/tests/unit/plan9: tests/unit/plan9.sh $(O)/tests/plan9.made $(O)/nine $(O)/lguest
	@mkdir -p $(@D)
	cp tests/unit/plan9.sh $@
	chmod +x $@

$(O)/tests/unit/9base: tests/unit/9base.sh $(O)/nine $(O)/lguest
	@mkdir -p $(@D)
	cp tests/unit/9base.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/9base $(O)/tests/plan9.made $(O)/tests/unit/plan9
