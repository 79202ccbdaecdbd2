/* SPDX-License-Identifier: MIT */
/*
 * D:760 Names of services and protocols.
 *
 * Plan 9's own come first, for the host's table may not have them or mean
 * something else by them; the rest is the host's, read before the sandbox.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "devices/hostnet_impl.h"

#define SERVICES 2048

static const struct hn_service own[] = {
	{ "echo", 7, HN_ANY },	       { "discard", 9, HN_ANY },   { "chargen", 19, HN_ANY },
	{ "ftp", 21, HN_TCP },	       { "ssh", 22, HN_TCP },	   { "telnet", 23, HN_TCP },
	{ "smtp", 25, HN_TCP },	       { "time", 37, HN_ANY },	   { "dns", 53, HN_ANY },
	{ "domain", 53, HN_ANY },      { "http", 80, HN_TCP },	   { "pop3", 110, HN_TCP },
	{ "ntp", 123, HN_UDP },	       { "imap4", 143, HN_TCP },   { "https", 443, HN_TCP },
	{ "9fs", 564, HN_TCP },	       { "ticket", 567, HN_TCP },  { "imaps", 993, HN_TCP },
	{ "exportfs", 17007, HN_TCP }, { "cpu", 17010, HN_TCP },   { "ncpu", 17010, HN_TCP },
	{ "rcpu", 17019, HN_TCP },     { "venti", 17034, HN_TCP },
};

static int proto_of(const char *name)
{
	return !strcmp(name, "tcp") ? HN_TCP : !strcmp(name, "udp") ? HN_UDP : -1;
}

static void add(struct hostnet *h, const struct servent *s, const char *name)
{
	struct hn_service *to = &h->services[h->nservices];

	if (h->nservices == SERVICES || strlen(name) >= sizeof(to->name) ||
	    proto_of(s->s_proto) < 0)
		return;
	strcpy(to->name, name);
	to->port = ntohs((u16)s->s_port);
	to->proto = (u8)proto_of(s->s_proto);
	h->nservices++;
}

void hn_services_load(struct hostnet *h)
{
	struct servent *s;
	char **alias;

	h->services = calloc(SERVICES, sizeof(*h->services));
	if (!h->services)
		return;
	setservent(1);
	while (h->nservices < SERVICES && (s = getservent()) != NULL) {
		add(h, s, s->s_name);
		for (alias = s->s_aliases; *alias; alias++)
			add(h, s, *alias);
	}
	endservent();
}

static int look(const struct hn_service *s, unsigned n, int proto, const char *name, u16 *port)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if ((s[i].proto == proto || s[i].proto == HN_ANY) && !strcmp(s[i].name, name)) {
			*port = s[i].port;
			return 0;
		}
	return -HN_ENOSERV;
}

int hn_service(const struct hostnet *h, int proto, const char *name, u16 *port)
{
	if (!hn_parse_port(port, name))
		return 0;
	if (!look(own, sizeof(own) / sizeof(own[0]), proto, name, port))
		return 0;
	return h->services ? look(h->services, h->nservices, proto, name, port) : -HN_ENOSERV;
}

int hn_protocol(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} table[] = {
		{ "icmp", 1 },	{ "igmp", 2 },	{ "tcp", 6 },	     { "udp", 17 },
		{ "gre", 47 },	{ "esp", 50 },	{ "ah", 51 },	     { "icmpv6", 58 },
		{ "ospf", 89 }, { "ipv6", 41 }, { "ipv6-icmp", 58 }, { "rudp", 254 },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].name, name))
			return table[i].number;
	return -1;
}
