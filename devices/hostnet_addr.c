/* SPDX-License-Identifier: MIT */
/*
 * D:710 Addresses as text, as 16 bytes, and as the host's sockets want them.
 *
 * Plan 9 keeps every address in IPv6's form, IPv4 inside it as ::ffff:a.b.c.d,
 * and so do we: rules then have one form to look at.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/hostnet_impl.h"

static const u8 v4_prefix[12] = { [10] = 0xff, [11] = 0xff };

int hn_is_v4(const u8 ip[16])
{
	return !memcmp(ip, v4_prefix, sizeof(v4_prefix));
}

int hn_is_any(const u8 ip[16])
{
	static const u8 none[16];

	return !memcmp(ip, none, 16) || (hn_is_v4(ip) && !memcmp(ip + 12, none, 4));
}

int hn_parse_ip(u8 ip[16], const char *text)
{
	if (inet_pton(AF_INET, text, ip + 12) == 1) {
		memcpy(ip, v4_prefix, sizeof(v4_prefix));
		return 0;
	}
	return inet_pton(AF_INET6, text, ip) == 1 ? 0 : -EINVAL;
}

int hn_parse_port(u16 *port, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	long n;

	if (!digits || digits > 5 || text[digits])
		return -EINVAL;
	n = strtol(text, NULL, 10);
	if (n > UINT16_MAX)
		return -EINVAL;
	*port = (u16)n;
	return 0;
}

const char *hn_ip_text(const u8 ip[16], char buf[48])
{
	if (hn_is_v4(ip))
		inet_ntop(AF_INET, ip + 12, buf, 48);
	else
		inet_ntop(AF_INET6, ip, buf, 48);
	return buf;
}

socklen_t hn_sockaddr(struct sockaddr_storage *ss, int family, const struct hn_addr *a)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (family == AF_INET) {
		in->sin_family = AF_INET;
		in->sin_port = htons(a->port);
		memcpy(&in->sin_addr, a->ip + 12, 4);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(a->port);
	memcpy(&in6->sin6_addr, a->ip, 16);
	return sizeof(*in6);
}

void hn_from_sockaddr(struct hn_addr *a, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)ss;

	memset(a, 0, sizeof(*a));
	if (ss->ss_family == AF_INET) {
		a->port = ntohs(in->sin_port);
		memcpy(a->ip, v4_prefix, sizeof(v4_prefix));
		memcpy(a->ip + 12, &in->sin_addr, 4);
	} else if (ss->ss_family == AF_INET6) {
		a->port = ntohs(in6->sin6_port);
		memcpy(a->ip, &in6->sin6_addr, 16);
	}
}

const char *hn_proto_name(int proto)
{
	return proto == HN_TCP ? "tcp" : proto == HN_UDP ? "udp" : "*";
}
