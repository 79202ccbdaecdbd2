/* SPDX-License-Identifier: MIT */
/*
 * A share: a virtio 9P device, and a process of its own that serves it.  The
 * process takes the device's queue itself: it sees the guest's memory, and the
 * Launcher only tells it when to begin and when to stop.
 *
 * What the messages mean is up to a server; there is one for a directory
 * (p9_*), and others may follow.
 */
#ifndef DEVICES_9P_SHARE_H
#define DEVICES_9P_SHARE_H

#include <sys/types.h>

#include "devices/9p.h"
#include "devices/device.h"

#define SHARES_MAX     8
#define SHARE_TAG_MAX  31
#define SHARE_REQUESTS LG_VRING_NUM /* of a guest, on their way at once */

/* --- The server: in its process ------------------------------------------------ */

/*
 * A message, and room for its reply.  Both stay until the reply is given; t is
 * a copy nobody changes, r may be the guest's memory: only write there.
 */
struct share_request {
	const u8 *t;
	u32 len; /* <= P9_MSIZE */
	u8 *r;
	u32 room; /* <= P9_MSIZE */
	u32 id;	  /* < SHARE_REQUESTS, its own until the reply */
};

#define SHARE_LATER 0xffffffffu
#define SHARE_SOCK  3 /* the process's socket to the Launcher */

struct share_ops {
	/* The reply's length; 0: there is none; or SHARE_LATER, and share_reply. */
	u32 (*serve)(void *server, struct share_request *q);
	/* Descriptors to wait for beside requests: how many, <= DEVICE_FDS; may be NULL. */
	int (*wait)(void *server, struct pollfd *fds);
	/* What poll found there. */
	void (*ready)(void *server, const struct pollfd *fds, int n);
	/* The guest is gone, or wants to begin anew: drop all requests, say nothing. */
	void (*reset)(void *server);
};

/* For a request whose serve said SHARE_LATER, from serve or ready; in any order. */
void share_reply(struct share_request *q, u32 len);

/* What a sandbox lacks: errno values. */
struct share_hello {
	u32 chroot, landlock, seccomp;
};

struct share_server {
	const char *name; /* of the process, 15 bytes */
	const struct share_ops *ops;
	int fd; /* it keeps: becomes 4; -1: none */
	/*
	 * In the new process: confine yourself (what that takes: SHARE_SYSCALLS) and
	 * return the server, or NULL.
	 */
	void *(*begin)(const struct share_server *s, int fd, struct share_hello *missing);
	int read_only;
	int orphan; /* do not end with who started it, but with the socket */
	const void *arg;
};

/* System calls the process makes besides the server's. */
#define SHARE_SYSCALLS \
	SYS_read, SYS_write, SYS_recvmsg, SYS_sendto, SYS_poll, SYS_ppoll, SYS_futex, \
		SYS_sched_getaffinity, SYS_clock_gettime, SYS_sched_yield, SYS_getcpu, SYS_close, \
		SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_madvise, SYS_restart_syscall, \
		SYS_rt_sigreturn, SYS_exit, SYS_exit_group

/* --- The Launcher's side ----------------------------------------------------------- */

struct share {
	char tag[SHARE_TAG_MAX + 1];
	int fd;	    /* the socket; -1: the server is gone */
	pid_t pid;  /* of the server; 0: none */
	u32 order;  /* number of the last order, */
	int going;  /* which was to serve, */
	int halted; /* or to let go, and it has */
	struct share_hello missing;
	struct device_kind kind; /* with this share's length of config */
	struct device *device;
};

/*
 * Start the server, before the Launcher gives up its rights: fork, and wait
 * until it is confined.  0 or -errno, and *what failed.
 */
int share_launch(struct share *sh, const struct share_server *server, const char *tag,
		 guest_unpack *unpack, guest_drop *drop, const char **what);
/* The same, for a directory. */
int share_start(struct share *sh, const char *dir, int read_only, const char *tag,
		guest_unpack *unpack, guest_drop *drop, const char **what);
/* The same, by somebody who hands sh->fd on and ends. */
int share_start_orphan(struct share *sh, const char *dir, int read_only, const char *tag,
		       guest_unpack *unpack, guest_drop *drop, const char **what);
void share_stop(struct share *sh);
/* Connect a guest.  NULL: no room. */
struct device *share_attach(struct share *sh, struct devices *all);

#endif
