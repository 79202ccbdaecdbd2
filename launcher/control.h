/* SPDX-License-Identifier: MIT */
/*
 * The control socket of a running guest: what "lguest ps", "info", "stop" and
 * "console" talk to.  A client sends one line and gets lines back:
 *
 *	info		"key value" lines, then the end
 *	stop		nothing; the connection ends when the guest has
 *	disk ..., share ...	"ok": see plug.h
 *	console		"ok", then the console, both ways
 *	stat		counters, "key number [number]" lines (stat.c)
 *	sample HZ	"ok"; samples are counted until the connection ends
 *	profile HZ	"ok", then samples: their length, struct lg_sample (profile.c)
 *
 * An answer "error TEXT" says why not.
 */
#ifndef LAUNCHER_CONTROL_H
#define LAUNCHER_CONTROL_H

#include <limits.h>
#include <poll.h>
#include <sys/types.h>

#include "host/host.h"
#include "launcher/log.h"
#include "launcher/options.h"
#include "launcher/rundir.h"
#include "launcher/tap.h"

#define CONTROL_CLIENTS 4 /* at a time */
#define CONTROL_FDS	(CONTROL_CLIENTS + 1)
#define CONTROL_LINE	(PATH_MAX + 64) /* bytes of a request */

struct control_client {
	int fd;	      /* -1: free */
	int stopping; /* waits for the end */
	int passed;   /* a descriptor that came along, or -1 */
	char line[CONTROL_LINE];
	unsigned len;
};

struct plug_site;
struct profile;

struct control {
	int listener; /* -1: nobody can reach us */
	char name[GUEST_NAME_MAX + 1];
	struct sockaddr_un at;
	ino_t inode; /* to remove only our own */
	struct control_client client[CONTROL_CLIENTS];
	struct tap *tap;
	const struct options *options;
	const char *kernel;
	u64 started;   /* CLOCK_MONOTONIC, ns */
	struct plug_site *site;
	struct profile *profile;
	struct lg *lg; /* the guest, or NULL between two */
	int stop;      /* somebody asked for it */
};

/*
 * Choose the guest's name (--name, or after its kernel) and listen.  Without
 * --name a socket that cannot be had is no error.  0 or -errno and a complaint.
 */
int control_open(struct control *ctl, const struct options *o, const char *kernel, struct tap *tap,
		 struct complaint *c);
void control_close(struct control *ctl);
/* Fill fds[0 .. CONTROL_FDS). */
void control_poll(const struct control *ctl, struct pollfd *fds);
void control_ready(struct control *ctl, const struct pollfd *fds);

#endif
