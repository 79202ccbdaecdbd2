/* SPDX-License-Identifier: MIT */
/*
 * Where running guests are found by name: a directory of the user's own with
 * one control socket for each, NAME.sock.
 */
#ifndef LAUNCHER_RUNDIR_H
#define LAUNCHER_RUNDIR_H

#include <sys/un.h>

#include "launcher/log.h"

#define GUEST_NAME_MAX 63 /* bytes of a guest's name */

/* $XDG_RUNTIME_DIR/lguest, or /tmp/lguest-UID: made if missing.  0 or -errno and a complaint. */
int rundir_path(char *path, size_t size, struct complaint *c);
/* 1: a file name of letters, digits, . _ -, and no . first. */
int rundir_good_name(const char *name);
/* The address of a guest's socket.  0 or -ENAMETOOLONG and a complaint. */
int rundir_address(struct sockaddr_un *at, const char *name, struct complaint *c);
/* Is somebody there?  The connection, or -errno; -ECONNREFUSED: left over from one that was killed. */
int rundir_connect(const struct sockaddr_un *at);

#endif
