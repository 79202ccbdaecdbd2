/* SPDX-License-Identifier: MIT */
/*
 * H:055 Guest memory in the Launcher: the one place where a guest-physical
 * range becomes a pointer, or does not.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#include "host/vm.h"

#define FLUSH_WAIT_NS	10000000u
#define KICK_NS		50000u
#define DEAF_MAX	16

static const u8 *borrowed_at(struct lg *lg, u32 pfn)
{
	for (u32 i = 0; i < lg->nborrows; i++) {
		const struct borrow *b = &lg->borrows[i];

		if (pfn >= b->pfn && pfn - b->pfn < b->pages)
			return b->map + (u64)(pfn - b->pfn) * LG_PAGE_SIZE;
	}
	return NULL;
}

/*
 * Take a borrowed page away from its file while the guest may be using it.
 * A space that is copying the same page is done in a moment; one that never
 * finishes is hostile, and gets killed for it.
 */
static void own_page(struct lg *lg, u32 pfn)
{
	_Atomic u8 *state = &lg->shared->page_state[pfn];
	const u8 *from = borrowed_at(lg, pfn);
	u8 expected = LG_PAGE_BORROWED;
	u64 until;

	if (!from || *state == LG_PAGE_OWN)
		return;
	if (!atomic_compare_exchange_strong(state, &expected, LG_PAGE_COPYING)) {
		until = host_now() + 1000000000u;
		while (*state == LG_PAGE_COPYING && !lg->reason[0] && host_now() < until)
			sched_yield();
		if (*state == LG_PAGE_COPYING)
			lg_kill(lg, "page %#x is being copied for ever", pfn * LG_PAGE_SIZE);
		return;
	}
	memcpy(lg->ram + (u64)pfn * LG_PAGE_SIZE, from, LG_PAGE_SIZE);
	*state = LG_PAGE_OWN;
	atomic_fetch_add(&lg->shared->borrow_gen, 1);
	lg->owned_pages = 1;
}

/*
 * The space that runs may still map the file's copy of a page that is now the
 * guest's own, and would not see what a device writes.  Kick it until it has
 * dropped such mappings (not too often: each kick that finds it in the Host
 * takes a piece of its signal stack).  One that never does only fools itself,
 * and does not get to keep us long.
 */
static void wait_for_flush(struct lg *lg)
{
	struct lguest *s = lg->shared;
	u32 gen = s->borrow_gen;
	u64 start = host_now(), next = start;

	while (lg->deaf < DEAF_MAX) {
		s32 running = s->cpu.running;
		u64 now;

		if (running <= 0 || running > LG_SPACES || s->cpu.halted ||
		    s->spaces[running - 1].borrow_gen == gen) {
			lg->deaf = 0;
			return;
		}
		now = host_now();
		if (now - start > FLUSH_WAIT_NS) {
			lg->deaf++;
			return;
		}
		if (now >= next) {
			host_kick(lg);
			next = now + KICK_NS;
		}
		sched_yield();
	}
}

void *lg_memory(struct lg *lg, u64 gpa, u64 len)
{
	u64 end = gpa + len;

	if (!len || end < gpa || end > (u64)lg->shared_pages * LG_PAGE_SIZE)
		return NULL;
	if (lg->nborrows)
		for (u64 p = gpa / LG_PAGE_SIZE; p <= (end - 1) / LG_PAGE_SIZE; p++)
			own_page(lg, (u32)p);
	if (lg->owned_pages && lg->started)
		wait_for_flush(lg);
	lg->owned_pages = 0;
	return lg->ram + gpa;
}

int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len)
{
	u8 *p = to;

	if (!len || gpa + len < gpa || gpa + len > (u64)lg->shared_pages * LG_PAGE_SIZE)
		return -EFAULT;
	while (len) {
		u32 pfn = (u32)(gpa / LG_PAGE_SIZE);
		size_t n = LG_PAGE_SIZE - gpa % LG_PAGE_SIZE;
		const u8 *from = lg->ram + gpa;

		if (n > len)
			n = len;
		if (lg->shared->page_state[pfn] == LG_PAGE_BORROWED && borrowed_at(lg, pfn))
			from = borrowed_at(lg, pfn) + gpa % LG_PAGE_SIZE;
		memcpy(p, from, n);
		p += n;
		gpa += n;
		len -= n;
	}
	return 0;
}

int lg_borrow(struct lg *lg, u32 gpa, u32 pages, int fd, u64 offset)
{
	struct borrow *b = &lg->borrows[lg->nborrows];
	u32 pfn = gpa / LG_PAGE_SIZE;
	u64 addr = LG_BORROW_ADDR;

	if (!pages || gpa % LG_PAGE_SIZE || offset % LG_PAGE_SIZE || pfn >= lg->ram_pages ||
	    pages > lg->ram_pages - pfn)
		return -EINVAL;
	if (lg->nborrows == LG_BORROWS)
		return -ENOSPC;
	if (lg->nborrows)
		addr = b[-1].addr + (u64)b[-1].pages * LG_PAGE_SIZE;
	b->map = mmap(NULL, (size_t)pages * LG_PAGE_SIZE, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (b->map == MAP_FAILED)
		return -errno;
	b->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (b->fd < 0) {
		munmap((void *)b->map, (size_t)pages * LG_PAGE_SIZE);
		return -errno;
	}
	b->pfn = pfn;
	b->pages = pages;
	b->addr = addr;
	lg->shared->borrows[lg->nborrows++] = (struct lg_borrow){ gpa, pages, addr, offset };
	lg->shared->nborrows = lg->nborrows;
	for (u32 i = 0; i < pages; i++)
		lg->shared->page_state[pfn + i] = LG_PAGE_BORROWED;
	return 0;
}

int lg_translate(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte)
{
	*pde = *pte = 0;
	if (lg->shared->cpu.linear) {
		*gpa = gva;
		return gva / LG_PAGE_SIZE < lg->shared_pages ? 0 : -EFAULT;
	}
	if (lg_peek(lg, (pgdir & ~0xfffull) + (gva >> 22) * 4, pde, 4) < 0 ||
	    !(*pde & LG_PTE_PRESENT))
		return -EFAULT;
	if (*pde & LG_PTE_LARGE) {
		*gpa = (*pde & 0xffc00000) | (gva & 0x3fffff);
		return 0;
	}
	if (lg_peek(lg, (*pde & ~0xfffull) + (gva >> 12 & 1023) * 4, pte, 4) < 0 ||
	    !(*pte & LG_PTE_PRESENT))
		return -EFAULT;
	*gpa = (*pte & ~0xfffu) | (gva & 0xfff);
	return 0;
}
