/* SPDX-License-Identifier: MIT */
/*
 * D:360 Frames from guest to guest.
 *
 * The card's page is one file that all its guests map, so that each sees the
 * others' addresses; each has a slot in it.  To send to slot n a guest sends to
 * the key that is the n-th word of the page.  In 2.6.23 the host's kernel looked
 * for the guest that had bound the key and copied from one to the other.  Here
 * no process maps two guests: the sender's Launcher puts the data into a
 * datagram to the Launcher that has slot n, which copies them into a buffer of
 * its guest and answers how many it took.
 *
 * The sender's CPU waits for the answer, the Launchers never do: both may send
 * to each other at the same time, and each answers the other's request while
 * its own guest waits.  A request is answered in any case within a moment: if no
 * buffer is free the receiver is interrupted, and looked at once more a little
 * later.  Whoever does not answer in time is taken for absent, and for a while
 * is hardly waited for.
 *
 * What comes from another Launcher may come from one that its guest has taken
 * over: lengths are checked, and nothing in a message is believed but the data.
 */
#include "devices/dma_share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "devices/worker.h"

#define ANSWER_NS 1000000000u /* to wait for an answer */
#define DEAF_NS	  1000000u    /* ... of somebody who gave none lately */
#define AGAIN_NS  1000000000u /* until he is asked again at all */
#define RESEND_NS 200000u     /* his queue is full */
#define PARK_NS	  300000u     /* until a guest has freed a buffer, perhaps */
#define BUDGET	  32	      /* requests in one piece of work */

_Static_assert(sizeof(struct share_message) == 20, "both sides alike");

void share_address(const struct dma_share *sh, unsigned slot, int answers, struct sockaddr_un *at)
{
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(at->sun_path, sizeof(at->sun_path), "%s%u%s", sh->prefix, slot,
		 answers ? "a" : "");
}

/* --- D:361 Slots -------------------------------------------------------------------- */

static int lock(const struct dma_share *sh, unsigned slot, short type)
{
	struct flock l = { .l_type = type,
			   .l_whence = SEEK_SET,
			   .l_start = (off_t)slot * SHARE_MAC,
			   .l_len = SHARE_MAC };

	return fcntl(sh->file, F_OFD_SETLK, &l) ? -errno : 0;
}

int share_claim(const struct dma_share *sh, unsigned slot)
{
	return lock(sh, slot, F_WRLCK);
}

int share_clear(const struct dma_share *sh, unsigned slot)
{
	static const u8 none[SHARE_MAC];
	struct iovec iov = { (void *)(uintptr_t)none, sizeof(none) };

	return pwritev(sh->file, &iov, 1, (off_t)slot * SHARE_MAC) < 0 ? -errno : 0;
}

/* Whoever was killed has left his address, and others would send to it for ever. */
static void bury(const struct dma_share *sh, unsigned slot)
{
	if (share_claim(sh, slot))
		return; /* he is only late */
	share_clear(sh, slot);
	lock(sh, slot, F_UNLCK);
}

int share_requests_fd(const struct dma_share *sh)
{
	return sh->parked ? -1 : sh->requests;
}

int share_answers_fd(const struct dma_share *sh)
{
	return sh->answers;
}

void share_forget(struct dma_share *sh)
{
	sh->parked = 0;
	sh->sent = 0;
}

static struct share_message message(const struct dma_share *sh, u32 seq, u32 key, u32 len)
{
	return (struct share_message){ SHARE_MAGIC, SHARE_VERSION, (u16)sh->slot, seq, key, len };
}

