/* SPDX-License-Identifier: MIT */
/* Which generation of the interface a guest was written for. */
#ifndef LAUNCHER_ABI_H
#define LAUNCHER_ABI_H

#include "host/lguest.h"
#include "launcher/log.h"

struct image;
struct loop;

/* --abi VERSION[,pae] */
struct abi_option {
	u32 generations; /* LG_GEN_BITs; 0: find out */
	int pae;
};

int abi_option_parse(struct abi_option *o, const char *value, struct complaint *c);
/* What the image and the option leave to choose from, as LG_GEN_BITs; says so in the log. */
u32 abi_candidates(const struct abi_option *o, const struct image *img);
/* LG_OP_SETTLED: INIT told the Host which it is. */
int abi_settled(struct loop *l, const u32 args[LG_OP_ARGS], u32 *result);

#endif
