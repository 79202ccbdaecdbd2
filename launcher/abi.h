/* SPDX-License-Identifier: MIT */
/* Which generation of the interface a guest was written for. */
#ifndef LAUNCHER_ABI_H
#define LAUNCHER_ABI_H

#include "host/lguest.h"
#include "launcher/log.h"

struct image;
struct loop;
struct start_map;
struct lg;

/* --abi VERSION[,pae] */
struct abi_option {
	u32 generations; /* LG_GEN_BITs; 0: find out */
	int pae;
};

int abi_option_parse(struct abi_option *o, const char *value, struct complaint *c);

/* What is known before the guest starts. */
struct abi {
	u32 generations; /* LG_GEN_BITs of those that it may be */
	char why[64];
	u32 entry;	 /* gpa; generation A has another than the ELF header says */
	u32 page_offset; /* generation A */
};

/* Option and image leave these to choose from.  0, or -EINVAL and a complaint. */
int abi_choose(struct abi *a, const struct abi_option *o, const struct image *img,
	       struct complaint *c);
/* Is it generation A, which starts with page tables? */
int abi_starts_paged(const struct abi *a);
/* A Linux version as banners and boot headers have it, "2.6.24.7-...": what it excludes. */
u32 abi_of_version(const char *version, u32 generations);
/* LG_OP_SETTLED: INIT told the Host which it is. */
int abi_settled(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);

#endif
