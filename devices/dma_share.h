/* SPDX-License-Identifier: MIT */
/*
 * "sharenet": a network card of lguest 2.6.23 whose page is a file that other
 * guests map, too, and the way from one Launcher to another.
 */
#ifndef DEVICES_DMA_SHARE_H
#define DEVICES_DMA_SHARE_H

#include <sys/un.h>

#include "devices/dma.h"

#define SHARE_MAC   6u
#define SHARE_SLOTS 682u /* addresses in a page */
#define SHARE_BYTES (DMA_SECTIONS * LG_PAGE_SIZE)

/* A request: this, and the data.  The answer: the same without. */
struct share_message {
	u32 magic;
	u16 version, from; /* slot */
	u32 seq;	   /* the answer has the request's */
	u32 key;	   /* offset in the page */
	u32 len;	   /* of the data; the answer: bytes taken */
};

#define SHARE_MAGIC   0x68536744u
#define SHARE_VERSION 1u

struct dma_share {
	int file; /* the page */
	unsigned slot;
	int requests, answers; /* datagram sockets: to serve, and to our own requests */
	char prefix[sizeof(((struct sockaddr_un *)0)->sun_path) - 12]; /* of all sockets' paths */

	/* Our request; p->waits while there is one. */
	u32 seq, key;
	int sent;	       /* it is with the other side */
	u64 patience;	       /* ns */
	u64 deaf[SHARE_SLOTS]; /* when it failed to answer; 0: it did not */

	/* The other side's request for which there was no buffer. */
	int parked;
	u64 parked_at; /* ns */
	u32 in_len;    /* of the data */
	struct share_message in;
	u8 data[SHARE_BYTES];
};

/* Take the slot, by a lock: 0 or -errno (-EAGAIN, -EACCES: it is another's). */
int share_claim(const struct dma_share *sh, unsigned slot);
/* Nobody is there: not yet, or not any more. */
int share_clear(const struct dma_share *sh, unsigned slot);
/* Where slot n listens: for requests, or for answers. */
void share_address(const struct dma_share *sh, unsigned slot, int answers, struct sockaddr_un *at);
/* What to poll for reading, or -1. */
int share_requests_fd(const struct dma_share *sh);
int share_answers_fd(const struct dma_share *sh);
/* The guest is another one: forget what was under way. */
void share_forget(struct dma_share *sh);

#endif
