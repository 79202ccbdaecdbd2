/* SPDX-License-Identifier: MIT */
/*
 * What "lguest run" holds and the files that share it: run.c (from options to
 * a guest that runs), process.c (signals, time, limits), end.c (what became of
 * the guest).
 */
#ifndef LAUNCHER_SESSION_H
#define LAUNCHER_SESSION_H

#include <limits.h>

#include "launcher/abi.h"
#include "launcher/boot.h"
#include "launcher/dump.h"
#include "launcher/gdb.h"
#include "launcher/loop.h"
#include "launcher/options.h"
#include "launcher/plug.h"
#include "launcher/serial.h"
#include "launcher/share.h"
#include "launcher/start_map.h"

/* One per process, too big for the stack. */
struct session {
	struct options options;
	char kernel_path[PATH_MAX];
	struct image image;
	struct boot boot;
	struct abi abi;
	struct start_map start_map;
	struct backend backend;
	struct tap tap;
	struct control control;
	struct plug_site site;
	struct console console;
	struct trace trace;
	struct gdb_server gdb;
	struct dump dump;
	struct loop loop;
	struct share shares[SHARES_MAX];
	struct net_card nets[NETS_MAX];
	struct serial serials[SERIALS_MAX];
	struct block disks[DISKS_MAX];
	int signal_fd, timeout_fd;
	int confined; /* the sandbox is up */
	int stuck;    /* a worker did not stop: it still uses its device */
};

/* A signalfd for what ends or resizes us, blocked from now on; -1. */
int process_signals(void);
/* A guest file that shrinks while we use it ends us with a word, not silently. */
void process_file_errors(void);
/* A timerfd that fires once after ns; -1 also for 0. */
int process_timeout(u64 ns);
/* Raise the limits we need, or complain. */
int process_limits(struct complaint *c);

/* How the guest ended, said to the user: our exit status, or *restart. */
int end_status(struct session *s, struct lg *lg, enum loop_end why, int *restart);

#endif
