/* SPDX-License-Identifier: MIT */
/*
 * The host's network as files: Plan 9's /net, served over 9P2000 to a guest
 * that has no network of its own.  A connection of the guest is a socket of
 * this process.  What is here is the server without its process
 * (hostnet_process.c) and without the resolver (hostnet_dns.c), so that tests
 * can talk to it directly.
 */
#ifndef DEVICES_HOSTNET_H
#define DEVICES_HOSTNET_H

#include "devices/9p.h"

#define HN_RULES 64
#define HN_CONVS 512  /* conversations of a protocol */
#define HN_REQS	   256	/* requests at once */
#define HN_WAITING 216	/* of them that may wait */
#define HN_FIDS	 4096

enum {
	HN_TCP,
	HN_UDP,
	HN_PROTOS,
	HN_ANY = HN_PROTOS, /* in a rule */
};

/* An address is always 16 bytes; IPv4 is ::ffff:a.b.c.d. */
struct hn_addr {
	u8 ip[16];
	u16 port;
};

/* Who may be called, or where may be listened. */
struct hn_rule {
	u8 deny;
	u8 listen;
	u8 proto; /* or HN_ANY */
	u8 bits;  /* of ip that count */
	u8 ip[16];
	u16 low, high; /* ports */
	char text[64];
};

struct hn_rules {
	struct hn_rule rule[HN_RULES];
	unsigned n;
};

/* "[dial!|listen!]PROTO!ADDR[/BITS]!PORT[-PORT]", * for any.  0 or -EINVAL, -ENOSPC. */
int hn_rule_add(struct hn_rules *rules, const char *text, int deny);
/* What holds where no rule was given: all calls, listening on loopback. */
void hn_rules_complete(struct hn_rules *rules);
/* NULL: allowed.  Else the rule that forbids it, or "" if none allows it. */
const char *hn_refused(const struct hn_rules *rules, int listen, int proto,
		       const struct hn_addr *a);

/* A question to the resolver, and its answer: one packet each. */
#define HN_NAME_MAX   255
#define HN_ANSWER_MAX 4000

struct hn_question {
	u32 id;
	char type[8]; /* "ip", "mx", ...; "host": addresses of both kinds */
	char name[HN_NAME_MAX + 1];
};

struct hn_answer {
	u32 id;
	u32 len;
	char text[HN_ANSWER_MAX]; /* lines, each with a 0 at its end; none: error */
	char error[64];
};

struct hostnet;

/* The reply to the request called cookie is len bytes; 0: there can be none. */
typedef void hn_reply_fn(void *arg, u32 cookie, u32 len);

/*
 * rules stay the caller's.  resolver: a socket of packets, -1 without names;
 * it stays open when the server is freed.  NULL: no memory.
 */
struct hostnet *hn_new(const struct hn_rules *rules, int resolver, hn_reply_fn *reply, void *arg);
void hn_free(struct hostnet *h);
/*
 * Take one message.  t and r stay valid, and t as it is, until the reply,
 * which may come at once or when hn_ready finds it.
 */
void hn_request(struct hostnet *h, u32 cookie, const u8 *t, u32 len, u8 *r, u32 room);
/* Readable: something happened, call hn_ready. */
int hn_fd(const struct hostnet *h);
void hn_ready(struct hostnet *h);
/* The guest starts over: close everything; nobody waits for replies. */
void hn_reset(struct hostnet *h);
/* For tests: conversations, fids and waiting requests in use. */
unsigned hn_convs(const struct hostnet *h);
unsigned hn_fids(const struct hostnet *h);
unsigned hn_waiting(const struct hostnet *h);

/* The resolver: answers questions from sock until it is closed.  server: "", or whom to ask. */
void hn_resolve(int sock, const char *server) __attribute__((noreturn));

#endif
