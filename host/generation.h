/* SPDX-License-Identifier: MIT */
/*
 * The generations of the lguest interface: what a guest kernel of a certain
 * age takes for granted.  One table for everybody: the Host asks it which
 * register holds what and where in lguest_data a field lies, the Launcher what
 * to show above RAM.  Facts are in doc/abi.md, "Generations".
 *
 * Nothing here is a name of the guest's: it is our second language, so to say,
 * and include/lguest/abi.h the first.
 */
#ifndef HOST_GENERATION_H
#define HOST_GENERATION_H

#include <stdint.h>

/* A row for each shape; several may answer to one --abi. */
enum lg_generation_id {
	LG_GEN_UNKNOWN,			/* a historical guest before its INIT */
	LG_GEN_NATIVE,			/* the image carries our note */
	LG_GEN_A0,			/* 2.6.23: the first merge ... */
	LG_GEN_A1,			/* ... with GET_WALLCLOCK ... */
	LG_GEN_A2,			/* ... with the time in lguest_data */
	LG_GEN_2_6_24,			/* virtio, device page of TLVs */
	LG_GEN_2_6_25,			/* device page of records */
	LG_GEN_2_6_30,			/* arguments in ebx, ecx, edx */
	LG_GEN_2_6_31RC,		/* irq_pending, but a ring of 4 words yet */
	LG_GEN_2_6_31,			/* ring of 5 words, PAE */
	LG_GEN_3_2,			/* no pgdir any more: linear mode */
	LG_GEN_4_0,			/* virtio-PCI, noirq_iret */
	LG_GENERATIONS
};

#define LG_GEN_BIT(id)	(1u << (id))

enum lg_start_map {			/* what the MMU does at the entry point */
	LG_START_LINEAR,		/* every gva is its own gpa, until NEW_PGTABLE */
	LG_START_IDENTITY,		/* the same until INIT, then tables that say so */
	LG_START_OFFSET,		/* gva = gpa + page_offset, by tables */
};

/* What it has. */
#define LG_HAS_NOTIFY		0x0001u	/* hypercall 17, and a device page for it */
#define LG_HAS_DMA		0x0002u	/* BIND_DMA, SEND_DMA: 12, 13 */
#define LG_HAS_PCI		0x0004u	/* ports and memory of devices */
#define LG_HAS_TLV		0x0008u	/* the device page is 2.6.24's */
#define LG_HAS_LOAD_GDT		0x0010u	/* hypercall 3: the whole table */
#define LG_HAS_GDT_ENTRY	0x0020u	/* hypercall 18, and 19 SEND_INTERRUPTS */
#define LG_HAS_PAE		0x0040u	/* may run so; hypercall 13 is SET_PMD then */
#define LG_HAS_CRASH		0x0080u	/* hypercall 2 has a text and nothing else */
#define LG_HAS_WALLCLOCK	0x0100u	/* hypercall 11 */
#define LG_HAS_REFLECT_SYSCALL	0x0200u	/* an interrupt gate for system calls works */
#define LG_DRAINS_ALWAYS	0x0400u	/* the ring, at every exit, not at hypercalls alone */
#define LG_SHORT_IDT		0x0800u	/* only vectors 0 - 63 and 0x80 */
#define LG_WIDE_IN		0x1000u	/* inb gives 16 ones, inw 32 */
#define LG_HAS_NO_REASON	0x4000u	/* SHUTDOWN's, unless it is RESTART */
#define LG_OWN_DPL		0x8000u	/* gates that lead to the Host are not for users */
#define LG_HAS_VMCALL		0x2000u	/* 0f 01 c1 stands for int $0x1f */

/*
 * Offsets in lguest_data, -1: has none.  irq_enabled, blocked_interrupts and
 * cr2 are 0, 4 and 8 for everybody.
 */
struct lg_layout {
	int16_t size;
	int16_t time;			/* sec, nsec */
	int16_t irq_pending;
	int16_t status;			/* of 64 ring entries, a byte each */
	int16_t hcalls;			/* the entries */
	int16_t reserve_mem;
	int16_t guestid;		/* u16 */
	int16_t tsc_khz;
	int16_t pgdir;
	int16_t noirq_start, noirq_end;
	int16_t noirq_iret;
	int16_t kernel_address;
	int16_t syscall_vec;
};

struct lg_generation {
	const char *name;		/* "2.6.31" */
	const char *abi;		/* the --abi it answers to; NULL: none */
	uint32_t has;			/* LG_HAS_* ... */
	uint8_t start;			/* enum lg_start_map */
	/* Where hypercall arguments 1 - 4 are: 1 ebx, 2 ecx, 3 edx, 4 esi; 0: nowhere. */
	uint8_t arg_reg[4];
	/* ... and in a ring entry of hcall_words words; word 0 is the number. */
	uint8_t hcall_words;
	uint8_t arg_word[4];
	struct lg_layout at;
};

extern const struct lg_generation lg_generations[LG_GENERATIONS];

/* Any number, also one from shared memory. */
static inline const struct lg_generation *lg_generation(uint32_t id)
{
	return &lg_generations[id < LG_GENERATIONS ? id : LG_GEN_UNKNOWN];
}

/* The rows that "2.6.31" may mean, as LG_GEN_BITs; 0: no such --abi. */
uint32_t lg_generations_named(const char *abi);

#endif /* HOST_GENERATION_H */
