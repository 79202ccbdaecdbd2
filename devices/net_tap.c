/* SPDX-License-Identifier: MIT */
/*
 * D:960 Frames through a tap device of the host.
 *
 * The device speaks virtio's header itself: each read and write is one frame
 * behind its header, directly from and to the guest's buffers.  How long the
 * next frame is nobody says, so there must be buffers for the longest.
 */
#include <errno.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "devices/net.h"

#define BUDGET 64 /* frames in one piece of work */
#define IOVECS (LG_VRING_NUM + 1)

/* The host's kernel does what the guest has not said it can do. */
void net_tap_start(struct net *n)
{
	unsigned long offload = 0;
	int size = NET_HDR_LONG;

	if (n->device->features & NET_F_GUEST_CSUM)
		offload |= TUN_F_CSUM;
	if (offload && n->device->features & NET_F_GUEST_TSO4)
		offload |= TUN_F_TSO4;
	if (ioctl(n->fd, TUNSETVNETHDRSZ, &size) < 0 || ioctl(n->fd, TUNSETOFFLOAD, offload) < 0)
		device_break(n->device, "the tap device takes no settings any more");
}

static void lost(struct net *n)
{
	fprintf(stderr, "lguest: %s is gone, and the guest's network with it\n", n->name);
	close(n->fd);
	n->fd = -1;
}

/* --- Out ----------------------------------------------------------------------- */

/* 1: it went, or never will; 0: the tap takes nothing now. */
static int send_frame(struct net *n, const struct vq_chain *c)
{
	struct iovec iov[IOVECS];
	struct net_header h;
	u32 len;
	int count;

	if (net_take_header(n, c, &h, &len)) {
		n->dropped++;
		return 1;
	}
	iov[0] = (struct iovec){ &h, NET_HDR_LONG };
	count = vq_iov(n->device->guest, c->pieces, c->nread, n->hdr_len, len, iov + 1, IOVECS - 1);
	if (count < 0) {
		n->dropped++;
		return 1;
	}
	if (writev(n->fd, iov, count + 1) >= 0)
		return 1;
	if (errno == EAGAIN || errno == ENOBUFS)
		return 0;
	if (errno == EBADFD)
		lost(n);
	else if (errno != EIO) /* that is: the interface is down, a loose cable */
		n->dropped++;
	return 1;
}

int net_tap_send(struct net *n)
{
	struct virtqueue *vq = &n->device->vq[NET_TX];
	unsigned i;

	n->out_blocked = 0;
	for (i = 0; i < BUDGET; i++) {
		if (!n->nout && vq_get(vq, &n->out[0].chain) <= 0)
			return 0;
		n->nout = 1;
		if (n->fd >= 0 && !send_frame(n, &n->out[0].chain)) {
			n->out_blocked = 1;
			return 0;
		}
		vq_put(vq, n->out[0].chain.head, 0);
		n->nout = 0;
	}
	return 1;
}

/* --- In ------------------------------------------------------------------------- */

/* The longest frame that can come. */
static u32 longest(const struct net *n)
{
	return n->device->features & NET_F_GUEST_TSO4 ? NET_FRAME_MAX : n->mtu + NET_ETHER;
}

/* 1: one came. */
static int receive_frame(struct net *n)
{
	struct iovec iov[IOVECS];
	struct net_header h;
	ssize_t got;
	int count;

	if (net_buffers(n, longest(n)) <= 0)
		return 0;
	iov[0] = (struct iovec){ &h, sizeof(h) };
	count = net_buffers_iov(n, 0, longest(n), iov + 1, IOVECS - 1);
	if (count < 0)
		return 0;
	got = readv(n->fd, iov, count + 1);
	if (got < 0) {
		if (errno == EBADFD)
			lost(n);
		return 0;
	}
	if (got >= NET_HDR_LONG + NET_ETHER)
		net_deliver(n, (u32)got - NET_HDR_LONG, &h);
	return 1;
}

int net_tap_receive(struct net *n)
{
	int i;

	n->starved = 0;
	for (i = 0; i < BUDGET; i++)
		if (n->fd < 0 || !receive_frame(n))
			return 0;
	return 1;
}
