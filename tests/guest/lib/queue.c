// SPDX-License-Identifier: MIT
#include "queue.h"

volatile struct lg_device_desc *t_console;
struct t_queue t_receive, t_transmit;

static void fill(struct t_queue *q, const struct lg_vqconfig *vq)
{
	q->gpa = vq->pfn * LG_PAGE_SIZE;
	q->irq = vq->irq;
	q->desc = va(q->gpa);
	q->avail = va(q->gpa + 4096);
	q->used = va(q->gpa + 8192);
}

void t_find_console(void)
{
	uint8_t *p = va(kit_ram);

	while (*p != LG_DEV_CONSOLE) {
		struct lg_device_desc *d = (void *)p;

		if (d->type == LG_DEV_END)
			panic("no console device");
		p += sizeof(*d) + d->num_vq * sizeof(struct lg_vqconfig) +
		     2u * d->feature_len + d->config_len;
	}
	t_console = (void *)p;
	fill(&t_receive, (void *)(p + sizeof(*t_console)));
	fill(&t_transmit, (void *)(p + sizeof(*t_console) + sizeof(struct lg_vqconfig)));
}

void t_start_console(void)
{
	t_console->status = LG_DEV_S_ACKNOWLEDGE;
	t_console->status |= LG_DEV_S_DRIVER;
	hcall(LHCALL_NOTIFY, pa(t_console), 0, 0, 0);
	t_console->status |= LG_DEV_S_DRIVER_OK;
}

void t_describe(struct t_queue *q, unsigned n, uint32_t gpa, uint32_t len,
		unsigned flags, unsigned next)
{
	q->desc[n].addr = gpa;
	q->desc[n].len = len;
	q->desc[n].flags = (uint16_t)flags;
	q->desc[n].next = (uint16_t)next;
}

void t_offer(struct t_queue *q, unsigned head)
{
	q->avail->ring[q->avail->idx % LG_VRING_NUM] = (uint16_t)head;
	__asm__ volatile("" : : : "memory");
	q->avail->idx++;
}

void t_kick(struct t_queue *q)
{
	hcall(LHCALL_NOTIFY, q->gpa, 0, 0, 0);
}

int t_wait_used(struct t_queue *q, uint16_t idx)
{
	uint64_t end = rdtsc() + 3000000000ull;

	while (q->used->idx != idx && rdtsc() < end)
		__asm__ volatile("pause");
	return q->used->idx == idx;
}

int t_wait_broken(void)
{
	uint64_t end = rdtsc() + 3000000000ull;

	while (!(t_console->status & LG_DEV_S_NEEDS_RESET) && rdtsc() < end)
		__asm__ volatile("pause");
	return (t_console->status & LG_DEV_S_NEEDS_RESET) != 0;
}
