/* SPDX-License-Identifier: MIT */
/* What a share's server gives up before it hears of the guest. */
#ifndef DEVICES_9P_SANDBOX_H
#define DEVICES_9P_SANDBOX_H

#include "devices/9p_share.h"

/* Confine this process to the directory; say which layers could not be had. */
void p9_sandbox(int dir_fd, int read_only, struct share_hello *missing);

#endif
