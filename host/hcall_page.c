/* SPDX-License-Identifier: MIT */
/*
 * H:070 The hypercall page: guest code that we write.  Slot n loads n and calls
 * the gate; the IRET slot jumps, so that nothing is pushed onto the frame.
 */
#include <string.h>

#include "host/host.h"
#include "switcher/gates.h"

static u8 *put32(u8 *p, u32 v)
{
	memcpy(p, &v, 4);
	return p + 4;
}

static u8 *far_to(u8 *p, u8 opcode, u32 gate)
{
	*p++ = opcode;
	p = put32(p, gate);
	*p++ = GATE_CS;
	*p++ = 0;
	return p;
}

/* page: LG_PAGE_SIZE bytes of guest memory. */
void lg_fill_hcall_page(u8 *page)
{
	memset(page, 0xcc, LG_PAGE_SIZE);
	for (u32 n = 0; n < LG_HCALL_SLOTS; n++) {
		u8 *p = page + n * LG_HCALL_SLOT_SIZE;

		if (n == LHCALL_IRET) {
			far_to(p, 0xea, GATE_IRET);	/* ljmp */
			continue;
		}
		*p++ = 0xb8;				/* mov $n, %eax */
		p = put32(p, n);
		p = far_to(p, 0x9a, GATE_HCALL);	/* lcall */
		*p = 0xc3;
	}
}
