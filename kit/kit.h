/* SPDX-License-Identifier: MIT */
/*
 * The guest porting kit: the least a 32-bit kernel needs to live on lguest.
 *
 * Everything here goes through include/lguest/abi.h and nothing else, so a
 * kernel being ported can take the kit whole, or read it and write its own.
 * The same sources build two flavours:
 *
 *   KIT_NATIVE defined	an ELF note, the hypercall page, the IRET slot
 *   not defined	a historical guest: int $0x1f, iret, syscalls at 0x80
 *
 * Read in this order: start.S, vectors.S, trap.c, queue.c, console.c, clock.c, print.c,
 * memory.c.
 */
#ifndef KIT_H
#define KIT_H

#include <lguest/abi.h>

#define KIT_BASE       0xC0000000 /* gva of gpa 0 in the kernel half */
#define KIT_PHYS       0x00400000 /* gpa the kernel is loaded at */
#define KIT_STACK_SIZE 8192	  /* LHCALL_SET_STACK takes two pages */

#ifdef KIT_NATIVE
#define KIT_SYSCALL 0x40
#else
#define KIT_SYSCALL 0x80
#endif

#ifndef __ASSEMBLER__

#include <stdarg.h>

/* What vectors.S leaves on the stack; esp and ss are there if cs has RPL 3. */
struct trap_frame {
	uint32_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
	uint32_t vector, error;
	uint32_t eip, cs, eflags, esp, ss;
};

typedef void (*trap_fn)(struct trap_frame *f);

extern struct lguest_data lguest_data;
extern uint32_t kit_pgdir[1024]; /* the first page directory */
extern char kit_stubs[];	 /* 256 trap entries of 16 bytes */
extern char kit_trap_return[];	 /* jump here with esp at a struct trap_frame */
extern char kit_trap_stack[], kit_trap_stack_top[];
extern char hypercall_page[];
extern char kit_noirq_start[], kit_noirq_end[]; /* section .text.noirq */
extern uint32_t kit_ram;			/* bytes of RAM, from the e820 map */

/* --- Addresses: the kernel half maps all of RAM at KIT_BASE --------------- */

static inline uint32_t pa(const volatile void *p)
{
	return (uint32_t)p - KIT_BASE;
}

static inline void *va(uint32_t gpa)
{
	return (void *)(gpa + KIT_BASE);
}

/* --- Hypercalls ------------------------------------------------------------ */

/* The trap tier: works on every lguest there ever was, ~2 us. */
static inline uint32_t hcall_trap(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	__asm__ volatile("int %[trap]"
			 : "+a"(n)
			 : "b"(a), "c"(b), "d"(c), "S"(d), [trap] "i"(LG_TRAP_ENTRY)
			 : "memory");
	return n;
}

/* The gate tier: a call into the page the Launcher filled, ~0.1 us. */
static inline uint32_t hcall_gate(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	void *slot = hypercall_page + n * LG_HCALL_SLOT_SIZE;

	__asm__ volatile("call *%[slot]"
			 : "+a"(n)
			 : "b"(a), "c"(b), "d"(c), "S"(d), [slot] "D"(slot)
			 : "memory");
	return n;
}

static inline uint32_t hcall(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
#ifdef KIT_NATIVE
	if (n < LG_HCALL_SLOTS)
		return hcall_gate(n, a, b, c, d);
#endif
	return hcall_trap(n, a, b, c, d);
}

/* Queues a call without a result in the ring; made at once if that is full. */
void hcall_async(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/* --- Virtual interrupt flag ------------------------------------------------- */

static inline void irq_off(void)
{
	*(volatile uint32_t *)&lguest_data.irq_enabled = 0;
	__asm__ volatile("" : : : "memory");
}

static inline void irq_on(void)
{
	__asm__ volatile("" : : : "memory");
	*(volatile uint32_t *)&lguest_data.irq_enabled = LG_EFLAGS_IF;
	if (*(volatile uint32_t *)&lguest_data.irq_pending)
		hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
}

/* --- The rest of the kit ---------------------------------------------------- */

void kit_init(void);			   /* RAM map, trap stack, IDT */
void on_trap(unsigned vector, trap_fn fn); /* 0: dies with a report */
void kit_gate(unsigned vector, unsigned type, unsigned dpl);
void kit_switch(uint32_t *save, uint32_t sp); /* to another kernel stack */
void halt(void);			      /* until an interrupt was handled; they are on then */
void wait_irq(void);			      /* the same; they are off before and after */
void power_off(void) __attribute__((noreturn));
void panic(const char *why) __attribute__((noreturn));

uint32_t page_alloc(void); /* gpa; zeroed */
unsigned page_users(uint32_t gpa, int change);
uint32_t pgdir_alloc(void); /* gpa; holds the kernel */
uint32_t *pgdir_entry(uint32_t pgdir, uint32_t gva, int create);
void pgdir_free(uint32_t pgdir);

/* One virtqueue: descriptors are the driver's to number, 0 .. num - 1. */
struct queue {
	volatile struct lg_vring_desc *desc;
	volatile struct lg_vring_avail *avail;
	volatile struct lg_vring_used *used;
	uint32_t gpa;	    /* of the ring: what NOTIFY wants */
	uint16_t num, seen; /* entries; used.idx up to which we looked */
	uint16_t irq;
};

volatile struct lg_device_desc *device_find(unsigned type, unsigned nth);
void *device_config(volatile struct lg_device_desc *d);
void device_start(volatile struct lg_device_desc *d); /* when its queues are set up */
void queue_init(struct queue *q, volatile struct lg_device_desc *d, unsigned n);
void queue_describe(struct queue *q, unsigned n, const volatile void *data, uint32_t len,
		    uint16_t flags);
void queue_add(struct queue *q, unsigned head);
void queue_kick(struct queue *q);
int queue_take(struct queue *q, unsigned *head, uint32_t *len); /* 0: nothing used */

void early_print(const char *text); /* by NOTIFY: always works */
int console_init(void (*input)(const char *text, unsigned len));
void console_write(const char *text, unsigned len);
void vprint(const char *fmt, va_list ap);
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void clock_after(uint32_t ns, void (*fn)(void)); /* one shot, irq 0 */
uint64_t clock_ns(void);			 /* UTC, ns since 1970 */

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
size_t strlen(const char *s);

#endif /* !__ASSEMBLER__ */
#endif /* KIT_H */
