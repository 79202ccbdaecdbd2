/* SPDX-License-Identifier: MIT */
/*
 * What the parts of debug/ share.  A struct snapshot is the one copy of the
 * shared state that a report is made from: it is filled once, and nothing
 * looks at the hostile original again.
 */
#ifndef DEBUG_INTERNAL_H
#define DEBUG_INTERNAL_H

#include <stdbool.h>

#include "debug/debug.h"

#define SHOWN_EVENTS	64		/* in a crash report */
#define KEPT_EVENTS	512		/* looked at for hints */
#define MAX_FRAMES	32		/* in a backtrace */
#define TEXT_MAX	192		/* one line of words */

struct symbols;				/* symbols.c; NULL everywhere = none */

struct snapshot {
	struct lg *lg;
	struct symbols *symbols;
	struct lg_regs regs;
	struct lg_gate idt[LG_IDT_ENTRIES];
	struct lg_segment gdt[LG_GDT_ENTRIES];
	u32 ram_pages, pages, native, hcall_page;
	u32 pgdir, linear, space, base;
	u32 data_gpa, kernel_address, esp1;
	u32 tsc_khz, state, exit_status, nevents;
	u32 total;			/* events ever */
	bool have_data;			/* data was readable */
	struct lguest_data data;
	struct lg_event events[KEPT_EVENTS];	/* the last nevents of them */
	u32 irqs, halted, syscall_vec, generation;
	bool pae;			/* page tables have three levels */
	u64 deadline;			/* of the clock event, 0: none */
	bool have_devices;
	u8 devices[LG_PAGE_SIZE];	/* the device page */
	char reason[LG_REASON_MAX];

	/* Of a sample instead (profile.c), lg is NULL: these bytes are all the memory there is. */
	const u8 *stack;
	u32 stack_gva, stack_len;
};

void snapshot_take(struct snapshot *s, struct lg *lg);

/* names.c: numbers in words.  Every one answers something for any number. */
bool vector_has_error(u32 vector);
int hcall_args(u32 number);		/* how many arguments it takes */
const char *eflags_words(char text[TEXT_MAX], u32 eflags);
const char *fault_words(char text[TEXT_MAX], u32 vector, u32 error);
const char *printable(char *text);	/* in place: no control characters */

/* event.c: one event in words, without time and space. */
void event_words(FILE *to, const struct lg_event *event, struct symbols *symbols);

/* memory.c: guest memory by gva, through the guest's own page tables. */
struct walk {
	u32 gva, gpa, pde, pte;
	bool mapped;
	bool large;			/* a 4 MB page: pte was not used */
};
void walk_gva(const struct snapshot *s, u32 gva, struct walk *walk);
size_t read_gva(const struct snapshot *s, u32 gva, void *to, size_t len);
bool read_word(const struct snapshot *s, u32 gva, u32 *word);
/* Is gva in the hypercall page?  Then number is its slot. */
bool in_hcall_page(const struct snapshot *s, u32 gva, u32 *number);
bool frame_in_ram(const struct snapshot *s, u32 frame);

enum access_check {
	ACCESS_OK,			/* the tables allow it */
	ACCESS_NO_DIRECTORY,		/* the directory itself is not in RAM */
	ACCESS_PDE_ABSENT,
	ACCESS_PDE_BAD,
	ACCESS_PDE_FLAGS,
	ACCESS_PDE_USER,
	ACCESS_PDE_WRITE,
	ACCESS_PTE_ABSENT,
	ACCESS_PTE_BAD,
	ACCESS_PTE_FLAGS,
	ACCESS_PTE_USER,
	ACCESS_PTE_WRITE,
	ACCESS_KERNEL_HALF,		/* user mode at or above kernel_address */
	ACCESS_RESERVED,		/* the top reserve_mem bytes */
};
/* error: as in a #PF's error code (bit 1 = write, bit 2 = user). */
enum access_check check_access(const struct snapshot *s, const struct walk *walk, u32 error);
const char *access_words(enum access_check check);
void print_walk(FILE *to, const struct snapshot *s, u32 gva, u32 error);

