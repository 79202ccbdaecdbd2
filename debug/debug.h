/* SPDX-License-Identifier: MIT */
/*
 * The porter's tools as the Launcher sees them: the crash report and the
 * flight recorder in readable form.  They look at a stopped guest through
 * host/host.h and change nothing.  Whatever comes from the guest or from the
 * shared state is hostile: it is copied once, bounded, and then believed only
 * as far as printing goes.
 */
#ifndef DEBUG_DEBUG_H
#define DEBUG_DEBUG_H

#include <stdio.h>

#include "host/host.h"

/*
 * Where symbols and line numbers come from: the kernel's ELF file.  bytes (if
 * not NULL: the unpacked image, len bytes) wins over fd (if >= 0), which wins
 * over path (if not NULL).  The report borrows all three and closes nothing.
 */
struct debug_image {
	const char *path;		/* also the name that is printed */
	int fd;				/* -1: none */
	const void *bytes;
	size_t len;
};

/*
 * Say in words what went wrong with a guest that lg_next() called ended, or
 * that lg_stop() stopped.  image may be NULL: a report without symbols.
 */
void debug_crash_report(struct lg *lg, const struct debug_image *image, FILE *to);

/*
 * Of a guest that ran until it was stopped (lg_freeze, lg_stop): one line if it
 * waited for something that cannot come, otherwise nothing.
 */
void debug_stop_report(struct lg *lg, const struct debug_image *image, FILE *to);

/*
 * --doctor: say what lg_doctor()->finding holds, while the guest waits (0: it
 * is none, after all); and how many there were, at the end.
 */
int debug_doctor_finding(struct lg *lg, const struct debug_image *image, FILE *to);
void debug_doctor_summary(struct lg *lg, const struct debug_image *image, FILE *to);

/* Numbers in words: something for any number. */
const char *vector_name(u32 vector);
const char *hcall_name(u32 number);

#endif /* DEBUG_DEBUG_H */
