/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: the block device against a driver that asks for anything.  The
 * store is one that checks what it is asked: nothing outside the disk, as much
 * memory as bytes, and no change of one that can only be read.
 */
#include "devices/block.h"
#include "tests/fuzzers/guest.h"

#define MUST(x) ((x) ? (void)0 : abort())
#define SECTORS 64u

static u8 disk[SECTORS * STORE_SECTOR];
static struct block block;
static struct devices devices;
static u8 fail; /* sometimes it fails */

static void check(const struct store *s, const struct store_io *io)
{
	u64 sum = 0;
	int i;

	if (io->op == STORE_FLUSH)
		return;
	MUST(io->off <= sizeof(disk) && io->len <= sizeof(disk) - io->off);
	MUST(io->len && io->off % STORE_SECTOR == 0 && io->len % STORE_SECTOR == 0);
	MUST(io->op == STORE_READ || !s->read_only);
	if (io->op != STORE_READ && io->op != STORE_WRITE)
		return;
	for (i = 0; i < io->niov; i++) {
		const u8 *p = io->iov[i].iov_base;

		MUST(p >= f_memory && p + io->iov[i].iov_len <= f_memory + F_ALL);
		sum += io->iov[i].iov_len;
	}
	MUST(sum == io->len);
}

static int one(const struct store *s, const struct store_io *io)
{
	u64 at = io->off;
	int i;

	check(s, io);
	if (fail && fail-- == 1)
		return -EIO;
	if (io->op == STORE_ZERO)
		memset(disk + at, 0, io->len);
	for (i = 0; i < io->niov; i++) {
		if (io->op == STORE_READ)
			memcpy(io->iov[i].iov_base, disk + at, io->iov[i].iov_len);
		else
			memcpy(disk + at, io->iov[i].iov_base, io->iov[i].iov_len);
		at += io->iov[i].iov_len;
	}
	return 0;
}

static void run(struct store *s, struct store_io *io, unsigned n)
{
	while (n--) {
		io->err = one(s, io);
		io++;
	}
}

static void close_store(struct store *s)
{
	(void)s;
}

static const struct store_kind kind = { run, close_store };

/* A chain of three, as a driver would make it, of odd numbers. */
static void ask(struct input *in, struct device *d)
{
	struct lg_vring_desc *t = d->vq[0].desc;
	u8 head = take8(in) % 64;
	u8 type = take8(in);
	u64 sector = take8(in);
	u32 n = type & 0x80 ? take16(in) : take8(in) % 4 * STORE_SECTOR;
	u16 dir = type & 0x40 ? LG_VRING_DESC_WRITE : 0;

	type &= 15;
	memset(f_memory + 0x1000, 0, 16);
	f_memory[0x1000] = type;
	memcpy(f_memory + 0x1008, &sector, sizeof(sector));
	t[head] = (struct lg_vring_desc){ 0x1000, 16, LG_VRING_DESC_NEXT, (u16)(head + 1) };
	t[head + 1] = (struct lg_vring_desc){ 0x2000, n, (u16)(LG_VRING_DESC_NEXT | dir),
					      (u16)(head + 2) };
	t[head + 2] = (struct lg_vring_desc){ 0x1100, 1, LG_VRING_DESC_WRITE, 0 };
	d->vq[0].avail->ring[d->vq[0].avail->idx++ % LG_VRING_NUM] = head;
}

static void step(struct input *in, struct device *d)
{
	struct virtqueue *vq = &d->vq[0];

	switch (take8(in) % 8) {
	case 0:
	case 1:
		ask(in, d);
		break;
	case 2:
		take(in, &vq->desc[take8(in)], sizeof(*vq->desc));
		break;
	case 3:
		take(in, f_memory + take16(in) % (F_RAM - 64), take8(in) % 64);
		break;
	case 4:
		vq->avail->ring[vq->avail->idx++ % LG_VRING_NUM] = take8(in);
		break;
	case 5:
		fail = take8(in) % 4;
		break;
	case 6:
		vq_reset(vq);
		vq->features = take8(in) % 4 * LG_RING_F_INDIRECT;
		d->features = take8(in) % 2 ? BLOCK_F_FLUSH : 0;
		break;
	default:
		d->kind->work(d);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct store store;
	struct input in = { data, size };
	struct device *d;

	f_begin();
	memset(&block, 0, sizeof(block));
	store = (struct store){ .kind = &kind,
				.bytes = sizeof(disk) - take16(&in) % STORE_SECTOR,
				.block = STORE_SECTOR,
				.read_only = take8(&in) % 4 == 0 };
	block.store = &store;
	strcpy(block.id, "fuzz");
	block.fault[0] = (struct block_fault){ STORE_READ, take8(&in), 255 };
	block.nfaults = take8(&in) % 2;
	devices_init(&devices, &f_guest);
	d = block_attach(&block, &devices);
	MUST(d);
	d->started = 1;
	while (in.left)
		step(&in, d);
	d->kind->work(d);
	return 0;
}
