/* SPDX-License-Identifier: MIT */
/*
 * D:950 Frames from a stream; net_stream.c says how they lie in it.
 *
 * Many small frames come with one read, into a buffer of ours, and are copied
 * from there.  Once frames are long, no more than the next length is read
 * ahead: a frame goes from the socket to the guest's buffers directly.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/net.h"

#define IOVECS	   256 /* of one system call */
#define BUDGET	   128 /* frames in one piece of work */
#define READ_AHEAD 4096u

/* More bytes behind those in the stage.  1: there are some. */
static int fill(struct net *n)
{
	u32 size = n->last_large ? READ_AHEAD : NET_STAGE;
	ssize_t ret;

	if (n->stage_len)
		memmove(n->stage, n->stage + n->stage_at, n->stage_len);
	n->stage_at = 0;
	ret = net_took(n, read(n->fd, n->stage + n->stage_len, size - n->stage_len));
	n->stage_len += (u32)ret;
	return ret > 0;
}

static void consume(struct net *n, u32 bytes)
{
	n->stage_at += bytes;
	n->stage_len -= bytes;
}

/* Have that many bytes in the stage, which is at most a prefix.  1: yes. */
static int staged(struct net *n, u32 bytes)
{
	while (n->fd >= 0 && n->stage_len < bytes)
		if (!fill(n))
			return 0;
	return n->fd >= 0;
}

static int see_hello(struct net *n)
{
	if (!n->hello_seen)
		return 1;
	if (!staged(n, NET_HELLO))
		return 0;
	if (memcmp(n->stage + n->stage_at, net_hello, NET_HELLO) != 0) {
		net_nonsense(n, "no lguest is at the other end (for others use ,plain): byte",
			     n->stage[n->stage_at]);
		return 0;
	}
	consume(n, NET_HELLO);
	n->hello_seen = 0;
	return 1;
}

static int skip_some(struct net *n)
{
	while (n->skip) {
		u32 part;

		if (!n->stage_len && !fill(n))
			return 0;
		part = n->stage_len < n->skip ? n->stage_len : n->skip;
		consume(n, part);
		n->skip -= part;
	}
	return 1;
}

static u32 length_word(const struct net *n)
{
	u32 word;

	memcpy(&word, n->stage + n->stage_at, sizeof(word));
	return ntohl(word);
}

/* 1: need and in are those of the next frame. */
static int next_frame(struct net *n)
{
	u32 word, len, prefix = 4;

	if (!staged(n, 4))
		return 0;
	word = length_word(n);
	len = word & ~NET_WITH_HEADER;
	if (len < NET_ETHER || len > NET_FRAME_MAX || (len != word && n->peer != NET_GUEST)) {
		net_nonsense(n, "a frame of length", word);
		return 0;
	}
	memset(&n->in, 0, sizeof(n->in));
	if (len != word) {
		prefix += NET_HDR_SHORT;
		if (!staged(n, prefix))
			return 0;
		memcpy(&n->in, n->stage + n->stage_at + 4, NET_HDR_SHORT);
	}
	consume(n, prefix);
	if (!net_header_ok(&n->in, len)) {
		n->skip = len;
		return skip_some(n);
	}
	n->need = len;
	n->got = 0;
	return 1;
}

/* Does the guest know what to do with this frame as it is? */
static int direct(const struct net *n)
{
	u32 f = n->device->features;

	return (!(n->in.flags & NET_HDR_NEEDS_CSUM) || f & NET_F_GUEST_CSUM) &&
	       (n->in.gso == NET_GSO_NONE || f & NET_F_GUEST_TSO4);
}

/* Bytes from the stage to an iovec, which then begins behind them. */
static int unstage(struct net *n, struct iovec *iov, int count)
{
	int first = 0;

	while (first < count && n->stage_len) {
		u32 part = iov[first].iov_len < n->stage_len ? (u32)iov[first].iov_len :
							       n->stage_len;

		memcpy(iov[first].iov_base, n->stage + n->stage_at, part);
		consume(n, part);
		n->got += part;
		iov[first].iov_base = (u8 *)iov[first].iov_base + part;
		iov[first].iov_len -= part;
		if (!iov[first].iov_len)
			first++;
	}
	return first;
}

