# SPDX-License-Identifier: MIT
# Every suite adds what it builds to TESTS; tests/run runs whatever is there.

TESTS :=
include $(filter-out tests/rules.mk,$(wildcard tests/*.mk))

tests: $(TESTS)

.PHONY: tests
