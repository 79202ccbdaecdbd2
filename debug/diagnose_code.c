/* SPDX-License-Identifier: MIT */
/*
 * P:230 Instructions that cannot work here: privileged ones, each with what a
 * paravirtual kernel does instead, and selectors and vectors that are not there.
 */
#include <string.h>

#include "debug/diagnose.h"
#include "host/generation.h"

#define NATIVE	0x80000000u		/* for guests with our note */

struct replacement {
	const char *mnemonic, *operand;	/* operand: part of it, or NULL */
	const char *instead;
	u32 need;			/* LG_HAS_* or NATIVE: only for such a generation */
};

/* in, out and cli are emulated; they are here for where they cannot be. */
static const struct replacement replacements[] = {
	{ "mov", "cr3", "make NEW_PGTABLE(gpa) to load it, FLUSH_TLB to flush; a kernel remembers "
			"what it loaded", 0 },
	{ "mov", "cr2", "read lguest_data.cr2", 0 },
	{ "mov", "cr0", "make TS(1) or TS(0): TS is the only bit of cr0 there is", 0 },
	{ "mov", "cr4", "leave it out: there is no cr4", 0 },
	{ "mov", "cr8", "leave it out: there is no APIC", 0 },
	{ "mov", "dr", "leave it out: the debug registers are the Host's", 0 },
	{ "clts", NULL, "make TS(0)", 0 },
	{ "lmsw", NULL, "make TS(1) or TS(0): TS is the only bit of cr0 there is", 0 },
	{ "smsw", NULL, "leave it out: paging and protection are always on", 0 },
	{ "lidt", NULL, "make LOAD_IDT_ENTRY(vector, low, high) for each gate: there is no IDT "
			"register", 0 },
	{ "lgdt", NULL, "make LOAD_GDT(gpa, entries), with the Host's entries for 0x61, 0x69, 0x73 and "
			"0x7b", LG_HAS_LOAD_GDT },
	{ "lgdt", NULL, "make LOAD_GDT_ENTRY(n, low, high) for each descriptor you need, or none: "
			"0x61, 0x69, 0x73 and 0x7b are there", 0 },
	{ "sidt", NULL, "leave it out: there is no IDT register", 0 },
	{ "sgdt", NULL, "leave it out: there is no GDT register", 0 },
	{ "lldt", NULL, "leave it out: there is no LDT", 0 },
	{ "sldt", NULL, "leave it out: there is no LDT", 0 },
	{ "ltr", NULL, "make SET_STACK(0x69, esp, pages): it says where the kernel stack is", 0 },
	{ "str", NULL, "leave it out: there is no task register", 0 },
	{ "invlpg", NULL, "make SET_PTE(pgdir, gva, pte), or FLUSH_TLB", 0 },
	{ "invpcid", NULL, "make FLUSH_TLB", 0 },
	{ "hlt", NULL, "make HALT", 0 },
	{ "sti", NULL, "set lguest_data.irq_enabled to 0x200, then make SEND_INTERRUPTS if "
		       "irq_pending is not 0", LG_HAS_GDT_ENTRY },
	{ "sti", NULL, "set lguest_data.irq_enabled to 0x200", 0 },
	{ "cli", NULL, "set lguest_data.irq_enabled to 0", 0 },
	{ "iret", NULL, "jump to slot 32 (IRET) of the hypercall page, or iret to 0x61 or 0x73 "
			"with a frame that is all mapped", NATIVE },
	{ "iret", NULL, "iret to 0x61 or 0x73 with a frame that is all mapped", 0 },
	{ "sysexit", NULL, "return through IRET", 0 },
	{ "sysret", NULL, "return through IRET", 0 },
	{ "sysenter", NULL, "enter by int $n through a gate of LOAD_IDT_ENTRY with DPL 3", 0 },
	{ "rdmsr", NULL, "leave it out: there are no model-specific registers", 0 },
	{ "wrmsr", NULL, "leave it out: there are no model-specific registers", 0 },
	{ "rdpmc", NULL, "leave it out: the counters are the Host's", 0 },
	{ "wbinvd", NULL, "leave it out: caches are coherent", 0 },
	{ "invd", NULL, "leave it out: caches are coherent", 0 },
	{ "monitor", NULL, "make HALT", 0 },
	{ "mwait", NULL, "make HALT", 0 },
	{ "xsetbv", NULL, "leave it out: the Host has set it", 0 },
	{ "ins", NULL, "use in, once for each: strings of ports are not emulated", LG_HAS_PCI },
	{ "outs", NULL, "use out, once for each: strings of ports are not emulated", LG_HAS_PCI },
	{ "in", NULL, "leave it out: there are no ports, devices are in the page above RAM", 0 },
	{ "ins", NULL, "leave it out: there are no ports, devices are in the page above RAM", 0 },
	{ "out", NULL, "leave it out: there are no ports, devices are in the page above RAM", 0 },
	{ "outs", NULL, "leave it out: there are no ports, devices are in the page above RAM", 0 },
	{ "vmcall", NULL, "make hypercalls by int $0x1f, or a call into the hypercall page", 0 },
	{ "vmmcall", NULL, "make hypercalls by int $0x1f, or a call into the hypercall page", 0 },
};

