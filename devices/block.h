/* SPDX-License-Identifier: MIT */
/*
 * The virtio block device: requests of a guest against a store.
 */
#ifndef DEVICES_BLOCK_H
#define DEVICES_BLOCK_H

#include "devices/block_store.h"
#include "devices/device.h"

#define BLOCK_ID     20 /* bytes of a disk's name, for GET_ID */
#define BLOCK_FAULTS 8
#define BLOCK_BATCH  32 /* requests taken at once */

/* How much one request may want: the guest is told, and held to it. */
#define BLOCK_SEG_BYTES	      (1u << 20)
#define BLOCK_SEGS	      (LG_VRING_NUM - 2)
#define BLOCK_REQUEST_MAX     (BLOCK_SEGS * BLOCK_SEG_BYTES)
#define BLOCK_DISCARD_SECTORS (1u << 21) /* 1 GiB: only numbers change */
#define BLOCK_ZERO_SECTORS    (1u << 15) /* 16 MiB: may have to be written */

/* Request types, status bytes, features: virtio's. */
enum {
	BLOCK_T_IN = 0,
	BLOCK_T_OUT = 1,
	BLOCK_T_FLUSH = 4,
	BLOCK_T_GET_ID = 8,
	BLOCK_T_DISCARD = 11,
	BLOCK_T_WRITE_ZEROES = 13,
};

enum { BLOCK_S_OK = 0, BLOCK_S_IOERR = 1, BLOCK_S_UNSUPP = 2 };

#define BLOCK_F_SIZE_MAX     (1u << 1)
#define BLOCK_F_SEG_MAX	     (1u << 2)
#define BLOCK_F_RO	     (1u << 5)
#define BLOCK_F_BLK_SIZE     (1u << 6)
#define BLOCK_F_FLUSH	     (1u << 9)
#define BLOCK_F_TOPOLOGY     (1u << 10)
#define BLOCK_F_DISCARD	     (1u << 13)
#define BLOCK_F_WRITE_ZEROES (1u << 14)

/* An error to make, for tests: operations that touch these sectors fail. */
struct block_fault {
	enum store_op op;
	u64 first, last;
};

struct block_request {
	u16 head;
	u8 status;
	u8 done; /* the store is not asked */
	u32 written;
	struct vq_piece status_at;
	struct store_io io;
	struct iovec iov[LG_VRING_NUM];
};

struct block {
	struct store *store;
	char id[BLOCK_ID + 1];
	struct block_fault fault[BLOCK_FAULTS];
	unsigned nfaults;
	struct device_kind kind;
	struct device *device;
	struct vq_chain chain;			   /* being looked at */
	struct block_request request[BLOCK_BATCH]; /* under way */
	struct store_io io[BLOCK_BATCH];
};

/* Connect the disk, whose store, id and faults are set, to a guest.  NULL: no room. */
struct device *block_attach(struct block *b, struct devices *all);
u64 block_sectors(const struct block *b);
/*
 * What the chain wants: 0 and *r, which may be answered already (done), or
 * -EPROTO: there is no way to answer, and the queue is broken.
 */
int block_parse(struct block *b, struct virtqueue *vq, const struct vq_chain *c,
		struct block_request *r);

#endif
