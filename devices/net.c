/* SPDX-License-Identifier: MIT */
/*
 * D:900 The network card.
 *
 * Two queues, receive and transmit, served by a worker.  Before each frame is
 * a header that says what is left to do about its checksum and length.  With
 * mergeable buffers a received frame takes as many of the guest's as it needs.
 *
 * Nothing is dropped for want of room: what the other end sends stays in its
 * socket until the guest has a buffer for it, and what the guest sends stays
 * in its queue until the other end reads.  Only when the cable is loose, when
 * nobody is at the other end, are frames of the guest thrown away, as from
 * any card.  Frames a guest or a peer makes up wrongly are dropped too.
 */
#include "devices/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- Opening, closing --------------------------------------------------------- */

int net_open(struct net *n, enum net_peer peer, int fd, int control, const u8 mac[NET_MAC], u16 mtu,
	     const char *name)
{
	memset(n, 0, sizeof(*n));
	n->peer = peer;
	n->fd = fd;
	n->control = control;
	n->says = -1;
	n->mtu = mtu;
	memcpy(n->mac, mac, NET_MAC);
	snprintf(n->name, sizeof(n->name), "%s", name);
	n->out = calloc(NET_OUT, sizeof(*n->out));
	n->chain = calloc(NET_IN_CHAINS, sizeof(*n->chain));
	n->stage = malloc(NET_STAGE);
	if (n->out && n->chain && n->stage)
		return 0;
	n->fd = n->control = -1; /* still the caller's */
	net_close(n);
	return -ENOMEM;
}

void net_close(struct net *n)
{
	if (n->fd >= 0)
		close(n->fd);
	if (n->control >= 0)
		close(n->control);
	if (n->says >= 0)
		close(n->says);
	n->fd = n->control = n->says = -1;
	free(n->out);
	free(n->chain);
	free(n->stage);
	free(n->bounce);
	free(n->segment);
	n->out = NULL;
	n->chain = NULL;
	n->stage = n->bounce = n->segment = NULL;
}

/* --- D:905 The cable ----------------------------------------------------------------- */

