/* SPDX-License-Identifier: MIT */
/*
 * P:130 Who called whom?  Three ways, best first: call frame information, the chain
 * of frame pointers, and a scan of the stack for what looks like return
 * addresses.  What the scan finds is marked "?": it may be left over from
 * calls long finished.  All loops are bounded: the stack is the guest's.
 */
#include "debug/diagnose.h"

#define SCAN_WORDS	1024
#define SCAN_SHOWN	12
#define FRAME_SPAN	0x10000u	/* no frame is bigger than this */

static void print_frame(FILE *to, const struct snapshot *s, int n, u32 eip, bool user)
{
	fprintf(to, "  #%-2d 0x%08x ", n, eip);
	if (n == 0)
		print_eip(to, s);
	else if (user)
		fprintf(to, "(user)");
	else
		print_caller(to, s->symbols, eip);
	fputc('\n', to);
}

/* A slot of the hypercall page has no frame: its caller is on top of the stack. */
static bool by_hcall_slot(const struct snapshot *s, struct unwind *u)
{
	u32 number;

	if (!in_hcall_page(s, u->reg[UNWIND_EIP], &number) || number == LHCALL_IRET)
		return false;
	if (!read_word(s, u->reg[UNWIND_ESP], &u->reg[UNWIND_EIP]))
		return false;
	u->reg[UNWIND_ESP] += 4;
	return true;
}

static bool by_frame_pointer(const struct snapshot *s, struct unwind *u)
{
	u32 ebp = u->reg[UNWIND_EBP], esp = u->reg[UNWIND_ESP], caller, eip;

	if (!(u->known & (1u << UNWIND_EBP)) || (ebp & 3) || ebp < esp || ebp - esp > FRAME_SPAN)
		return false;
	if (!read_word(s, ebp, &caller) || !read_word(s, ebp + 4, &eip) || !eip)
		return false;
	u->reg[UNWIND_EBP] = caller;
	u->reg[UNWIND_ESP] = ebp + 8;
	u->reg[UNWIND_EIP] = eip;
	u->known = 1u << UNWIND_EBP | 1u << UNWIND_ESP | 1u << UNWIND_EIP;
	return true;
}

/* Is there a call instruction right before this address? */
bool after_call(const struct snapshot *s, u32 addr)
{
	u8 b[7];

	if (read_gva(s, addr - 7, b, sizeof(b)) != sizeof(b))
		return false;
	if (b[2] == 0xe8 || b[0] == 0x9a)
		return true;
	for (int i = 0; i < 6; i++)	/* ff /2: call through register or memory */
		if (b[i] == 0xff && (b[i + 1] & 0x38) == 0x10 && i != 2 && i != 3)
			return true;
	return false;
}

/* Jumped to where no code is: the call that did it left its address on the stack. */
static bool by_jump(const struct snapshot *s, struct unwind *u)
{
	u32 from, eip = u->reg[UNWIND_EIP];

	if (symbols_text(s->symbols, eip) || !jumped_from(s, &from))
		return false;
	u->reg[UNWIND_EIP] = from;
	u->reg[UNWIND_ESP] += 4;
	return true;
}

bool died_in_call(const struct snapshot *s)
{
	return s->nevents && s->events[s->nevents - 1].kind == LG_EV_HCALL && !s->regs.user &&
	       after_call(s, s->regs.eip);
}

/* What the Host or the CPU pushed: eip, cs, eflags, then perhaps esp, ss. */
static bool print_trap_frame(FILE *to, const struct snapshot *s, u32 at, u32 eip)
{
	u32 cs, esp, ss;

	if (!read_word(s, at + 4, &cs))
		return false;
	if (cs == LG_USER_CS && read_word(s, at + 12, &esp) && read_word(s, at + 16, &ss) &&
	    ss == LG_USER_DS) {
		fprintf(to, "  ?   0x%08x (user, esp 0x%08x) entered the kernel\n", eip, esp);
		return true;
	}
	if (cs != LG_KERNEL_CS || !symbols_text(s->symbols, eip))
		return false;
	fprintf(to, "  ?   0x%08x ", eip);
	print_place(to, s->symbols, eip);
	fprintf(to, " was trapped or interrupted\n");
	return true;
}

static void scan_stack(FILE *to, const struct snapshot *s, u32 esp)
{
	int shown = 0;
	u32 word;

	for (u32 i = 0; i < SCAN_WORDS && shown < SCAN_SHOWN; i++) {
		u32 at = (esp & ~3u) + 4 * i;

		if (!read_word(s, at, &word))
			return;
		if (print_trap_frame(to, s, at, word)) {
			shown++;
		} else if (symbols_text(s->symbols, word) && after_call(s, word)) {
			fprintf(to, "  ?   0x%08x ", word);
			print_caller(to, s->symbols, word);
			fputc('\n', to);
			shown++;
		}
	}
}

static bool up(const struct snapshot *s, struct unwind *u, int n)
{
	bool by_cfi;

	if (n == 0 && !s->regs.user && (by_hcall_slot(s, u) || by_jump(s, u)))
		return true;
	by_cfi = !s->regs.user && symbols_unwind(s->symbols, s, u, n > 0 || died_in_call(s));

	return by_cfi || by_frame_pointer(s, u);
}

/* Where nothing is known about the code, ebp is a guess too many. */
static bool lost(const struct snapshot *s, u32 eip)
{
	u32 number;

	if (eip == s->regs.eip && jumped_from(s, &number))
		return false;
	return s->symbols && !symbols_text(s->symbols, eip) && !in_hcall_page(s, eip, &number);
}

static void innermost(const struct snapshot *s, struct unwind *u)
{
	u->reg[0] = s->regs.eax, u->reg[1] = s->regs.ecx, u->reg[2] = s->regs.edx;
	u->reg[3] = s->regs.ebx, u->reg[6] = s->regs.esi, u->reg[7] = s->regs.edi;
	u->reg[UNWIND_ESP] = s->regs.esp, u->reg[UNWIND_EBP] = s->regs.ebp;
	u->reg[UNWIND_EIP] = s->regs.eip;
	u->known = (1u << UNWIND_REGS) - 1;
}

/* The return address of the innermost frame. */
bool caller_of(const struct snapshot *s, u32 *caller)
{
	struct unwind u;

	if (s->regs.user)
		return false;
	innermost(s, &u);
	if (lost(s, s->regs.eip) || !up(s, &u, 0))
		return false;
	*caller = u.reg[UNWIND_EIP];
	return true;
}

void print_backtrace(FILE *to, const struct snapshot *s)
{
	struct unwind u;
	bool user = s->regs.user;
	int n = 0;

	innermost(s, &u);
	do {
		print_frame(to, s, n, u.reg[UNWIND_EIP], user);
		if (!user && lost(s, u.reg[UNWIND_EIP]))
			break;
	} while (++n < MAX_FRAMES && up(s, &u, n - 1));
	if (!user)
		scan_stack(to, s, u.reg[UNWIND_ESP]);
}
