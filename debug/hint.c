/* SPDX-License-Identifier: MIT */
/*
 * P:200 Hints: what else is known.  They come below the diagnosis, which is surer
 * (diagnose.c), and say what it does not.  Two tables: one by words of the
 * reason, one by the state of the guest.  Several may apply.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/internal.h"

struct reason_hint {
	const char *words;		/* part of the reason */
	const char *hint;
};

static const struct reason_hint by_reason[] = {
	{ "before LGUEST_INIT",
	  "LGUEST_INIT(gpa of struct lguest_data) must be the first hypercall; before it even "
	  "SHUTDOWN is refused" },
	{ "before INIT",
	  "LGUEST_INIT(gpa of struct lguest_data) must be the first hypercall" },
	{ "already have lguest_data",
	  "LGUEST_INIT may be made once only; has the kernel jumped back to its entry?" },
	{ "bad guest page", "struct lguest_data must lie wholly inside RAM, given by its gpa" },
	{ "bad kernel address",
	  "lguest_data.kernel_address must be page-aligned, from 0x10000 on, below the top 4 MiB" },
	{ "bad syscall vector",
	  "lguest_data.syscall_vec must be 0x80, or the vector that the image's note names" },
	{ "bad page directory entry",
	  "a present directory entry points outside RAM or has flags of 0xe18; is it a virtual address where a "
	  "guest-physical one belongs, or was the directory's page not cleared?" },
	{ "bad page table entry",
	  "a present page table entry points outside RAM or has flags of 0x88; is it a virtual address where a "
	  "guest-physical one belongs, or was the table's page not cleared?" },
	{ "bad page directory ",
	  "NEW_PGTABLE takes the gpa of a page directory: page-aligned, inside RAM" },
	{ "before SET_STACK", "SET_STACK belongs before the first IRET to user mode" },
	{ "IRET is jumped to",
	  "jmp, not call, to slot 32 of the hypercall page: the frame must be on top of the stack" },
	{ "IRET with a bad stack",
	  "IRET reads eip, cs, eflags (and esp, ss if cs is 0x73) at esp; that must be mapped" },
	{ "gate used before INIT", "LGUEST_INIT must be the first hypercall" },
	{ "DROP_PGTABLE of the current", "NEW_PGTABLE to another directory first" },
	{ "SET_PTES", "SET_PTES takes the gpa of at most 1024 struct lg_pte_update, all inside RAM" },
	{ "bad read address", "the gpa given does not lie in RAM; is it a virtual address?" },
	{ "gdt entries", "GDT entries are 0 to 31" },
	{ "bad shutdown reason", "SHUTDOWN knows 1 (power off) and 2 (restart)" },
	{ "Attempt to set pgd", "SET_PGD takes an index from 0 to 1023, with PAE from 0 to 3" },
	{ "into Switcher pages",
	  "the last lguest_data.reserve_mem bytes of every address space are the Host's: map nothing "
	  "there" },
	{ "a space was killed",
	  "only 64-bit code can make the system call that ended it: the guest jumped to selector "
	  "0x33, or overwrote the Host" },
	{ "failed to map",
	  "too little memory on the host, or too many mappings (vm.max_map_count)" },
	{ "bad stack segment",
	  "SET_STACK wants the kernel's data selector 0x69 (RPL 1)" },
	{ "bad stack pages", "SET_STACK takes 1 or 2 pages of kernel stack" },
	{ "bad stack page",
	  "the stack given to SET_STACK must be mapped and writable in every page directory: the "
	  "frame of a trap from user mode is pushed there" },
	{ "bad IDT type",
	  "IDT gates are type 0xE (interrupt) or 0xF (trap); a task gate or a 16-bit gate is not "
	  "possible" },
	{ "idt entry", "vectors are 0 to 255" },
	{ "Bad NOTIFY",
	  "NOTIFY takes a gpa: of a queue's ring, of a device's descriptor, or of a text in RAM" },
	{ "before setup",
	  "set the status bits up to DRIVER_OK and NOTIFY the descriptor before the first kick" },
	{ "Bad address",
	  "the Host had to touch guest memory (a frame on the stack, lguest_data) and the page "
	  "tables lead nowhere: is the kernel stack mapped in this page directory?" },
	{ "outside memory in the queue",
	  "a descriptor holds the gpa and length of a buffer: subtract the kernel's base, and split "
	  "buffers that are contiguous only in virtual memory (on a stack, for example)" },
	{ "avail index jumped",
	  "avail.idx counts buffers made available, modulo 65536, by one each; it is not an index "
	  "into the ring" },
	{ "endless chain", "the last descriptor of a chain must not have the NEXT flag" },
	{ "indirect descriptor", "indirect descriptors are not offered: put the chain into the table" },
	{ "in the output queue", "queue 1 of the console is for output: no WRITE flag there" },
	{ "in the queue at",
	  "descriptors are numbered 0 to 255; was the entry written before avail.idx was raised?" },
	{ "the zygote died",
	  "something outside killed it (the OOM killer, an administrator), or lguest has a bug" },
	{ "async hypercall",
	  "the ring lies in struct lguest_data: has that memory been reused?" },
};