/* The rest of the frame to where iov says.  1: it is all there. */
static int read_frame(struct net *n, struct iovec *iov, int count)
{
	int first = unstage(n, iov, count);
	u32 left = n->need - n->got, ahead = n->last_large ? NET_PREFIX : NET_STAGE;
	ssize_t ret;

	if (!left)
		return 1;
	/* The stage is empty now: what comes behind the frame goes there. */
	n->stage_at = 0;
	iov[count] = (struct iovec){ n->stage, ahead };
	ret = net_took(n, readv(n->fd, iov + first, count + 1 - first));
	if (ret <= 0)
		return 0;
	if ((u32)ret > left) {
		n->stage_len = (u32)ret - left;
		ret = left;
	}
	n->got += (u32)ret;
	return n->got == n->need;
}

/* Room of our own, when the guest wants things done.  0: no memory. */
static int have_bounce(struct net *n)
{
	if (!n->bounce)
		n->bounce = malloc(NET_FRAME_MAX);
	if (!n->segment)
		n->segment = malloc(NET_FRAME_MAX);
	return n->bounce && n->segment;
}

/* 1: a frame came, or went; 0: not now. */
static int receive_to_bounce(struct net *n)
{
	struct iovec iov[2];

	if (!have_bounce(n)) {
		n->skip = n->need - n->got;
		n->need = 0;
		return 1;
	}
	iov[0] = (struct iovec){ n->bounce + n->got, n->need - n->got };
	if (!read_frame(n, iov, 1))
		return 0;
	net_cut_start(&n->cut, n->bounce, n->need, &n->in);
	n->need = 0;
	return 1;
}

static int receive_direct(struct net *n)
{
	struct iovec iov[IOVECS + 1];
	int ret = net_buffers(n, n->need), count;

	if (!ret)
		return 0;
	count = ret < 0 ? ret : net_buffers_iov(n, n->got, n->need - n->got, iov, IOVECS);
	if (count < 0) { /* the guest has no buffers for such a frame */
		n->skip = n->need - n->got;
		n->need = 0;
		return ret != -EPROTO;
	}
	if (!read_frame(n, iov, count))
		return 0;
	if (n->peer == NET_PASST && n->device->features & NET_F_GUEST_CSUM)
		n->in.flags |= NET_HDR_VALID;
	net_deliver(n, n->need, &n->in);
	n->last_large = n->need >= NET_LARGE;
	n->need = 0;
	return 1;
}

static int receive_segment(struct net *n)
{
	static const struct net_header none;
	struct iovec iov[IOVECS];
	u32 at = 0;
	int ret, count, i;

	if (!n->segment_len)
		n->segment_len = net_cut_next(&n->cut, n->segment);
	ret = net_buffers(n, n->segment_len);
	if (!ret)
		return 0;
	count = ret < 0 ? ret : net_buffers_iov(n, 0, n->segment_len, iov, IOVECS);
	for (i = 0; i < count; i++) {
		memcpy(iov[i].iov_base, n->segment + at, iov[i].iov_len);
		at += (u32)iov[i].iov_len;
	}
	if (count >= 0)
		net_deliver(n, n->segment_len, &none);
	n->segment_len = 0;
	return ret != -EPROTO;
}

static int receive_one(struct net *n)
{
	if (n->segment_len || n->cut.left)
		return receive_segment(n);
	if (!see_hello(n) || !skip_some(n))
		return 0;
	if (!n->need && !next_frame(n))
		return 0;
	if (!n->need)
		return 1; /* a frame that was nonsense */
	return direct(n) ? receive_direct(n) : receive_to_bounce(n);
}

int net_stream_receive(struct net *n)
{
	int i;

	n->starved = 0;
	for (i = 0; i < BUDGET; i++)
		if (n->fd < 0 || !receive_one(n))
			return 0;
	return 1;
}
