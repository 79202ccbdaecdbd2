/* SPDX-License-Identifier: MIT */
/*
 * Where the console's bytes come from and go to: stdio, pty or socket.  A
 * backend is a stream (devices/stream.h) plus what the event loop needs.
 */
#ifndef LAUNCHER_BACKEND_H
#define LAUNCHER_BACKEND_H

#include <poll.h>

#include "devices/stream.h"
#include "launcher/log.h"

#define BACKEND_FDS 3	  /* at most, to poll */
#define BACKLOG_MAX 16384 /* bytes kept while nobody listens */

struct backend;

struct backend_kind {
	const char *name; /* as in --console NAME or NAME=ARGUMENT */
	int (*open)(struct backend *b, const char *argument, struct complaint *c);
	/* Descriptors to poll; how many. */
	int (*poll)(struct backend *b, int want_in, int want_out, struct pollfd *fds);
	/* What poll found in them. */
	void (*ready)(struct backend *b, const struct pollfd *fds, int n);
	void (*start)(struct backend *b); /* the guest runs; may be NULL */
	void (*close)(struct backend *b);
};

/* The newest output of a guest that nobody was connected to hear. */
struct backlog {
	unsigned start, len;
	unsigned char bytes[BACKLOG_MAX];
};

struct backend {
	struct stream stream; /* first: the console's view */
	const struct backend_kind *kind;
	const char *option; /* that asked for it, for messages */
	int readable; /* read will give something or the end */
	int quit;     /* Ctrl-a x */
	int hung_up;  /* the terminal is gone */

	int in, out;		    /* stdio; in = out = the peer otherwise; -1 */
	int listener;		    /* socket: the listening one; pty: inotify */
	int out_flags;		    /* stdio: how to write without blocking */
	int at_end;		    /* stdio: end of input was passed on */
	int escape;		    /* terminal: Ctrl-a was typed */
	char path[108];		    /* socket, pty, file */
	unsigned long long inode;   /* socket: to unlink only our own */
	unsigned char typed[16384]; /* terminal: keys not yet with the console */
	unsigned ntyped;
	struct backlog backlog;
};

extern const struct backend_kind backend_stdio, backend_pty, backend_socket, backend_file;

/* Open what the option --console (or --serial) says.  0 or -errno and a complaint. */
int backend_open(struct backend *b, const char *option, const char *console, struct complaint *c);

void backlog_add(struct backlog *l, const void *from, size_t len);
/* Write it to fd.  1: empty now, 0: fd takes no more, < 0: -errno. */
int backlog_send(struct backlog *l, int fd);
/* One write(), never SIGPIPE: bytes, 0 = none now, or -errno. */
ssize_t backend_write_fd(int fd, const void *from, size_t len);

#endif
