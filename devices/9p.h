/* SPDX-License-Identifier: MIT */
/*
 * A 9P2000 server for one directory of the host.  It is a process of its own
 * (9p_process.c); the messages come through a virtio device (9p_device.c) that
 * does not look into them.  What is here is the server without its process,
 * so that tests can talk to it directly.
 */
#ifndef DEVICES_9P_H
#define DEVICES_9P_H

#include "devices/guest.h"

#define P9_MSIZE    (128u << 10) /* bytes of the longest message */
#define P9_FIDS	    4096	 /* files a guest may hold */
#define P9_NODES    8192	 /* directories on the way to them included */
#define P9_WALK_MAX 16		 /* names in one walk */
#define P9_IOHDR    24		 /* bytes of a message that are not data, at most */

enum {
	P9_TVERSION = 100,
	P9_TAUTH = 102,
	P9_TATTACH = 104,
	P9_RERROR = 107,
	P9_TFLUSH = 108,
	P9_TWALK = 110,
	P9_TOPEN = 112,
	P9_TCREATE = 114,
	P9_TREAD = 116,
	P9_TWRITE = 118,
	P9_TCLUNK = 120,
	P9_TREMOVE = 122,
	P9_TSTAT = 124,
	P9_TWSTAT = 126,
};

#define P9_NOTAG 0xffffu
#define P9_NOFID 0xffffffffu

struct p9;

/* Serve the directory, whose O_PATH descriptor is ours now.  NULL: no memory. */
struct p9 *p9_new(int dir_fd, int read_only);
void p9_free(struct p9 *s);
/* As new: no fids, no version agreed upon. */
void p9_reset(struct p9 *s);
/*
 * Answer one message: t[0..len), which nobody changes meanwhile, with a reply
 * of at most room bytes.  Its length; 0: no reply is possible.
 */
u32 p9_serve(struct p9 *s, const u8 *t, u32 len, u8 *r, u32 room);
/* How many fids and host descriptors are in use: for tests. */
unsigned p9_fids(const struct p9 *s);
unsigned p9_nodes(const struct p9 *s);

#endif
