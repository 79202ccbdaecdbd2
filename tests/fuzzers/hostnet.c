/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: the /net server.  The input is a list of messages, each with the
 * place of its request and its length; many may wait at once.  Nobody is
 * called but a port of the loopback where nobody listens.
 */
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "devices/hostnet.h"

#define MUST(x) ((x) ? (void)0 : abort())
#define CALLS	16u
#define ROOM	2048u
#define T_MAX	600u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct call {
	int waiting;
	u8 t[T_MAX], r[ROOM];
} calls[CALLS];

static struct hn_rules rules;

/* Once for each request, and well-formed. */
static void reply(void *arg, u32 cookie, u32 len)
{
	struct call *c = &calls[cookie];

	(void)arg;
	MUST(cookie < CALLS && c->waiting && len <= ROOM);
	c->waiting = 0;
	MUST(!len || (len >= 7 && c->r[0] + 256u * c->r[1] + 65536u * c->r[2] == len));
}

static void begin(void)
{
	MUST(!hn_rule_add(&rules, "*!127.0.0.1!9", 0));
	hn_rules_complete(&rules);
}

static void look(struct hostnet *h)
{
	struct pollfd p = { hn_fd(h), POLLIN, 0 };
	int i;

	for (i = 0; i < 4 && poll(&p, 1, 0) > 0; i++)
		hn_ready(h);
}

static size_t one_message(struct hostnet *h, const uint8_t *data, size_t size)
{
	struct call *c = &calls[data[0] % CALLS];
	u32 len = data[1] + 256u * (data[2] & 1);

	if (len > size - 3)
		len = (u32)(size - 3);
	if (c->waiting)
		return 3 + len;
	memcpy(c->t, data + 3, len);
	if (len >= 4 && !(data[2] & 0x80)) { /* mostly with the right size in front */
		c->t[0] = (u8)len;
		c->t[1] = (u8)(len >> 8);
		c->t[2] = c->t[3] = 0;
	}
	c->waiting = 1;
	hn_request(h, (u32)(c - calls), c->t, len, c->r, data[2] & 0x40 ? 16 : ROOM);
	return 3 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hostnet *h;
	unsigned i;

	if (!rules.n)
		begin();
	h = hn_new(&rules, -1, reply, NULL);
	MUST(h);
	while (size >= 3) {
		size_t n = one_message(h, data, size);

		data += n;
		size -= n;
		look(h);
	}
	hn_reset(h);
	MUST(!hn_fids(h) && !hn_convs(h) && !hn_waiting(h));
	for (i = 0; i < CALLS; i++)
		calls[i].waiting = 0;
	hn_free(h);
	return 0;
}
