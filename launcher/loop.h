/* SPDX-License-Identifier: MIT */
/* The event loop of one guest. */
#ifndef LAUNCHER_LOOP_H
#define LAUNCHER_LOOP_H

#include "devices/9p_share.h"
#include "devices/block.h"
#include "devices/console.h"
#include "devices/rng.h"
#include "host/host.h"
#include "launcher/backend.h"
#include "launcher/control.h"
#include "launcher/dma.h"
#include "launcher/gdb.h"
#include "launcher/net.h"
#include "launcher/profile.h"
#include "launcher/trace.h"

enum loop_end {
	LOOP_GUEST, /* the guest ended: lg_shared()->state */
	LOOP_TIMEOUT,
	LOOP_SIGNAL, /* loop.signal */
	LOOP_QUIT,   /* Ctrl-a x */
	LOOP_HANGUP, /* the terminal is gone */
	LOOP_STOP,   /* lguest stop */
	LOOP_GDB,    /* gdb killed the guest */
	LOOP_OUTPUT, /* nobody takes output: loop.console->out_error */
};

struct abi;
struct image;
struct request_kind;
struct start_map;

struct loop {
	struct lg *lg;
	struct guest guest; /* lg for the devices */
	struct devices devices;
	struct console *console; /* these outlive a restart */
	struct share *shares;
	unsigned nshares;
	struct net_card *nets;
	unsigned nnets;
	struct rng rng;
	struct block *disks;
	unsigned ndisks;
	struct backend *backend;
	struct tap *tap;
	struct control *control;
	struct profile profile;
	struct trace *trace;
	struct gdb_server *gdb;
	struct dma dma; /* generation A */
	int signal_fd, timeout_fd; /* timeout_fd may be -1 */

	unsigned findings;	  /* of the doctor, printed */
	const struct request_kind *asked; /* what the guest waits for, or NULL */
	struct image *image; /* what runs */
	const struct abi *abi;
	int abi_known; /* abi_settled was here */
	const struct start_map *start_map;
	int ended;  /* lg_next said so */
	int signal;
};

/* Connect the devices, shares included, to a guest that lg_create made.  0 or -errno. */
int loop_init(struct loop *l, struct lg *lg, u32 ram_bytes, struct console *console);
/* Tell the guest how big the terminal is, if its console is one. */
void loop_resize(struct console *console, const struct backend *backend);
/* Run until something ends it.  The guest may still run then: lg_stop. */
enum loop_end loop_run(struct loop *l);
/* Before lg_destroy: 0, or -ETIMEDOUT if a worker still uses the guest's memory. */
int loop_stop_workers(struct loop *l);

#endif