/* A datagram for that slot, never waiting.  0 or -errno. */
static int post(const struct dma_share *sh, unsigned slot, int answers, struct iovec *iov, int niov)
{
	struct sockaddr_un at;
	struct msghdr m = { .msg_name = &at,
			    .msg_namelen = sizeof(at),
			    .msg_iov = iov,
			    .msg_iovlen = (size_t)niov };

	share_address(sh, slot, answers, &at);
	return sendmsg(sh->requests, &m, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* --- D:362 Asking --------------------------------------------------------------------- */

static int post_request(struct dma_port *p)
{
	struct dma_share *sh = p->share;
	const struct dma_list *l = &p->sending;
	struct share_message m = message(sh, sh->seq, sh->key, l->bytes);
	struct iovec iov[1 + DMA_SECTIONS] = { { &m, sizeof(m) } };
	int n = vq_iov(p->bus->table.guest, l->piece, l->n, 0, l->bytes, iov + 1, DMA_SECTIONS);

	return n < 0 ? n : post(sh, sh->key / 4, 0, iov, n + 1);
}

/* Post it, or try again soon; somebody who is not there is told at once. */
static void try_request(struct dma_port *p)
{
	int err = post_request(p);

	if (err == -EAGAIN) {
		dma_bus_later(p->bus, RESEND_NS);
		return;
	}
	p->share->sent = 1;
	if (!err) {
		dma_bus_later(p->bus, p->share->patience);
		return;
	}
	if (err == -ECONNREFUSED || err == -ENOENT)
		bury(p->share, p->share->key / 4);
	dma_sent(p, 0);
}

static int share_send(struct dma_port *p, u32 key, const struct dma_list *l)
{
	struct dma_share *sh = p->share;
	u32 slot = (key - p->page) / 4;
	u64 now = worker_now();

	/* Nobody sends to himself. */
	if (slot >= SHARE_SLOTS || slot == sh->slot ||
	    (sh->deaf[slot] && now - sh->deaf[slot] < AGAIN_NS))
		return dma_sent_now(p->bus, l, 0);
	sh->seq++;
	sh->key = key - p->page;
	sh->sent = 0;
	sh->patience = sh->deaf[slot] ? DEAF_NS : ANSWER_NS;
	dma_wait(p, l);
	try_request(p);
	return DMA_LATER;
}

static void hear_answers(struct dma_port *p)
{
	struct dma_share *sh = p->share;
	struct share_message m;
	int i;

	for (i = 0; i < BUDGET; i++) {
		ssize_t n = recv(sh->answers, &m, sizeof(m), MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0)
			return;
		if (n != sizeof(m) || m.magic != SHARE_MAGIC || m.from >= SHARE_SLOTS)
			continue;
		sh->deaf[m.from] = 0;
		if (p->waits && sh->sent && m.seq == sh->seq && m.from == sh->key / 4)
			dma_sent(p, m.len < p->sending.bytes ? m.len : p->sending.bytes);
	}
}

static void wait_on(struct dma_port *p)
{
	struct dma_share *sh = p->share;
	u64 waited = worker_now() - p->since;

	if (waited >= sh->patience) {
		sh->deaf[sh->key / 4] = worker_now();
		dma_sent(p, 0);
	} else if (!sh->sent) {
		try_request(p);
	} else {
		dma_bus_later(p->bus, sh->patience - waited);
	}
}

/* --- D:364 Answering -------------------------------------------------------------------- */

static void answer(const struct dma_share *sh, u32 taken)
{
	struct share_message m = message(sh, sh->in.seq, sh->in.key, taken);
	struct iovec iov = { &m, sizeof(m) };

	/* If it cannot be had the other side takes us for absent. */
	post(sh, sh->in.from, 1, &iov, 1);
}

static void serve(struct dma_port *p)
{
	struct dma_share *sh = p->share;
	int n = dma_deliver(p, p->page + sh->in.key, sh->data, sh->in_len);

	if (n == -EAGAIN && !sh->parked) {
		sh->parked = 1;
		sh->parked_at = worker_now();
		dma_bus_later(p->bus, PARK_NS);
		return;
	}
	sh->parked = 0;
	answer(sh, n > 0 ? (u32)n : 0);
}

/* 1: sh->in is a request; 0: there is none; -1: something else came. */
static int hear_request(struct dma_share *sh)
{
	struct iovec iov[2] = { { &sh->in, sizeof(sh->in) }, { sh->data, sizeof(sh->data) } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n = recvmsg(sh->requests, &m, MSG_DONTWAIT);

	if (n < 0)
		return 0;
	if (n < (ssize_t)sizeof(sh->in) || m.msg_flags & MSG_TRUNC || sh->in.magic != SHARE_MAGIC ||
	    sh->in.version != SHARE_VERSION || sh->in.from >= SHARE_SLOTS ||
	    sh->in.from == sh->slot || sh->in.key % 4 || sh->in.key >= LG_PAGE_SIZE ||
	    sh->in.len != (size_t)n - sizeof(sh->in))
		return -1;
	sh->in_len = sh->in.len;
	sh->deaf[sh->in.from] = 0;
	return 1;
}

static void hear_requests(struct dma_port *p)
{
	struct dma_share *sh = p->share;
	int i, ret;

	if (sh->parked) {
		if (worker_now() - sh->parked_at < PARK_NS) {
			dma_bus_later(p->bus, PARK_NS);
			return;
		}
		serve(p);
	}
	for (i = 0; i < BUDGET && !sh->parked; i++) {
		ret = hear_request(sh);
		if (!ret)
			break;
		if (ret > 0) {
			p->knocked = 0; /* one interrupt for each, at least */
			serve(p);
		}
	}
}

/* --- The port --------------------------------------------------------------------------- */

static void share_port_work(struct dma_port *p)
{
	hear_answers(p);
	hear_requests(p);
	if (p->waits)
		wait_on(p);
}

static const struct dma_port_kind share_port = {
	.type = DMA_NET,
	.send = share_send,
	.work = share_port_work,
};

int dma_add_share(struct dma_bus *bus, struct dma_share *sh)
{
	struct dma_port *p =
		dma_bus_add(bus, &share_port, NULL, 1, (u16)(DMA_F_RANDOMNESS | sh->slot), 0);

	if (!p)
		return -ENOSPC;
	p->share = sh;
	share_forget(sh);
	return 0;
}
