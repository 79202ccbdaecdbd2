/* SPDX-License-Identifier: MIT */
/* The system calls the Launcher keeps once the guest runs, as a filter. */
#ifndef LAUNCHER_SYSCALLS_H
#define LAUNCHER_SYSCALLS_H

#include <linux/filter.h>

#define SYSCALLS_FILTER_MAX 256

/* Fill in the program; its length. */
unsigned syscalls_filter(struct sock_filter filter[SYSCALLS_FILTER_MAX]);

#endif
