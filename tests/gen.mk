# SPDX-License-Identifier: MIT
# Guests of every generation of the lguest interface: tests/gen/, one kernel
# each in out/tests/gen.  GEN_KERNEL name,header,flags,files

GEN := $(O)/tests/gen
GEN_ALL :=
GEN_COMMON := vectors.S trap.c memory.c process.c print.c random.c bad.c main.c
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

$(O)/tests/unit/gen: tests/unit/gen.sh tests/gen/list $(GEN_ALL) $(O)/lguest
	@mkdir -p $(@D)
	cp $< $@

TESTS += $(GEN_ALL) $(O)/tests/unit/gen

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
$(O)/tests/unit/gen_bad: tests/unit/gen_bad.sh tests/gen/list $(GEN_ALL) $(O)/lguest
	@mkdir -p $(@D)
	cp $< $@
	chmod +x $@

TESTS += $(O)/tests/unit/gen_bad
