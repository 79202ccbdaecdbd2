/* SPDX-License-Identifier: MIT */
/*
 * D:720 Whom a guest may call, and where it may listen.
 *
 * A rule is "[dial!|listen!]PROTO!ADDR[/BITS]!PORT[-PORT]".  Those that deny
 * count most; then one has to allow.  Where no rule of a kind was given, calls
 * go anywhere the user of lguest may call, and listening is for this host alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/hostnet_impl.h"

static int take_proto(struct hn_rule *r, const char *text)
{
	if (!strcmp(text, "*"))
		r->proto = HN_ANY;
	else if (!strcmp(text, "tcp"))
		r->proto = HN_TCP;
	else if (!strcmp(text, "udp"))
		r->proto = HN_UDP;
	else
		return -EINVAL;
	return 0;
}

static int take_ip(struct hn_rule *r, char *text)
{
	char *slash = strchr(text, '/');
	unsigned most;
	u16 bits;

	if (!strcmp(text, "*"))
		return 0; /* no bit counts */
	if (slash)
		*slash++ = 0;
	if (hn_parse_ip(r->ip, text))
		return -EINVAL;
	most = hn_is_v4(r->ip) ? 32 : 128;
	bits = (u16)most;
	if (slash && (hn_parse_port(&bits, slash) || bits > most))
		return -EINVAL;
	r->bits = (u8)(bits + 128 - most);
	return 0;
}

static int take_ports(struct hn_rule *r, char *text)
{
	char *dash = strchr(text, '-');

	r->high = UINT16_MAX;
	if (!strcmp(text, "*"))
		return 0;
	if (dash)
		*dash++ = 0;
	if (hn_parse_port(&r->low, text) || hn_parse_port(&r->high, dash ? dash : text))
		return -EINVAL;
	return r->low > r->high ? -EINVAL : 0;
}

static int parse(struct hn_rule *r, char *text)
{
	char *word[5], *save = NULL, **w = word;
	unsigned n = 0;

	for (char *p = strtok_r(text, "!", &save); p && n < 5; p = strtok_r(NULL, "!", &save))
		word[n++] = p;
	if (n && (!strcmp(*w, "dial") || !strcmp(*w, "listen"))) {
		r->listen = !strcmp(*w, "listen");
		w++;
		n--;
	}
	if (n != 3 || take_proto(r, w[0]) || take_ip(r, w[1]) || take_ports(r, w[2]))
		return -EINVAL;
	return 0;
}

int hn_rule_add(struct hn_rules *rules, const char *text, int deny)
{
	struct hn_rule r = { .deny = (u8) !!deny };
	char copy[sizeof(r.text)];

	if (rules->n == HN_RULES)
		return -ENOSPC;
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, text);
	strcpy(r.text, text);
	if (parse(&r, copy))
		return -EINVAL;
	rules->rule[rules->n++] = r;
	return 0;
}

static int has(const struct hn_rules *rules, int listen)
{
	unsigned i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].listen == listen && !rules->rule[i].deny)
			return 1;
	return 0;
}

void hn_rules_complete(struct hn_rules *rules)
{
	/* Without room there is no default: less is allowed, not more. */
	if (!has(rules, 0))
		hn_rule_add(rules, "dial!*!*!*", 0);
	if (!has(rules, 1)) {
		hn_rule_add(rules, "listen!*!127.0.0.0/8!*", 0);
		hn_rule_add(rules, "listen!*!::1!*", 0);
	}
}

static int same_bits(const u8 *a, const u8 *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole))
		return 0;
	return !rest || !((a[whole] ^ b[whole]) & (0xff00 >> rest & 0xff));
}

/* Listening on all addresses is listening on the one that is denied. */
static int same_ip(const struct hn_rule *r, const struct hn_addr *a)
{
	return (r->deny && r->listen && hn_is_any(a->ip)) || same_bits(r->ip, a->ip, r->bits);
}

static int concerns(const struct hn_rule *r, int listen, int proto, const struct hn_addr *a)
{
	return r->listen == listen && (r->proto == HN_ANY || r->proto == proto) && same_ip(r, a) &&
	       a->port >= r->low && a->port <= r->high;
}

const char *hn_refused(const struct hn_rules *rules, int listen, int proto, const struct hn_addr *a)
{
	unsigned i;
	int allowed = 0;

	for (i = 0; i < rules->n; i++) {
		const struct hn_rule *r = &rules->rule[i];

		if (!concerns(r, listen, proto, a))
			continue;
		if (r->deny)
			return r->text;
		allowed = 1;
	}
	return allowed ? NULL : "";
}