static void say(FILE *to, const char *hint)
{
	fprintf(to, "hint: %s\n", hint);
}

static bool has(const struct snapshot *s, const char *words)
{
	return strstr(s->reason, words) != NULL;
}

const char *reason_hint(const struct snapshot *s)
{
	for (size_t i = 0; i < sizeof(by_reason) / sizeof(by_reason[0]); i++)
		if (has(s, by_reason[i].words))
			return by_reason[i].hint;
	return NULL;
}

static void hint_reason(FILE *to, const struct snapshot *s)
{
	if (reason_hint(s))
		say(to, reason_hint(s));
}

/* "fault in the Host: ... at %#lx ...": below 4 GiB there is none of our code. */
static void hint_host_fault(FILE *to, const struct snapshot *s)
{
	const char *at = strstr(s->reason, " at 0x");

	if (!has(s, "fault in the Host"))
		return;
	if (at && strtoull(at + 4, NULL, 16) < LG_SWITCHER_ADDR)
		say(to, "the guest ran 64-bit code of its own: it jumped through selector 0x33 to "
		    "somewhere that is no gate");
	else
		say(to, "this is a bug of lguest: please report it, with all of this");
}

static void hint_hypercall(FILE *to, const struct snapshot *s)
{
	if (!has(s, "ad hypercall"))
		return;
	if (!s->native && s->regs.eax >= LHCALL_IRET && s->regs.eax <= LHCALL_DEBUG_MARK)
		say(to, "hypercalls from 32 on are for kernels that carry the ELF note \"lguest\" "
		    "(struct lg_note); this image has none");
	else if (s->regs.eax == LHCALL_SET_PMD)
		say(to, "SET_PMD belongs to PAE kernels: use two-level tables and SET_PGD");
	else
		say(to, "eax holds the number of the hypercall; doc/abi.md lists them");
}

/* An unhandled trap: is there a handler, and could there have been one? */
static void hint_unhandled(FILE *to, const struct snapshot *s)
{
	u32 vector = s->regs.trap;

	if (!has(s, "unhandled trap") || vector >= LG_IDT_ENTRIES || s->idt[vector].present)
		return;
	fprintf(to, "hint: no handler for vector %u (%s) is loaded: ", vector, vector_name(vector));
	if (!s->data_gpa)
		fprintf(to, "it happened before LGUEST_INIT, so nothing could be\n");
	else
		fprintf(to, "LOAD_IDT_ENTRY(%u, ...) before it can happen\n", vector);
}

