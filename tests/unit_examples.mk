# SPDX-License-Identifier: MIT
# doc/porting.md: its quotes and code, the way of somebody who follows it, and what the doctor says.

$(O)/tests/unit/examples $(O)/tests/unit/stranger $(O)/tests/unit/healthy: tests/unit/examples.sh $(O)/examples/built $(O)/lguest
	@mkdir -p $(@D)
	cp tests/unit/examples.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/examples $(O)/tests/unit/stranger $(O)/tests/unit/healthy
