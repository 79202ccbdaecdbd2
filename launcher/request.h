/* SPDX-License-Identifier: MIT */
/*
 * What the Host in a space asks of the Launcher while the guest waits: one
 * entry of a table for each enum lg_op.
 */
#ifndef LAUNCHER_REQUEST_H
#define LAUNCHER_REQUEST_H

#include "launcher/loop.h"

struct request_kind {
	/*
	 * Do it.  The arguments are a hostile guest's, read once.  1: it is done
	 * and *result (0 before) is the answer.  0: not yet, done will tell; it
	 * must not block in either case.
	 */
	int (*serve)(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);
	/* Asked in every turn of the loop: 1 and *result, or 0.  NULL if serve says 1 always. */
	int (*done)(struct loop *l, u32 *result);
};

/* lg_next said LG_ASKED, and nothing is being served. */
void request_serve(struct loop *l, u32 op, const u32 args[LG_OP_ARGS]);
/* 1: what the guest waited for is done. */
int request_work(struct loop *l);

#endif
