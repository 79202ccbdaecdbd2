# SPDX-License-Identifier: MIT
# Serial lines: lguest from outside, nine inside.

$(UNIT)/serial: $(O)/tests/unitobj/test_serial.o $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.o,$^) -lcmocka

TESTS += $(UNIT)/serial
