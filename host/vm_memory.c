/* SPDX-License-Identifier: MIT */
/*
 * H:055 Guest memory in the Launcher: what is borrowed from files, and what the
 * guest's page tables say.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/vm.h"

void *lg_memory(struct lg *lg, u64 gpa, u64 len)
{
	return view_memory(&lg->view, gpa, len);
}

u64 lg_resident(struct lg *lg)
{
	struct stat st;

	return fstat(lg->ram_fd, &st) < 0 ? 0 : (u64)st.st_blocks * 512;
}

int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len)
{
	return view_peek(&lg->view, gpa, to, len);
}

int lg_borrow(struct lg *lg, u32 gpa, u32 pages, int fd, u64 offset)
{
	struct borrow *b = &lg->view.borrows[lg->view.nborrows];
	u32 pfn = gpa / LG_PAGE_SIZE;
	u64 addr = LG_BORROW_ADDR;

	if (!pages || gpa % LG_PAGE_SIZE || offset % LG_PAGE_SIZE || pfn >= lg->view.ram_pages ||
	    pages > lg->view.ram_pages - pfn)
		return -EINVAL;
	if (lg->view.nborrows == LG_BORROWS)
		return -ENOSPC;
	if (lg->view.nborrows)
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
	b->offset = offset;
	lg->view.shared->borrows[lg->view.nborrows++] = (struct lg_borrow){ gpa, pages, addr, offset };
	lg->view.shared->nborrows = lg->view.nborrows;
	for (u32 i = 0; i < pages; i++)
		lg->view.shared->page_state[pfn + i] = LG_PAGE_BORROWED;
	return 0;
}

/* One entry of three-level tables; -EFAULT if it is not there or not in memory. */
static int long_entry(struct lg *lg, u64 gpa, u32 *lo)
{
	u32 entry[2] = { 0, 0 };

	if (lg_peek(lg, gpa, entry, sizeof(entry)) < 0)
		return -EFAULT;
	*lo = entry[0];
	return entry[0] & LG_PTE_PRESENT && !(entry[1] & 0x7fffffff) ? 0 : -EFAULT;
}

static int translate_pae(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte)
{
	u32 top;

	if (long_entry(lg, (pgdir & ~0x1full) + (gva >> 30) * 8, &top) < 0 ||
	    long_entry(lg, (top & ~0xfffull) + (gva >> 21 & 511) * 8, pde) < 0)
		return -EFAULT;
	if (*pde & LG_PTE_LARGE) {
		*gpa = (*pde & 0xffe00000) | (gva & 0x1fffff);
		return 0;
	}
	if (long_entry(lg, (*pde & ~0xfffull) + (gva >> 12 & 511) * 8, pte) < 0)
		return -EFAULT;
	*gpa = (*pte & ~0xfffu) | (gva & 0xfff);
	return 0;
}

int lg_share_page(struct lg *lg, u32 pfn, int fd)
{
	struct lg_view *v = &lg->view;
	u32 n = v->shared->nshared;
	int copy;

	if (pfn < v->ram_pages || pfn >= v->shared_pages)
		return -EINVAL;
	if (n >= LG_SHARED)
		return -ENOSPC;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return -errno;
	if (mmap(v->ram + (u64)pfn * LG_PAGE_SIZE, LG_PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED, copy, 0) == MAP_FAILED) {
		int err = -errno;

		close(copy);
		return err;
	}
	lg->shared_fds[n] = copy;
	v->shared->shared_pfn[n] = pfn;
	v->shared->nshared = n + 1;
	v->shared->page_state[pfn] = LG_PAGE_SHARED;
	return 0;
}

void lg_limit_pages(struct lg *lg, u32 pages)
{
	if (pages >= lg->view.ram_pages && pages <= lg->view.shared_pages)
		lg->view.shared->pages = pages;
}

int lg_translate(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte)
{
	*pde = *pte = 0;
	if (lg->view.shared->cpu.linear) {
		*gpa = gva;
		return gva / LG_PAGE_SIZE < lg->view.shared_pages ? 0 : -EFAULT;
	}
	if (lg->view.shared->cpu.pae)
		return translate_pae(lg, pgdir, gva, gpa, pde, pte);
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
