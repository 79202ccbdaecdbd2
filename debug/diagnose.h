/* SPDX-License-Identifier: MIT */
/*
 * Between the parts of the diagnosis: a rule, what it looks at, and the facts
 * that rules are made of.
 */
#ifndef DEBUG_DIAGNOSE_H
#define DEBUG_DIAGNOSE_H

#include "debug/internal.h"

/* What a rule's texts may mention, filled by its test. */
struct scene {
	const struct snapshot *s;
	u32 a, b, c, d;			/* {a} in hex, {A} in decimal, and so on */
	char t[TEXT_MAX], u[TEXT_MAX];	/* {t} {u}: words */
};

/*
 * One cause.  The texts may hold {eip} (place), {from} (who jumped there or
 * called), {cr2} {esp} {trap} {reason}, {a} {A} .. {d} {D}, {t} {u}; {@a}: as a
 * place in the kernel; {#a}: hex of few digits.  Addresses are always hex.
 */
struct rule {
	const char *name;
	bool (*fits)(struct scene *c);
	const char *did;		/* what the guest did */
	const char *why;		/* why it cannot work; NULL: did says it */
	const char *usually;		/* what usually causes it, or NULL */
	const char *fix;		/* which call or line, or NULL */
	u32 covers;			/* hints that say the same, HINT_* */
};

struct rules {
	const struct rule *rule;
	size_t n;
};

/* Most specific first; the first rule that fits is the diagnosis. */
extern const struct rules rules_host, rules_call, rules_order, rules_refused, rules_entry, rules_code;
extern const struct rules rules_image, rules_switch, rules_access, rules_trap, rules_words;
extern const struct rules rules_device, rules_wait;

#define RULES(table)	{ table, sizeof(table) / sizeof((table)[0]) }

/* --- Facts (facts.c) --------------------------------------------------------- */

bool reason_has(const struct snapshot *s, const char *words);
/* The number behind these words of the reason. */
bool reason_number(const struct snapshot *s, const char *words, u32 *value);
/* The latest event of this hypercall among those near the end, or NULL. */
const struct lg_event *last_call(const struct snapshot *s, u32 number);
/* Died of a trap that nobody handled? Of this one? */
bool unhandled(const struct snapshot *s, u32 vector);
bool kernel_fault(const struct snapshot *s);	/* a #PF of kernel mode, not handled */
/* gva - gpa of the kernel, as it was linked or as it is mapped. */
bool kernel_offset(const struct snapshot *s, u32 *offset);
/* x is no gpa, but as a kernel gva it has one. */
bool virtual_for_physical(const struct snapshot *s, u32 x, u32 *gpa);
bool reachable(const struct snapshot *s, u32 gva, u32 error);
u64 end_of_ram(const struct snapshot *s);
/* Does the instruction at eip go through esp: may cr2 be the stack? */
bool stack_access(const struct snapshot *s);
/* Where the jump that led to eip came from: a return address on the stack. */
bool jumped_from(const struct snapshot *s, u32 *from);
/* The directory in use before the last NEW_PGTABLE; *linear: there was none. */
bool previous_pgdir(const struct snapshot *s, u32 *pgdir, bool *linear);
bool translate_before(const struct snapshot *s, u32 gva, u32 *gpa);
const char *irq_words(const struct snapshot *s, u32 irq, char text[TEXT_MAX]);

/* inner.c: *then = the guest at the trap whose handler gave up; false: there is none. */
bool inner_trap(const struct snapshot *s, struct snapshot *then);

/* --- Devices as the guest sees them (queues.c) ---------------------------------- */

struct queue {
	u32 type, status, irq, gpa;	/* of its device; ring's gpa */
	u32 index;			/* of the queue in its device */
	bool outstanding;		/* the device holds buffers */
	bool silent;			/* the driver wants no interrupts */
};
bool queue_at(const struct snapshot *s, u32 n, struct queue *q);
const char *device_name(u32 type);

#endif /* DEBUG_DIAGNOSE_H */
