# SPDX-License-Identifier: MIT
# The porting kit, once per flavour (out/kit/native.a, out/kit/hist.a), and
# the example kernel, out/kit-example.

KIT_OBJ	:= start.o vectors.o trap.o queue.o console.o clock.o print.o memory.o
KIT_CFLAGS := $(GUESTCFLAGS) -Wall -Wextra -Ikit -mgeneral-regs-only \
	-fno-tree-loop-distribute-patterns
KIT_CFLAGS_native := -DKIT_NATIVE
KIT_CFLAGS_hist :=
KIT_LINK := $(CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,-u,kit_start -T kit/kit.lds

define KIT_FLAVOUR
$(O)/kit/$(1)/%.o: kit/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(KIT_CFLAGS) $$(KIT_CFLAGS_$(1)) -c -o $$@ $$<
$(O)/kit/$(1)/%.o: kit/%.S
	@mkdir -p $$(@D)
	$$(CC) $$(KIT_CFLAGS) $$(KIT_CFLAGS_$(1)) -c -o $$@ $$<
$(O)/kit/$(1).a: $$(addprefix $(O)/kit/$(1)/,$$(KIT_OBJ))
	rm -f $$@
	ar rcs $$@ $$^
endef
$(eval $(call KIT_FLAVOUR,native))
$(eval $(call KIT_FLAVOUR,hist))

$(O)/kit-example: $(O)/kit/native/example/main.o $(O)/kit/native.a kit/kit.lds
	$(KIT_LINK) -o $@ $< $(O)/kit/native.a
$(O)/kit-example-hist: $(O)/kit/hist/example/main.o $(O)/kit/hist.a kit/kit.lds
	$(KIT_LINK) -o $@ $< $(O)/kit/hist.a

ALL += $(O)/kit-example $(O)/kit-example-hist
