/* SPDX-License-Identifier: MIT */
/*
 * Between the Launcher and the process of a share, over a socket: orders one
 * way, answers the other.  One packet each.
 */
#ifndef DEVICES_9P_WIRE_H
#define DEVICES_9P_WIRE_H

#include "devices/9p_share.h"

enum share_word {
	SHARE_GO = 1, /* order: serve this queue; the guest's descriptors come along */
	SHARE_HALT,   /* order: let go of the guest; answered by the same packet */
	SHARE_BROKEN, /* news: the queue broke; text says why */
};

struct share_packet {
	u32 word;
	u32 order; /* number of the order, in the answer too */
	/* SHARE_GO: */
	u32 desc, pfn; /* of the device page; desc 0: over PCI, */
	u32 num, isr;  /* with a ring of num entries, here: */
	struct vq_parts at;
	u32 irq, doorbell, features;
	u32 len;
	union {
		u8 data[sizeof(((struct guest_parcel *)0)->data)];
		char text[160];
	} u;
};

/* A packet with descriptors, to be sent or as received: bytes, 0 = the end, or -errno. */
ssize_t share_send(int sock, const struct share_packet *p, const int *fds, int nfds);
ssize_t share_receive(int sock, struct share_packet *p, int *fds, int *nfds, int flags);

/* Serve orders that come over sock for ever: 9p_service.c. */
void share_service(int sock, const struct share_ops *ops, void *server, guest_unpack *unpack,
		   guest_drop *drop) __attribute__((noreturn));

/* What it is made of; tests serve a queue without a process. */
struct service *service_new(int sock, const struct share_ops *ops, void *server);
/* The device that p describes, of guest g (by value: it is the service's copy); NULL: no memory. */
struct device *service_device(struct service *sv, const struct guest *g,
			      const struct share_packet *p);
void service_forget(struct service *sv);

#endif
