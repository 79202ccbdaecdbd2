/* SPDX-License-Identifier: MIT */
/*
 * P:245 Wrong addresses, and entries of page tables that cannot be right.
 */
#include <string.h>

#include "debug/diagnose.h"

#define PROBE		0x1000000u	/* bytes past the end of RAM that are "just past" */
#define START_UP	256u		/* events: a kernel that has hardly begun */
#define FLAGS_PDE	0xe18u		/* refused by the Host: memory.c */
#define FLAGS_PTE	0x088u

/* --- Entries -------------------------------------------------------------------- */

static bool bad_entry(struct scene *c)
{
	const struct snapshot *s = c->s;
	bool pte = reason_number(s, "bad page table entry ", &c->a);

	if (!pte && !reason_number(s, "bad page directory entry ", &c->a) &&
	    !reason_number(s, "bad page middle directory entry ", &c->a))
		return false;
	if (!reason_number(s, " at ", &c->b))
		return false;
	snprintf(c->t, sizeof(c->t), pte ? "table" : reason_has(s, "middle") ? "middle directory" : "directory");
	c->d = (c->b & 0xfff) / (c->s->pae ? 8 : 4);
	return true;
}

static u32 refused_flags(const struct scene *c)
{
	return c->a & (strcmp(c->t, "table") == 0 ? FLAGS_PTE : FLAGS_PDE);
}

static bool fits_entry_virtual(struct scene *c)
{
	if (!bad_entry(c) || !virtual_for_physical(c->s, c->a & ~0xfffu, &c->c))
		return false;
	c->c |= c->a & 0xfff;
	return true;
}

static bool fits_entry_past(struct scene *c)
{
	u64 frame, end = end_of_ram(c->s);

	if (!bad_entry(c))
		return false;
	frame = c->a & ~0xfffu;
	c->c = (u32)end;
	return frame >= (u64)c->s->pages * LG_PAGE_SIZE && frame < end + PROBE;
}

static bool fits_entry_flags(struct scene *c)
{
	if (!bad_entry(c) || !frame_in_ram(c->s, c->a) || !refused_flags(c))
		return false;
	c->c = refused_flags(c);
	return true;
}

/* A 4 MB page may begin in RAM and end outside. */
static bool fits_large_past(struct scene *c)
{
	if (!bad_entry(c) || !reason_number(c->s, ": no memory for ", &c->c) ||
	    !frame_in_ram(c->s, c->a & (c->s->pae ? 0xffe00000u : 0xffc00000u)))
		return false;
	c->c |= c->s->regs.cr2 & 0xfff;
	c->b = (u32)end_of_ram(c->s);
	return true;
}

static bool fits_entry_garbage(struct scene *c)
{
	return bad_entry(c);
}

static const struct rule entry[] = {
	{ "large page past RAM", fits_large_past,
	  "the kernel touched {cr2} at {eip}, which is physical {c}",
	  "RAM ends at {b}, and after the device pages there is nothing; the large page that maps it "
	  "({a}) begins before that", "a probe for memory, or a size that is one too many",
	  "take the size of RAM from the e820 map in the boot parameters (count at 0x1e8, entries at "
	  "0x2d0), or give lguest a bigger -m", HINT_REASON },
	{ "entry virtual", fits_entry_virtual,
	  "entry {D} of the page {t} at physical {b}, for {cr2}, is {a}; it was needed at {eip}",
	  "that is a virtual address, and entries hold physical ones", NULL,
	  "subtract the kernel's base: {c}", HINT_REASON },
	{ "entry past RAM", fits_entry_past,
	  "entry {D} of the page {t} at physical {b}, for {cr2}, is {a}; it was needed at {eip}",
	  "RAM ends at {c}, and after the device pages there is nothing",
	  "a loop over more memory than there is", "take the size of RAM from the e820 map (0x2d0)",
	  HINT_REASON },
	{ "entry flags", fits_entry_flags,
	  "entry {D} of the page {t} at physical {b}, for {cr2}, is {a}; it was needed at {eip}",
	  "flags {c} are not allowed there (a table's entry may not have 0x88, a directory's not 0xe18)",
	  "flags of a cache mode, or the 4 MB bit in a table's entry", "leave these bits 0", HINT_REASON },
	{ "entry garbage", fits_entry_garbage,
	  "entry {D} of the page {t} at physical {b}, for {cr2}, is {a}; it was needed at {eip}",
	  "it is marked present and leads outside memory",
	  "a page that was not cleared before it became a page {t}", "clear it first", HINT_REASON },
};
const struct rules rules_entry = RULES(entry);

