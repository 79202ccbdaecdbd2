# SPDX-License-Identifier: MIT
# --doctor and kernels that are right (what it finds is in tests/guest/doctor_*.c).

$(O)/tests/unit/doctor: tests/unit/doctor.sh $(O)/lguest $(O)/nine $(O)/kit-example
	@mkdir -p $(@D)
	cp tests/unit/doctor.sh $@
	chmod +x $@

TESTS += $(O)/tests/unit/doctor
