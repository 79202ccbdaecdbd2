/* SPDX-License-Identifier: MIT */
/*
 * A shared directory: the process that serves it, and the virtio device
 * through which the guest talks to it.
 */
#ifndef DEVICES_9P_SHARE_H
#define DEVICES_9P_SHARE_H

#include <sys/types.h>

#include "devices/9p.h"
#include "devices/device.h"

#define SHARES_MAX     8
#define SHARE_TAG_MAX  31
#define SHARE_REQUESTS 32 /* on their way to the server at once */

/*
 * Shared with the server: for each request its message, which the server
 * reads, and the reply, which it writes.  Turns are told over the socket.
 */
struct share_slot {
	u8 t[P9_MSIZE];
	u8 r[P9_MSIZE];
};

/* What goes over the socket, one packet each. */
struct share_packet {
	u32 slot;
	u32 len;  /* of the message; in the reply: of the reply */
	u32 room; /* for the reply; in the reply: 0 */
};

/* The server says hello with what its sandbox lacks: errno values. */
struct share_hello {
	u32 chroot, landlock, seccomp;
};

struct share_request {
	int busy;
	int forgotten; /* by a reset: nobody waits for the reply */
	struct vq_chain chain;
};

struct share {
	char tag[SHARE_TAG_MAX + 1];
	int fd;	   /* the socket; -1: the server is gone */
	pid_t pid; /* of the server; 0: none */
	struct share_hello missing;
	struct share_slot *slots; /* SHARE_REQUESTS */
	struct device_kind kind;  /* with this share's length of config */
	struct device *device;
	const struct guest *guest;
	struct share_request request[SHARE_REQUESTS];
	unsigned nbusy;
};

/*
 * Start the server, before the Launcher gives up its rights: fork, and wait
 * until it is confined.  0 or -errno, and *what failed.
 */
int share_start(struct share *sh, const char *dir, int read_only, const char *tag,
		const char **what);
void share_stop(struct share *sh);
/* Connect a guest.  NULL: no room. */
struct device *share_attach(struct share *sh, struct devices *all);
/* fd is readable: take replies, and then what waited for a slot. */
void share_ready(struct share *sh);

/*
 * For other servers that come to the guest as a share does.  A process that is
 * forked to serve: never returns.  fd is kept open for it.
 */
typedef void share_serve_fn(int sock, int fd, const void *arg, struct share_slot *slots);
int share_launch(struct share *sh, const char *tag, share_serve_fn *serve, int fd, const void *arg,
		 const char **what);
/* First thing there: nothing of the Launcher is left but these two, renumbered. */
int share_alone(int *sock, int *fd, const char *name);

#endif
