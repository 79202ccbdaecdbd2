# SPDX-License-Identifier: MIT
# Guests of every generation of the lguest interface: tests/gen/, one kernel
# each in out/tests/gen.  GEN_KERNEL name,header,flags,files

GEN := $(O)/tests/gen
GEN_ALL :=
GEN_COMMON := vectors.S trap.c memory.c process.c print.c random.c bad.c bench.c main.c
GEN_CFLAGS := $(GUESTCFLAGS) -Wall -Wextra -I. -mgeneral-regs-only \
	-fno-tree-loop-distribute-patterns -DSYSCALL=0x80 -DGEN_TRAP='"int $$$$0x1f"'
GEN_LINK := $(CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments -T tests/gen/gen.lds

define GEN_KERNEL
$(GEN)/obj/$(1)/%.o: tests/gen/%.c tests/gen/$(2)
	@mkdir -p $$(@D)
	$$(CC) $(GEN_CFLAGS) -DGEN_NAME='"$(1)"' -DGEN_HEADER='"tests/gen/$(2)"' $(3) -c -o $$@ $$<
$(GEN)/obj/$(1)/%.o: tests/gen/%.S
	@mkdir -p $$(@D)
	$$(CC) $(GEN_CFLAGS) $(3) -c -o $$@ $$<
$(GEN)/$(1): $(patsubst %,$(GEN)/obj/$(1)/%.o,$(basename $(4) $(GEN_COMMON))) tests/gen/gen.lds
	$$(GEN_LINK) -o $$@ $$(filter %.o,$$^)
GEN_ALL += $(GEN)/$(1)
endef

GEN_VIRTIO := virtio.c bus_page.c
$(eval $(call GEN_KERNEL,2.6.24,b1.h,-DGEN_OLD_REGS -DGEN_TLV=1 -DGEN_WIDE_IN=1 -DGUEST_DATA_PGDIR=1116,start_identity.S virtio.c bus_tlv.c))
$(eval $(call GEN_KERNEL,2.6.25,b1.h,-DGEN_OLD_REGS -DGEN_TLV=0 -DGUEST_DATA_PGDIR=1116,start_identity.S $(GEN_VIRTIO)))
$(eval $(call GEN_KERNEL,2.6.25-plan9,b1.h,-DGEN_OLD_REGS -DGEN_TLV=0 -DGUEST_DATA_PGDIR=1116 -USYSCALL -DSYSCALL=0x40,start_identity.S $(GEN_VIRTIO)))
$(eval $(call GEN_KERNEL,2.6.30,b1.h,-DGEN_NEW_REGS -DGEN_TLV=0 -DGUEST_DATA_PGDIR=1116 -UGEN_TRAP -DGEN_TRAP='"vmcall"',start_identity.S $(GEN_VIRTIO)))
$(eval $(call GEN_KERNEL,2.6.31,b2.h,-DGUEST_DATA_PGDIR=1376,start_identity.S $(GEN_VIRTIO)))
$(eval $(call GEN_KERNEL,2.6.31-pae,b2.h,-DGEN_PAE=1 -DGUEST_DATA_PGDIR=1376,start_identity.S $(GEN_VIRTIO)))
$(eval $(call GEN_KERNEL,3.2,b2.h,-DGEN_LINEAR,start_linear.S $(GEN_VIRTIO)))
$(eval $(call GEN_KERNEL,3.2-pae,b2.h,-DGEN_LINEAR -DGEN_PAE=1,start_linear.S $(GEN_VIRTIO)))
GEN_PCI := start_linear.S virtio.c bus_pci.c pci_tests.c
$(eval $(call GEN_KERNEL,4.0,c.h,-DGEN_LINEAR,$(GEN_PCI)))
$(eval $(call GEN_KERNEL,4.0-pae,c.h,-DGEN_LINEAR -DGEN_PAE=1,$(GEN_PCI)))

# INIT with nonsense: GEN_INIT name,register,address,status at,kernel_address at,value,vector
define GEN_INIT
$(GEN)/init-$(1): tests/gen/init.S tests/gen/gen.lds
	@mkdir -p $$(@D)/obj
	$$(CC) $(GEN_CFLAGS) -DINIT_REG=$(2) '-DINIT_DATA=$(3)' -DINIT_STATUS=$(4) -DINIT_KERNEL_AT=$(5) \
		-DINIT_KERNEL=$(6) -DINIT_VECTOR=$(7) -c -o $(GEN)/obj/init-$(1).o $$<
	$$(GEN_LINK) -o $$@ $(GEN)/obj/init-$(1).o
GEN_ALL += $(GEN)/init-$(1)
endef
$(GEN)/init-noirq: tests/gen/noirq.S tests/gen/gen.lds
	@mkdir -p $(@D)/obj
	$(CC) $(GUESTCFLAGS) -c -o $(GEN)/obj/init-noirq.o $<
	$(GEN_LINK) -o $@ $(GEN)/obj/init-noirq.o
GEN_ALL += $(GEN)/init-noirq
GEN_DATA := data-0xc0000000
$(eval $(call GEN_INIT,nothing,edx,0,20,1128,0xc0000000,0x80))
$(eval $(call GEN_INIT,outside,edx,0xf0000000,20,1128,0xc0000000,0x80))
$(eval $(call GEN_INIT,unlike,ebx,$(GEN_DATA),24,1388,0,0))
$(eval $(call GEN_INIT,kernel,edx,$(GEN_DATA),20,1128,0xffc01000,0x80))
$(eval $(call GEN_INIT,vector,edx,$(GEN_DATA),20,1128,0xc0000000,0x1f))

$(O)/tests/unit/gen $(O)/tests/unit/gen_init: $(O)/tests/unit/%: tests/unit/%.sh tests/gen/list $(GEN_ALL) $(O)/lguest
	@mkdir -p $(@D)
	cp $< $@
	chmod +x $@

TESTS += $(GEN_ALL) $(O)/tests/unit/gen $(O)/tests/unit/gen_init

$(O)/tests/unit/gen_random: tests/unit/gen_random.sh tests/gen/list $(GEN_ALL) $(O)/lguest
	@mkdir -p $(@D)
	cp $< $@
	chmod +x $@

TESTS += $(O)/tests/unit/gen_random

# ... and what 4.0 has of its own.
$(O)/tests/unit/gen_pci: tests/unit/gen_pci.sh $(GEN)/4.0 $(O)/lguest
	@mkdir -p $(@D)
	cp $< $@

TESTS += $(O)/tests/unit/gen_pci
$(O)/tests/unit/gen_bad: tests/unit/gen_bad.sh tests/gen/list $(GEN_ALL) $(GEN)/2.6.23-a1 $(O)/lguest
	@mkdir -p $(@D)
	cp $< $@
	chmod +x $@

TESTS += $(O)/tests/unit/gen_bad
