/* SPDX-License-Identifier: MIT */
/*
 * Somebody more at the console: what the guest prints goes to the back end and
 * to one visitor ("lguest console NAME"), what either types goes to the guest.
 */
#ifndef LAUNCHER_TAP_H
#define LAUNCHER_TAP_H

#include "launcher/backend.h"

struct tap {
	struct stream stream;  /* first: what the console sees */
	struct stream *under;  /* the back end */
	int fd;		       /* the visitor, non-blocking; -1 nobody */
	int readable;	       /* the visitor typed something, or left */
	int listening;	       /* the visitor may still type */
	int lagging;	       /* the visitor lost output */
	struct backlog recent; /* what a new visitor sees first */
	struct backlog out;    /* not yet with the visitor */
};

void tap_init(struct tap *t, struct stream *under);
/* Show the recent output to fd, which is the tap's from now on.  -EBUSY: there is one already. */
int tap_attach(struct tap *t, int fd);
void tap_detach(struct tap *t);
/* A descriptor to poll, if fd >= 0. */
struct pollfd tap_poll(const struct tap *t, int want_in);
void tap_ready(struct tap *t, short revents);

#endif
