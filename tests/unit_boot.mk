# SPDX-License-Identifier: MIT
# The test of ./boot is a script; tests/run runs what is in out/tests/unit.

# ("boot" as a prerequisite would be the target of that name.)
$(O)/tests/unit/boot: tests/unit/boot.sh
	@mkdir -p $(@D)
	cp tests/unit/boot.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/boot
