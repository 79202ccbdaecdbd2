/* SPDX-License-Identifier: MIT */
/*
 * D:940 Frames over a stream.
 *
 * Before each frame stands its length, four bytes, the highest first, as QEMU
 * and passt have it.  Between two lguests a stream begins with a hello, and
 * the highest bit of a length says that the ten bytes of the offload header
 * come before the frame.
 *
 * The other end may be hostile: what it says is checked, and when it makes no
 * sense the connection is closed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/net.h"

#define IOVECS 256 /* of one system call */

const u8 net_hello[NET_HELLO] = { 'l', 'g', 'u', 'e', 's', 't', 0, 1 };
static const u8 zeros[4096];

void net_stream_reset(struct net *n)
{
	if (n->sent)
		n->filler += n->out[0].nprefix + n->out[0].len - (u32)n->sent;
	n->sent = 0;
	if (n->need)
		n->skip = n->need - n->got;
	n->need = n->got = 0;
	n->segment_len = 0;
	n->cut.left = 0;
	if (n->control >= 0 && n->fd >= 0)
		net_stream_hangup(n); /* the other end sees that we are gone */
}

/* The program's last words, a line; what is no text is left out. */
static void say_why(struct net *n)
{
	char text[512], *line, *next;
	ssize_t len = n->says >= 0 ? read(n->says, text, sizeof(text) - 1) : 0;
	const char *reason = "";

	text[len > 0 ? len : 0] = 0;
	for (line = text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = 0;
		if (*line >= ' ' && *line <= '~' && !strstr(line, "syslog") &&
		    !strstr(line, "run as root")) /* said at its start, no reason */
			reason = line;
	}
	fprintf(stderr, "lguest: %s ended%s%s: the guest's network is gone\n", n->name,
		*reason ? ": " : "", reason);
}

/* Frames of the guest stay where they are, whole. */
void net_stream_hangup(struct net *n)
{
	close(n->fd);
	n->fd = -1;
	n->asked = 0;
	n->sent = 0;
	n->filler = n->skip = 0;
	n->need = n->got = 0;
	n->stage_at = n->stage_len = 0;
	n->hello_left = n->hello_seen = 0;
	n->out_blocked = 0;
	if (n->control < 0 && !n->ended) {
		n->ended = 1;
		say_why(n);
	}
}

/* Who talks nonsense once is not heard again: the cable stays loose. */
void net_nonsense(struct net *n, const char *what, u32 value)
{
	fprintf(stderr, "lguest: %s: %s 0x%x from the other end: connection closed for good\n",
		n->name, what, value);
	n->ended = 1;
	if (n->control >= 0)
		close(n->control);
	n->control = -1;
	net_stream_hangup(n);
}