/* --- Jumps ---------------------------------------------------------------------- */

static bool wild_fetch(const struct snapshot *s)
{
	return kernel_fault(s) && s->regs.eip == s->regs.cr2;
}

/* Linear mode: addresses as the linker made them do not exist yet. */
static bool linear_virtual(struct scene *c)
{
	c->a = c->s->regs.cr2;
	return kernel_fault(c->s) && c->s->linear && virtual_for_physical(c->s, c->a, &c->b);
}

static bool fits_linear_jump(struct scene *c)
{
	return linear_virtual(c) && wild_fetch(c->s);
}

static bool fits_linear_access(struct scene *c)
{
	return linear_virtual(c);
}

static bool fits_null_jump_early(struct scene *c)
{
	return wild_fetch(c->s) && c->s->regs.eip < LG_PAGE_SIZE && c->s->total <= START_UP;
}

static bool fits_null_jump(struct scene *c)
{
	return wild_fetch(c->s) && c->s->regs.eip < LG_PAGE_SIZE;
}

static void name_of(struct scene *c, u32 gva)
{
	const char *name = NULL;

	snprintf(c->t, sizeof(c->t), "memory that holds zeros");
	if (symbols_section(c->s->symbols, symbols_link_address(c->s->symbols, gva), &name))
		snprintf(c->t, sizeof(c->t), "%.40s, which holds zeros there", name);
}