/* symbols.c */
struct symbols *symbols_open(const struct debug_image *image, bool linear);
void symbols_close(struct symbols *symbols);
void symbols_linear(struct symbols *symbols, bool linear);	/* addresses are physical? */
const char *symbols_note(const struct symbols *symbols);	/* why none, or NULL */
bool symbols_find(struct symbols *symbols, u32 gva, const char **name, u32 *offset);
bool symbols_object(struct symbols *symbols, u32 gva, u32 *start, u32 *size); /* data */
bool symbols_line(struct symbols *symbols, u32 gva, const char **file, int *line);
bool symbols_text(struct symbols *symbols, u32 gva);	/* inside kernel code? */
void print_place(FILE *to, struct symbols *symbols, u32 gva);	/* name+off (file:line) */
void print_caller(FILE *to, struct symbols *symbols, u32 gva);	/* of a return address */

/* segments.c: what the image loads, and where; addresses as linked. */
struct segment {
	u32 vaddr, paddr, memsz, filesz, offset;
	bool exec, write;
};
bool symbols_segment(const struct symbols *symbols, int i, struct segment *segment);
bool symbols_offset(const struct symbols *symbols, u32 *offset);	/* gva - gpa of text */
bool symbols_loaded(const struct symbols *symbols, u32 gpa);
const u8 *symbols_bytes(const struct symbols *symbols, u32 offset, u32 len); /* of the file */
bool symbols_section(const struct symbols *symbols, u32 vaddr, const char **name);
u32 symbols_link_address(const struct symbols *symbols, u32 gva);
bool symbols_orphan(const struct symbols *symbols, const char **name, u32 *vaddr);

/* The registers an unwinder needs, i386 DWARF numbers: 4 esp, 5 ebp, 8 eip. */
#define UNWIND_REGS	9
#define UNWIND_ESP	4
#define UNWIND_EBP	5
#define UNWIND_EIP	8
struct unwind {
	u32 reg[UNWIND_REGS];
	u32 known;			/* bit per register */
};
/* One frame up by call frame information: false if there is none here. */
bool symbols_unwind(struct symbols *symbols, const struct snapshot *s, struct unwind *u,
		    bool call_site);

/*
 * Is eip a return address: did the guest die in a hypercall?  Its call may be
 * the last instruction of a function, and eip in the next one.
 */
bool after_call(const struct snapshot *s, u32 addr);	/* a call ends right before it */
bool died_in_call(const struct snapshot *s);

/* backtrace.c: is there a call right before addr?  Who called eip, if known? */
bool after_call(const struct snapshot *s, u32 addr);
bool caller_of(const struct snapshot *s, u32 *caller);

/* Where the guest stopped; knows the hypercall page. */
void print_eip(FILE *to, const struct snapshot *s);

/* The rest, one part of the report each. */
void print_code(FILE *to, const struct snapshot *s);
void print_backtrace(FILE *to, const struct snapshot *s);

/* Hints that a diagnosis may make superfluous. */
#define HINT_REASON	0x001u
#define HINT_HOST	0x002u
#define HINT_HCALL	0x004u
#define HINT_UNHANDLED	0x008u
#define HINT_ACCESS	0x010u
#define HINT_SELECTOR	0x020u
#define HINT_EIP	0x040u
#define HINT_STACK	0x080u
#define HINT_STALE	0x100u

/* diagnose.c: one line, or nothing; which hints it makes superfluous. */
u32 print_diagnosis(FILE *to, const struct snapshot *s);
void print_stop_diagnosis(FILE *to, const struct snapshot *s);
void print_hints(FILE *to, const struct snapshot *s, u32 covered);
const char *reason_hint(const struct snapshot *s);	/* what the reason means, or NULL */

/* stale.c: a page used that is mapped otherwise than the tables say. */
struct stale {
	u32 gva, old_gpa;
	const char *use;		/* which register pointed there, NULL: none */
	struct walk now;
};
bool find_stale(const struct snapshot *s, struct stale *stale);
const char *stale_words(const struct stale *stale, char text[TEXT_MAX]);
void hint_stale(FILE *to, const struct snapshot *s);

/* code.c: what instruction is there, for hints; false if unreadable. */
struct instruction {
	char text[96];
	char mnemonic[16];
	char operands[64];
	u8 length;
	bool privileged;
};
bool instruction_at(const struct snapshot *s, u32 gva, struct instruction *insn);

#endif /* DEBUG_INTERNAL_H */
