/* SPDX-License-Identifier: MIT */
/* More consoles than the first: the guest's serial lines. */
#ifndef LAUNCHER_SERIAL_H
#define LAUNCHER_SERIAL_H

#include "devices/console.h"
#include "launcher/backend.h"
#include "launcher/options.h"

struct serial {
	struct backend backend;
	struct console console;
	int lost; /* said that output is lost */
};

/* Open what the options want.  0, or -errno and a complaint. */
int serials_open(struct serial serials[SERIALS_MAX], const struct options *o, struct complaint *c);
/* A new guest.  NULL: no room. */
struct device *serial_attach(struct serial *s, struct devices *all);
void serials_close(struct serial serials[SERIALS_MAX]);

#endif
