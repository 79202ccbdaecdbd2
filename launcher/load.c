/* SPDX-License-Identifier: MIT */
/*
 * L:240 From files into guest memory.
 *
 * Whole pages are not copied but borrowed: the Host maps them from the file
 * until the guest writes to them, so a thousand guests share one kernel in
 * memory and start at once.  What does not fill a page, or lies differently
 * in the file than in memory, is copied.
 */
#include "launcher/image.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"

/*
 * A page that will be written anyway is cheaper to copy at once (about 1 us)
 * than to fault on (about 4 us), so small writable segments are not borrowed.
 */
#define BORROW_MIN_WRITABLE (16 * LG_PAGE_SIZE)

static int copy_range(struct lg *lg, const char *name, int fd, u64 offset, u32 gpa, u32 len,
		      struct complaint *c)
{
	char *to;

	if (!len)
		return 0;
	to = lg_memory(lg, gpa, len);
	if (!to)
		return complain(c, -EINVAL,
				"%s: 0x%x bytes at 0x%x are outside guest memory:"
				" give the guest more with -m",
				name, len, gpa);
	while (len) {
		ssize_t n = pread(fd, to, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return complain(c, n < 0 ? -errno : -EIO,
					"%s: cannot read it (file offset 0x%llx): %s: copy or "
					"build it again",
					name, (unsigned long long)offset,
					n < 0 ? strerror(errno) : "the file became shorter");
		to += n;
		offset += (u64)n;
		len -= (u32)n;
	}
	return 0;
}

int load_range(struct lg *lg, const char *name, int fd, u64 offset, u32 gpa, u32 len, int borrow,
	       struct complaint *c)
{
	u32 head = -gpa % LG_PAGE_SIZE, pages, middle;
	int err;

	if (!borrow || offset % LG_PAGE_SIZE != gpa % LG_PAGE_SIZE || len < head + LG_PAGE_SIZE)
		return copy_range(lg, name, fd, offset, gpa, len, c);
	pages = (len - head) / LG_PAGE_SIZE;
	middle = pages * LG_PAGE_SIZE;
	err = copy_range(lg, name, fd, offset, gpa, head, c);
	if (err)
		return err;
	/* Any refusal just means that sharing is not to be had. */
	if (lg_borrow(lg, gpa + head, pages, fd, offset + head) < 0)
		err = copy_range(lg, name, fd, offset + head, gpa + head, middle, c);
	if (err)
		return err;
	return copy_range(lg, name, fd, offset + head + middle, gpa + head + middle,
			  len - head - middle, c);
}

/* The rest of each segment (bss) needs nothing: fresh memory is zero. */
int image_load(const struct image *img, struct lg *lg, struct complaint *c)
{
	int i, err = 0;

	for (i = 0; i < img->nsegments && !err; i++) {
		const struct image_segment *s = &img->segments[i];
		int borrow = !(s->flags & PF_W) || s->filesz >= BORROW_MIN_WRITABLE;

		err = load_range(lg, img->name, img->fd, s->offset, s->gpa, s->filesz, borrow, c);
	}
	return err;
}
