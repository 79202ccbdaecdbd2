/* SPDX-License-Identifier: MIT */
/*
 * The smallest kernel of generation A: no interrupts, page tables that never
 * change, and one case of many, named by "case=NAME" on the command line.
 */
#ifndef A_SMALL_H
#define A_SMALL_H

#include "tests/gen/gen.h"
#include "tests/gen/dma.h"

#define RAM (16u << 20)			/* -m 16M */
#define TOP (RAM + 17 * PAGE)		/* of what there may be: RAM, and 17 pages of devices */

struct test_case {
	const char *name;
	void (*run)(void);
};

extern u32 pgdir[1024], tables[];
extern const struct test_case cases[];	/* the last has no name */

void say(const char *text);
void say_number(u32 n);
void expect(int good, const char *what);
void section(struct dma *l, u32 i, u32 addr, u32 len);
struct dma_desc *slots(void);
struct dma_desc *slot_of(u32 type, u32 *irq);
u32 option(const char *name, u32 otherwise);	/* "name=3" on the command line */

#endif
