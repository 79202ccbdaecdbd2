/* SPDX-License-Identifier: MIT */
/*
 * The gdb remote protocol, without the socket: bytes in, bytes out, and a look
 * at the guest between.  launcher/gdb.c has the socket.
 */
#ifndef DEBUG_GDB_H
#define DEBUG_GDB_H

#include "debug/debug.h"

struct gdb;

/* image and what it points to must last as long as the struct gdb. */
struct gdb *gdb_new(const struct debug_image *image);
void gdb_free(struct gdb *g);

/*
 * A guest that was made and has not started; hold it at its first instruction
 * if wait, or if a client is there that was debugging the one before.
 */
void gdb_guest(struct gdb *g, struct lg *lg, int wait);
/* lg is about to be destroyed; status is what lguest will return, or -1: it restarts. */
void gdb_guest_ends(struct gdb *g, int status);

/* A client came or went.  One at a time. */
void gdb_attach(struct gdb *g);
void gdb_detach(struct gdb *g);

/* What the client says: always taken. */
void gdb_input(struct gdb *g, const void *bytes, size_t len);
/* What it is to hear: *len bytes; gdb_sent says how many it took. */
const void *gdb_output(struct gdb *g, size_t *len);
void gdb_sent(struct gdb *g, size_t len);

/*
 * Look at the vCPU; after every poll.  dead: the guest has ended and can still
 * be looked at.  Returns ms until it must be called again, or -1.
 */
int gdb_look(struct gdb *g, int dead);

int gdb_stopped(const struct gdb *g);	/* the guest stands still (or is dead) for the client */
int gdb_gone(const struct gdb *g);	/* hang up on the client */
int gdb_killed(const struct gdb *g);	/* the client wants the guest's end */

#endif
