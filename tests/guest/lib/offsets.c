/* SPDX-License-Identifier: MIT */
/* Compiled for the host, never linked: tests/guest.mk makes offsets.h of the assembly. */
#include "host/lguest.h"

#define OFFSET(name, field) \
	__asm__("@" #name " %c0" : : "i"(offsetof(struct lguest, field)))

void offsets(void);

void offsets(void)
{
	OFFSET(OFF_STATE, state);
	OFFSET(OFF_KICKS, kicks);
	OFFSET(OFF_SYNC_STATE, sync_state);
	OFFSET(OFF_WANT_SPACES, want_spaces);
}
