/* SPDX-License-Identifier: MIT */
/*
 * D:790 What the host says about its interfaces.
 *
 * They are asked anew each time: addresses come and go.  Interface N is the
 * N'th that is up, in the kernel's order.  Nothing here can be changed.
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "devices/hostnet_impl.h"

#define IFCS_MAX 64

/* The names of those that are up; the caller frees *all. */
static unsigned interfaces(struct ifaddrs **all, const struct ifaddrs *ifc[IFCS_MAX])
{
	const struct ifaddrs *a;
	unsigned n = 0;

	if (getifaddrs(all) < 0) {
		*all = NULL;
		return 0;
	}
	/* AF_PACKET's come first, one for each interface */
	for (a = *all; a; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_PACKET && (a->ifa_flags & IFF_UP) &&
		    n < IFCS_MAX)
			ifc[n++] = a;
	return n;
}

unsigned hn_ifcs(void)
{
	const struct ifaddrs *ifc[IFCS_MAX];
	struct ifaddrs *all;
	unsigned n = interfaces(&all, ifc);

	freeifaddrs(all);
	return n;
}

static const struct sockaddr_ll *link_of(const struct ifaddrs *a)
{
	return (const struct sockaddr_ll *)a->ifa_addr;
}

static int is_ether(const struct ifaddrs *a)
{
	return link_of(a)->sll_hatype == ARPHRD_ETHER && link_of(a)->sll_halen == 6;
}

int hn_ifc_ether(unsigned n)
{
	const struct ifaddrs *ifc[IFCS_MAX];
	struct ifaddrs *all;
	int yes = n < interfaces(&all, ifc) && is_ether(ifc[n]);

	freeifaddrs(all);
	return yes;
}

/* --- D:791 Texts ------------------------------------------------------------------- */

struct text {
	char *at, *end;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...)
{
	size_t room = (size_t)(t->end - t->at);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->at, room, format, args);
	va_end(args);
	if (n > 0)
		t->at += (size_t)n < room ? (size_t)n : room - 1;
}

struct net {
	struct hn_addr ip, net;
	unsigned bits; /* of 128 */
};

/* An address of the interface, and its network: 1, or 0 if it is another's, or not IP. */
static int ip_of(const struct ifaddrs *a, const char *name, struct net *to)
{
	struct sockaddr_storage ss;
	struct hn_addr mask;
	unsigned i;

	if (!a->ifa_addr || !a->ifa_netmask || strcmp(a->ifa_name, name))
		return 0;
	if (a->ifa_addr->sa_family != AF_INET && a->ifa_addr->sa_family != AF_INET6)
		return 0;
	i = a->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in) :
						sizeof(struct sockaddr_in6);
	memset(&ss, 0, sizeof(ss));
	memcpy(&ss, a->ifa_addr, i);
	hn_from_sockaddr(&to->ip, &ss);
	memcpy(&ss, a->ifa_netmask, i);
	ss.ss_family = a->ifa_addr->sa_family;
	hn_from_sockaddr(&mask, &ss);
	if (ss.ss_family == AF_INET)
		memset(mask.ip, 0xff, 12);
	to->bits = 0;
	to->net = to->ip;
	for (i = 0; i < 16; i++) {
		to->net.ip[i] &= mask.ip[i];
		to->bits += (unsigned)__builtin_popcount(mask.ip[i]);
	}
	if (ss.ss_family == AF_INET)
		to->net.ip[10] = to->net.ip[11] = 0xff;
	return 1;
}

static int mtu_of(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), mtu = 1500;
	struct ifreq r;

	if (fd < 0)
		return mtu;
	memset(&r, 0, sizeof(r));
	memcpy(r.ifr_name, name, strnlen(name, sizeof(r.ifr_name) - 1));
	if (!ioctl(fd, SIOCGIFMTU, &r))
		mtu = r.ifr_mtu;
	close(fd);
	return mtu;
}

static void status(struct text *t, const struct ifaddrs *all, const struct ifaddrs *ifc, unsigned n)
{
	const struct ifaddrs *a;
	struct net net;
	char ip[48], sub[48];

	if (is_ether(ifc))
		add(t, "device /net/ether%u maxtu %d", n, mtu_of(ifc->ifa_name));
	else
		add(t, "device /dev/null maxtu %d", mtu_of(ifc->ifa_name));
	add(t, " sendra 0 recvra 0 pktin 0 pktout 0 errin 0 errout 0\n");
	for (a = all; a; a = a->ifa_next)
		if (ip_of(a, ifc->ifa_name, &net))
			add(t, "\t%-40s /%-3u %-40s 4294967295 4294967295\n",
			    hn_ip_text(net.ip.ip, ip), net.bits, hn_ip_text(net.net.ip, sub));
}

static void ether_addr(struct text *t, const struct ifaddrs *ifc)
{
	const unsigned char *p = link_of(ifc)->sll_addr;

	if (is_ether(ifc))
		add(t, "%02x%02x%02x%02x%02x%02x", p[0], p[1], p[2], p[3], p[4], p[5]);
}

static void routes(struct text *t, const struct ifaddrs *all, const struct ifaddrs *ifc, unsigned n)
{
	const struct ifaddrs *a;
	struct net net;
	char sub[48], ip[48];

	for (a = all; a; a = a->ifa_next) {
		int v;

		if (!ip_of(a, ifc->ifa_name, &net))
			continue;
		v = hn_is_v4(net.ip.ip) ? 4 : 6;
		hn_ip_text(net.ip.ip, ip);
		add(t, "%-24s /%-3u %-24s %di   ifc  %u\n", hn_ip_text(net.net.ip, sub), net.bits,
		    ip, v, n);
		add(t, "%-24s /%-3u %-24s %du   ifc  %u\n", ip, 128u, ip, v, n);
	}
}

static void selves(struct text *t, const struct ifaddrs *all, const struct ifaddrs *ifc, unsigned n)
{
	const struct ifaddrs *a;
	struct net net;
	char ip[48];

	for (a = all; a; a = a->ifa_next)
		if (ip_of(a, ifc->ifa_name, &net))
			add(t, "%-40s %02u u\n", hn_ip_text(net.ip.ip, ip), n);
}

static void database(struct text *t, const struct ifaddrs *all, const struct ifaddrs *ifc,
		     unsigned n)
{
	const struct ifaddrs *a;
	struct net net;
	char ip[48];

	(void)n;
	for (a = all; a; a = a->ifa_next)
		if (ip_of(a, ifc->ifa_name, &net))
			add(t, "ip=%s ipmask=/%u\n", hn_ip_text(net.ip.ip, ip), net.bits);
}

int hn_ip_file(struct hostnet *h, struct hn_file f, char *buf, size_t size)
{
	const struct ifaddrs *ifc[IFCS_MAX];
	struct ifaddrs *all;
	unsigned n = interfaces(&all, ifc), i;
	struct text t = { buf, buf + size };

	(void)h;
	if (f.kind == HN_IFSTATUS && f.n < n)
		status(&t, all, ifc[f.n], f.n);
	if (f.kind == HN_ETHERADDR && f.n < n)
		ether_addr(&t, ifc[f.n]);
	for (i = 0; i < n; i++) {
		if (f.kind == HN_IPROUTE)
			routes(&t, all, ifc[i], i);
		if (f.kind == HN_IPSELFTAB)
			selves(&t, all, ifc[i], i);
		if (f.kind == HN_NDB)
			database(&t, all, ifc[i], i);
	}
	freeifaddrs(all);
	return (int)(t.at - buf);
}
