/* SPDX-License-Identifier: MIT */
/*
 * The crash report of a guest that is nothing but the fuzzer's bytes: shared
 * state, recorder, device page and memory.  Both reports, without an image.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug/debug.h"
#include "host/host.h"

#define PAGES	24			/* 16 of RAM, then the device page and a ring */
#define RAM	16
#define EVENTS	48

struct lg {
	struct lguest *shared;
	u8 ram[PAGES * LG_PAGE_SIZE];
};

struct lguest *lg_shared(struct lg *lg)
{
	return lg->shared;
}

struct lg_doctor *lg_doctor(struct lg *lg)
{
	(void)lg;
	return NULL;
}

int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len)
{
	if (gpa > sizeof(lg->ram) || len > sizeof(lg->ram) - gpa)
		return -14;
	memcpy(to, lg->ram + gpa, len);
	return 0;
}

int lg_translate(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte)
{
	*pde = *pte = 0;
	if (lg_peek(lg, (u64)pgdir + gva / 0x400000 * 4, pde, 4) || !(*pde & LG_PTE_PRESENT))
		return -14;
	*gpa = (*pde & 0xffc00000u) + (gva & 0x3fffff);
	if (*pde & LG_PTE_LARGE)
		return 0;
	if (lg_peek(lg, (u64)(*pde & ~0xfffu) + (gva >> 12 & 0x3ff) * 4, pte, 4) ||
	    !(*pte & LG_PTE_PRESENT))
		return -14;
	*gpa = (*pte & ~0xfffu) + (gva & 0xfff);
	return 0;
}

/* The next bytes of the input, zeros at its end. */
static void take(const u8 **data, size_t *size, void *to, size_t len)
{
	size_t n = len < *size ? len : *size;

	memset(to, 0, len);
	memcpy(to, *data, n);
	*data += n;
	*size -= n;
}

static const char *const reasons[] = {
	"unhandled trap 14 at 0x8000 (0x0)", "unhandled trap 13 at 0x8000 (0x0)",
	"bad stack page 0x5ff0", "CRASH: words", "bad page table entry 0xc0001003 at 0x2004",
	"bad page directory entry 0x00400083 at 0x1004: no memory for 0x400000",
	"bad page directory 0xc0001000", "bad guest page 0xc0003000", "hypercall 4 before INIT",
	"Bad hypercall 99", "bad read address 0xc0003000: text", "Setting idt entry 6356992",
	"bad IDT type 5", "bad stack segment 0x10", "trap 6 from user mode at 0x8000 before SET_STACK",
	"fault in the Host: signal 11 trap 14 at 0x10000007 address 0x0",
};

/* Tables that map the first pages at 0xc0000000, unless the input overwrites them. */
static void fill(struct lg *lg, const u8 *data, size_t size)
{
	struct lguest *s = lg->shared;
	u32 entry = 0x2003, trap;
	u8 head[4];

	memcpy(lg->ram + 0x1000 + 0x300 * 4, &entry, 4);
	for (u32 i = 0; i < PAGES; i++) {
		entry = i << 12 | 0x63;
		memcpy(lg->ram + 0x2000 + 4 * i, &entry, 4);
	}
	take(&data, &size, head, sizeof(head));
	s->ram_pages = RAM;
	s->pages = PAGES;
	s->native = head[0] & 1;
	s->generation = head[0] >> 4;
	s->cpu.linear = head[0] >> 1 & 1;
	s->cpu.halted = head[0] >> 2 & 1;
	s->event_mask = LG_EVENTS - 1;
	strcpy(s->reason, reasons[head[1] % (sizeof(reasons) / sizeof(reasons[0]))]);
	take(&data, &size, &s->cpu.regs, sizeof(s->cpu.regs));
	trap = s->cpu.regs.trap;
	s->cpu.regs.trap = head[2] & 1 ? 14 : trap & 0xff;
	s->cpu.regs.user &= 1;
	s->cpu.pgdir = 0x1000;
	s->cpu.kernel_address = 0xc0000000;
	s->cpu.data_gpa = head[2] & 2 ? 0x3000 : 0;
	take(&data, &size, &s->cpu.sw.esp1, 4);
	take(&data, &size, (void *)&s->cpu.irqs, 4);
	take(&data, &size, (void *)&s->cpu.deadline, 1);
	for (u32 i = 0; i < 256; i += 8) {
		u8 bits;

		take(&data, &size, &bits, 1);
		for (u32 k = 0; k < 8; k++)
			s->cpu.idt[i + k].present = bits >> k & 1;
	}
	s->nevents = head[3] % EVENTS;
	for (u32 i = 0; i < EVENTS; i++)
		take(&data, &size, &s->events[i], sizeof(s->events[i]));
	for (u32 at = 0; size; at = (at + LG_PAGE_SIZE) % sizeof(lg->ram)) {
		u16 where;

		take(&data, &size, &where, 2);
		take(&data, &size, lg->ram + (at + where % (LG_PAGE_SIZE - 64)), 64);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static FILE *null;
	struct lg *lg = calloc(1, sizeof(*lg));

	if (!null)
		null = fopen("/dev/null", "w");
	if (!lg || !null)
		abort();
	lg->shared = calloc(1, LG_STATE_SIZE(PAGES));
	if (!lg->shared)
		abort();
	fill(lg, data, size);
	debug_crash_report(lg, NULL, null);
	debug_stop_report(lg, NULL, null);
	free(lg->shared);
	free(lg);
	return 0;
}
