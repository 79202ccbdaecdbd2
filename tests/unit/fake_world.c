/* SPDX-License-Identifier: MIT */
#include "tests/unit/fake_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

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
	__atomic_fetch_or(&((struct world *)handle)->irqs, 1u << irq, __ATOMIC_SEQ_CST);
}

static int w_doorbell(void *handle, u32 n)
{
	return ((struct world *)handle)->bell[n];
}

static void w_route(void *handle, u32 pfn, u32 n)
{
	((struct world *)handle)->route[pfn - W_RAM / LG_PAGE_SIZE] = n;
}

static void w_awake(void *handle, u32 n, int on)
{
	__atomic_store_n(&((struct world *)handle)->awake[n], on, __ATOMIC_SEQ_CST);
}

/* --- For another process ---------------------------------------------------- */

struct view {
	u8 *memory;
	int irq_fd, bell;
};

static int w_pack(void *handle, u32 n, struct guest_parcel *p)
{
	struct world *w = handle;

	p->nfds = 3;
	p->fds[0] = w->memfd;
	p->fds[1] = w->irq_fd;
	p->fds[2] = w->bell[n];
	p->len = 0;
	return 0;
}

static void *v_memory(void *handle, u64 gpa, u64 len)
{
	struct view *v = handle;

	return !len || gpa > W_ALL || len > W_ALL - gpa ? NULL : v->memory + gpa;
}

static int v_peek(void *handle, u64 gpa, void *to, size_t len)
{
	const void *from = v_memory(handle, gpa, len);

	if (!from)
		return -EFAULT;
	memcpy(to, from, len);
	return 0;
}

static void v_irq(void *handle, u32 irq)
{
	eventfd_write(((struct view *)handle)->irq_fd, 1ull << irq);
}

static int v_doorbell(void *handle, u32 n)
{
	(void)n;
	return ((struct view *)handle)->bell;
}

int world_unpack(struct guest *g, const struct guest_parcel *p)
{
	struct view *v = calloc(1, sizeof(*v));

	if (!v || p->nfds != 3)
		return -EINVAL;
	v->memory = mmap(NULL, W_ALL, PROT_READ | PROT_WRITE, MAP_SHARED, p->fds[0], 0);
	v->irq_fd = p->fds[1];
	v->bell = p->fds[2];
	close(p->fds[0]);
	*g = (struct guest){ .handle = v,
			     .ram_bytes = W_RAM,
			     .memory = v_memory,
			     .peek = v_peek,
			     .irq = v_irq,
			     .doorbell = v_doorbell };
	return v->memory == MAP_FAILED ? -ENOMEM : 0;
}

void world_drop(struct guest *g)
{
	struct view *v = g->handle;

	munmap(v->memory, W_ALL);
	close(v->irq_fd);
	close(v->bell);
	free(v);
}

u32 world_irqs(struct world *w)
{
	eventfd_t n = 0;

	return eventfd_read(w->irq_fd, &n) < 0 ? 0 : (u32)n;
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

static void close_old(struct world *w)
{
	int i;

	if (!w->guest.handle)
		return;
	close(w->memfd);
	close(w->irq_fd);
	for (i = 0; i < GUEST_DOORBELLS; i++)
		close(w->bell[i]);
}

void world_init(struct world *w)
{
	int i;

	close_old(w);
	memset(w, 0, sizeof(*w));
	w->memfd = memfd_create("world", MFD_CLOEXEC);
	if (w->memfd < 0 || ftruncate(w->memfd, W_ALL) < 0 ||
	    mmap(w->memory, W_ALL, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, w->memfd, 0) ==
		    MAP_FAILED)
		abort();
	w->irq_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (i = 0; i < GUEST_DOORBELLS; i++)
		w->bell[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->guest = (struct guest){ .handle = w,
				   .ram_bytes = W_RAM,
				   .memory = w_memory,
				   .peek = w_peek,
				   .irq = w_irq,
				   .kill = w_kill,
				   .doorbell = w_doorbell,
				   .route = w_route,
				   .awake = w_awake,
				   .pack = w_pack };
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
