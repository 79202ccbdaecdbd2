/* SPDX-License-Identifier: MIT */
/*
 * Test guests for every generation of the lguest interface: a small kernel of
 * the shape they had.  This is a second opinion: written from the interface's
 * description alone, it includes nothing of include/lguest, the kit or the
 * Host.  What differs between generations is in a header for each (b1.h, ...)
 * that every file here is compiled with, see tests/gen.mk.
 *
 * A generation supplies
 *	struct guest_data	with irq_enabled at 0, and GUEST_DATA_INIT
 *	hcall(n, a, b, c, d)	the synchronous hypercall
 *	RING(slot, n, a, b, c, d)	fill an entry of the ring
 *	start in a start_*.S	which calls kmain on a stack, in the kernel half
 *	console_init, console_write, console_read; block_read, block_write;
 *	net_open, net_send, net_receive		(virtio.c and a bus, or others)
 */
#ifndef GEN_H
#define GEN_H

#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define KZERO	0xc0000000u
#define PAGE	4096u
#define pa(p)	((u32)(p) - KZERO)
#define va(p)	((void *)((u32)(p) + KZERO))

#define ARRAY(a)	(sizeof(a) / sizeof((a)[0]))

/* Hypercalls, by their numbers in all generations. */
enum {
	H_FLUSH_ASYNC, H_INIT, H_CRASH, H_LOAD_GDT, H_NEW_PGTABLE, H_FLUSH_TLB,
	H_LOAD_IDT_ENTRY, H_SET_STACK, H_TS, H_SET_CLOCKEVENT, H_HALT, H_GET_WALLCLOCK,
	H_BIND_DMA, H_SEND_DMA, H_SET_PTE, H_SET_PGD, H_LOAD_TLS, H_NOTIFY,
	H_LOAD_GDT_ENTRY, H_SEND_INTERRUPTS,
	H_SHUTDOWN = 2, H_PAE_SET_PMD = 13,
};

#ifndef GEN_PAE
#define GEN_PAE	0
#endif
#include GEN_HEADER		/* "tests/gen/b1.h" */

_Static_assert(offsetof(struct guest_data, irq_enabled) == 0, "irq_enabled");
_Static_assert(sizeof(struct guest_data) == GUEST_DATA_SIZE, "struct guest_data");
extern struct guest_data guest_data;

/* --- Traps (trap.S, trap.c) ----------------------------------------------------- */

#define KERNEL_CS	0x61
#define KERNEL_DS	0x69
#define USER_CS		0x73
#define USER_DS		0x7b
#define IF		0x200u

struct frame {
	u32 edi, esi, ebp, unused, ebx, edx, ecx, eax;
	u32 vector, error;
	u32 eip, cs, eflags, esp, ss;	/* the last two from user mode */
};

void traps_init(void);
/* irq 1 - 31 arrives: called with interrupts off. */
void irq_handler(u32 irq, void (*fn)(void *arg), void *arg);
extern volatile u32 ticks;		/* of the clock, HZ a second once started */
#define HZ 100
void clock_start(void);
void clock_stop(void);

void irq_off(void);
void irq_on(void);
/* Sleep with interrupts until *flag is not 0 (or seconds are over: 0). */
int wait_for(volatile u32 *flag, u32 seconds);

/* The next trap in kernel mode at exactly this vector is expected: the frame goes there, eip to after. */
extern u32 expect_vector, expect_eip;
extern struct frame expect_frame;
/* Run insns (asm text, may use eax); the vector they trapped with, or -1. */
#define TRY(insns) \
	({ int trapped_; expect_vector = ~0u; \
	   __asm__ volatile("movl $1f, expect_eip\n" insns "\n1: movl expect_vector, %0\n" \
			    "movl $0, expect_eip" : "=&r"(trapped_) : : "eax", "memory", "cc"); \
	   trapped_; })

/* --- Memory (memory.c) -------------------------------------------------------------- */

#define PTE_P	1u
#define PTE_W	2u
#define PTE_U	4u
#define PTE_A	0x20u
#define PTE_D	0x40u

extern u32 mem_bytes;			/* from the e820 map: RAM */
extern char cmdline[256];
void memory_init(void);			/* our own page tables instead of the first ones */
void *page(void);			/* zeroed; kernel address */
u32 directory(void);			/* physical: the kernel half of all, no user pages */
void map(u32 dir, u32 gva, u32 pte);	/* tells nobody: new entries only */
void change(u32 dir, u32 gva, u32 pte);	/* and tells, with SET_PTE, through the ring */
void use_directory(u32 dir);
u32 current_directory(void);

/* --- Processes (process.c) ----------------------------------------------------------- */

void processes(void);			/* two of them, preempted, and checked */
void process_trap(struct frame *f);	/* a trap from user mode; may switch */
int page_fault(struct frame *f);

/* --- The rest (main.c, print.c) ------------------------------------------------------ */

extern u32 failures;
void check(int good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die(const char *text) __attribute__((noreturn));	/* CRASH */
void directory_entry(u32 dir, u32 gva, u32 value);	/* the last level's; tells nobody */
void bench(void) __attribute__((noreturn));
void break_rule(u32 n) __attribute__((noreturn));
void random_hypercalls(u32 count, u32 seed, int wild) __attribute__((noreturn));
void power_off(void) __attribute__((noreturn));
void post(u32 n, u32 a, u32 b, u32 c, u32 d);	/* a hypercall through the ring */
int argument(const char *name);		/* "name=3" on the command line, or -1 */
void kmain(void);
void more_tests(void) __attribute__((weak));	/* of what one generation alone has */

/* --- Devices: a generation's own -------------------------------------------------------- */

void early_write(const char *text);	/* NUL-terminated, before console_init */
void console_init(void);
void console_write(const char *text, u32 len);
int console_read(char *to, u32 max);	/* one or more bytes; waits */
int block_read(u32 sector, void *to, u32 sectors);	/* 0, or -1 */
int block_write(u32 sector, const void *from, u32 sectors);
u32 block_sectors(void);		/* 0: there is no disk */
int net_open(u8 mac[6]);		/* 0, or -1: no card */
int net_send(const void *frame, u32 len);
int net_receive(void *to, u32 max);	/* bytes, or 0 after a second */

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif
