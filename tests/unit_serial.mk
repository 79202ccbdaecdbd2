# SPDX-License-Identifier: MIT
# Serial lines: lguest from outside, nine inside.

$(UNIT)/serial: $(O)/tests/unitobj/test_serial.o $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.o,$^) -lcmocka

TESTS += $(UNIT)/serial

# Keys that the kernel takes, and the clock after a pause.
$(UNIT)/keys: $(O)/tests/unitobj/test_keys.o $(O)/tests/unitobj/process.o $(O)/lguest $(O)/nine
	@mkdir -p $(@D)
	$(CC) $(HOSTCFLAGS) -o $@ $(filter %.o,$^) -lcmocka

TESTS += $(UNIT)/keys
