/* SPDX-License-Identifier: MIT */
/*
 * Standing still: for debuggers, dumps, and whoever wants to look at a guest
 * that is in one piece.  Only the thread that made the struct lg.
 */
#ifndef HOST_STOP_H
#define HOST_STOP_H

#include "host/host.h"

struct lg_stop {
	enum lg_why why;
	u32 a, b, c;			/* see enum lg_why */
};

/* A debugger comes or goes.  Off: the vCPU runs on, whatever it did. */
void lg_debug(struct lg *lg, int on);

/*
 * Ask the vCPU to stand still.  The bell rings when it does; until then call
 * it again every few ms.
 */
void lg_pause(struct lg *lg);

/* Does it stand still?  1 and why; then registers (FPU, fs, gs too) are in lg_shared()->cpu. */
int lg_paused(struct lg *lg, struct lg_stop *stop);

/* Go on, for one instruction if step. */
void lg_resume(struct lg *lg, int step);

/* Wait up to ms for it to stand: 0, or -ETIMEDOUT. */
int lg_pause_wait(struct lg *lg, unsigned ms);

/* While it stands: every space forgets what it has mapped. */
void lg_forget(struct lg *lg);

#endif
