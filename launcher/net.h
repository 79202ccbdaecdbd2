/* SPDX-License-Identifier: MIT */
/* The cards of --net: their options, what they are connected to, and its end. */
#ifndef LAUNCHER_NET_H
#define LAUNCHER_NET_H

#include <limits.h>
#include <sys/types.h>

#include "devices/dma_share.h"
#include "devices/net.h"
#include "launcher/log.h"

#define NETS_MAX     4
#define NET_FORWARDS 16 /* fwd= of one card */

enum net_kind { NET_KIND_USER, NET_KIND_SOCKET, NET_KIND_TAP, NET_KIND_SHARE };

struct net_option {
	enum net_kind kind;
	char arg[PATH_MAX]; /* socket, share: path; tap: name */
	int plain;	    /* socket: the peer is no lguest */
	int host;	    /* user: the guest may reach what listens on loopback */
	u16 mtu;	    /* 0: the kind's own */
	int has_mac;
	u8 mac[NET_MAC];
	char forward[NET_FORWARDS][64];
	unsigned nforward;
};

/* One "--net VALUE".  0, or -EINVAL and a complaint. */
int net_option_parse(struct net_option *o, const char *value, struct complaint *c);

struct net_card {
	struct net net;
	pid_t pid; /* of the program or helper behind it; 0: none */
	int open;
	struct dma_share *share; /* share: instead of net */
};

/* Connect the cards, before anything of the guest is known. */
int nets_open(struct net_card cards[NETS_MAX], const struct net_option *options, unsigned n,
	      struct complaint *c);
void nets_close(struct net_card cards[NETS_MAX]);

/* net_passt.c, net_helper.c, net_tap.c: fill card->net and ->pid. */
int net_open_passt(struct net_card *card, const struct net_option *o, u16 mtu, struct complaint *c);
int net_open_socket(struct net_card *card, const struct net_option *o, u16 mtu,
		    struct complaint *c);
int net_open_tap(struct net_card *card, const struct net_option *o, u16 mtu, struct complaint *c);
/* net_share.c: fills card->share. */
int net_open_share(struct net_card *card, const struct net_option *o, struct complaint *c);
void net_close_share(struct net_card *card);

#endif
