/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_FAKE_HOST_H
#define TESTS_UNIT_FAKE_HOST_H

#include "host/host.h"

struct lg {
	u8 *memory; /* size bytes, the test's */
	u64 size;
	int max_borrows, nborrows;
	u32 borrowed_gpa[LG_BORROWS], borrowed_pages[LG_BORROWS];
};

#endif
