/* SPDX-License-Identifier: MIT */
/* The device page of 2.6.25 - 3.19: records above RAM, and NOTIFY. */
#include "tests/gen/virtio.h"

const u32 bus_net_header = 10;

struct record {
	u8 type, num_vq, feature_len, config_len, status;
	u8 rest[];
};

static volatile struct record *at(u32 handle)
{
	return va(handle);
}

void early_write(const char *text)
{
	hcall(H_NOTIFY, pa(text), 0, 0, 0);
}

int bus_find(u32 type, struct vdev *d)
{
	u32 gpa = mem_bytes, i, n;

	for (;;) {
		volatile struct record *r = at(gpa);

		if (!r->type)
			return -1;
		if (r->type == type)
			break;
		gpa += 5 + 8u * r->num_vq + 2u * r->feature_len + r->config_len;
	}
	d->type = type;
	d->handle = gpa;
	d->nvq = at(gpa)->num_vq;
	for (i = 0; i < d->nvq; i++) {
		struct { u16 num, irq; u32 pfn; } vqc;

		memcpy(&vqc, (u8 *)at(gpa)->rest + 8 * i, 8);
		vq_place(&d->vq[i], vqc.num, vqc.pfn);
		d->vq[i].irq = vqc.irq;
		d->vq[i].handle = vqc.pfn << 12;
	}
	n = at(gpa)->config_len;
	memcpy(d->config, (u8 *)at(gpa)->rest + 8 * d->nvq + 2 * at(gpa)->feature_len,
	       n < sizeof(d->config) ? n : sizeof(d->config));
	at(gpa)->status = 0;
	hcall(H_NOTIFY, gpa, 0, 0, 0);		/* reset */
	at(gpa)->status |= 1;			/* acknowledge */
	return 0;
}

/* No features accepted: the bits behind those offered stay 0. */
void bus_ready(struct vdev *d)
{
	at(d->handle)->status |= 2;		/* driver */
	hcall(H_NOTIFY, d->handle, 0, 0, 0);	/* features are final */
	at(d->handle)->status |= 4;		/* driver ok */
}

void bus_kick(struct vq *q)
{
	hcall(H_NOTIFY, q->handle, 0, 0, 0);
}

void bus_interrupt(struct vdev *d)
{
	(void)d;
}