/* The mnemonic itself, or with the letter of an operand size: insb, iretd. */
static bool is_mnemonic(const char *mnemonic, const char *wanted)
{
	size_t len = strlen(wanted);

	return !strncmp(mnemonic, wanted, len) &&
	       (!mnemonic[len] || (strchr("bwdq", mnemonic[len]) && !mnemonic[len + 1]));
}

static const char *replacement(const struct snapshot *s, const struct instruction *insn)
{
	u32 has = lg_generation(s->generation)->has | (s->native ? NATIVE : 0);

	for (size_t i = 0; i < sizeof(replacements) / sizeof(replacements[0]); i++) {
		const struct replacement *r = &replacements[i];

		if ((!r->need || r->need & has) && is_mnemonic(insn->mnemonic, r->mnemonic) &&
		    (!r->operand || strstr(insn->operands, r->operand)))
			return r->instead;
	}
	return NULL;
}

/* Only a #GP with error code 0, or #UD, is what a refused instruction gives. */
static bool refused(struct scene *c, struct instruction *insn)
{
	const struct snapshot *s = c->s;

	return (unhandled(s, 13) || unhandled(s, 6)) && !s->regs.error &&
	       instruction_at(s, s->regs.eip, insn);
}

/* Then what the bytes say is not the point. */
static bool in_data(const struct snapshot *s)
{
	u32 at = symbols_link_address(s->symbols, s->regs.eip);
	struct segment seg;

	for (int i = 0; symbols_segment(s->symbols, i, &seg); i++)
		if (at - seg.vaddr < seg.memsz)
			return !seg.exec;
	return false;
}

static bool fits_privileged(struct scene *c)
{
	struct instruction insn;
	const char *instead;

	if (!refused(c, &insn) || c->s->regs.user || in_data(c->s))
		return false;
	instead = replacement(c->s, &insn);
	if (!instead && !insn.privileged)
		return false;
	snprintf(c->t, sizeof(c->t), "%s", insn.text);
	snprintf(c->u, sizeof(c->u), "%s", instead ? instead : "leave it out");
	return true;
}

static bool fits_privileged_user(struct scene *c)
{
	struct instruction insn;

	if (!refused(c, &insn) || !c->s->regs.user || !(replacement(c->s, &insn) || insn.privileged))
		return false;
	snprintf(c->t, sizeof(c->t), "%s", insn.text);
	return true;
}

/* int $n of user mode is a #GP whose error code names the vector. */
static bool user_int(struct scene *c)
{
	u32 error = c->s->regs.error;

	c->a = error >> 3 & 0xff;
	return unhandled(c->s, 13) && c->s->regs.user && (error & 7) == 2;
}

static bool fits_user_hypercall(struct scene *c)
{
	return user_int(c) && c->a == LG_TRAP_ENTRY;
}

/* There is a gate for system calls, and user code uses another vector. */
static bool fits_int_other_vector(struct scene *c)
{
	c->b = c->s->syscall_vec;
	return user_int(c) && !c->s->idt[c->a].present && c->a != c->b &&
	       c->b < LG_IDT_ENTRIES && c->s->idt[c->b].present && c->s->idt[c->b].dpl == 3;
}

static bool fits_int_no_gate(struct scene *c)
{
	return user_int(c) && !c->s->idt[c->a].present;
}

