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
 *
 * Some CPUs push the return address of such a call without the base of the
 * stack segment.  So in a space with a base we do not patch, and text that was
 * patched elsewhere is mapped as a private copy in its original form.
 */
#include "host/space.h"

#define STUB_SIZE	8

/* Is this a stub as patch_syscall leaves it? */
static bool is_patched(const u8 *b)
{
	u32 gate = (u32)b[1] | (u32)b[2] << 8 | (u32)b[3] << 16 | (u32)b[4] << 24;

	return b[0] == 0x9a && b[5] == GATE_CS && b[6] == 0 && b[7] == 0xc3 &&
	       gate - GATE_PAGE < GATE_SYSCALLS * GATE_SYSCALL_SIZE;
}

bool has_patches(const u8 *page)
{
	for (u32 i = 0; i <= LG_PAGE_SIZE - STUB_SIZE; i++)
		if (page[i] == 0x9a && is_patched(page + i))
			return true;
	return false;
}

void remove_patches(u8 *page)
{
	for (u32 i = 0; i <= LG_PAGE_SIZE - STUB_SIZE; i++) {
		u8 *p = page + i;

		if (p[0] != 0x9a || !is_patched(p))
			continue;
		p[1] = (u8)(((u32)p[1] | (u32)p[2] << 8) / GATE_SYSCALL_SIZE);
		p[0] = 0xb8;
		p[2] = p[3] = p[4] = 0;
		p[5] = 0xcd;
		p[6] = (u8)cpu->syscall_vec;
	}
}

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

	if (my_space()->base || lg->no_patch || !lg->native || !(lg->note.wish & LG_WISH_GATES) ||
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
	for (u32 i = 0; i < LG_SPACES; i++)
		if (lg->spaces[i].base)		/* may map this text as it was */
			lg->spaces[i].flush_user = 1;
	record(LG_EV_PATCH, start, b[1], 0, 0);
}

bool inside_patched_stub(void)
{
	u8 b[STUB_SIZE];

	if (cpu->regs.eax >= GATE_SYSCALLS || !stub_at(cpu->regs.eip - 5, b, false))
		return false;
	if (!is_patched(b))
		return false;
	cpu->regs.eip -= 5;
	return true;
}

/*
 * H:810 From 2.6.30 on, and for a few years, hypercalls were KVM's instruction:
 *
 *	0f 01 c1	vmcall
 *
 * which no CPU takes from a program.  As lguest did, we write what we do take
 * over it:
 *
 *	cd 1f 90	int $0x1f; nop
 *
 * True: it is there now.  The page may belong to a file, until now, and the
 * instruction to two pages.  (Where the host is a guest of KVM itself, on an
 * Intel CPU, vmcall never gets here: doc/compat.md.)
 */
bool patch_vmcall(void)
{
	static const u8 vmcall[3] = { 0x0f, 0x01, 0xc1 }, call[3] = { 0xcd, LG_TRAP_ENTRY, 0x90 };
	u32 eip = cpu->regs.eip;
	u8 b[3], *p[3];

	if (lg->native || cpu->regs.user || (cpu->initialised && !has(LG_HAS_VMCALL)) ||
	    !read_virtual(eip, b, 3))
		return false;
	for (u32 i = 0; i < 3; i++) {
		struct walk w;

		if (b[i] != vmcall[i] || !walk(eip + i, &w))
			return false;
		p[i] = guest_page(w.gpa | ((eip + i) & 0xfff), true);
		if (!p[i])
			return false;
	}
	for (u32 i = 0; i < 3; i++)
		*(volatile u8 *)p[i] = call[i];
	record(LG_EV_PATCH, eip, LG_TRAP_ENTRY, 0, 0);
	return true;
}
