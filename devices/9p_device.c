/* SPDX-License-Identifier: MIT */
/*
 * D:630 The virtio 9P device.
 *
 * One queue; a chain holds a message to read and room for the reply.  The
 * device copies the message to a slot, tells the server, and comes back when
 * the reply is there: it never waits.  When all slots are taken, chains stay
 * in the guest's queue.  The configuration is the tag: its length in two
 * bytes, and its text.  A chain that comes back with nothing written means
 * that there is no server any more, or that the message made no sense.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/9p_share.h"

#define MOUNT_TAG 1u /* feature bit 0: there is a tag */

static struct virtqueue *queue(struct share *sh)
{
	return &sh->device->vq[0];
}

static u64 total(const struct vq_piece *p, unsigned n)
{
	u64 sum = 0;
	unsigned i;

	for (i = 0; i < n; i++)
		sum += p[i].len;
	return sum;
}

/* Give up on the server; the guest gets all its chains back, empty. */
static void lose_server(struct share *sh)
{
	unsigned i;

	fprintf(stderr, "lguest: the server of share %s ended: its files are gone for the guest\n",
		sh->tag);
	close(sh->fd);
	sh->fd = -1;
	for (i = 0; i < SHARE_REQUESTS; i++) {
		struct share_request *q = &sh->request[i];

		if (q->busy && !q->forgotten)
			vq_put(queue(sh), q->chain.head, 0);
		q->busy = 0;
	}
	sh->nbusy = 0;
}

/* --- D:640 To the server -------------------------------------------------------- */

static int take_message(struct share *sh, const struct vq_chain *c, u8 *to, u32 *len)
{
	unsigned i;

	*len = 0;
	if (!c->nread || !c->nwrite || total(c->pieces, c->nread) > P9_MSIZE)
		return -EMSGSIZE;
	for (i = 0; i < c->nread; i++) {
		if (sh->guest->peek(sh->guest->handle, c->pieces[i].gpa, to + *len,
				    c->pieces[i].len))
			return -EFAULT;
		*len += c->pieces[i].len;
	}
	return 0;
}

static unsigned free_slot(const struct share *sh)
{
	unsigned i = 0;

	while (sh->request[i].busy)
		i++;
	return i;
}

/* A slot is free, a server is there.  1: a chain was taken. */
static int forward(struct share *sh)
{
	unsigned i = free_slot(sh);
	struct share_request *q = &sh->request[i];
	struct share_packet p = { .slot = i };
	u64 room;

	if (vq_get(queue(sh), &q->chain) <= 0)
		return 0;
	if (take_message(sh, &q->chain, sh->slots[i].t, &p.len)) {
		vq_put(queue(sh), q->chain.head, 0);
		return 1;
	}
	room = total(q->chain.pieces + q->chain.nread, q->chain.nwrite);
	p.room = room < P9_MSIZE ? (u32)room : P9_MSIZE;
	q->busy = 1;
	q->forgotten = 0;
	sh->nbusy++;
	/* Never full: the socket has room for one packet of each slot. */
	if (send(sh->fd, &p, sizeof(p), MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof(p))
		lose_server(sh);
	return 1;
}

/* Nobody will answer. */
static int send_back(struct share *sh)
{
	struct vq_chain c;

	if (vq_get(queue(sh), &c) <= 0)
		return 0;
	vq_put(queue(sh), c.head, 0);
	return 1;
}

static void work(struct share *sh)
{
	unsigned i;

	/* A guest cannot have more than a queueful waiting: bounded. */
	for (i = 0; i < LG_VRING_NUM && sh->device->started; i++) {
		if (sh->fd >= 0 && sh->nbusy == SHARE_REQUESTS)
			break; /* on with it when a reply comes */
		if (!(sh->fd >= 0 ? forward(sh) : send_back(sh)))
			break;
	}
	vq_announce(queue(sh));
}

/* --- D:650 And back ------------------------------------------------------------------ */

/* 0, or -EFAULT: memory the guest named is not its own. */
static int give_reply(struct share *sh, const struct vq_chain *c, const u8 *from, u32 len)
{
	const struct vq_piece *p = c->pieces + c->nread;
	unsigned i;

	for (i = 0; i < c->nwrite && len; i++) {
		u32 n = p[i].len < len ? p[i].len : len;
		void *to = sh->guest->memory(sh->guest->handle, p[i].gpa, n);

		if (!to)
			return -EFAULT;
		memcpy(to, from, n);
		from += n;
		len -= n;
	}
	return 0;
}

static void answer(struct share *sh, const struct share_packet *p)
{
	struct share_request *q = &sh->request[p->slot];

	q->busy = 0;
	sh->nbusy--;
	if (q->forgotten)
		return;
	if (give_reply(sh, &q->chain, sh->slots[p->slot].r, p->len))
		vq_break(queue(sh), "buffer for a reply is not memory");
	else
		vq_put(queue(sh), q->chain.head, p->len);
}

/* 1: a reply; 0: none now; < 0: the server is gone, or out of its mind. */
static int take_reply(struct share *sh)
{
	struct share_packet p;
	ssize_t n = read(sh->fd, &p, sizeof(p)); /* it does not block; the sandbox has no recv */

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n != sizeof(p) || p.slot >= SHARE_REQUESTS || !sh->request[p.slot].busy)
		return -EPIPE;
	if (p.len > P9_MSIZE ||
	    p.len > total(sh->request[p.slot].chain.pieces + sh->request[p.slot].chain.nread,
			  sh->request[p.slot].chain.nwrite))
		return -EPIPE;
	answer(sh, &p);
	return 1;
}

void share_ready(struct share *sh)
{
	unsigned i;
	int ret = 1;

	if (sh->fd < 0)
		return;
	for (i = 0; i < SHARE_REQUESTS && ret > 0; i++)
		ret = take_reply(sh);
	if (ret < 0)
		lose_server(sh);
	work(sh);
}

/* --- The table entry ------------------------------------------------------------------ */

static void kick(struct device *d, unsigned q)
{
	(void)q;
	work(d->state);
}

/* What the server still works on will be dropped when it comes. */
static void forget(struct share *sh)
{
	unsigned i;

	for (i = 0; i < SHARE_REQUESTS; i++)
		sh->request[i].forgotten = 1;
}

static void reset(struct device *d)
{
	forget(d->state);
}

struct device *share_attach(struct share *sh, struct devices *all)
{
	u8 config[2 + SHARE_TAG_MAX];
	size_t len = strlen(sh->tag);

	forget(sh); /* what a guest before a restart asked for */
	config[0] = (u8)len;
	config[1] = 0;
	memcpy(config + 2, sh->tag, len);
	sh->kind = (struct device_kind){
		.type = LG_DEV_9P,
		.name = "9p",
		.num_vq = 1,
		.config_len = (u8)(2 + len),
		.features = MOUNT_TAG,
		.kick = kick,
		.reset = reset,
	};
	sh->guest = all->guest;
	sh->device = devices_add(all, &sh->kind, sh, config);
	return sh->device;
}
