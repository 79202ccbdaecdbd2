/* SPDX-License-Identifier: MIT */
/*
 * A card, the guest that has it, and what is at the other end of its cable:
 * for the tests of devices/net*.c and their fuzzer.
 */
#ifndef TESTS_UNIT_NET_GUEST_H
#define TESTS_UNIT_NET_GUEST_H

#include "devices/net.h"
#include "tests/unit/fake_world.h"

#define OUT_AT	 0x1000u  /* where the guest keeps frames to send */
#define IN_AT	 0x18000u /* and buffers to receive into */
#define IN_SIZE	 4096u
#define IN_COUNT 40u

struct net_guest {
	struct world w;
	struct devices all;
	struct net net;
	int peer, control; /* our ends; -1: none */
	u16 taken;	   /* used elements of the receive queue seen so far */
};

/* A card of that kind with these features, started. */
void net_guest_init(struct net_guest *g, enum net_peer peer, u32 features);
void net_guest_end(struct net_guest *g);
/* Until the card has nothing more to do. */
void net_guest_work(struct net_guest *g);

/* Offer receive buffers first .. first + n - 1, each of len bytes. */
void net_guest_buffers(struct net_guest *g, unsigned first, unsigned n, u32 len);
/* Send a frame as the guest: header, then len bytes, as two descriptors. */
void net_guest_send(struct net_guest *g, u16 head, const struct net_header *h, const u8 *frame,
		    u32 len);
u16 net_guest_sent(const struct net_guest *g); /* how many came back */
/* The next received frame and its header: its length, -1: there is none. */
int net_guest_received(struct net_guest *g, struct net_header *h, u8 *frame);

/* At the other end. */
void net_peer_send(struct net_guest *g, u32 word, const void *data, u32 len);
/* What has come, at most max bytes. */
u32 net_peer_read(struct net_guest *g, u8 *to, u32 max);

#endif
