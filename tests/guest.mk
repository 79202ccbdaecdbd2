# SPDX-License-Identifier: MIT
# Guest tests: tests/guest/X.[cS] is built as a native and as a historical
# guest, those under tests/guest/native and tests/guest/hist as one of them.

GT := $(O)/tests/guest
GT_LIB := t.o memory.o catch.o queue.o
GT_CFLAGS := $(KIT_CFLAGS) -Itests/guest/lib
GT_LINK := $(subst -T kit/kit.lds,-T tests/guest/lib/user.lds -T kit/kit.lds,$(KIT_LINK))

# Where things are in what spaces and Launcher share, for tests that break in.
$(GT)/offsets.h: tests/guest/lib/offsets.c host/lguest.h host/generation.h include/lguest/abi.h
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -S -o - $< | sed -n 's/^[[:space:]]*@/#define /p' >$@

$(GT)/obj/native/native/escape_scribble.o: $(GT)/offsets.h
$(GT)/obj/native/native/escape_scribble.o: GT_CFLAGS += -I$(GT)

define GT_FLAVOUR
$(GT)/obj/$(1)/%.o: tests/guest/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(GT_CFLAGS) $$(KIT_CFLAGS_$(1)) -c -o $$@ $$<
$(GT)/obj/$(1)/%.o: tests/guest/%.S
	@mkdir -p $$(@D)
	$$(CC) $$(GT_CFLAGS) $$(KIT_CFLAGS_$(1)) -c -o $$@ $$<
$(GT)/obj/$(1)/t.a: $$(addprefix $(GT)/obj/$(1)/lib/,$$(GT_LIB))
	rm -f $$@
	ar rcs $$@ $$^
$(GT)/%.$(1): $(GT)/obj/$(1)/%.o $(GT)/obj/$(1)/t.a $(O)/kit/$(1).a kit/kit.lds tests/guest/lib/user.lds
	$$(GT_LINK) -o $$@ $$< $(GT)/obj/$(1)/t.a $(O)/kit/$(1).a
$(GT)/%.$(1): $(GT)/obj/$(1)/$(1)/%.o $(GT)/obj/$(1)/t.a $(O)/kit/$(1).a kit/kit.lds tests/guest/lib/user.lds
	$$(GT_LINK) -o $$@ $$< $(GT)/obj/$(1)/t.a $(O)/kit/$(1).a
TESTS += $$(patsubst %,$(GT)/%.$(1),$$(basename $$(notdir \
	$$(wildcard tests/guest/*.[cS] tests/guest/$(1)/*.[cS]))))
endef
$(eval $(call GT_FLAVOUR,native))
$(eval $(call GT_FLAVOUR,hist))

GUEST_TESTS := $(filter $(GT)/%,$(TESTS))
guest-tests: $(GUEST_TESTS)
.PHONY: guest-tests fuzz soak
.SECONDARY:

fuzz: $(GUEST_TESTS) $(O)/lguest
	tests/fuzz

soak: all tests gopkg-more $(O)/nine.poison
	tests/soak
