/* SPDX-License-Identifier: MIT */
/*
 * Hot-plug: a device for a guest that runs.  The Launcher has given up the
 * right to open files, so "lguest add" opens them, starts the servers, and
 * sends a descriptor along with its request:
 *
 *	disk ro|rw PATH			an open file or block device
 *	share ro|rw TAG DIR		a socket to the process that serves it
 */
#ifndef LAUNCHER_PLUG_H
#define LAUNCHER_PLUG_H

#include "devices/9p_share.h"
#include "devices/block.h"
#include "launcher/log.h"
#include "launcher/loop.h"
#include "launcher/options.h"

struct plug_site {
	struct options *options;
	struct share *shares;
	struct block *disks;
	struct loop *loop;
};

/* 1: the line is a request of ours. */
int plug_wanted(const char *line);
/* Do it: 0, and fd is ours; or -errno and a complaint. */
int plug(struct plug_site *site, char *line, int fd, struct complaint *c);

int add_command(int argc, char **argv);

#endif
