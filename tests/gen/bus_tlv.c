/* SPDX-License-Identifier: MIT */
/* The device page of 2.6.24: headers of three bytes, then fields {type, length, data}. */
#include "tests/gen/virtio.h"

#define FIELD_QUEUE	2
#define FIELD_FIRST	0x41		/* disk: capacity; network: address */
#define USED		0x80		/* our mark on a field we have taken */

const u32 bus_net_header = 10;

/* Without it, or --abi 2.6.24, we would be taken for a 2.6.25. */
__attribute__((used)) static const char banner[] = "Linux version 2.6.24.7 (nobody@nowhere)";

void early_write(const char *text)
{
	hcall(H_NOTIFY, pa(text), 0, 0, 0);
}

static void take_field(struct vdev *d, volatile u8 *field)
{
	struct vq *q = &d->vq[d->nvq];
	struct { u16 num, irq; u32 pfn; } vqc;

	if (field[0] == FIELD_QUEUE && field[1] == 8) {
		memcpy(&vqc, (u8 *)field + 2, 8);
		check(vqc.num == 128, "a queue of %u entries", vqc.num);
		vq_place(q, vqc.num, vqc.pfn);
		q->irq = vqc.irq;
		q->handle = vqc.pfn << 12;
		d->nvq++;
	} else if (field[0] == FIELD_FIRST && field[1] <= sizeof(d->config)) {
		memcpy(d->config, (u8 *)field + 2, field[1]);
	} else {
		return;
	}
	field[0] |= USED;
}

int bus_find(u32 type, struct vdev *d)
{
	volatile u8 *p = va(mem_bytes);
	u32 at;

	for (; *p != type; p += 3 + p[1])
		if (!*p)
			return -1;
	d->type = type;
	d->handle = pa(p);
	d->nvq = 0;
	p[2] |= 1;
	for (at = 0; at < p[1]; at += 2u + p[3 + at + 1])
		take_field(d, p + 3 + at);
	return 0;
}

void bus_ready(struct vdev *d)
{
	volatile u8 *p = va(d->handle);

	p[2] |= 2 | 4;			/* nobody needs to be told */
}

void bus_kick(struct vq *q)
{
	hcall(H_NOTIFY, q->handle, 0, 0, 0);
}

void bus_interrupt(struct vdev *d)
{
	(void)d;
}
