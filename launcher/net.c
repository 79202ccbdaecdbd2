/* SPDX-License-Identifier: MIT */
/*
 * L:900 Network cards.
 *
 * --net says what a card is connected to: passt, another guest's socket, a
 * tap device.  Everything that needs rights is done here, before the guest
 * runs; the card itself is devices/net.c.
 */
#include "launcher/net.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELPER_MS 1000 /* for a helper to end by itself */

/* --- L:905 The option ------------------------------------------------------------ */

static int parse_mac(u8 mac[NET_MAC], const char *text)
{
	unsigned long byte;
	char *end;
	int i;

	for (i = 0; i < NET_MAC; i++) {
		byte = strtoul(text, &end, 16);
		if (end == text || end - text > 2 || *end != (i < NET_MAC - 1 ? ':' : 0))
			return -EINVAL;
		mac[i] = (u8)byte;
		text = end + 1;
	}
	return mac[0] & 1 ? -EINVAL : 0; /* a group is no address of a card */
}

static int parse_mtu(u16 *mtu, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n < NET_MTU_MIN || n > NET_MTU_MAX)
		return -EINVAL;
	*mtu = (u16)n;
	return 0;
}

static int add_forward(struct net_option *o, const char *text)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.:/%-[]";

	if (o->nforward == NET_FORWARDS || !*text || strlen(text) >= sizeof(o->forward[0]) ||
	    strspn(text, good) < strlen(text))
		return -EINVAL;
	strcpy(o->forward[o->nforward++], text);
	return 0;
}

/* One word behind a comma.  0; -ENOENT: it is none; -EINVAL: it is wrong. */
static int take_word(struct net_option *o, const char *word)
{
	if (!strncmp(word, "mac=", 4)) {
		o->has_mac = 1;
		return parse_mac(o->mac, word + 4);
	}
	if (!strncmp(word, "mtu=", 4))
		return parse_mtu(&o->mtu, word + 4);
	if (o->kind == NET_KIND_USER && !strncmp(word, "fwd=", 4))
		return add_forward(o, word + 4);
	if (o->kind == NET_KIND_USER && !strcmp(word, "host")) {
		o->host = 1;
		return 0;
	}
	if (o->kind == NET_KIND_SOCKET && !strcmp(word, "plain")) {
		o->plain = 1;
		return 0;
	}
	return -ENOENT;
}

/* The words behind the last commas; other commas are the path's own. */
static int take_words(struct net_option *o, char *text, const char **bad)
{
	char *comma;
	int err;

	while (o->kind != NET_KIND_SHARE && (comma = strrchr(text, ',')) != NULL) {
		err = take_word(o, comma + 1);
		*bad = comma + 1;
		if (err == -ENOENT && o->kind == NET_KIND_SOCKET)
			break;
		if (err)
			return -EINVAL;
		*comma = 0;
	}
	return 0;
}

static int take_kind(struct net_option *o, char *text)
{
	if (!strncmp(text, "user", 4) && (!text[4] || text[4] == ','))
		o->kind = NET_KIND_USER;
	else if (!strncmp(text, "socket=", 7) && text[7])
		o->kind = NET_KIND_SOCKET;
	else if (!strncmp(text, "tap=", 4) && text[4])
		o->kind = NET_KIND_TAP;
	else if (!strncmp(text, "share=", 6) && text[6])
		o->kind = NET_KIND_SHARE;
	else
		return -EINVAL;
	return 0;
}

int net_option_parse(struct net_option *o, const char *value, struct complaint *c)
{
	char text[PATH_MAX];
	const char *bad = "";

	memset(o, 0, sizeof(*o));
	if (strlen(value) >= sizeof(text))
		return complain(c, -EINVAL, "--net: too long: use a shorter path");
	strcpy(text, value);
	if (take_kind(o, text))
		return complain(c, -EINVAL,
				"--net %s: no such network: use user, socket=PATH, tap=NAME or share=FILE",
				value);
	if (take_words(o, text, &bad))
		return complain(
			c, -EINVAL,
			"--net %s: wrong: %s: mac= is like 52:54:00:12:34:56, mtu= at least"
			" %d, fwd= [udp:][ADDRESS/]PORT[:GUESTPORT]; lguest(1) has the list",
			value, bad, NET_MTU_MIN);
	strcpy(o->arg, strchr(text, '=') ? strchr(text, '=') + 1 : "");
	return 0;
}

/* --- L:910 Opening, closing --------------------------------------------------------- */

/* Locally administered, and unlike all others'. */
static void make_mac(u8 mac[NET_MAC])
{
	if (getrandom(mac, NET_MAC, 0) != NET_MAC)
		memset(mac, 0x42, NET_MAC);
	mac[0] = (u8)((mac[0] & 0xfc) | 2);
}

static int open_one(struct net_card *card, const struct net_option *option, struct complaint *c)
{
	struct net_option o = *option;
	u16 mtu = o.mtu;

	if (!o.has_mac)
		make_mac(o.mac);
	if (!mtu)
		mtu = o.kind == NET_KIND_TAP || o.plain ? 1500 : NET_MTU_MAX;
	switch (o.kind) {
	case NET_KIND_USER:
		return net_open_passt(card, &o, mtu, c);
	case NET_KIND_SOCKET:
		return net_open_socket(card, &o, mtu, c);
	case NET_KIND_SHARE:
		return net_open_share(card, &o, c);
	default:
		return net_open_tap(card, &o, mtu, c);
	}
}

int nets_open(struct net_card cards[NETS_MAX], const struct net_option *options, unsigned n,
	      struct complaint *c)
{
	unsigned i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		err = open_one(&cards[i], &options[i], c);
		cards[i].open = !err;
	}
	return err;
}

/*
 * Helpers end by themselves when their socket does; one that is stopped, or
 * waits for a lock, must not keep us.
 */
static void end_helper(pid_t pid)
{
	siginfo_t info;
	int ms;

	for (ms = 0; ms < HELPER_MS; ms += 10) {
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) < 0 || info.si_pid)
			return;
		poll(NULL, 0, 10);
	}
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &info, WEXITED);
}

void nets_close(struct net_card cards[NETS_MAX])
{
	unsigned i;

	for (i = 0; i < NETS_MAX; i++) {
		if (cards[i].share)
			net_close_share(&cards[i]);
		else if (cards[i].open)
			net_close(&cards[i].net); /* whoever is behind it sees the end */
		cards[i].open = 0;
		if (cards[i].pid) {
			if (cards[i].net.peer == NET_PASST)
				kill(cards[i].pid, SIGTERM);
			end_helper(cards[i].pid);
		}
		cards[i].pid = 0;
	}
}
