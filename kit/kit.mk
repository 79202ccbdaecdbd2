# SPDX-License-Identifier: MIT
# A kernel made with the kit, in any directory.  The whole Makefile of one is
#
#	OBJ = main.o
#	include /usr/local/share/lguest/kit/kit.mk
#
# `make` then builds ./kernel of main.c (or main.S) and the kit.  To set before
# the include, or on the command line: CFLAGS (more of them), LDS (another
# linker script), O (where everything goes), HIST=1, which builds kernel-hist, a
# historical guest (no ELF note), and MISTAKE=n, which builds kernel-mistake<n>
# with -DMISTAKE=n.

KIT	:= $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
INCLUDE	?= $(patsubst %/lguest/abi.h,%,$(firstword $(wildcard \
	$(KIT)/../include/lguest/abi.h $(KIT)/../../../include/lguest/abi.h)))
O	?= .
M	:= $(if $(HIST),-hist)$(MISTAKE:%=-mistake%)
KERNEL	?= $(O)/kernel$M
BUILD	:= $(O)/build$M
KIT_BUILD ?= $(O)/build-kit$(if $(HIST),-hist)
LDS	?= $(KIT)/kit.lds
KIT_OBJ	:= $(addprefix $(KIT_BUILD)/,start.o vectors.o trap.o queue.o console.o clock.o print.o memory.o)

# No library, no red tape of the host's ABI, integer registers only: a trap
# handler must not change the FPU of the program it interrupted.
KIT_CFLAGS := -m32 -march=i686 -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-strict-aliasing \
	-fno-omit-frame-pointer -fcf-protection=none -mgeneral-regs-only \
	-fno-tree-loop-distribute-patterns -Wall -Wextra -I$(KIT) -I$(INCLUDE) -MMD -MP \
	$(if $(HIST),,-DKIT_NATIVE)
KIT_LDFLAGS := -m32 -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack

$(KERNEL): $(OBJ:%=$(BUILD)/%) $(KIT_OBJ) $(LDS)
	$(CC) $(KIT_LDFLAGS) -T $(LDS) -o $@ $(filter %.o,$^)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(KIT_CFLAGS) $(CFLAGS) $(MISTAKE:%=-DMISTAKE=%) -c -o $@ $<
$(BUILD)/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(KIT_CFLAGS) $(CFLAGS) $(MISTAKE:%=-DMISTAKE=%) -c -o $@ $<
$(KIT_BUILD)/%.o: $(KIT)/%.c
	@mkdir -p $(@D)
	$(CC) $(KIT_CFLAGS) -c -o $@ $<
$(KIT_BUILD)/%.o: $(KIT)/%.S
	@mkdir -p $(@D)
	$(CC) $(KIT_CFLAGS) -c -o $@ $<

clean:
	rm -rf $(O)/kernel $(O)/kernel-hist* $(O)/kernel-mistake* $(O)/build $(O)/build-*

.PHONY: clean
.DELETE_ON_ERROR:
-include $(wildcard $(BUILD)/*.d $(KIT_BUILD)/*.d)
