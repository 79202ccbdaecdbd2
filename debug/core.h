/* SPDX-License-Identifier: MIT */
/* An ELF core of a guest that stands still or is dead, for gdb KERNEL CORE. */
#ifndef DEBUG_CORE_H
#define DEBUG_CORE_H

#include "host/host.h"

/*
 * Write it to fd, an empty file: registers, and memory at the addresses the
 * current page tables give it.  Only pages that hold something are written.
 * 0 or -errno.
 */
int debug_core(struct lg *lg, int fd);

#endif
