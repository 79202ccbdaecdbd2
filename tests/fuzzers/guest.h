/* SPDX-License-Identifier: MIT */
/*
 * A guest for fuzzers: memory on the heap, so that the sanitizers see every
 * step beyond it, and input in small bites.
 */
#ifndef TESTS_FUZZERS_GUEST_H
#define TESTS_FUZZERS_GUEST_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "devices/device.h"

#define F_RAM (8u * 4096)
#define F_ALL (F_RAM + LG_DEVICE_PAGES * LG_PAGE_SIZE)
#define F_PFN (F_RAM / LG_PAGE_SIZE + 1)

static u8 *f_memory;
static u32 f_irqs;

static inline void *f_pointer(void *handle, u64 gpa, u64 len)
{
	(void)handle;
	return !len || gpa > F_ALL || len > F_ALL - gpa ? NULL : f_memory + gpa;
}

static inline int f_peek(void *handle, u64 gpa, void *to, size_t len)
{
	const void *from = f_pointer(handle, gpa, len);

	if (!from)
		return -EFAULT;
	memcpy(to, from, len);
	return 0;
}

static inline void f_irq(void *handle, u32 irq)
{
	(void)handle;
	if (irq >= LG_IRQS)
		abort();
	f_irqs |= 1u << irq;
}

/* A ring must never be the end of a guest. */
static inline void f_kill(void *handle, const char *reason)
{
	(void)handle, (void)reason;
	abort();
}

static const struct guest f_guest = {
	.ram_bytes = F_RAM, .memory = f_pointer, .peek = f_peek, .irq = f_irq, .kill = f_kill
};

/* RAM, the device page, and the first ring are what the input sets. */
static inline void f_begin(void)
{
	if (!f_memory)
		f_memory = calloc(1, F_ALL);
	if (!f_memory)
		abort();
	memset(f_memory, 0, F_RAM + 4 * LG_PAGE_SIZE);
	f_irqs = 0;
}

/* What is left of the input; zeros when it is used up. */
struct input {
	const u8 *at;
	size_t left;
};

static inline void take(struct input *in, void *to, size_t n)
{
	size_t have = in->left < n ? in->left : n;

	memset(to, 0, n);
	memcpy(to, in->at, have);
	in->at += have;
	in->left -= have;
}

static inline u8 take8(struct input *in)
{
	u8 v;

	take(in, &v, sizeof(v));
	return v;
}

static inline u16 take16(struct input *in)
{
	u16 v;

	take(in, &v, sizeof(v));
	return v;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif
