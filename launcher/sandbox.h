/* SPDX-License-Identifier: MIT */
/* The Launcher gives up what it no longer needs once the guest runs. */
#ifndef LAUNCHER_SANDBOX_H
#define LAUNCHER_SANDBOX_H

#include "host/host.h"

/* Sockets in removable[0 .. n) may be removed afterwards. */
void sandbox_launcher(const char *const removable[], unsigned n);
/* What this machine offers, for preflight; fills up to max, returns how many. */
int sandbox_checks(struct lg_check *checks, int max);

#endif
