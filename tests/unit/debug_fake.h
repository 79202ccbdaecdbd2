/* SPDX-License-Identifier: MIT */
/*
 * A guest that never ran: RAM, page tables and shared state made by hand, and
 * the few functions of host/host.h that debug/ calls.
 */
#ifndef TESTS_UNIT_DEBUG_FAKE_H
#define TESTS_UNIT_DEBUG_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "debug/internal.h"

#define FAKE_PAGES	32		/* RAM */
#define FAKE_PGDIR	0x1000u
#define FAKE_PGTAB	0x2000u		/* the table of FAKE_KERNEL's 4 MiB */
#define FAKE_KERNEL	0xc0000000u	/* gva of gpa 0 */
#define FAKE_TEXT	0xc0008000u	/* where the test image is linked */
#define FAKE_STACK	0xc0010000u	/* top of a page of stack */
#define FAKE_DATA	0x3000u		/* struct lguest_data */

struct lg {
	struct lguest *shared;
	u8 ram[FAKE_PAGES * LG_PAGE_SIZE];
};

/*
 * A fresh guest: the kernel half of the first FAKE_PAGES pages mapped
 * writable, stopped in kernel mode at FAKE_TEXT with an empty stack.
 */
struct lg *fake_new(void);
void fake_free(struct lg *lg);
void fake_poke(struct lg *lg, u32 gpa, u32 word);
void fake_push(struct lg *lg, u32 word);		/* on the kernel stack */
void fake_reason(struct lg *lg, const char *reason);
void fake_event(struct lg *lg, struct lg_event event);
void fake_code(struct lg *lg, const void *bytes, size_t len);	/* at eip */

/* The whole report as a string to be freed. */
char *fake_report(struct lg *lg, const struct debug_image *image);
char *fake_stop_report(struct lg *lg);	/* of one that was stopped */
void assert_says(const char *report, const char *words);
void assert_silent(const char *report, const char *words);

/* One group per file, run by debug_main.c. */
int debug_names_tests(void);
int debug_memory_tests(void);
int debug_hint_tests(void);
int debug_diagnose_tests(void);
int debug_anything_tests(void);
int debug_symbols_tests(void);
int debug_report_tests(void);

#endif /* TESTS_UNIT_DEBUG_FAKE_H */
