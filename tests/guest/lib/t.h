/* SPDX-License-Identifier: MIT */
/*
 * What the guest tests share: results, user code, catching traps, page tables.
 *
 * A test is a kernel built on the kit.  It says `ok` or `FAIL` per check and
 * ends with t_done, which prints PASS only if nothing failed.  User code is
 * written with USER() and runs in the pages at T_USER; whatever trap ends it
 * comes back to the test as a frame.
 */
#ifndef T_H
#define T_H

#include "kit.h"

#define T_USER		0x10000000u	/* user code, see user.lds */
#define T_USER_DATA	0x10010000u
#define T_STACK		0x10020000u	/* one page of user stack ... */
#define T_STACK_TOP	(T_STACK + LG_PAGE_SIZE)
#define T_FREE		0x20000000u	/* from here to kernel: for the test */
#define T_KERNEL_FREE	0xe0000000u	/* nothing mapped here either */

#define P	LG_PTE_PRESENT
#define W	LG_PTE_WRITE
#define U	LG_PTE_USER
#define A	LG_PTE_ACCESSED
#define D	LG_PTE_DIRTY
#define LARGE	LG_PTE_LARGE

#define PF_PRESENT	1	/* page fault error code */
#define PF_WRITE	2
#define PF_USER		4

#define NONE		(-1)	/* t_kernel: no trap happened */

/* Code and data for user mode; names become C symbols of their addresses. */
#define USER(name, code) \
	__asm__(".pushsection .user.text, \"ax\"\n.globl " #name "\n" #name ":\n" \
		code "\n.popsection\n"); \
	extern char name[]
#define USER_DATA __attribute__((section(".user.data"), aligned(16)))
/* The same for the kernel: a function `void name(void)`. */
#define KERNEL(name, code) \
	__asm__(".pushsection .text, \"ax\"\n.globl " #name "\n" #name ":\n" \
		code "\n.popsection\n"); \
	extern char name[]

#define STR_(x)		#x
#define STR(x)		STR_(x)
#define RD(lvalue)	(*(volatile __typeof__(lvalue) *)&(lvalue))

/* Start of every test: kit, a stack and the user pages, traps caught. */
void t_init(void);
void t_done(void) __attribute__((noreturn));

#define ok(cond, ...)	t_ok(!!(cond), __LINE__, __VA_ARGS__)
void t_ok(int good, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Equal, or both values are printed in hex. */
#define is(got, want, what) t_is((uint32_t)(got), (uint32_t)(want), what, __LINE__)
void t_is(uint32_t got, uint32_t want, const char *what, int line);

/* --- Traps ------------------------------------------------------------------ */

extern struct trap_frame t_frame;	/* the trap that was caught last ... */
extern uint32_t t_frame_at;		/* ... where it was on the stack ... */
extern uint32_t t_cr2;			/* ... lguest_data.cr2 then ... */
extern uint32_t t_irq_enabled;		/* ... and irq_enabled on entry */
extern uint32_t t_regs[7];		/* edi esi ebp - ebx edx ecx eax: user's */

/* Runs user code until it traps: the vector.  Registers from t_user_frame. */
int t_user(const void *eip);
/* Calls fn(arg) in the kernel: the vector it trapped with, or NONE. */
int t_kernel(const void *fn, uint32_t arg);
/* What t_user starts with; t_user sets eip. */
extern struct trap_frame t_user_frame;
/* Sees traps first; returns 1 when it dealt with it and the code goes on. */
extern int (*t_hook)(struct trap_frame *f);
/* 1 if the registers of f are those of g (esp_unused, frame part left out) */
int t_same_registers(const struct trap_frame *f, const struct trap_frame *g);

/* --- Memory ------------------------------------------------------------------ */

uint32_t t_page(void);			/* gpa of a fresh zeroed page */
uint32_t t_pages(unsigned n, unsigned align_pages);
uint32_t t_directory(void);		/* gpa; the kernel half, user code */
/* The entry for gva in a directory, its table made when absent. */
uint32_t *t_pte(uint32_t pgdir, uint32_t gva);
void t_map(uint32_t pgdir, uint32_t gva, uint32_t pte);	/* tells nobody */
void t_switch(uint32_t pgdir);		/* NEW_PGTABLE */

#define T_PGDIR		pa(kit_pgdir)	/* the directory tests start in */

/* Kernel accesses that may fault, for t_kernel */
uint32_t t_peek(uint32_t gva);		/* the value; t_trap says if it worked */
void t_poke(uint32_t gva, uint32_t value);
extern int t_trap;			/* NONE, or the vector of the last of them */

static inline uint64_t rdtsc(void)
{
	uint64_t t;

	__asm__ volatile("rdtsc" : "=A"(t));
	return t;
}

#endif /* T_H */
