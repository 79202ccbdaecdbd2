/* SPDX-License-Identifier: MIT */
/*
 * Unit tests of debug/: crash report and flight recorder.
 */
#include "tests/unit/debug_fake.h"

int main(void)
{
	return (debug_names_tests() | debug_memory_tests() | debug_hint_tests() |
		debug_diagnose_tests() | debug_anything_tests() | debug_symbols_tests() |
		debug_report_tests()) != 0;
}
