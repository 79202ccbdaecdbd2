# SPDX-License-Identifier: MIT
# doc/porting.md: its quotes and code, and the way of somebody who follows it.

$(O)/tests/unit/examples $(O)/tests/unit/stranger: tests/unit/examples.sh $(O)/examples/built $(O)/lguest
	@mkdir -p $(@D)
	cp tests/unit/examples.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/examples $(O)/tests/unit/stranger
