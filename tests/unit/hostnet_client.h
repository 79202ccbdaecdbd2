/* SPDX-License-Identifier: MIT */
/* A 9P client of the /net server with several requests under way, for tests. */
#ifndef TESTS_UNIT_HOSTNET_CLIENT_H
#define TESTS_UNIT_HOSTNET_CLIENT_H

#include "devices/hostnet.h"

#define NET_CALLS 256 /* their numbers are tags and cookies */
#define NET_ROOM  70000u

struct nc_call {
	u8 t[NET_ROOM], r[NET_ROOM];
	u32 tlen, rlen;
	int waiting, answered; /* how often */
	char error[256];       /* of Rerror, or "" */
};

struct net {
	struct hn_rules rules;
	struct hostnet *h;
	struct nc_call call[NET_CALLS];
};

/* A server with these rules ("" for none: the defaults), attached as fid 0. */
void nc_start(struct net *n, const char *allow, const char *deny, int resolver);
void nc_stop(struct net *n);
/* Send a request; integers by size, s string, d data and size_t. */
void nc_send(struct net *n, unsigned call, u8 type, const char *fmt, ...);
/* Wait for the answer: 1, 0: Rerror, in call[].error. */
int nc_wait(struct net *n, unsigned call);
/* Send with call 0, and wait. */
int nc_do(struct net *n, u8 type, const char *fmt, ...);
/* What happened until nothing happens for ms. */
void nc_settle(struct net *n, int ms);

int nc_open(struct net *n, u32 fid, const char *path, u8 mode);
int nc_clunk(struct net *n, u32 fid);
int nc_write(struct net *n, u32 fid, const char *text);
/* As text; NULL: Rerror. */
const char *nc_read(struct net *n, u32 fid);
const char *nc_file(struct net *n, const char *path);
const char *nc_error(struct net *n); /* of call 0 */

#endif
