/* SPDX-License-Identifier: MIT */
/* The servers of --share, from the start to the end of lguest run. */
#ifndef LAUNCHER_SHARE_H
#define LAUNCHER_SHARE_H

#include "devices/9p_share.h"
#include "launcher/options.h"

/* Start a server for each share: 0, or -errno and a complaint. */
int shares_open(struct share shares[SHARES_MAX], const struct options *o, struct complaint *c);
void shares_close(struct share *shares, unsigned n);

#endif
