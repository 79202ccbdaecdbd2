# SPDX-License-Identifier: MIT

$(O)/tests/unit/typed: tests/unit/typed.sh $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	cp tests/unit/typed.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/typed