/* 00 00 is "add %al, (%eax)": kernels have no such code in a row. */
static bool zeros_at(const struct snapshot *s, u32 gva)
{
	u8 bytes[8], any = 0;

	if (read_gva(s, gva, bytes, sizeof(bytes)) != sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		any |= bytes[i];
	return !any;
}

static bool kernel_trap(const struct snapshot *s)
{
	return reason_has(s, "unhandled trap") && !s->regs.user;
}

static bool fits_zeros(struct scene *c)
{
	if (!kernel_trap(c->s) || !zeros_at(c->s, c->s->regs.eip))
		return false;
	name_of(c, c->s->regs.eip);
	return true;
}

/* Ran through zeros and off their end. */
static bool fits_zeros_ran(struct scene *c)
{
	if (!wild_fetch(c->s) || (c->s->regs.eip & 0xfff) > 1 ||
	    !zeros_at(c->s, c->s->regs.eip - 8 - (c->s->regs.eip & 1)))
		return false;
	c->a = c->s->regs.eip - 1;
	name_of(c, c->a);
	return true;
}

/* What lies below the first segment is zeros, and zeros are executed, one after another. */
static bool fits_slid(struct scene *c)
{
	const struct snapshot *s = c->s;
	struct segment seg;

	if (!kernel_trap(s) || !s->linear || symbols_text(s->symbols, s->regs.eip))
		return false;
	for (int i = 0; symbols_segment(s->symbols, i, &seg); i++) {
		c->a = seg.paddr;
		if (s->regs.eip - seg.paddr < LG_PAGE_SIZE && seg.paddr >= 0x10000 &&
		    zeros_at(s, seg.paddr - 8) && zeros_at(s, seg.paddr - LG_PAGE_SIZE))
			return true;
	}
	return false;
}

/* In a segment of the image that is no code. */
static bool fits_data(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 at = symbols_link_address(s->symbols, s->regs.eip);
	const char *name = NULL;
	struct segment seg;

	if (!kernel_trap(s) || symbols_text(s->symbols, s->regs.eip))
		return false;
	for (int i = 0; symbols_segment(s->symbols, i, &seg); i++) {
		if (at - seg.vaddr >= seg.memsz)
			continue;
		symbols_section(s->symbols, at, &name);
		snprintf(c->t, sizeof(c->t), "%.40s", name ? name : "data");
		return true;
	}
	return false;
}

static bool fits_wild_jump(struct scene *c)
{
	return wild_fetch(c->s) && !reachable(c->s, c->s->regs.eip, 0);
}

/* --- Data ------------------------------------------------------------------------ */

static bool fits_user_kernel(struct scene *c)
{
	const struct snapshot *s = c->s;

	snprintf(c->t, sizeof(c->t), s->regs.cr2 == s->regs.eip ? "jumped to" :
		 s->regs.error & 2 ? "wrote to" : "read");
	c->a = s->kernel_address;
	return unhandled(s, 14) && s->regs.user && s->regs.cr2 >= s->kernel_address;
}

/* Present, but not for user mode. */
static bool fits_user_bit(struct scene *c)
{
	const struct snapshot *s = c->s;
	enum access_check check;
	struct walk w;

	if (!unhandled(s, 14) || !s->regs.user || s->linear)
		return false;
	walk_gva(s, s->regs.cr2, &w);
	check = check_access(s, &w, 4);
	snprintf(c->t, sizeof(c->t), s->regs.cr2 == s->regs.eip ? "was to run at" :
		 s->regs.error & 2 ? "wrote to" : "read");
	snprintf(c->u, sizeof(c->u), check == ACCESS_PDE_USER ? "directory" : "table");
	c->a = check == ACCESS_PDE_USER ? w.pde : w.pte;
	return check == ACCESS_PDE_USER || check == ACCESS_PTE_USER;
}

static bool fits_user_absent(struct scene *c)
{
	const struct snapshot *s = c->s;

	snprintf(c->t, sizeof(c->t), s->regs.cr2 == s->regs.eip ? "was to run at" :
		 s->regs.error & 2 ? "wrote to" : "read");
	return unhandled(s, 14) && s->regs.user && !s->idt[14].present &&
	       !reachable(s, s->regs.cr2, 4 | (s->regs.error & 2));
}

/* The physical address that the access was meant for, in linear mode or by the kernel half. */
static bool meant_physical(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 offset = 0;

	if (!kernel_fault(s) || reachable(s, s->regs.cr2, s->regs.error & 2))
		return false;
	if (!s->linear && (!kernel_offset(s, &offset) || s->regs.cr2 < offset))
		return false;
	c->a = s->regs.cr2 - offset;
	c->b = (u32)end_of_ram(s);
	return true;
}

static bool fits_past_ram(struct scene *c)
{
	u64 end = (u64)c->s->pages * LG_PAGE_SIZE;

	return meant_physical(c) && c->a >= end && c->a < end + PROBE;
}

static bool fits_device_page(struct scene *c)
{
	return meant_physical(c) && !c->s->linear && c->a >= c->b &&
	       c->a < (u64)c->s->pages * LG_PAGE_SIZE;
}

static bool fits_null(struct scene *c)
{
	const struct snapshot *s = c->s;

	snprintf(c->t, sizeof(c->t), s->regs.error & 2 ? "wrote to" : "read");
	return kernel_fault(s) && s->regs.cr2 < LG_PAGE_SIZE && !s->linear;
}

/* Boot parameters that the first instructions could read, and later ones cannot. */
static bool fits_boot_parameters(struct scene *c)
{
	const struct snapshot *s = c->s;
	u32 at = s->regs.cr2, offset;
	bool known = at == LG_BOOT_E820_COUNT || at == LG_BOOT_CMDLINE ||
		     at == LG_BOOT_INITRD_START || at == LG_BOOT_INITRD_SIZE ||
		     (at >= LG_BOOT_E820 && at < LG_BOOT_E820 + 8 * sizeof(struct lg_e820));

	if (!known || !fits_null(c) || (s->regs.error & 2) || !kernel_offset(s, &offset))
		return false;
	c->a = at + offset;
	return true;
}

static bool fits_reserved(struct scene *c)
{
	c->a = 0u - LG_RESERVE_MEM;
	return kernel_fault(c->s) && c->s->regs.cr2 >= 0u - LG_RESERVE_MEM;
}

static bool fits_read_only(struct scene *c)
{
	const struct snapshot *s = c->s;
	struct walk w;
	enum access_check check;

	if (!kernel_fault(s) || !(s->regs.error & 2) || s->linear)
		return false;
	walk_gva(s, s->regs.cr2, &w);
	check = check_access(s, &w, 2);
	return check == ACCESS_PTE_WRITE || check == ACCESS_PDE_WRITE;
}

/* The kernel's own page is not in its tables. */
static bool fits_own_page(struct scene *c)
{
	const struct snapshot *s = c->s;
	const char *name = NULL;
	struct segment seg;
	struct walk w;

	if (s->linear || !kernel_fault(s))
		return false;
	walk_gva(s, s->regs.cr2, &w);
	for (int i = 0; !w.mapped && symbols_segment(s->symbols, i, &seg); i++) {
		if (s->regs.cr2 - seg.vaddr >= seg.memsz)
			continue;
		symbols_section(s->symbols, s->regs.cr2, &name);
		snprintf(c->t, sizeof(c->t), "%.40s", name ? name : "data");
		c->a = s->regs.cr2 - seg.vaddr + seg.paddr;
		return true;
	}
	return false;
}

/* Any access of the kernel to what it did not map, without a handler to map it. */
static bool fits_not_mapped(struct scene *c)
{
	const struct snapshot *s = c->s;

	snprintf(c->t, sizeof(c->t), s->regs.error & 2 ? "wrote to" : "read");
	return kernel_fault(s) && !s->linear && !wild_fetch(s) && !s->idt[14].present &&
	       !reachable(s, s->regs.cr2, s->regs.error & 2);
}

static bool fits_linear_outside(struct scene *c)
{
	c->a = (u32)end_of_ram(c->s);
	return kernel_fault(c->s) && c->s->linear;
}

#define FAULT	(HINT_UNHANDLED | HINT_ACCESS)
#define JUMP	(HINT_UNHANDLED | HINT_ACCESS | HINT_EIP)

static const struct rule access[] = {
	{ "linear jump", fits_linear_jump,
	  "the kernel jumped to its virtual address {a}, from {from}, before the first NEW_PGTABLE",
	  "until then every address is physical, and this code is at {b}",
	  "entry code that calls C functions by their linked address too early",
	  "make LGUEST_INIT and NEW_PGTABLE first, with physical addresses only, then jump", JUMP },
	{ "linear access", fits_linear_access,
	  "the kernel used the virtual address {a} at {eip} before the first NEW_PGTABLE",
	  "until then every address is physical, and this is at {b}", NULL,
	  "subtract the kernel's base from every address until page tables are on", FAULT },
	{ "null jump at start-up", fits_null_jump_early,
	  "the kernel jumped to {cr2} when it had hardly begun, from {from}",
	  "nothing is mapped there",
	  "entry code that jumps to a low physical address, a function pointer that is still 0, or a "
	  "return from a stack that holds nothing",
	  "look at the line it came from; after NEW_PGTABLE only virtual addresses can be jumped to", JUMP },
	{ "null jump", fits_null_jump, "the kernel jumped to {cr2}, from {from}",
	  "nothing is mapped there",
	  "a function pointer that was never set, or a return through a stack that was overwritten",
	  "look at the line it came from", JUMP },
	{ "executing zeros", fits_zeros, "the kernel executes {t}, at {eip}, from {from}",
	  "zeros are the instruction \"add %al,(%eax)\", and no code",
	  "a jump into data, .bss or a page that was never filled, or an entry point that is not the "
	  "first instruction (a NUL behind the GenuineLguest signature)",
	  "look at the line it came from, and the entry point in the linker script", JUMP },
	{ "ran through zeros", fits_zeros_ran,
	  "the kernel ran through {t}, up to {a} and off the end",
	  "zeros are the instruction \"add %al,(%eax)\", and no code",
	  "a jump into data, .bss or a page that was never filled", "look at the events before", JUMP },
	{ "slid through zeros", fits_slid,
	  "the kernel ran into the start of its own image at {a} from below, and stopped at {eip}",
	  "memory below is zeros, and zeros are the instruction \"add %al,(%eax)\": it must have jumped to "
	  "a low address, in linear mode that is no fault",
	  "a jump through a null pointer, or to a handler that is still 0",
	  "look at every jump and call of the entry code", JUMP },
	{ "executing data", fits_data, "the kernel executes its own {t}, at {eip}, from {from}",
	  "there is no code", "a function pointer or a return address that was overwritten",
	  "look at the line it came from", JUMP },
	{ "wild jump", fits_wild_jump, "the kernel jumped to {cr2}, from {from}",
	  "nothing is mapped there",
	  "a function pointer that was overwritten, or a return through a stack that was",
	  "look at the line it came from", JUMP },
	{ "kernel address from user mode", fits_user_kernel,
	  "user code at {eip} {t} {cr2}, and no handler for the page fault is loaded",
	  "from {a} on (lguest_data.kernel_address) addresses are the kernel's", NULL,
	  "load a handler with LOAD_IDT_ENTRY(14, ...); if the user program is meant to be there, "
	  "kernel_address is too low", FAULT },
	{ "user bit", fits_user_bit, "user code at {eip} {t} {cr2}",
	  "the page is mapped, but for the kernel only: the entry in the page {u}, {a}, has no user bit",
	  NULL, "set the user bit (4) in the entries of both levels for what user mode may use",
	  FAULT | HINT_EIP },
	{ "user page not mapped", fits_user_absent,
	  "user code at {eip} {t} {cr2}, and no handler for the page fault is loaded",
	  "the page tables do not map that page for it", NULL,
	  "map it, or make LOAD_IDT_ENTRY(14, ...) if a handler is to do so", FAULT | HINT_EIP },
	{ "own page not mapped", fits_own_page,
	  "the kernel touched its own {t} at {cr2} from {eip}",
	  "its page tables do not map that page", "tables that cover only a part of the kernel",
	  "map it: the image was loaded with this page at physical {a}",
	  FAULT },
	{ "past the end of RAM", fits_past_ram,
	  "the kernel touched {cr2} at {eip}, which is physical {a}",
	  "RAM ends at {b}, and after the device pages there is nothing",
	  "a probe for memory, or a size that is one too many",
	  "take the size of RAM from the e820 map in the boot parameters (count at 0x1e8, entries at "
	  "0x2d0), or give lguest a bigger -m", FAULT },
	{ "device page not mapped", fits_device_page,
	  "the kernel touched {cr2} at {eip}, which is physical {a}: the devices",
	  "RAM ends at {b}; the device page and the rings are above it, and these page tables do not "
	  "map them", NULL, "map them as ordinary pages (writable, flags 3)", FAULT },
	{ "boot parameters", fits_boot_parameters, "the kernel read {cr2} at {eip}",
	  "that is where boot parameters are physically, and page tables are on", NULL,
	  "read {a}, in the kernel's own mapping of physical memory (if it was not meant: a null "
	  "pointer plus an offset looks the same)", FAULT },
	{ "null pointer", fits_null, "the kernel {t} {cr2} at {eip}",
	  "an address this low is a null pointer plus an offset",
	  "a pointer that was never set, or data that was not found", "look at that line", FAULT },
	{ "reserved", fits_reserved, "the kernel touched {cr2} at {eip}",
	  "the last 4 MiB, from {a} on, are the Host's in every address space",
	  "a fixed mapping at the top of memory", "keep below lguest_data.reserve_mem bytes from the "
	  "top", FAULT },
	{ "read-only", fits_read_only, "the kernel wrote to {cr2} at {eip}",
	  "the page is read-only for the kernel too, for there is no ring 0 here", NULL,
	  "map it writable, or let the page fault handler copy it", FAULT },
	{ "not mapped", fits_not_mapped, "the kernel {t} {cr2} at {eip}",
	  "the page tables do not map that page, and no handler for the page fault is loaded", NULL,
	  "map it, or make LOAD_IDT_ENTRY(14, ...) if a handler is to do so", FAULT },
	{ "outside, linear", fits_linear_outside, "the kernel touched {cr2} at {eip}",
	  "until the first NEW_PGTABLE there is RAM, up to {a}, the device pages above it, and nothing "
	  "else", NULL, "use an address in RAM", FAULT },
};
const struct rules rules_access = RULES(access);
