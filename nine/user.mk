# nine's programs: the library, one program per cmd/*.c, rc and init, and the
# archive of the ramdisk they live in.
#
#   $(O)/nine-u/bin/X	program X as a Plan 9 a.out (X.elf beside it, with symbols);
#			X may have a directory: cmd/aux/mntgen.c is bin/aux/mntgen;
#			or be one, if there is a main.c in it: cmd/rc/*.c is bin/rc
#   $(O)/root.img	the ramdisk

NU	:= $(O)/nine-u
NUCFLAGS := $(GUESTCFLAGS) -Inine/include -fplan9-extensions -ffunction-sections -fdata-sections \
	-fno-tree-loop-distribute-patterns -Wall -Wextra
NUTEXT	?= 0x400000
NULDFLAGS := -m32 -nostdlib -static -no-pie -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro \
	-Wl,-z,noexecstack -Wl,--no-warn-rwx-segments -Wl,-T,nine/lib/user.ld -Wl,--defsym=TEXTBASE=$(NUTEXT)

NULIBOBJ := $(patsubst nine/%.c,$(NU)/%.o,$(sort $(wildcard nine/lib/*.c nine/lib/pure/*.c))) \
	$(patsubst nine/%.S,$(NU)/%.o,$(sort $(wildcard nine/lib/*.S)))
NULIB	:= $(NU)/libnine.a
NUCMDS	:= $(patsubst nine/cmd/%.c,%,$(sort $(wildcard nine/cmd/*.c \
	$(foreach d,aux auth disk ip ndb,nine/cmd/$(d)/*.c))))
NULIBTESTS := $(basename $(notdir $(sort $(wildcard nine/lib/test/*.c))))
NUTESTS	:= $(basename $(notdir $(sort $(wildcard nine/test/*.c)))) $(NULIBTESTS)
NUDIRCMDS := $(patsubst nine/cmd/%/main.c,%,$(sort $(wildcard nine/cmd/*/main.c)))
nudirobj = $(patsubst nine/%.c,$(NU)/%.o,$(sort $(wildcard nine/cmd/$(1)/*.c)))
NUPROGS	:= $(NUCMDS:%=$(NU)/bin/%) $(NUDIRCMDS:%=$(NU)/bin/%) $(NU)/boot/boot $(NU)/boot/init
NUTESTPROGS := $(NUTESTS:%=$(NU)/test/%)
NUMAN	:= $(sort $(wildcard nine/man/*))

$(NU)/lib/%.o: nine/lib/%.c
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c $< -o $@

$(NU)/lib/%.o: nine/lib/%.S
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c $< -o $@

$(NU)/cmd/%.o: nine/cmd/%.c
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c $< -o $@

$(NU)/boot/%.o: nine/boot/%.c
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c $< -o $@

$(NULIBTESTS:%=$(NU)/test/%.o): $(NU)/test/%.o: nine/lib/test/%.c
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c $< -o $@

$(NU)/test/%.o: nine/test/%.c
	@mkdir -p $(@D)
	$(CC) $(NUCFLAGS) -c $< -o $@

$(NULIB): $(NULIBOBJ)
	rm -f $@
	$(AR) rcsD $@ $^

# --- programs: ELF first, then the a.out ---
$(NUCMDS:%=$(NU)/bin/%.elf): $(NU)/bin/%.elf: $(NU)/cmd/%.o
$(foreach d,$(NUDIRCMDS),$(eval $(NU)/bin/$(d).elf: $(call nudirobj,$(d))))
$(NU)/boot/boot.elf: $(NU)/boot/boot.o $(NU)/boot/root.o $(NU)/boot/file.o
$(NU)/boot/init.elf: $(NU)/boot/init.o $(NU)/boot/sync.o $(NU)/boot/file.o
$(NUTESTS:%=$(NU)/test/%.elf): $(NU)/test/%.elf: $(NU)/test/%.o

$(NUPROGS:%=%.elf) $(NUTESTPROGS:%=%.elf): $(NULIB) nine/lib/user.ld
	@mkdir -p $(@D)
	$(CC) $(NULDFLAGS) $(filter %.o,$^) $(NULIB) -o $@

$(NUPROGS) $(NUTESTPROGS): %: %.elf $(O)/mkaout
	$(O)/mkaout $< $@

$(O)/mkaout $(O)/mkroot: $(O)/%: nine/tools/%.c
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) $< -o $@

# --- the ramdisk: what nine/root/tree says, and all programs and pages ---
$(NU)/tree: nine/root/tree nine/user.mk $(NUPROGS) $(NUTESTPROGS) $(NUMAN)
	@mkdir -p $(@D)
	@{ cat nine/root/tree; \
	for i in $(NUCMDS) $(NUDIRCMDS); do echo file 0775 386/bin/$$i $(NU)/bin/$$i; done; \
	for i in $(NUTESTS); do echo file 0775 test/$$i $(NU)/test/$$i; done; \
	for i in $(notdir $(NUMAN)); do echo file 0664 sys/man/1/$$i nine/man/$$i; done; \
	echo file 0775 boot/boot $(NU)/boot/boot; \
	echo file 0775 386/init $(NU)/boot/init; } >$@

$(O)/root.img: $(NU)/tree $(O)/mkroot $(shell find nine/root -type f)
	$(O)/mkroot -o $@ $<

nine-user: $(NUPROGS) $(NUTESTPROGS) $(O)/root.img
.PHONY: nine-user
