/* SPDX-License-Identifier: MIT */
/*
 * H:810 int $0x80 made cheap.  It is the one vector that leads into the host's
 * kernel: seccomp stops it there, at 7 us, when any other traps at 2.  So at
 * the first one at some place in user text, the page is mapped as a copy of
 * this space's own, with "int $STAND_IN" there: two bytes for two, so that
 * whoever jumps to it, or starts a system call again by going back two bytes,
 * meets the same.  The guest's memory stays as it is: what it reads through its
 * own mappings, to write it to a disk for example, has our bytes nowhere.
 *
 * Which of the two it was when #GP comes is seen in the guest's memory.  A copy
 * goes when its page is unmapped, and is not made of pages the user may write.
 */
#include "host/space.h"
#include "host/sys.h"

#include <sys/mman.h>

#define VECTOR	 0x80
#define STAND_IN 0xf0
#define SITES	 64u

static u32 sites[SITES], nsites;	/* gvas; those in this space's copies */

static bool is_int(u32 gva, u8 vector)
{
	u8 b[2];

	return read_virtual(gva, b, 2) && b[0] == 0xcd && b[1] == vector;
}

void int80_unmapped(u32 gva, u64 len)
{
	for (u32 i = 0; i < nsites;)
		if (sites[i] - gva < len)
			sites[i] = sites[--nsites];
		else
			i++;
}

static bool copy_page(u32 page, const u8 *from)
{
	u8 *at = (u8 *)((u64)page + my_space()->base);

	if (sys6(__NR_mmap, (long)at, LG_PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) < 0)
		return false;
	my_space()->vmas++;
	memcpy(at, from, LG_PAGE_SIZE);
	for (u32 i = 0; i < nsites; i++) {
		u8 *p = at + sites[i] % LG_PAGE_SIZE;

		if (sites[i] - page < LG_PAGE_SIZE && p[0] == 0xcd && p[1] == VECTOR)
			p[1] = STAND_IN;
	}
	if (sys3(__NR_mprotect, at, LG_PAGE_SIZE, PROT_READ | PROT_EXEC) < 0)
		kill_guest("cannot protect a page of text");
	return true;
}

/* User mode is at an int $0x80, which the host's kernel refused. */
void int80_redirect(void)
{
	u32 eip = cpu->regs.eip, page = eip & ~0xfffu;
	const u8 *from;
	struct walk w;

	if (lg->no_patch || cpu->linear || cpu->syscall_vec != VECTOR || nsites == SITES ||
	    (cpu->idt[STAND_IN].present && cpu->idt[STAND_IN].dpl == 3) || eip == page + LG_PAGE_SIZE - 1 || !is_mapped(page) ||
	    !walk(page, &w) || !(w.flags & LG_PTE_USER) || w.flags & LG_PTE_WRITE)
		return;
	from = guest_page(w.gpa, false);
	if (!from)
		return;
	sites[nsites++] = eip;
	if (!copy_page(page, from))
		nsites--;
	else
		record(LG_EV_PATCH, eip, cpu->regs.eax, 0, 0);
}

/*
 * #GP by int $vector: is it ours?  Then the guest's memory says int $0x80.  If
 * it says something else now, and this is one of our places, the page goes, and
 * the instruction is tried again as it is: *again.
 */
bool int80_stands_in(u32 vector, bool *again)
{
	u32 eip = cpu->regs.eip;

	*again = false;
	if (vector != STAND_IN || !cpu->regs.user)
		return false;
	if (is_int(eip, VECTOR))
		return true;
	for (u32 i = 0; i < nsites; i++)
		*again |= sites[i] == eip;
	if (*again)
		forget_pages(eip & ~0xfffu, LG_PAGE_SIZE);
	return false;
}
