/* SPDX-License-Identifier: MIT */
/*
 * D:730 Block requests.
 *
 * A chain begins with 16 bytes that say what and where, then come the data,
 * and the last byte to write is for the answer.  How that is cut into
 * descriptors is the guest's affair.  Sectors are 512 bytes, whatever the
 * block size.
 */
#include <errno.h>
#include <string.h>

#include "devices/block.h"

struct header {
	u32 type, priority;
	u64 sector;
};

struct range { /* discard and write zeroes */
	u64 sector;
	u32 nsectors, flags;
};

#define RANGE_UNMAP 1u

_Static_assert(sizeof(struct header) == 16 && sizeof(struct range) == 16, "as in virtio");

#define OLD_ID 8 /* bytes more that a 2.6.24's header has */

static u64 header_size(const struct block *b)
{
	return sizeof(struct header) + (b->device && b->device->tlv ? OLD_ID : 0);
}

u64 block_sectors(const struct block *b)
{
	return (b->store->bytes + STORE_SECTOR - 1) / STORE_SECTOR;
}

static void answer(struct block_request *r, u8 status)
{
	r->status = status;
	r->done = 1;
}

static int faulty(const struct block *b, enum store_op op, u64 sector, u64 n)
{
	unsigned i;

	for (i = 0; i < b->nfaults; i++) {
		const struct block_fault *f = &b->fault[i];

		if (f->op == op &&
		    (op == STORE_FLUSH || (sector <= f->last && sector + n > f->first)))
			return 1;
	}
	return 0;
}

/* The sectors are the disk's, and nothing is said to be wrong with them. */
static void set_range(struct block *b, struct block_request *r, enum store_op op, u64 sector,
		      u64 bytes)
{
	u64 n = bytes / STORE_SECTOR, all = block_sectors(b);

	if (bytes % STORE_SECTOR || sector > all || n > all - sector || faulty(b, op, sector, n) ||
	    (op != STORE_READ && b->store->read_only)) {
		answer(r, BLOCK_S_IOERR);
		return;
	}
	r->io.op = op;
	r->io.off = sector * STORE_SECTOR;
	r->io.len = bytes;
	r->done = bytes == 0;
}

static int read_write(struct block *b, struct virtqueue *vq, const struct vq_chain *c,
		      struct block_request *r, const struct header *h)
{
	int in = h->type == BLOCK_T_IN, n;
	const struct vq_piece *p = in ? c->pieces + c->nread : c->pieces;
	unsigned np = in ? c->nwrite : c->nread;
	u64 skip = in ? 0 : header_size(b);
	u64 bytes = vq_bytes(p, np) - (in ? 1 : header_size(b));

	if (bytes > BLOCK_REQUEST_MAX) { /* buffers may name the same memory again and again */
		answer(r, BLOCK_S_IOERR);
		return 0;
	}
	set_range(b, r, in ? STORE_READ : STORE_WRITE, h->sector, bytes);
	if (r->done)
		return 0;
	n = vq_iov(vq->guest, p, np, skip, bytes, r->iov, LG_VRING_NUM);
	if (n < 0)
		return vq_break(vq, "data of a request outside memory");
	r->io.iov = r->iov;
	r->io.niov = n;
	if (in)
		r->written = (u32)bytes;
	return 0;
}

static int discard_zero(struct block *b, struct virtqueue *vq, const struct vq_chain *c,
			struct block_request *r, const struct header *h)
{
	int zero = h->type == BLOCK_T_WRITE_ZEROES;
	struct range range;

	if (vq_bytes(c->pieces, c->nread) != sizeof(*h) + sizeof(range)) {
		answer(r, BLOCK_S_IOERR);
		return 0;
	}
	if (vq_copy_from(vq->guest, c->pieces, c->nread, sizeof(*h), &range, sizeof(range)))
		return vq_break(vq, "data of a request outside memory");
	if (range.flags & ~(zero ? RANGE_UNMAP : 0u))
		answer(r, BLOCK_S_UNSUPP);
	else if (range.nsectors > (zero ? BLOCK_ZERO_SECTORS : BLOCK_DISCARD_SECTORS))
		answer(r, BLOCK_S_IOERR); /* it would keep the worker for hours */
	else
		set_range(b, r, zero ? STORE_ZERO : STORE_DISCARD, range.sector,
			  (u64)range.nsectors * STORE_SECTOR);
	return 0;
}

static int get_id(const struct block *b, struct virtqueue *vq, const struct vq_chain *c,
		  struct block_request *r)
{
	const struct vq_piece *p = c->pieces + c->nread;
	u64 n = vq_bytes(p, c->nwrite) - 1;

	if (n > BLOCK_ID)
		n = BLOCK_ID;
	if (n && vq_copy_to(vq->guest, p, c->nwrite, 0, b->id, (size_t)n))
		return vq_break(vq, "data of a request outside memory");
	r->written = (u32)n;
	answer(r, BLOCK_S_OK);
	return 0;
}

/* The byte for the answer: the last one of those to write. */
static struct vq_piece last_byte(const struct vq_chain *c)
{
	const struct vq_piece *p = &c->pieces[c->nread + c->nwrite - 1];

	return (struct vq_piece){ p->gpa + p->len - 1, 1 };
}

int block_parse(struct block *b, struct virtqueue *vq, const struct vq_chain *c,
		struct block_request *r)
{
	struct header h;

	r->head = c->head;
	r->status = BLOCK_S_OK;
	r->done = 0;
	r->written = 0;
	r->io = (struct store_io){ STORE_FLUSH, 0, 0, NULL, 0, 0 };
	if (!c->nwrite)
		return vq_break(vq, "a request without a byte for its status");
	r->status_at = last_byte(c);
	if (vq_copy_from(vq->guest, c->pieces, c->nread, 0, &h, sizeof(h)))
		return vq_break(vq, "a request without a whole header");
	switch (h.type) {
	case BLOCK_T_IN:
	case BLOCK_T_OUT:
		return read_write(b, vq, c, r, &h);
	case BLOCK_T_FLUSH:
		if (faulty(b, STORE_FLUSH, 0, 0))
			answer(r, BLOCK_S_IOERR);
		return 0;
	case BLOCK_T_GET_ID:
		return get_id(b, vq, c, r);
	case BLOCK_T_DISCARD:
	case BLOCK_T_WRITE_ZEROES:
		return discard_zero(b, vq, c, r, &h);
	}
	answer(r, BLOCK_S_UNSUPP);
	return 0;
}
