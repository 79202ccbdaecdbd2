/* SPDX-License-Identifier: MIT */
/* --gdb: where gdb connects, and its place in the loop. */
#ifndef LAUNCHER_GDB_H
#define LAUNCHER_GDB_H

#include <poll.h>
#include <sys/types.h>
#include <sys/un.h>

#include "debug/gdb.h"
#include "launcher/log.h"

#define GDB_FDS 2

struct gdb_server {
	struct gdb *gdb; /* NULL: no --gdb */
	struct debug_image image;
	int listener, client; /* -1: none */
	int wait;	      /* --wait-gdb */
	int timeout_fd;	      /* stands still while the guest does */
	struct timespec left; /* of it */
	int held;	      /* it stands */
	struct sockaddr_un at;
	ino_t inode; /* of our unix socket, to remove only our own */
};

/* Listen at address: PORT, HOST:PORT, [HOST]:PORT or a path.  0 or -errno and a complaint. */
int gdb_server_open(struct gdb_server *s, const char *address, int wait, struct complaint *c);
void gdb_server_close(struct gdb_server *s);

/* Fill fds[0 .. GDB_FDS); after poll, and once without (NULL), serve: ms to the next time, or -1. */
void gdb_server_poll(const struct gdb_server *s, struct pollfd *fds);
int gdb_server_serve(struct gdb_server *s, const struct pollfd *fds, int dead);
/* Somebody still looks at a guest that has ended. */
int gdb_server_waits(struct gdb_server *s);
/* The guest is over, with this status; -1: it restarts. */
void gdb_server_ends(struct gdb_server *s, int status);

#endif
