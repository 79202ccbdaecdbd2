/* SPDX-License-Identifier: MIT */
/*
 * H:800 System calls without the host's kernel.  A user program's stub
 *
 *	b8 n 0 0 0	mov $n, %eax
 *	cd 40		int $0x40
 *	c3		ret
 *
 * is, when it traps for the first time, rewritten to
 *
 *	9a g g g g 33 0	lcall $0x33, $gate[n]
 *	c3		ret
 *
 * which has the same length and returns to the same place.  Somebody may have
 * been interrupted between mov and int and come back to the middle of ours:
 * there the bytes read 33 00, xor (%eax),%eax, with eax = n < 128; page 0 is
 * never mapped (the note promised), so it faults, and we send it back to the
 * start of the lcall.
 */
#include "host/space.h"

#define STUB_SIZE	8

static u8 *stub_at(u32 gva, u8 copy[STUB_SIZE], bool write)
{
	struct walk w;

	if (gva % LG_PAGE_SIZE > LG_PAGE_SIZE - STUB_SIZE || cpu->linear ||
	    !walk_tables(cpu->pgdir, gva, &w) || !read_virtual(gva, copy, STUB_SIZE))
		return NULL;
	return guest_page(w.gpa | (gva & 0xfff), write);
}

/* eip is at the int; only for guests that wished for it. */
void patch_syscall(void)
{
	u32 start = cpu->regs.eip - 5, gate;
	u8 b[STUB_SIZE];
	u8 *p;

	if (lg->no_patch || !lg->native || !(lg->note.wish & LG_WISH_GATES) ||
	    lg->note.user_low < LG_PAGE_SIZE || !stub_at(start, b, false))
		return;
	if (b[0] != 0xb8 || b[1] >= GATE_SYSCALLS || b[2] || b[3] || b[4] || b[5] != 0xcd ||
	    b[6] != cpu->syscall_vec || b[7] != 0xc3)
		return;
	p = stub_at(start, b, true);
	if (!p)
		return;
	gate = GATE_PAGE + b[1] * GATE_SYSCALL_SIZE;
	p[0] = 0x9a;
	for (u32 i = 0; i < 4; i++)
		p[1 + i] = (u8)(gate >> (8 * i));
	p[5] = GATE_CS;
	p[6] = 0;
	record(LG_EV_PATCH, start, b[1], 0, 0);
}

bool inside_patched_stub(void)
{
	u8 b[STUB_SIZE];

	if (cpu->regs.eax >= GATE_SYSCALLS || !stub_at(cpu->regs.eip - 5, b, false))
		return false;
	if (b[0] != 0x9a || b[5] != GATE_CS || b[6] != 0 || b[7] != 0xc3 ||
	    b[4] != GATE_PAGE >> 24)
		return false;
	cpu->regs.eip -= 5;
	return true;
}
