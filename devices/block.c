/* SPDX-License-Identifier: MIT */
/*
 * D:700 Disks.
 *
 * One queue, served by a worker: requests are taken in batches, go to the
 * store as vectors of guest memory, so that data are copied by the host kernel
 * and by nobody else, and are answered together with one interrupt.  A guest
 * that does not know FLUSH is promised that what is answered is safe: then
 * each batch ends with one.
 */
#include "devices/block.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define BATCH_BYTES (256u << 10) /* a batch that is answered late enough */
#define WORK_BYTES  (4u << 20)	 /* then the worker listens to the loop again */

struct block_config {
	u64 capacity;
	u32 size_max, seg_max;
	u16 cylinders;
	u8 heads, sectors;
	u32 blk_size;
	u8 physical_block_exp, alignment_offset;
	u16 min_io_size;
	u32 opt_io_size;
	u8 writeback, unused0;
	u16 num_queues;
	u32 max_discard_sectors, max_discard_seg, discard_sector_alignment;
	u32 max_write_zeroes_sectors, max_write_zeroes_seg;
	u8 write_zeroes_may_unmap, unused1[3];
};

_Static_assert(sizeof(struct block_config) == 64 &&
		       offsetof(struct block_config, write_zeroes_may_unmap) == 56,
	       "as in virtio, and padding");
#define CONFIG_LEN 60

/* Take requests until the batch is worth its while: how many; *bytes of data. */
static unsigned take(struct block *b, struct virtqueue *vq, u64 *bytes)
{
	unsigned n = 0;

	*bytes = 0;
	while (n < BLOCK_BATCH && *bytes < BATCH_BYTES && vq_get(vq, &b->chain) > 0) {
		struct block_request *r = &b->request[n];

		if (block_parse(b, vq, &b->chain, r))
			break;
		if (!r->done)
			*bytes += r->io.len;
		n++;
	}
	return n;
}

/* Without FLUSH an answer means: it is safe. */
static int make_safe(struct block *b)
{
	struct store_io flush = { STORE_FLUSH, 0, 0, NULL, 0, 0 };

	return b->store->read_only ? 0 : store_one(b->store, &flush);
}

static void run(struct block *b, unsigned n, int promised)
{
	unsigned i, k = 0, writes = 0;
	int err = 0;

	for (i = 0; i < n; i++)
		if (!b->request[i].done) {
			writes += b->request[i].io.op != STORE_READ;
			b->io[k++] = b->request[i].io;
		}
	if (k)
		store_run(b->store, b->io, k);
	if (writes && promised)
		err = make_safe(b);
	for (i = 0, k = 0; i < n; i++) {
		struct block_request *r = &b->request[i];

		if (r->done)
			continue;
		if (b->io[k].err || (err && b->io[k].op != STORE_READ)) {
			r->status = BLOCK_S_IOERR;
			r->written = 0;
		}
		k++;
	}
}

static void give_back(struct block *b, struct virtqueue *vq, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		struct block_request *r = &b->request[i];

		if (vq_copy_to(vq->guest, &r->status_at, 1, 0, &r->status, 1)) {
			vq_break(vq, "the status of a request outside memory");
			return;
		}
		vq_put(vq, r->head, r->written + 1);
	}
	vq_announce(vq);
}

static int work(struct device *d)
{
	struct block *b = d->state;
	struct virtqueue *vq = &d->vq[0];
	u64 total = 0, bytes;
	unsigned n;

	do {
		n = take(b, vq, &bytes);
		run(b, n, !(d->features & BLOCK_F_FLUSH));
		give_back(b, vq, n);
		total += bytes + STORE_SECTOR * n;
	} while (n && total < WORK_BYTES);
	return n != 0;
}

static void set_config(const struct block *b, struct block_config *c)
{
	const u32 sectors = b->store->block / STORE_SECTOR;

	memset(c, 0, sizeof(*c));
	c->capacity = block_sectors(b);
	c->size_max = BLOCK_SEG_BYTES;
	c->seg_max = BLOCK_SEGS;
	c->blk_size = STORE_SECTOR;
	c->physical_block_exp = (u8)__builtin_ctz(sectors);
	c->min_io_size = (u16)sectors;
	c->writeback = 1;
	c->num_queues = 1;
	c->max_discard_sectors = BLOCK_DISCARD_SECTORS;
	c->max_discard_seg = 1;
	c->discard_sector_alignment = sectors;
	c->max_write_zeroes_sectors = BLOCK_ZERO_SECTORS;
	c->max_write_zeroes_seg = 1;
	c->write_zeroes_may_unmap = 1;
}

struct device *block_attach(struct block *b, struct devices *all)
{
	const u32 writable = BLOCK_F_DISCARD | BLOCK_F_WRITE_ZEROES;
	struct block_config config;

	set_config(b, &config);
	b->kind = (struct device_kind){
		.type = LG_DEV_BLOCK,
		.name = "block",
		.num_vq = 1,
		.config_len = CONFIG_LEN,
		.features = BLOCK_F_SIZE_MAX | BLOCK_F_SEG_MAX | BLOCK_F_BLK_SIZE | BLOCK_F_FLUSH |
			    BLOCK_F_TOPOLOGY | LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX |
			    (b->store->read_only ? BLOCK_F_RO : writable),
		.work = work,
	};
	b->device = devices_add(all, &b->kind, b, &config);
	return b->device;
}