static int take_descriptor(int control)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = room,
			      .msg_controllen = CMSG_LEN(sizeof(int)) };
	struct cmsghdr *c;
	ssize_t got = recvmsg(control, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	int fd;

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? -EAGAIN : -errno;
	c = CMSG_FIRSTHDR(&msg);
	if (!got || !c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
		return -EPIPE;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

int net_plugged(struct net *n)
{
	int fd;

	if (n->fd >= 0)
		return 1;
	if (n->control < 0)
		return 0;
	if (!n->asked) {
		if (write(n->control, "", 1) != 1) { /* the helper is gone */
			close(n->control);
			n->control = -1;
			return 0;
		}
		n->asked = 1;
	}
	fd = take_descriptor(n->control);
	if (fd >= 0) {
		n->fd = fd;
		n->asked = 0;
		n->hello_left = n->hello_seen = n->peer == NET_GUEST ? NET_HELLO : 0;
		return 1;
	}
	if (fd != -EAGAIN) {
		close(n->control);
		n->control = -1;
	}
	return 0;
}

/* --- D:910 Frames of the guest -------------------------------------------------------- */

int net_take_header(struct net *n, const struct vq_chain *c, struct net_header *h, u32 *len)
{
	u64 total = vq_bytes(c->pieces, c->nread);

	memset(h, 0, sizeof(*h));
	if (c->nwrite || total < n->hdr_len + NET_ETHER || total > n->hdr_len + NET_FRAME_MAX ||
	    vq_copy_from(n->device->guest, c->pieces, c->nread, 0, h, n->hdr_len))
		return -EINVAL;
	*len = (u32)total - n->hdr_len;
	h->buffers = 0;
	return net_header_ok(h, *len) ? 0 : -EINVAL;
}

/* --- D:915 Buffers for frames to the guest ----------------------------------------------- */

static u64 capacity(const struct vq_chain *c)
{
	return vq_bytes(c->pieces + c->nread, c->nwrite);
}

static int mergeable(const struct net *n)
{
	return (n->device->features & NET_F_MRG_RXBUF) != 0;
}

int net_buffers(struct net *n, u32 len)
{
	struct virtqueue *vq = &n->device->vq[NET_RX];
	u64 total = (u64)len + n->hdr_len;
	unsigned tries;
	int ret;

	n->starved = 0;
	for (tries = 0; n->room < total && tries < 2 * LG_VRING_NUM; tries++) {
		struct vq_chain *c = &n->chain[n->nchain];

		if (n->nchain == (mergeable(n) ? NET_IN_CHAINS : 1))
			return -E2BIG;
		ret = vq_get(vq, c);
		if (ret < 0)
			return ret;
		if (!ret) {
			n->starved = 1;
			return 0;
		}
		if (c->nread || capacity(c) < n->hdr_len) {
			vq_put(vq, c->head, 0); /* nonsense */
			continue;
		}
		n->room += capacity(c);
		n->nchain++;
	}
	return n->room >= total ? 1 : -E2BIG;
}

int net_buffers_iov(struct net *n, u32 skip, u32 len, struct iovec *iov, int max)
{
	u64 at = (u64)skip + n->hdr_len, left = len;
	int have = 0, ret;
	unsigned i;

	for (i = 0; i < n->nchain && left; i++) {
		const struct vq_chain *c = &n->chain[i];
		u64 cap = capacity(c), part;

		if (at >= cap) {
			at -= cap;
			continue;
		}
		part = cap - at < left ? cap - at : left;
		ret = vq_iov(n->device->guest, c->pieces + c->nread, c->nwrite, at, part,
			     iov + have, max - have);
		if (ret < 0)
			return ret;
		have += ret;
		left -= part;
		at = 0;
	}
	return have;
}

/* Buffers that were not needed stay for the next frame. */
static void keep_rest(struct net *n, unsigned used)
{
	unsigned i;

	n->nchain -= used;
	n->room = 0;
	for (i = 0; i < n->nchain; i++) {
		n->chain[i] = n->chain[used + i];
		n->room += capacity(&n->chain[i]);
	}
}

void net_deliver(struct net *n, u32 len, const struct net_header *h)
{
	struct virtqueue *vq = &n->device->vq[NET_RX];
	struct net_header out = *h;
	u64 left = (u64)len + n->hdr_len;
	unsigned used = 0;

	/* The guest hears of all buffers at once, and of no header before its frame. */
	while (left && used < n->nchain) {
		u64 part = capacity(&n->chain[used]);

		part = part < left ? part : left;
		vq_fill(vq, n->chain[used].head, (u32)part);
		left -= part;
		used++;
	}
	out.buffers = (u16)used;
	vq_copy_to(n->device->guest, n->chain[0].pieces + n->chain[0].nread, n->chain[0].nwrite, 0,
		   &out, n->hdr_len);
	vq_publish(vq);
	keep_rest(n, used);
}

/* --- D:920 The table entry ------------------------------------------------------------- */

static void start(struct device *d)
{
	struct net *n = d->state;

	n->hdr_len = mergeable(n) || d->modern ? NET_HDR_LONG : NET_HDR_SHORT;
	if (n->peer == NET_TAP)
		net_tap_start(n);
}

/* The guest's buffers are not ours any more; what is on the wire must end well. */
static void forget(struct net *n)
{
	if (n->peer != NET_TAP)
		net_stream_reset(n);
	n->nout = n->nchain = 0;
	n->room = 0;
	n->out_blocked = n->starved = 0;
}

static void reset(struct device *d)
{
	forget(d->state);
}

static int work(struct device *d)
{
	struct net *n = d->state;
	int more;

	net_plugged(n);
	if (n->peer == NET_TAP)
		more = net_tap_send(n) | net_tap_receive(n);
	else
		more = net_stream_send(n) | net_stream_receive(n);
	vq_announce(&d->vq[NET_TX]);
	vq_announce(&d->vq[NET_RX]);
	/* A cable that just came off: ask for the next before lying down. */
	return more || (n->fd < 0 && n->control >= 0 && !n->asked);
}

static int wait(struct device *d, struct pollfd *fds)
{
	const struct net *n = d->state;

	if (n->fd >= 0) {
		int events = (n->starved ? 0 : POLLIN) | (n->out_blocked ? POLLOUT : 0);

		fds[0] = (struct pollfd){ n->fd, (short)events, 0 };
		/* Nothing wanted: a hang-up would wake us for ever. */
		return events ? 1 : 0;
	}
	fds[0] = (struct pollfd){ n->control, POLLIN, 0 };
	return n->control >= 0 ? 1 : 0;
}

static u32 offered(const struct net *n)
{
	u32 f = NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_MTU | NET_F_MAC | NET_F_MRG_RXBUF |
		LG_RING_F_INDIRECT | LG_RING_F_EVENT_IDX;

	/* Others take long frames or short ones, but cuts none. */
	if (n->peer == NET_GUEST || n->peer == NET_TAP)
		f |= NET_F_GUEST_TSO4 | NET_F_HOST_TSO4;
	return f;
}

struct net_config {
	u8 mac[NET_MAC];
	u16 status, pairs, mtu;
} __attribute__((packed));

struct device *net_attach(struct net *n, struct devices *all)
{
	struct net_config config = { .status = 1, .mtu = n->mtu };

	memcpy(config.mac, n->mac, NET_MAC);
	if (n->device) /* of a guest before a restart: it is gone */
		forget(n);
	n->kind = (struct device_kind){
		.type = LG_DEV_NET,
		.name = "net",
		.num_vq = 2,
		.one_irq = 1,
		.spin_cpus = 4, /* at a cable there are four of us: two guests, two cards */
		.near = 1,
		.config_len = sizeof(config),
		.features = offered(n),
		.start = start,
		.reset = reset,
		.work = work,
		.wait = wait,
	};
	n->device = devices_add(all, &n->kind, n, &config);
	return n->device;
}
