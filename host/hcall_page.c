/* SPDX-License-Identifier: MIT */
/*
 * H:070 The hypercall page: guest code that we write.  Slot n loads n and jumps
 * to the gate, which returns to the caller of the slot.  A jump and not a far
 * call: some CPUs push the far call's return address without the base of the
 * stack segment when the target is 64-bit code.
 */
#include <string.h>

#include "host/host.h"
#include "switcher/gates.h"

static u8 *put32(u8 *p, u32 v)
{
	memcpy(p, &v, 4);
	return p + 4;
}

static void far_jump(u8 *p, u32 gate)
{
	*p++ = 0xea;
	p = put32(p, gate);
	*p++ = GATE_CS;
	*p = 0;
}

/* page: LG_PAGE_SIZE bytes of guest memory. */
void lg_fill_hcall_page(u8 *page)
{
	memset(page, 0xcc, LG_PAGE_SIZE);
	for (u32 n = 0; n < LG_HCALL_SLOTS; n++) {
		u8 *p = page + n * LG_HCALL_SLOT_SIZE;

		if (n == LHCALL_IRET) {
			far_jump(p, GATE_IRET);
			continue;
		}
		*p++ = 0xb8;				/* mov $n, %eax */
		p = put32(p, n);
		far_jump(p, GATE_HCALL);
	}
}
