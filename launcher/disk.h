/* SPDX-License-Identifier: MIT */
/* The disks of --disk, from the start to the end of lguest run. */
#ifndef LAUNCHER_DISK_H
#define LAUNCHER_DISK_H

#include <limits.h>

#include "devices/block.h"
#include "launcher/log.h"

#define DISKS_MAX 16

struct disk_option {
	char path[PATH_MAX];	 /* or an nbd URI */
	char cow_path[PATH_MAX]; /* "": temporary */
	int read_only, cow;
	struct block_fault fault[BLOCK_FAULTS];
	unsigned nfaults;
};

/* PATH[,ro|,cow|,cow=FILE][,error=OP[@FIRST[-LAST]]]...: 0 or -EINVAL. */
int disk_parse(struct disk_option *d, const char *value, struct complaint *c);
/* Open what n options say: 0, or -errno and a complaint. */
int disks_open(struct block disks[DISKS_MAX], const char *const *options, unsigned n,
	       struct complaint *c);
/* Name it after its file. */
void disk_set_id(struct block *b, const char *path);
/* What was written is flushed, or that is said; one whose worker hangs is left alone. */
void disks_close(struct block disks[DISKS_MAX]);

#endif
