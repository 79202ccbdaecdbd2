// SPDX-License-Identifier: MIT
/*
 * Chapter 5: how much memory is there?  The e820 map in the page at gpa 0
 * says it; a kernel must not go and look.  What is free begins behind our
 * image and ends where RAM does; the page above that lists the devices.
 */
#include "kit.h"

extern char kit_end[]; /* the linker script's: first page behind the image */

static uint32_t next, end; /* gpa: what take_page has not given away */

static __attribute__((noinline)) void memory_init(uint32_t boot_gpa)
{
#if MISTAKE == 2
	const uint8_t *boot = (uint8_t *)boot_gpa;
#else
	const uint8_t *boot = va(boot_gpa);
#endif
	const struct lg_e820 *e = (const struct lg_e820 *)(boot + LG_BOOT_E820);
	unsigned count = boot[LG_BOOT_E820_COUNT]; /* not beside the entries */

	for (; count; count--, e++) {
		print("memory: 0x%08x, %u KiB, type %u\n", (uint32_t)e->addr,
		      (uint32_t)(e->size >> 10), e->type);
		if (e->type == LG_E820_RAM)
			end = (uint32_t)(e->addr + e->size);
	}
	next = pa(kit_end);
}

/* The gpa of a zeroed page. */
static uint32_t take_page(void)
{
	uint32_t gpa = next;

	if (next == end)
		panic("out of memory");
	next += LG_PAGE_SIZE;
	memset(va(gpa), 0, LG_PAGE_SIZE);
	return gpa;
}

#if MISTAKE == 1
/* As on a PC of 1985: write, read back, until it is not there any more. */
static uint32_t probe(void)
{
	volatile uint32_t *p = va(0x1000000);

	for (;; p += LG_PAGE_SIZE / sizeof(*p)) {
		*p = 0x55aa55aa;
		if (*p != 0x55aa55aa)
			return pa(p);
	}
}
#endif

int main(void)
{
	kit_init();
	console_init(0);
	memory_init(0);
#if MISTAKE == 1
	print("memory: probed up to 0x%x\n", probe());
#endif
	print("command line: \"%s\"\n", (const char *)va(LG_CMDLINE_GPA));
	print("free: %u pages", (end - next) / LG_PAGE_SIZE);
	print(", the first at 0x%08x", take_page());
	print(", the next at 0x%08x\n", take_page());
	power_off();
}
