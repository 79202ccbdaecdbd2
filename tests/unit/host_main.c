/* SPDX-License-Identifier: MIT */
#include "tests/unit/host_fake.h"

int main(void)
{
	int failed = _cmocka_run_group_tests("shadow", host_shadow_tests, host_shadow_count, NULL, NULL);

	failed += _cmocka_run_group_tests("emulate", host_emulate_tests, host_emulate_count, NULL,
					  NULL);
	failed += _cmocka_run_group_tests("pci", host_pci_tests, host_pci_count, NULL, NULL);
	return failed != 0;
}
