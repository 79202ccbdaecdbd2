/* SPDX-License-Identifier: MIT */
/*
 * Numbers in words: vectors, hypercalls, eflags, page fault error codes.
 * Pure tables and pure functions; any number is welcome.
 */
#include <ctype.h>
#include <string.h>

#include "debug/internal.h"

static const char *const vectors[] = {
	[0] = "divide error",
	[1] = "debug",
	[2] = "NMI",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid opcode",
	[7] = "device not available",
	[8] = "double fault",
	[9] = "coprocessor segment overrun",
	[10] = "invalid TSS",
	[11] = "segment not present",
	[12] = "stack fault",
	[13] = "general protection fault",
	[14] = "page fault",
	[15] = "reserved",
	[16] = "x87 floating-point error",
	[17] = "alignment check",
	[18] = "machine check",
	[19] = "SIMD floating-point error",
	[31] = "hypercall",
};

static const struct {
	const char *name;
	int args;
} hcalls[] = {
	[LHCALL_FLUSH_ASYNC] = { "FLUSH_ASYNC", 0 },
	[LHCALL_LGUEST_INIT] = { "LGUEST_INIT", 1 },
	[LHCALL_SHUTDOWN] = { "SHUTDOWN", 2 },
	[3] = { "LOAD_GDT", 2 },	/* 3, 11, 12: of old generations */
	[LHCALL_NEW_PGTABLE] = { "NEW_PGTABLE", 1 },
	[LHCALL_FLUSH_TLB] = { "FLUSH_TLB", 1 },
	[LHCALL_LOAD_IDT_ENTRY] = { "LOAD_IDT_ENTRY", 3 },
	[LHCALL_SET_STACK] = { "SET_STACK", 3 },
	[LHCALL_TS] = { "TS", 1 },
	[LHCALL_SET_CLOCKEVENT] = { "SET_CLOCKEVENT", 1 },
	[LHCALL_HALT] = { "HALT", 0 },
	[11] = { "GET_WALLCLOCK", 0 },
	[12] = { "BIND_DMA", 3 },
	[LHCALL_SET_PMD] = { "SET_PMD/SEND_DMA", 2 }, /* with PAE; until 2.6.23 */
	[LHCALL_SET_PTE] = { "SET_PTE", 3 },
	[LHCALL_SET_PGD] = { "SET_PGD", 2 },
	[LHCALL_LOAD_TLS] = { "LOAD_TLS", 1 },
	[LHCALL_NOTIFY] = { "NOTIFY", 1 },
	[LHCALL_LOAD_GDT_ENTRY] = { "LOAD_GDT_ENTRY", 3 },
	[LHCALL_SEND_INTERRUPTS] = { "SEND_INTERRUPTS", 0 },
	[LHCALL_IRET] = { "IRET", 0 },
	[LHCALL_EXIT] = { "EXIT", 2 },
	[LHCALL_CLOCK_READ] = { "CLOCK_READ", 1 },
	[LHCALL_SET_PTES] = { "SET_PTES", 2 },
	[LHCALL_FLUSH_RANGE] = { "FLUSH_RANGE", 3 },
	[LHCALL_DROP_PGTABLE] = { "DROP_PGTABLE", 1 },
	[LHCALL_DEBUG_MARK] = { "DEBUG_MARK", 3 },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

const char *vector_name(u32 vector)
{
	if (vector < COUNT(vectors) && vectors[vector])
		return vectors[vector];
	if (vector >= LG_FIRST_IRQ_VECTOR && vector < LG_FIRST_IRQ_VECTOR + LG_IRQS)
		return "interrupt";
	if (vector < LG_IDT_ENTRIES)
		return vector > LG_FIRST_IRQ_VECTOR ? "software interrupt" : "reserved";
	return "no such vector";
}

/* SDM volume 3, table 6-1. */
bool vector_has_error(u32 vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
}

const char *hcall_name(u32 number)
{
	if (number < COUNT(hcalls) && hcalls[number].name)
		return hcalls[number].name;
	return "unknown";
}

int hcall_args(u32 number)
{
	if (number < COUNT(hcalls) && hcalls[number].name)
		return hcalls[number].args;
	return 3;
}

/* Append a word, with a blank before all but the first; never overruns. */
static void add_word(char text[TEXT_MAX], const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, TEXT_MAX - used, "%s%s", used ? " " : "", word);
}

const char *eflags_words(char text[TEXT_MAX], u32 eflags)
{
	static const struct {
		u32 bit;
		const char *name;
	} flags[] = {
		{ 0x1, "CF" }, { 0x4, "PF" }, { 0x10, "AF" }, { 0x40, "ZF" }, { 0x80, "SF" },
		{ 0x100, "TF" }, { 0x400, "DF" }, { 0x800, "OF" }, { 0x4000, "NT" },
		{ 0x10000, "RF" }, { 0x20000, "VM" }, { 0x40000, "AC" }, { 0x200000, "ID" },
	};

	text[0] = '\0';
	for (size_t i = 0; i < COUNT(flags); i++)
		if (eflags & flags[i].bit)
			add_word(text, flags[i].name);
	if (!text[0])
		add_word(text, "none");
	return text;
}

static void page_fault_words(char text[TEXT_MAX], u32 error)
{
	add_word(text, error & 2 ? "write to" : error & 16 ? "execution of" : "read from");
	add_word(text, error & 1 ? "a page whose protection forbids it,"
				 : "a page that is not present,");
	add_word(text, error & 4 ? "from user mode" : "from the kernel");
}

/* SDM volume 3, 6.13: what the selector error codes of #TS #NP #SS #GP mean. */
static void selector_words(char text[TEXT_MAX], u32 error)
{
	char one[64];
	const char *table = error & 2 ? "IDT" : error & 4 ? "LDT" : "GDT";

	if (error & 2)
		snprintf(one, sizeof(one), "because of IDT entry %u", (error >> 3) & 0xffu);
	else
		snprintf(one, sizeof(one), "because of selector %#x (%s entry %u)", error & 0xfffcu,
			 table, (error & 0xffffu) >> 3);
	add_word(text, one);
}

const char *fault_words(char text[TEXT_MAX], u32 vector, u32 error)
{
	text[0] = '\0';
	if (vector == 14)
		page_fault_words(text, error);
	else if (vector >= 10 && vector <= 13 && (error & 0xffff))
		selector_words(text, error);
	return text;
}

const char *printable(char *text)
{
	for (char *c = text; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = ' ';
	for (size_t n = strlen(text); n && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
	return text;
}
