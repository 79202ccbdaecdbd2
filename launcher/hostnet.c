/* SPDX-License-Identifier: MIT */
/*
 * L:460 --share net: what the guest may do with the host's network.
 *
 *	net[,allow=RULE]...[,deny=RULE]...[,dns=ADDR[!PORT]][,tag=T]
 *
 * A directory of that name is --share ./net.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/options.h"

int hostnet_wanted(const char *value)
{
	return !strncmp(value, "net", 3) && (!value[3] || value[3] == ',');
}

static int take_rule(struct share_option *s, const char *rule, int deny, struct complaint *c)
{
	int err;

	/* the defaults take three */
	if (s->setup.rules.n >= HN_RULES - 3)
		return complain(c, -EINVAL, "--share net: %s: one rule too many: at most %d", rule,
				HN_RULES - 3);
	err = hn_rule_add(&s->setup.rules, rule, deny);
	if (err)
		return complain(
			c, err,
			"--share net: %s: not a rule: [dial!|listen!]PROTO!ADDR[/BITS]!PORT,"
			" like tcp!*!80 or listen!tcp!*!8080",
			rule);
	return 0;
}

static int take_dns(struct share_option *s, const char *text, struct complaint *c)
{
	const char *bang = strchr(text, '!');
	size_t len = bang ? (size_t)(bang - text) : strlen(text);
	char copy[sizeof(s->setup.dns)];
	struct in_addr in;
	long port = bang ? strtol(bang + 1, NULL, 10) : 53;

	if (strlen(text) >= sizeof(copy) || port < 1 || port > 65535)
		len = 0;
	snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
	if (!len || inet_pton(AF_INET, copy, &in) != 1)
		return complain(c, -EINVAL,
				"--share net: dns=%s: not a server: write an IPv4 address, like"
				" 192.0.2.1 or 192.0.2.1!5353",
				text);
	strcpy(s->setup.dns, text);
	return 0;
}

static int take_word(struct share_option *s, const char *word, struct complaint *c)
{
	if (!strncmp(word, "allow=", 6))
		return take_rule(s, word + 6, 0, c);
	if (!strncmp(word, "deny=", 5))
		return take_rule(s, word + 5, 1, c);
	if (!strncmp(word, "dns=", 4))
		return take_dns(s, word + 4, c);
	if (!strncmp(word, "tag=", 4) && !options_tag(s, word + 4, strlen(word + 4)))
		return 0;
	return complain(c, -EINVAL,
			"--share net: %s: not understood: allow=RULE, deny=RULE, dns=ADDR, tag=T",
			word);
}

int hostnet_option(struct share_option *s, const char *value, struct complaint *c)
{
	char *word, *save = NULL;
	int err = 0;

	s->net = 1;
	strcpy(s->tag, "net");
	strcpy(s->dir, value + 3);
	for (word = strtok_r(s->dir, ",", &save); word && !err; word = strtok_r(NULL, ",", &save))
		err = take_word(s, word, c);
	strcpy(s->dir, "net");
	hn_rules_complete(&s->setup.rules);
	return err;
}
