/* SPDX-License-Identifier: MIT */
/*
 * The guest as devices see it: memory, interrupts, and a way to give up on
 * it.  Devices know nothing else of the Host, so that tests can play guest.
 */
#ifndef DEVICES_GUEST_H
#define DEVICES_GUEST_H

#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

struct guest {
	void *handle;  /* first argument of everything below */
	u32 ram_bytes; /* the device page is at this gpa */

	/* A pointer to write through, or NULL if any byte is not the guest's. */
	void *(*memory)(void *handle, u64 gpa, u64 len);
	/* Copy out: 0 or -EFAULT.  Pages still shared with files stay shared. */
	int (*peek)(void *handle, u64 gpa, void *to, size_t len);
	void (*irq)(void *handle, u32 irq);
	/* The guest is beyond help; the first reason is kept. */
	void (*kill)(void *handle, const char *reason);
};

/* guest->kill with a format. */
void guest_kill(const struct guest *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