/* 0: try again later (or hung up); else how many bytes. */
ssize_t net_took(struct net *n, ssize_t ret)
{
	if (ret > 0)
		return ret;
	if (ret < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	net_stream_hangup(n);
	return 0;
}

/* --- D:945 Out ------------------------------------------------------------------ */

static void put32(u8 *p, u32 v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}

/* A peer that knows nothing of it gets the checksum complete. */
static void complete(struct net *n, struct net_out *f, const struct net_header *h)
{
	struct iovec iov[LG_VRING_NUM];
	u32 sum = 0;
	size_t at = 0;
	int i, count;

	count = vq_iov(n->device->guest, f->chain.pieces, f->chain.nread,
		       (u64)n->hdr_len + h->csum_start, f->len - h->csum_start, iov, LG_VRING_NUM);
	for (i = 0; i < count; i++) {
		sum = net_sum(iov[i].iov_base, iov[i].iov_len, sum, at & 1);
		at += iov[i].iov_len;
	}
	sum = net_udp_zero(h, net_fold(sum));
	memcpy(f->sum, &sum, 2);
	f->sum_at = h->csum_start + h->csum_offset;
}

/* Is somebody there?  Another lguest is when it has said hello: then its guest is up. */
static int linked(const struct net *n)
{
	return n->fd >= 0 && !n->hello_seen;
}

static int take_frame(struct net *n)
{
	struct virtqueue *vq = &n->device->vq[NET_TX];
	struct net_out *f = &n->out[n->nout];
	struct net_header h;

	if (vq_get(vq, &f->chain) <= 0)
		return 0;
	if (!linked(n) || net_take_header(n, &f->chain, &h, &f->len)) {
		n->dropped += linked(n);
		vq_put(vq, f->chain.head, 0);
		return 1;
	}
	f->sum_at = -1;
	f->nprefix = 4;
	put32(f->prefix, f->len);
	if (h.flags & NET_HDR_NEEDS_CSUM) {
		if (n->peer == NET_GUEST) {
			put32(f->prefix, f->len | NET_WITH_HEADER);
			memcpy(f->prefix + 4, &h, NET_HDR_SHORT);
			f->nprefix = 4 + NET_HDR_SHORT;
		} else {
			complete(n, f, &h);
		}
	}
	n->nout++;
	return 1;
}

static int pieces_iov(struct net *n, const struct net_out *f, u32 from, u32 to, struct iovec *iov,
		      int max)
{
	if (from >= to)
		return 0;
	return vq_iov(n->device->guest, f->chain.pieces, f->chain.nread, (u64)n->hdr_len + from,
		      to - from, iov, max);
}

/* All of a frame from byte off on, prefix included. */
static int frame_iov(struct net *n, struct net_out *f, u32 off, struct iovec *iov, int max)
{
	int have = 0, ret;
	u32 skip;

	if (max < 3)
		return -E2BIG;
	if (off < f->nprefix) {
		iov[have++] = (struct iovec){ f->prefix + off, f->nprefix - off };
		off = f->nprefix;
	}
	off -= f->nprefix;
	if (f->sum_at >= 0 && off < (u32)f->sum_at + 2) {
		ret = pieces_iov(n, f, off, (u32)f->sum_at, iov + have, max - have - 1);
		if (ret < 0)
			return ret;
		have += ret;
		skip = off > (u32)f->sum_at ? off - (u32)f->sum_at : 0;
		iov[have++] = (struct iovec){ f->sum + skip, 2 - skip };
		off = (u32)f->sum_at + 2;
	}
	ret = pieces_iov(n, f, off, f->len, iov + have, max - have);
	return ret < 0 ? ret : have + ret;
}

/* n bytes of the frames taken are with the peer. */
static void sent(struct net *n, size_t bytes)
{
	unsigned done = 0, i;

	bytes += n->sent;
	while (done < n->nout && bytes >= n->out[done].nprefix + (size_t)n->out[done].len) {
		bytes -= n->out[done].nprefix + (size_t)n->out[done].len;
		vq_put(&n->device->vq[NET_TX], n->out[done].chain.head, 0);
		done++;
	}
	n->sent = bytes;
	n->nout -= done;
	for (i = 0; done && i < n->nout; i++)
		n->out[i] = n->out[done + i];
}

/* What comes before all frames: hello, and the end of one that was cut off. */
static int send_first(struct net *n)
{
	struct iovec iov[2];
	ssize_t ret;

	while (n->hello_left || n->filler) {
		u32 part = n->filler < sizeof(zeros) ? n->filler : (u32)sizeof(zeros);

		iov[0] = (struct iovec){ (void *)(net_hello + NET_HELLO - n->hello_left),
					 n->hello_left };
		iov[1] = (struct iovec){ (void *)zeros, part };
		ret = net_took(n, writev(n->fd, iov, 2));
		if (ret <= 0)
			return 0;
		if ((u32)ret < n->hello_left) {
			n->hello_left -= (u32)ret;
			continue;
		}
		n->filler -= (u32)ret - n->hello_left;
		n->hello_left = 0;
	}
	return 1;
}

/* One system call; 1: all taken frames went with it. */
static int send_frames(struct net *n)
{
	struct iovec iov[IOVECS + LG_VRING_NUM];
	int have = 0, ret;
	size_t total = 0;
	ssize_t done;
	unsigned i;

	for (i = 0; i < n->nout && have < IOVECS; i++) {
		u32 off = i ? 0 : (u32)n->sent;

		ret = frame_iov(n, &n->out[i], off, iov + have,
				(int)(sizeof(iov) / sizeof(iov[0])) - have);
		if (ret == -E2BIG && i)
			break;
		if (ret < 0) {
			device_break(n->device, "a frame to send is not in memory");
			return 0;
		}
		have += ret;
		total += n->out[i].nprefix + n->out[i].len - off;
	}
	done = net_took(n, writev(n->fd, iov, have));
	if (done > 0)
		sent(n, (size_t)done);
	return done > 0 && (size_t)done == total;
}

int net_stream_send(struct net *n)
{
	unsigned i;

	n->out_blocked = 0;
	if (n->fd >= 0 && !send_first(n)) {
		n->out_blocked = n->fd >= 0;
		return n->fd < 0;
	}
	for (i = 0; i < LG_VRING_NUM && n->nout < NET_OUT; i++)
		if (!take_frame(n))
			break;
	if (n->fd < 0) { /* what was taken when the cable came off */
		for (i = 0; i < n->nout; i++)
			vq_put(&n->device->vq[NET_TX], n->out[i].chain.head, 0);
		n->nout = 0;
		return vq_ready(&n->device->vq[NET_TX]);
	}
	if (n->nout && !send_frames(n)) {
		n->out_blocked = n->fd >= 0;
		return n->fd < 0;
	}
	return n->nout || vq_ready(&n->device->vq[NET_TX]);
}
