# SPDX-License-Identifier: MIT
# Traces, counters and profiles of real guests: scripts.

$(O)/tests/unit/trace: tests/unit/trace.sh $(O)/lguest $(O)/nine $(O)/tests/guest/marks.native \
		$(O)/tests/guest/restart.native
	@mkdir -p $(@D)
	cp tests/unit/trace.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/trace

$(O)/tests/unit/stat: tests/unit/stat.sh $(O)/lguest $(O)/tests/guest/marks.native \
		$(O)/tests/guest/timeout_kernel.native $(O)/tests/guest/timeout_user.native
	@mkdir -p $(@D)
	cp tests/unit/stat.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/stat

$(O)/tests/unit/profile: tests/unit/profile.sh $(O)/lguest $(O)/nine $(O)/tests/guest/marks.native \
		$(O)/tests/guest/timeout_kernel.native
	@mkdir -p $(@D)
	cp tests/unit/profile.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/profile
