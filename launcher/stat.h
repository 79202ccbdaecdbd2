/* SPDX-License-Identifier: MIT */
/* Counters of a running guest: as lines for the control socket, and from there back. */
#ifndef LAUNCHER_STAT_H
#define LAUNCHER_STAT_H

#include "host/host.h"
#include "launcher/log.h"
#include "launcher/profile.h"

#define STAT_TEXT 32768 /* bytes */

/* What "stat" is answered.  Bytes. */
size_t stat_text(struct lg *lg, u64 uptime_ns, char *text, size_t size);

/* The same, as a client has it. */
struct stats {
	u64 uptime, halted, cpu; /* ns */
	u64 syscalls, pages, spaces, vmas, resident;
	u64 kinds[LG_EV_KINDS], traps[LG_IDT_ENTRIES], hcalls[64];
	u64 irqs[LG_IRQS], raised[LG_IRQS];
	u64 samples[LG_MODES];
};

/* Ask the guest of that name.  0 or -errno and a complaint. */
int stat_ask(const char *name, struct stats *s, struct complaint *c);
/* Counts of this time: a of later, b of earlier. */
void stat_between(struct stats *d, const struct stats *a, const struct stats *b);
/* Kernel, user and Host in per cent of uptime, by samples; halted exactly. */
struct shares {
	double of[LG_MODES], halted;
};
struct shares stat_shares(const struct stats *d);

int stat_command(int argc, char **argv);
int top_command(int argc, char **argv);
int profile_command(int argc, char **argv);

#endif
