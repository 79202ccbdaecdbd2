/* SPDX-License-Identifier: MIT */
/*
 * H:056 A guest for another process of ours, one that serves a device: it gets
 * the descriptors of guest memory, shared state, bell, its doorbell, and the
 * files pages are borrowed from, and makes a view of them.  It cannot send
 * signals: for a kick it asks the Launcher.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/view.h"

enum { FD_STATE, FD_RAM, FD_BELL, FD_DOORBELL, FD_BORROWS, FDS_MAX = FD_BORROWS + LG_BORROWS };

struct contents {
	u32 ram_pages, doorbell, nborrows;
	struct { u32 pfn, pages; u64 offset; } borrows[LG_BORROWS];
};

_Static_assert(sizeof(struct contents) <= LG_PARCEL_BYTES, "the parcel has room");
_Static_assert(FDS_MAX <= LG_PARCEL_FDS, "the parcel has room for descriptors");

int lg_pack(struct lg_view *v, int state_fd, int ram_fd, u32 doorbell, void *data, int *fds)
{
	struct contents c = { v->ram_pages, doorbell, v->nborrows, { { 0 } } };

	if (doorbell >= LG_DOORBELLS || v->doorbells[doorbell] < 0)
		return -EINVAL;
	fds[FD_STATE] = state_fd;
	fds[FD_RAM] = ram_fd;
	fds[FD_BELL] = v->bell_fd;
	fds[FD_DOORBELL] = v->doorbells[doorbell];
	for (u32 i = 0; i < v->nborrows; i++) {
		c.borrows[i].pfn = v->borrows[i].pfn;
		c.borrows[i].pages = v->borrows[i].pages;
		c.borrows[i].offset = v->borrows[i].offset;
		fds[FD_BORROWS + i] = v->borrows[i].fd;
	}
	memcpy(data, &c, sizeof(c));
	return FD_BORROWS + (int)v->nborrows;
}

static int map_borrows(struct lg_view *v, const struct contents *c, const int *fds)
{
	for (u32 i = 0; i < c->nborrows; i++) {
		struct borrow *b = &v->borrows[i];

		b->pfn = c->borrows[i].pfn;
		b->pages = c->borrows[i].pages;
		b->offset = c->borrows[i].offset;
		b->fd = fds[FD_BORROWS + i];
		b->map = mmap(NULL, (size_t)b->pages * LG_PAGE_SIZE, PROT_READ, MAP_SHARED, b->fd,
			      (off_t)b->offset);
		if (b->map == MAP_FAILED)
			return -errno;
		v->nborrows++;
	}
	return 0;
}

static int map_all(struct lg_view *v, const struct contents *c, const int *fds)
{
	size_t ram = (size_t)v->shared_pages * LG_PAGE_SIZE;

	v->shared = mmap(NULL, LG_STATE_SIZE(v->shared_pages), PROT_READ | PROT_WRITE, MAP_SHARED,
			 fds[FD_STATE], 0);
	if (v->shared == MAP_FAILED)
		return -errno;
	v->ram = mmap(NULL, ram, PROT_READ | PROT_WRITE, MAP_SHARED, fds[FD_RAM], 0);
	if (v->ram == MAP_FAILED)
		return -errno;
	return map_borrows(v, c, fds);
}

/* The files stay open through their mappings. */
static void close_files(struct lg_view *v, const int *fds, int nfds)
{
	close(fds[FD_STATE]);
	close(fds[FD_RAM]);
	for (int i = FD_BORROWS; i < nfds; i++)
		close(fds[i]);
	for (u32 i = 0; i < v->nborrows; i++)
		v->borrows[i].fd = -1;
}

int lg_unpack(struct lg_view **out, const void *data, const int *fds, int nfds)
{
	struct lg_view *v = calloc(1, sizeof(*v));
	struct contents c;
	int err;

	memcpy(&c, data, sizeof(c));
	if (!v || c.nborrows > LG_BORROWS || nfds != FD_BORROWS + (int)c.nborrows ||
	    c.doorbell >= LG_DOORBELLS || c.ram_pages > LG_MAX_RAM / LG_PAGE_SIZE) {
		for (int i = 0; i < nfds; i++)
			close(fds[i]);
		err = v ? -EINVAL : -ENOMEM;
		free(v);
		return err;
	}
	v->shared = MAP_FAILED;
	v->ram = MAP_FAILED;
	v->ram_pages = c.ram_pages;
	v->shared_pages = c.ram_pages + LG_DEVICE_PAGES;
	memset(v->doorbells, -1, sizeof(v->doorbells));
	v->bell_fd = fds[FD_BELL];
	v->doorbells[c.doorbell] = fds[FD_DOORBELL];
	v->who = c.doorbell;
	v->kick = view_ask_for_kick;
	v->running = 1;
	err = map_all(v, &c, fds);
	close_files(v, fds, nfds);
	if (err)
		lg_view_drop(v);
	else
		*out = v;
	return err;
}

void lg_view_drop(struct lg_view *v)
{
	view_unmap(v);
	close(v->bell_fd);
	for (int i = 1; i < LG_DOORBELLS; i++)
		if (v->doorbells[i] >= 0)
			close(v->doorbells[i]);
	free(v);
}
