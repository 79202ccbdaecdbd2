# SPDX-License-Identifier: MIT
# Two guests on one cable, a script.

$(O)/tests/unit/ip: tests/unit/ip.sh $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/ip.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/ip
