/* SPDX-License-Identifier: MIT */
/* An instruction of the guest's, taken apart: emulate.c does it, pci.c needs it too. */
#ifndef HOST_INSN_H
#define HOST_INSN_H

#include "host/space.h"

#pragma GCC visibility push(hidden)

#define MAX_INSN	15		/* bytes */

struct insn {
	u8 bytes[MAX_INSN];
	u32 n;				/* how many could be fetched */
	u32 len;			/* prefixes and opcode, then + modrm */
	u32 opcode;			/* 0x0fXX for two-byte ones */
	u32 opsize;			/* 2 or 4 */
	int seg;			/* override: SREG number, -1 none */
	bool memory;			/* modrm names memory */
	u8 mod, reg, rm;
	u32 ea;				/* without segment base */
};

u32 *gpr_at(u32 n);			/* the guest's, as ModRM numbers them */
bool fetch_insn(struct insn *in);	/* prefixes and opcode at eip */
bool modrm(struct insn *in);
u32 imm32(const struct insn *in, u32 at);

/* pci.c */
bool device_io(const struct insn *in);

#pragma GCC visibility pop

#endif /* HOST_INSN_H */
