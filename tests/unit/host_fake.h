/* SPDX-License-Identifier: MIT */
/*
 * A guest without a CPU: the state and RAM of a space at their real addresses,
 * and the few functions of the Host that the tested parts call, as fakes.
 */
#ifndef HOST_FAKE_H
#define HOST_FAKE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/space.h"

#define FAKE_RAM	(16u << 20)	/* bytes */
#define FAKE_PGDIR	0x10000u
#define FAKE_TABLES	0x11000u	/* page tables are taken from here up */
#define PTE_ALL		(LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_USER | LG_PTE_ACCESSED | LG_PTE_DIRTY)

extern char fake_reason[LG_REASON_MAX];	/* of the last kill_guest, or "" */
extern struct lg_event fake_event;	/* the last one recorded */
extern int fake_rebased;

extern struct fake_asked {		/* of the Launcher; LG_OPS: nothing */
	u32 op, a, b, c;
} fake_asked;
extern u32 fake_answer, fake_notified;

int fake_setup(void **state);		/* cmocka's: a fresh guest */
int fake_teardown(void **state);
u32 *fake_ram(u32 gpa);
void fake_map(u32 gva, u32 gpa, u32 flags); /* one 4 KiB page in FAKE_PGDIR */
u32 *fake_pte(u32 gva);
/* Is there a host mapping at this gva, and may it be written? */
int fake_mapped(u32 gva);
int fake_writable(u32 gva);

extern const struct CMUnitTest host_shadow_tests[], host_emulate_tests[], host_pci_tests[];
extern const size_t host_shadow_count, host_emulate_count, host_pci_count;

#endif
