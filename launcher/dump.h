/* SPDX-License-Identifier: MIT */
/* --dump FILE: the core of a guest that crashed or was stopped by --timeout. */
#ifndef LAUNCHER_DUMP_H
#define LAUNCHER_DUMP_H

#include <sys/types.h>

#include "host/host.h"
#include "launcher/log.h"

struct dump {
	const char *path; /* NULL: none */
	int fd;
	dev_t dev;
	ino_t inode; /* of a regular file, to remove it if it stays empty */
	int written;
};

/* Before the sandbox.  0 or -errno and a complaint. */
int dump_open(struct dump *d, const char *path, struct complaint *c);
void dump_write(struct dump *d, struct lg *lg);
void dump_close(struct dump *d);

#endif
