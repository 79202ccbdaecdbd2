/* SPDX-License-Identifier: MIT */
/* A 9P client for tests: requests by format, replies taken apart. */
#ifndef TESTS_UNIT_9P_CLIENT_H
#define TESTS_UNIT_9P_CLIENT_H

#include "devices/9p.h"

struct client {
	struct p9 *s;
	char dir[64]; /* what is shared, with a few files */
	u8 t[P9_MSIZE + 64], r[P9_MSIZE + 64];
	u32 tlen, rlen, at; /* at: in the reply */
	char error[256];    /* text of the last Rerror, or "" */
};

#define ROOT 1u /* the fid of the root */

/* A new directory and a server for it. */
void client_start(struct client *c, int read_only);
void client_stop(struct client *c);
/* The same, with version and attach as "glenda" done. */
void client_attach(struct client *c, int read_only);
/* A request into c->t.  fmt: 1 2 4 8 are integers of as many bytes, s a string,
 * d data (pointer, length without prefix). */
void client_make(struct client *c, u8 type, const char *fmt, ...);
/* Send c->t.  1: the reply is type + 1; 0: Rerror, in c->error.  Fails the
 * test if the reply is malformed. */
int client_send(struct client *c);
/* Both. */
int client_call(struct client *c, u8 type, const char *fmt, ...);
u64 client_get(struct client *c, unsigned bytes);
void client_get_string(struct client *c, char *to, size_t size);
/* Walk ROOT to a/b/c as fid: like client_call. */
int client_walk(struct client *c, u32 fid, const char *path);
/* Walk and open. */
int client_open(struct client *c, u32 fid, const char *path, u8 mode);
/* The file's text as the server gives it, or NULL and c->error. */
const char *client_read(struct client *c, const char *path);
/* A host path: dir/name. */
const char *client_path(struct client *c, const char *name);
void client_put(struct client *c, const char *name, const char *text);

#endif
