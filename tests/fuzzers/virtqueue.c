/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: the virtqueue core against a driver that does anything at any
 * time.  The input is a program for both ends; what must hold is checked after
 * each step.
 */
#include "tests/fuzzers/guest.h"

#define MUST(x) ((x) ? (void)0 : abort())

enum {
	DESC,
	DESC_NEAR,
	AVAIL,
	IDX,
	OFFER,
	RAM,
	TABLE,
	GET,
	PUT,
	ANNOUNCE,
	LISTEN,
	QUIET,
	EVENT,
	RESET,
	OPS
};

static struct virtqueue vq;
static struct vq_chain chain;
static u16 taken[LG_VRING_NUM]; /* heads we hold */
static unsigned ntaken;

static void set_desc(struct input *in, struct lg_vring_desc *d, int near)
{
	if (!near) {
		take(in, d, sizeof(*d));
		return;
	}
	*d = (struct lg_vring_desc){ take16(in) % F_RAM, take8(in), take8(in) % 8, take8(in) };
}

/* What a chain says is inside memory, and can be read, written and moved. */
static void check_chain(struct input *in)
{
	static u8 buf[4096];
	struct iovec iov[LG_VRING_NUM];
	unsigned n = chain.nread + chain.nwrite, i;
	u64 bytes = vq_bytes(chain.pieces, n), sum = 0, skip = take16(in), len = take16(in);
	int k, max = take8(in);

	MUST(chain.head < LG_VRING_NUM && n <= LG_VRING_NUM);
	for (i = 0; i < n; i++)
		MUST(chain.pieces[i].len && chain.pieces[i].gpa < F_ALL &&
		     chain.pieces[i].len <= F_ALL - chain.pieces[i].gpa);
	k = vq_iov(&f_guest, chain.pieces, n, skip, len, iov, max);
	MUST(k <= max && (k >= 0 || k == -E2BIG));
	for (i = 0; k > 0 && i < (unsigned)k; i++) {
		MUST(iov[i].iov_len && (u8 *)iov[i].iov_base >= f_memory &&
		     (u8 *)iov[i].iov_base + iov[i].iov_len <= f_memory + F_ALL);
		sum += iov[i].iov_len;
	}
	if (k >= 0)
		MUST(sum == (skip >= bytes ? 0 : len < bytes - skip ? len : bytes - skip));
	len %= sizeof(buf);
	k = vq_copy_from(&f_guest, chain.pieces, n, skip, buf, (size_t)len);
	MUST((k == 0) == (!len || (skip < bytes && len <= bytes - skip)));
	/* Into the ring itself, if the driver so wishes. */
	vq_copy_to(&f_guest, chain.pieces, n, skip, buf, (size_t)len);
}

static void get(struct input *in)
{
	int ret = vq_get(&vq, &chain);

	MUST(ret == 1 || ret == 0 || ret == -EPROTO);
	MUST((ret == -EPROTO) == (vq.broken[0] != 0));
	if (ret != 1)
		return;
	check_chain(in);
	if (ntaken < LG_VRING_NUM)
		taken[ntaken++] = chain.head;
}

static void put(struct input *in)
{
	u16 before = vq.used;

	if (!ntaken)
		return;
	vq_put(&vq, taken[--ntaken], take16(in));
	MUST((u16)(before + 1) == vq.used);
}

static void offer(struct input *in)
{
	u16 idx = vq.avail->idx;

	vq.avail->ring[idx % LG_VRING_NUM] = take8(in);
	vq.avail->idx = (u16)(idx + 1);
}

static void step(struct input *in, u8 op)
{
	switch (op % OPS) {
	case DESC:
	case DESC_NEAR:
		set_desc(in, &vq.desc[take8(in)], op % OPS == DESC_NEAR);
		break;
	case AVAIL:
		vq.avail->ring[take8(in)] = take16(in);
		break;
	case IDX:
		vq.avail->idx = take16(in);
		break;
	case OFFER:
		offer(in);
		break;
	case RAM:
		take(in, f_memory + take16(in) % (F_RAM - 64), take8(in) % 64);
		break;
	case TABLE: /* an entry of a table of descriptors */
		set_desc(in, (struct lg_vring_desc *)(void *)(f_memory + take8(in) % 64 * 16), 1);
		break;
	case GET:
		get(in);
		break;
	case PUT:
		put(in);
		break;
	case ANNOUNCE:
		vq_announce(&vq);
		break;
	case LISTEN:
		MUST(!vq_listen(&vq) || !vq.broken[0]);
		break;
	case QUIET:
		vq_quiet(&vq);
		break;
	case EVENT:
		vq.avail->ring[LG_VRING_NUM] = take16(in);
		vq.avail->flags = take8(in) % 2;
		break;
	default:
		vq_reset(&vq);
		vq.features = take8(in) % 4 * LG_RING_F_INDIRECT;
		ntaken = 0;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };

	f_begin();
	ntaken = 0;
	vq = (struct virtqueue){
		.guest = &f_guest, .name = "fuzz", .num = LG_VRING_NUM, .irq = 3, .pfn = F_PFN
	};
	MUST(!vq_init(&vq));
	vq.features = take8(&in) % 4 * LG_RING_F_INDIRECT;
	while (in.left)
		step(&in, take8(&in));
	MUST(!(f_irqs & ~(1u << 3)));
	return 0;
}
