/* SPDX-License-Identifier: MIT */
#include "tests/unit/fake_world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void *w_memory(void *handle, u64 gpa, u64 len)
{
	struct world *w = handle;

	return !len || gpa > W_ALL || len > W_ALL - gpa ? NULL : w->memory + gpa;
}

static int w_peek(void *handle, u64 gpa, void *to, size_t len)
{
	const void *from = w_memory(handle, gpa, len);

	if (!from)
		return -EFAULT;
	memcpy(to, from, len);
	return 0;
}

static void w_irq(void *handle, u32 irq)
{
	((struct world *)handle)->irqs |= 1u << irq;
}

static void w_kill(void *handle, const char *reason)
{
	struct world *w = handle;

	if (!w->killed[0])
		snprintf(w->killed, sizeof(w->killed), "%s", reason);
}

static ssize_t w_write(struct stream *s, const void *from, size_t len)
{
	struct world *w = (struct world *)((char *)s - offsetof(struct world, stream));

	if (w->out_error)
		return w->out_error;
	if (len > w->out_room)
		len = w->out_room;
	memcpy(w->out + w->out_len, from, len);
	w->out_len += len;
	w->out_room -= len;
	return (ssize_t)len;
}

static ssize_t w_read(struct stream *s, void *to, size_t len)
{
	struct world *w = (struct world *)((char *)s - offsetof(struct world, stream));

	if (!w->in)
		return -EPIPE;
	if (len > w->in_len)
		len = w->in_len;
	memcpy(to, w->in, len);
	w->in += len;
	w->in_len -= len;
	return (ssize_t)len;
}

void world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->guest = (struct guest){ .handle = w,
				   .ram_bytes = W_RAM,
				   .memory = w_memory,
				   .peek = w_peek,
				   .irq = w_irq,
				   .kill = w_kill };
	w->stream.write = w_write;
	w->stream.read = w_read;
	w->out_room = sizeof(w->out);
}

struct lg_vring_desc *world_desc(struct world *w, u32 pfn)
{
	return (void *)(w->memory + pfn * LG_PAGE_SIZE);
}

struct lg_vring_avail *world_avail(struct world *w, u32 pfn)
{
	return (void *)(w->memory + pfn * LG_PAGE_SIZE + 4096);
}

struct lg_vring_used *world_used(struct world *w, u32 pfn)
{
	return (void *)(w->memory + pfn * LG_PAGE_SIZE + 8192);
}

void world_offer(struct world *w, u32 pfn, u16 head)
{
	struct lg_vring_avail *a = world_avail(w, pfn);

	a->ring[a->idx % LG_VRING_NUM] = head;
	a->idx++;
}
