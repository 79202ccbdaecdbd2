/* SPDX-License-Identifier: MIT */
/*
 * A Host that only has memory: what image and boot loading need of host.h.
 */
#include "tests/unit/fake_host.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void *lg_memory(struct lg *lg, u64 gpa, u64 len)
{
	if (!len || gpa > lg->size || len > lg->size - gpa)
		return NULL;
	return lg->memory + gpa;
}

int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len)
{
	const void *from = lg_memory(lg, gpa, len);

	if (!from)
		return -EFAULT;
	memcpy(to, from, len);
	return 0;
}

/* Borrowing is copying here, but remembered. */
int lg_borrow(struct lg *lg, u32 gpa, u32 pages, int fd, u64 offset)
{
	size_t len = (size_t)pages * LG_PAGE_SIZE;
	void *to = lg_memory(lg, gpa, len);

	if (lg->nborrows == lg->max_borrows)
		return -ENOSPC;
	if (!to || gpa % LG_PAGE_SIZE || offset % LG_PAGE_SIZE)
		return -EINVAL;
	if (pread(fd, to, len, (off_t)offset) != (ssize_t)len)
		return -EIO;
	lg->borrowed_gpa[lg->nborrows] = gpa;
	lg->borrowed_pages[lg->nborrows++] = pages;
	return 0;
}