static void hint_user_access(FILE *to, const struct snapshot *s)
{
	struct walk w;

	if (s->regs.trap != 14 || !has(s, "unhandled trap"))
		return;
	walk_gva(s, s->regs.cr2, &w);
	if (s->linear)
		say(to, "in linear mode every address is a gpa: only RAM and the device pages "
		    "exist; was a kernel-virtual address used before NEW_PGTABLE?");
	else if (check_access(s, &w, s->regs.error) == ACCESS_OK)
		say(to, "the page tables allow this access now; they did not when it was made, or "
		    "the entry was changed without SET_PTE, FLUSH_RANGE or FLUSH_TLB");
	else if (s->regs.cr2 < LG_PAGE_SIZE)
		say(to, "an address this low is usually a null pointer plus an offset");
}

static void hint_selector(FILE *to, const struct snapshot *s)
{
	u32 entry = (s->regs.error & 0xffff) >> 3;

	if (s->regs.trap < 10 || s->regs.trap > 13 || !(s->regs.error & 0xfffc))
		return;
	if (s->regs.error & 2)
		fprintf(to, "hint: int %u from user mode needs a gate with DPL 3 (%s)\n",
			entry & 0xff, s->idt[entry & 0xff].present ? "there is one with less" :
			"none is loaded");
	else if (!(s->regs.error & 4) && entry < LG_GDT_ENTRIES)
		fprintf(to, "hint: selector 0x%x: GDT entry %u is %08x %08x; usable without loading "
			"anything are 0x61, 0x69, 0x73, 0x7b\n", s->regs.error & 0xffffu, entry,
			s->gdt[entry].hi, s->gdt[entry].lo);
}

static void hint_eip(FILE *to, const struct snapshot *s)
{
	struct walk w;
	u32 slot;

	if (in_hcall_page(s, s->regs.eip, &slot))
		return;

	walk_gva(s, s->regs.eip, &w);
	if (s->regs.eip < LG_PAGE_SIZE && !s->linear)
		say(to, "eip is almost 0: a call through a null function pointer, or a return "
		    "through a stack that was overwritten");
	else if (check_access(s, &w, s->regs.user ? 4 : 0) != ACCESS_OK)
		fprintf(to, "hint: eip 0x%08x itself is not mapped: %s\n", s->regs.eip,
			access_words(check_access(s, &w, s->regs.user ? 4 : 0)));
	else if (!s->regs.user && s->symbols && !symbols_note(s->symbols) &&
		 !symbols_text(s->symbols, s->regs.eip))
		fprintf(to, "hint: eip 0x%08x is not in the kernel's text\n", s->regs.eip);
}

static void hint_stack(FILE *to, const struct snapshot *s)
{
	u32 esp = s->regs.user ? s->esp1 - 4 : s->regs.esp - 4;
	const char *name = s->regs.user ? "the kernel stack of SET_STACK" : "esp";
	struct walk w;

	if (s->regs.user && !s->esp1) {
		say(to, "no SET_STACK yet: a trap from user mode has no stack to push its frame on");
		return;
	}
	if (s->linear)			/* a kernel may not have a stack yet */
		return;
	walk_gva(s, esp, &w);
	if (check_access(s, &w, 2) != ACCESS_OK)
		fprintf(to, "hint: %s (0x%08x) is not mapped and writable: %s; a stack that "
			"overflowed looks like this\n", name, esp + 4,
			access_words(check_access(s, &w, 2)));
}

static const struct {
	u32 bit;
	void (*print)(FILE *to, const struct snapshot *s);
} hints[] = {
	{ HINT_REASON, hint_reason },
	{ HINT_HOST, hint_host_fault },
	{ HINT_HCALL, hint_hypercall },
	{ HINT_UNHANDLED, hint_unhandled },
	{ HINT_ACCESS, hint_user_access },
	{ HINT_SELECTOR, hint_selector },
	{ HINT_EIP, hint_eip },
	{ HINT_STACK, hint_stack },
	{ HINT_STALE, hint_stale },
};

/* What the diagnosis did not say already. */
void print_hints(FILE *to, const struct snapshot *s, u32 covered)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (!(covered & hints[i].bit))
			hints[i].print(to, s);
}
