/* SPDX-License-Identifier: MIT */
/* cmocka and what it wants included before. */
#ifndef TESTS_UNIT_CM_H
#define TESTS_UNIT_CM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Does text contain part?  Shows both if not. */
#define assert_contains(text, part) \
	do { \
		if (!strstr((text), (part))) \
			fail_msg("\"%s\" does not contain \"%s\"", (text), (part)); \
	} while (0)

#endif
