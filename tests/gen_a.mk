# SPDX-License-Identifier: MIT
# Guests of generation A (lguest 2.6.23): the kernel all generations have, and
# the rules of its DMA, one case each.

GEN_DMA		:= -DGEN_DMA -DGEN_WIDE_IN=1
$(eval $(call GEN_KERNEL,2.6.23,a.h,$(GEN_DMA) -DGEN_A=2,start_a.S dma.c))
$(eval $(call GEN_KERNEL,2.6.23-a1,a.h,$(GEN_DMA) -DGEN_A=1 -DGEN_NO_TIME,start_a.S dma.c))

$(addprefix $(O)/tests/unit/,gen gen_init gen_bad gen_random): $(GEN)/2.6.23

GEN_A		:= $(O)/tests/gen
GEN_A_CFLAGS	= $(GUESTCFLAGS) -Wall -Wextra -I. -mgeneral-regs-only -DGEN_HEADER='"tests/gen/a.h"'

# out/tests/gen/a0_rules, a1_rules, a2_rules: lguest_data grew meanwhile.
define GEN_A_VARIANT
$(GEN_A)/obj/a$(1)/%.o: tests/gen/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(GEN_A_CFLAGS) -DGEN_A=$(1) -c -o $$@ $$<
$(GEN_A)/obj/a$(1)/%.o: tests/gen/%.S
	@mkdir -p $$(@D)
	$$(CC) $$(GEN_A_CFLAGS) -DGEN_A=$(1) -c -o $$@ $$<
$(GEN_A)/a$(1)_%: $(GEN_A)/obj/a$(1)/start_a.o $(GEN_A)/obj/a$(1)/a_%.o $(GEN_A)/obj/a$(1)/a_small.o \
		tests/gen/gen.lds
	$$(CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,max-page-size=4096 \
		-Wl,-z,noexecstack -Wl,--no-warn-rwx-segments -T tests/gen/gen.lds -o $$@ \
		$$(filter %.o,$$^)
endef
$(foreach v,0 1 2,$(eval $(call GEN_A_VARIANT,$(v))))

$(O)/tests/unit/dma_rules: tests/unit/dma_rules.sh $(O)/lguest $(GEN_A)/a0_rules $(GEN_A)/a1_rules \
		$(GEN_A)/a2_rules
	@mkdir -p $(@D)
	cp tests/unit/dma_rules.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/dma_rules

$(O)/tests/unit/dma_share: tests/unit/dma_share.sh $(O)/lguest $(GEN_A)/a2_share
	@mkdir -p $(@D)
	cp tests/unit/dma_share.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/dma_share

$(O)/tests/unit/gen_a: tests/unit/gen_a.sh $(O)/lguest $(GEN)/2.6.23 $(GEN)/2.6.23-a1 $(GEN)/2.6.31
	@mkdir -p $(@D)
	cp tests/unit/gen_a.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/gen_a
