/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: a client that says anything to the gdb stub, in pieces of any
 * size, to a guest that stops for any reason, with page tables, tables of
 * tasks and shared state made of the same bytes.  A stop or an end is put
 * between two pieces by the bytes 0xf0 - 0xf7.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/core.h"
#include "debug/gdb.h"
#include "host/stop.h"

#define PAGES	8u
#define MUST(x) ((x) ? (void)0 : abort())

struct lg {
	struct lguest *shared;
	u8 ram[PAGES * LG_PAGE_SIZE];
	int standing;
	struct lg_stop stop;
};

static struct lg guest;

struct lguest *lg_shared(struct lg *lg)
{
	return lg->shared;
}

void *lg_memory(struct lg *lg, u64 gpa, u64 len)
{
	return !len || gpa > sizeof(lg->ram) || len > sizeof(lg->ram) - gpa ? NULL : lg->ram + gpa;
}

int lg_peek(struct lg *lg, u64 gpa, void *to, size_t len)
{
	const void *from = lg_memory(lg, gpa, len);

	if (!from)
		return -14;
	memcpy(to, from, len);
	return 0;
}

int lg_translate(struct lg *lg, u32 pgdir, u32 gva, u32 *gpa, u32 *pde, u32 *pte)
{
	*pde = *pte = 0;
	*gpa = gva;
	if (lg->shared->cpu.linear)
		return gva < sizeof(lg->ram) ? 0 : -14;
	if (lg_peek(lg, (pgdir & ~0xfffull) + (gva >> 22) * 4, pde, 4) || !(*pde & 1))
		return -14;
	*gpa = (*pde & 0xffc00000u) | (gva & 0x3fffff);
	if (*pde & LG_PTE_LARGE)
		return 0;
	if (lg_peek(lg, (*pde & ~0xfffull) + (gva >> 12 & 1023) * 4, pte, 4) || !(*pte & 1))
		return -14;
	*gpa = (*pte & ~0xfffu) | (gva & 0xfff);
	return 0;
}

void lg_debug(struct lg *lg, int on)
{
	(void)lg, (void)on;
}

void lg_pause(struct lg *lg)
{
	lg->standing = 1;
	lg->stop.why = LG_WHY_ASKED;
}

int lg_pause_wait(struct lg *lg, unsigned ms)
{
	(void)ms;
	lg_pause(lg);
	return 0;
}

int lg_paused(struct lg *lg, struct lg_stop *stop)
{
	*stop = lg->stop;
	return lg->standing;
}

void lg_resume(struct lg *lg, int step)
{
	lg->standing = step;
	lg->stop.why = LG_WHY_STEP;
}

void lg_forget(struct lg *lg)
{
	(void)lg;
}

/* Another stop, its numbers out of guest memory, which the client may write. */
static void event(u8 kind)
{
	u32 words[3];

	memcpy(words, guest.ram + kind * 12, sizeof(words));
	guest.standing = 1;
	guest.stop = (struct lg_stop){ kind % 6, words[0], words[1], words[2] };
	if (kind == 7)
		guest.shared->cpu.linear ^= 1;
}

static void make_guest(const u8 *data, size_t size)
{
	struct lg_cpu *cpu = &guest.shared->cpu;

	memset(guest.shared, 0, sizeof(*guest.shared));
	memset(guest.ram, 0, sizeof(guest.ram));
	for (size_t i = 0; i < sizeof(guest.ram) && size; i += 64)
		memcpy(guest.ram + i, data, size < 64 ? size : 64);
	memcpy(&cpu->regs, data, size < sizeof(cpu->regs) ? size : sizeof(cpu->regs));
	cpu->linear = size & 1;
	cpu->pgdir = 0x1000;
	cpu->kernel_address = 0x400000;
	cpu->data_gpa = 0x2000;
	guest.shared->pages = guest.shared->ram_pages = PAGES;
	memcpy(guest.ram + 0x1000, (u32[]){ 0x87, 0x3007, 0x7 }, 12);
	guest.standing = 1;
	guest.stop.why = LG_WHY_ASKED;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct gdb *g = gdb_new(NULL);
	size_t start = 0, len;
	int dead = 0;

	if (!guest.shared)
		guest.shared = calloc(1, sizeof(*guest.shared) + PAGES);
	MUST(g && guest.shared);
	make_guest(data, size);
	gdb_guest(g, &guest, size & 2);
	gdb_attach(g);
	gdb_look(g, 0);
	if (!(size & 4))		/* no check sums, which no fuzzer guesses */
		gdb_input(g, "$QStartNoAckMode#b0", 19);
	for (size_t i = 0; i <= size && !gdb_gone(g); i++) {
		if (i < size && (data[i] & 0xf8) != 0xf0)
			continue;
		gdb_input(g, data + start, i - start);
		start = i + 1;
		if (i < size)
			event(data[i] & 7);
		if (i < size && data[i] == 0xf6) {
			guest.shared->state = LG_DEAD;
			dead = 1;
		}
		/* A guest that stops for private reasons stops for ever here: twice will do. */
		guest.standing &= 1;
		gdb_look(g, dead);
		gdb_output(g, &len);
		MUST(len <= 1 << 20);
		gdb_sent(g, len);
	}
	gdb_detach(g);
	gdb_guest_ends(g, 0);
	gdb_free(g);
	return 0;
}
