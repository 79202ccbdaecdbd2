/* SPDX-License-Identifier: MIT */
/* The Launcher gives up what it no longer needs once the guest runs. */
#ifndef LAUNCHER_SANDBOX_H
#define LAUNCHER_SANDBOX_H

#include "host/host.h"

struct backend;

void sandbox_launcher(const struct backend *b);
/* What this machine offers, for preflight; fills up to max, returns how many. */
int sandbox_checks(struct lg_check *checks, int max);

#endif
