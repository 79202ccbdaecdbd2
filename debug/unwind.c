/* SPDX-License-Identifier: MIT */
/*
 * P:140 One frame up by DWARF call frame information.  Kernels are built without
 * frame pointers; their .debug_frame still says, for every instruction, where
 * the caller's registers are.  The expressions compilers emit there need a
 * handful of operators; anything else ends the walk, which then falls back to
 * frame pointers (backtrace.c).
 */
#include <dwarf.h>
#include <stdlib.h>

#include "debug/symbols.h"

#define MAX_OPS		32
#define STACK		8

struct machine {
	const struct snapshot *s;
	const struct unwind *u;
	u32 cfa;
	u32 stack[STACK];
	int depth;
	bool value;			/* DW_OP_stack_value: not a location */
};

static bool push(struct machine *m, u32 word)
{
	if (m->depth == STACK)
		return false;
	m->stack[m->depth++] = word;
	return true;
}

static bool push_reg(struct machine *m, u64 reg, u32 add)
{
	if (reg >= UNWIND_REGS || !(m->u->known & (1u << reg)))
		return false;
	return push(m, m->u->reg[reg] + add);
}

/* Operators that change the word on top. */
static bool on_top(struct machine *m, const Dwarf_Op *op)
{
	u32 *top = &m->stack[m->depth - 1];

	if (m->depth < 1)
		return false;
	switch (op->atom) {
	case DW_OP_plus_uconst:
		*top += (u32)op->number;
		return true;
	case DW_OP_deref:
		return read_word(m->s, *top, top);
	case DW_OP_stack_value:
		m->value = true;
		return true;
	default:
		return false;
	}
}

static bool step(struct machine *m, const Dwarf_Op *op)
{
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		return push_reg(m, op->atom - DW_OP_breg0, (u32)op->number);
	if (op->atom == DW_OP_bregx)
		return push_reg(m, op->number, (u32)op->number2);
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31)
		return push(m, op->atom - DW_OP_lit0);
	if (op->atom == DW_OP_call_frame_cfa)
		return push(m, m->cfa);
	return on_top(m, op);
}

static bool evaluate(struct machine *m, const Dwarf_Op *ops, size_t n)
{
	m->depth = 0;
	m->value = false;
	if (n == 0 || n > MAX_OPS)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!step(m, &ops[i]))
			return false;
	return m->depth > 0;
}

/* The caller's register, if the frame says where it is. */
static bool caller_reg(struct machine *m, Dwarf_Frame *frame, int reg, u32 *word)
{
	Dwarf_Op mem[3], *ops;
	size_t n;

	if (dwarf_frame_register(frame, reg, mem, &ops, &n))
		return false;
	if (n == 0) {
		*word = m->u->reg[reg];
		return ops != mem && (m->u->known & (1u << reg));
	}
	if (ops[0].atom >= DW_OP_reg0 && ops[0].atom < DW_OP_reg0 + UNWIND_REGS) {
		*word = m->u->reg[ops[0].atom - DW_OP_reg0];
		return m->u->known & (1u << (ops[0].atom - DW_OP_reg0));
	}
	if (!evaluate(m, ops, n))
		return false;
	*word = m->stack[m->depth - 1];
	return m->value || read_word(m->s, *word, word);
}

static bool find_frame(struct symbols *sy, u32 pc, Dwarf_Frame **frame)
{
	if (sy->debug_frame && dwarf_cfi_addrframe(sy->debug_frame, pc, frame) == 0)
		return true;
	return sy->eh_frame && dwarf_cfi_addrframe(sy->eh_frame, pc, frame) == 0;
}

static bool up(struct machine *m, Dwarf_Frame *frame, struct unwind *next)
{
	Dwarf_Op *ops;
	size_t n;

	if (dwarf_frame_cfa(frame, &ops, &n) || !evaluate(m, ops, n))
		return false;
	m->cfa = m->stack[m->depth - 1];
	for (int reg = 0; reg < UNWIND_REGS; reg++)
		if (reg != UNWIND_ESP && caller_reg(m, frame, reg, &next->reg[reg]))
			next->known |= 1u << reg;
	next->reg[UNWIND_ESP] = m->cfa;
	next->known |= 1u << UNWIND_ESP;
	return next->known & (1u << UNWIND_EIP);
}

bool symbols_unwind(struct symbols *sy, const struct snapshot *s, struct unwind *u,
		    bool call_site)
{
	struct machine m = { .s = s, .u = u };
	struct unwind next = { .known = 0 };
	Dwarf_Frame *frame;
	u32 pc = u->reg[UNWIND_EIP] - (call_site ? 1 : 0);
	bool ok;

	if (!symbols_text(sy, pc) || !find_frame(sy, symbols_link_address(sy, pc), &frame))
		return false;
	ok = up(&m, frame, &next);
	free(frame);
	/* A caller's frame lies above ours: anything else would loop. */
	if (!ok || next.reg[UNWIND_ESP] <= u->reg[UNWIND_ESP])
		return false;
	*u = next;
	return true;
}
