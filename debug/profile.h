/* SPDX-License-Identifier: MIT */
/* Samples to stacks with names, and stacks to text or a picture. */
#ifndef DEBUG_PROFILE_H
#define DEBUG_PROFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "debug/debug.h"

struct profile_stacks;

/*
 * kernel_fd: the kernel's ELF file, or -1.  dirs: where files of the guest's
 * programs are, each found by the name of its task (NAME.elf, NAME, also one
 * directory deeper); NULL-terminated.  NULL: no memory.  *note: why the kernel
 * has no symbols, or NULL.
 */
struct profile_stacks *profile_open(int kernel_fd, const char *const *dirs, const char **note);
void profile_add(struct profile_stacks *p, const struct lg_sample *sample);
/* Samples that have no stack: count of them. */
void profile_add_bare(struct profile_stacks *p, const char *name, unsigned long long count);
/* "kernel;main;idle 12" lines, sorted; or the same as a flame graph. */
void profile_folded(struct profile_stacks *p, FILE *to);
void profile_svg(struct profile_stacks *p, const char *title, FILE *to);
void profile_free(struct profile_stacks *p);

/* For profile_svg.c: the stacks, merged and sorted so that equal beginnings are neighbours. */
struct profile_stack {
	char *frames; /* with ; between them */
	unsigned long long count;
};
size_t profile_merged(struct profile_stacks *p, const struct profile_stack **stacks);

#endif