static bool fits_int_dpl(struct scene *c)
{
	return user_int(c) && c->s->idt[c->a].present && c->s->idt[c->a].dpl < 3;
}

/* #TS, #NP, #SS, #GP about a selector of the GDT. */
static bool bad_selector(struct scene *c)
{
	const struct snapshot *s = c->s;

	c->a = s->regs.error & 0xfffc;
	c->b = c->a >> 3;
	return s->regs.trap >= 10 && s->regs.trap <= 13 && unhandled(s, s->regs.trap) && c->a &&
	       !(s->regs.error & 6);
}

static bool fits_selector(struct scene *c)
{
	if (!bad_selector(c) || c->b >= LG_GDT_ENTRIES)
		return false;
	snprintf(c->t, sizeof(c->t), "is %08x %08x", c->s->gdt[c->b].hi, c->s->gdt[c->b].lo);
	if (!(c->s->gdt[c->b].hi & 0x8000))
		snprintf(c->t, sizeof(c->t), "is empty");
	return true;
}

static bool fits_selector_beyond(struct scene *c)
{
	return bad_selector(c) && c->b >= LG_GDT_ENTRIES;
}

static const struct rule code[] = {
	{ "privileged", fits_privileged, "the kernel executed \"{t}\" at {eip}",
	  "the instruction is privileged, and a guest kernel does not run at ring 0", NULL,
	  "{u}", HINT_UNHANDLED | HINT_SELECTOR },
	{ "privileged, user", fits_privileged_user,
	  "user code executed the privileged instruction \"{t}\" at {eip}, and no handler for the "
	  "fault is loaded",
	  "it is a general protection fault (13), as on any machine", NULL,
	  "load a handler with LOAD_IDT_ENTRY(13, ...) that ends the process",
	  HINT_UNHANDLED },
	{ "hypercall from user mode", fits_user_hypercall, "user code made a hypercall at {eip}",
	  "hypercalls are for the kernel only, so it was a general protection fault, and no handler "
	  "for that is loaded", NULL, "let user code enter the kernel through a vector of its own",
	  HINT_SELECTOR | HINT_UNHANDLED },
	{ "another vector", fits_int_other_vector, "user code executed int {#a} at {eip}",
	  "vector {A} ({#a}) has no gate; this kernel's system calls are int {#b} (syscall_vec)",
	  "a user program built for another kernel, or a note with another vector than the program's",
	  "use one vector in both: build the program with int {#b}, or name {#a} in the note (struct "
	  "lg_note) or lguest_data.syscall_vec and make LOAD_IDT_ENTRY({A}, ...) with DPL 3",
	  HINT_SELECTOR | HINT_UNHANDLED },
	{ "int without gate", fits_int_no_gate, "user code executed int {#a} at {eip}",
	  "vector {A} ({#a}) has no gate",
	  "the system call gate was not loaded, or for another vector",
	  "make LOAD_IDT_ENTRY({A}, ...) with DPL 3 (0xef00 in the high word's low half) before the "
	  "first user process runs", HINT_SELECTOR | HINT_UNHANDLED },
	{ "int without DPL", fits_int_dpl, "user code executed int {#a} at {eip}",
	  "the gate of vector {A} ({#a}) is not for user mode: its DPL is less than 3", NULL,
	  "load it again with LOAD_IDT_ENTRY({A}, ...) and DPL 3 (0xef00 in the high word's low half)",
	  HINT_SELECTOR | HINT_UNHANDLED },
	{ "selector", fits_selector, "selector {#a} was used at {eip}",
	  "GDT entry {B} {t}", "a selector of the kernel's old GDT",
	  "use 0x61 (kernel code), 0x69 (kernel data), 0x73 (user code) and 0x7b (user data), or load "
	  "the entry with LOAD_GDT_ENTRY({B}, ...)", HINT_SELECTOR | HINT_UNHANDLED },
	{ "selector beyond", fits_selector_beyond, "selector {#a} was used at {eip}",
	  "the GDT has 32 entries, this would be number {B}", "a register that holds no selector",
	  "use 0x61, 0x69, 0x73 and 0x7b", HINT_SELECTOR | HINT_UNHANDLED },
};
const struct rules rules_code = RULES(code);
