# SPDX-License-Identifier: MIT
# Tests that are scripts: ./boot, and documents against programs.

# ("boot" as a prerequisite would be the target of that name.)
$(O)/tests/unit/boot: tests/unit/boot.sh
	@mkdir -p $(@D)
	cp tests/unit/boot.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/boot

$(O)/tests/unit/docs: tests/unit/docs.sh
	@mkdir -p $(@D)
	cp tests/unit/docs.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/docs

$(O)/tests/unit/install: tests/unit/install.sh $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/install.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/install

$(O)/tests/unit/bzimage: tests/unit/bzimage.sh tests/unit/mkbzimage.pl tests/unit/bz_start.S $(O)/lguest \
		$(O)/tests/guest/smoke.hist $(O)/tests/guest/smoke.native
	@mkdir -p $(@D)
	cp tests/unit/bzimage.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/bzimage
