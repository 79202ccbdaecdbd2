/* SPDX-License-Identifier: MIT */
/*
 * H:700 The few instructions we have to read.  A guest runs directly on the
 * CPU; only when it has faulted do we look at the instruction, for two
 * questions: which address did it want (segment limits hide it from us), and
 * is it one that lguest always emulated (in, out, cli, iret, segment loads)?
 */
#include "host/insn.h"

u32 *gpr_at(u32 n)
{
	struct lg_regs *r = &cpu->regs;
	u32 *const at[8] = { &r->eax, &r->ecx, &r->edx, &r->ebx,
			     &r->esp, &r->ebp, &r->esi, &r->edi };

	return at[n & 7];
}

static u32 gpr(u32 n)
{
	return *gpr_at(n);
}

u32 imm32(const struct insn *in, u32 at)
{
	u32 v = 0;

	for (u32 i = 0; i < 4 && at + i < in->n; i++)
		v |= (u32)in->bytes[at + i] << (8 * i);
	return v;
}

static bool prefix(struct insn *in, u8 b)
{
	switch (b) {
	case 0x26: in->seg = 0; return true;
	case 0x2e: in->seg = 1; return true;
	case 0x36: in->seg = 2; return true;
	case 0x3e: in->seg = 3; return true;
	case 0x64: in->seg = 4; return true;
	case 0x65: in->seg = 5; return true;
	case 0x66: in->opsize = 2; return true;
	case 0xf0: case 0xf2: case 0xf3: return true;
	}
	return false;
}

bool fetch_insn(struct insn *in)
{
	*in = (struct insn){ .opsize = 4, .seg = -1 };
	while (in->n < MAX_INSN && read_virtual(cpu->regs.eip + in->n, &in->bytes[in->n], 1))
		in->n++;
	while (in->len < in->n && prefix(in, in->bytes[in->len]))
		in->len++;
	if (in->len >= in->n)
		return false;
	in->opcode = in->bytes[in->len++];
	if (in->opcode == 0x0f && in->len < in->n)
		in->opcode = 0x0f00 | in->bytes[in->len++];
	return true;
}

/* H:710 ModRM, SIB and displacement, 32-bit addressing. */
bool modrm(struct insn *in)
{
	u8 b, sib;
	u32 disp = 0;

	if (in->len >= in->n)
		return false;
	b = in->bytes[in->len++];
	in->mod = b >> 6;
	in->reg = b >> 3 & 7;
	in->rm = b & 7;
	if (in->mod == 3)
		return true;
	in->memory = true;
	if (in->rm == 4) {
		if (in->len >= in->n)
			return false;
		sib = in->bytes[in->len++];
		if ((sib >> 3 & 7) != 4)
			in->ea = gpr(sib >> 3 & 7) << (sib >> 6);
		if ((sib & 7) == 5 && in->mod == 0)
			disp = imm32(in, in->len), in->len += 4;
		else
			in->ea += gpr(sib & 7);
	} else if (in->rm == 5 && in->mod == 0) {
		disp = imm32(in, in->len), in->len += 4;
	} else {
		in->ea = gpr(in->rm);
	}
	if (in->mod == 1)
		disp = (u32)(s32)(int8_t)(in->len < in->n ? in->bytes[in->len] : 0), in->len += 1;
	else if (in->mod == 2)
		disp = imm32(in, in->len), in->len += 4;
	in->ea += disp;
	return in->len <= in->n;
}

static bool one_byte_has_modrm(u32 op)
{
	if (op < 0x40)
		return (op & 7) < 4;
	return op == 0x62 || op == 0x63 || op == 0x69 || op == 0x6b || (op >= 0x80 && op <= 0x8f) ||
	       op == 0xc0 || op == 0xc1 || (op >= 0xc4 && op <= 0xc7) ||
	       (op >= 0xd0 && op <= 0xd3) || (op >= 0xd8 && op <= 0xdf) || op == 0xf6 ||
	       op == 0xf7 || op == 0xfe || op == 0xff;
}

static bool two_byte_has_modrm(u32 op)
{
	op &= 0xff;
	return !((op >= 0x80 && op <= 0x8f) || (op >= 0xc8 && op <= 0xcf) || op == 0x05 ||
		 op == 0x06 || op == 0x08 || op == 0x09 || op == 0x0b ||
		 (op >= 0x30 && op <= 0x37) || op == 0x77 || op == 0xa0 || op == 0xa1 ||
		 op == 0xa2 || op == 0xa8 || op == 0xa9);
}

/* Does this instruction write to its ModRM operand? */
static bool writes(const struct insn *in)
{
	u32 op = in->opcode;

	if (op < 0x40)
		return (op & 7) < 2 && op < 0x38;
	if (op >= 0x80 && op <= 0x83)
		return in->reg != 7;
	if ((op >= 0xd8 && op <= 0xdf))
		return op != 0xd8 && op != 0xdc && in->reg >= 1 && in->reg != 4 && in->reg != 5;
	switch (op) {
	case 0x86: case 0x87: case 0x88: case 0x89: case 0x8c: case 0x8f:
	case 0xc0: case 0xc1: case 0xc6: case 0xc7: case 0xd0: case 0xd1: case 0xd2: case 0xd3:
		return true;
	case 0xf6: case 0xf7:
		return in->reg == 2 || in->reg == 3;
	case 0xfe: case 0xff:
		return in->reg < 2;
	case 0x0f11: case 0x0f13: case 0x0f17: case 0x0f29: case 0x0f2b: case 0x0f7e: case 0x0f7f:
	case 0x0fab: case 0x0fb3: case 0x0fbb: case 0x0fb0: case 0x0fb1: case 0x0fc0: case 0x0fc1:
	case 0x0fc3: case 0x0fc7: case 0x0fd6: case 0x0fe7:
		return true;
	}
	return op >= 0x0f90 && op <= 0x0f9f;
}

/* H:720 One address the instruction uses: is it the one beyond the limit? */
static bool beyond(u32 address, bool write, u32 *gva, u32 *access)
{
	u32 limit = cpu->kernel_address;

	if (address < limit && address + 31 < limit)
		return false;
	*gva = address < limit ? limit : address;
	*access = ACCESS_USER | (write ? ACCESS_WRITE : 0);
	return true;
}

static bool string_operands(const struct insn *in, u32 *gva, u32 *access)
{
	const struct lg_regs *r = &cpu->regs;

	switch (in->opcode) {
	case 0xa4: case 0xa5:
		return beyond(r->esi, false, gva, access) || beyond(r->edi, true, gva, access);
	case 0xa6: case 0xa7:
		return beyond(r->esi, false, gva, access) || beyond(r->edi, false, gva, access);
	case 0xaa: case 0xab:
		return beyond(r->edi, true, gva, access);
	case 0xac: case 0xad:
		return beyond(r->esi, false, gva, access);
	case 0xae: case 0xaf:
		return beyond(r->edi, false, gva, access);
	case 0xa0: case 0xa1:
		return beyond(imm32(in, in->len), false, gva, access);
	case 0xa2: case 0xa3:
		return beyond(imm32(in, in->len), true, gva, access);
	case 0xd7:
		return beyond(r->ebx + (r->eax & 0xff), false, gva, access);
	}
	return false;
}

static bool stack_operand(const struct insn *in, u32 *gva, u32 *access)
{
	u32 op = in->opcode, esp = cpu->regs.esp;

	if ((op >= 0x50 && op <= 0x57) || op == 0x68 || op == 0x6a || op == 0x9c || op == 0xe8 ||
	    op == 0x06 || op == 0x0e || op == 0x16 || op == 0x1e || op == 0x0fa0 || op == 0x0fa8 ||
	    op == 0x9a || (op == 0xff && (in->reg == 2 || in->reg == 3 || in->reg == 6)))
		return beyond(esp - 4, true, gva, access);
	if (op == 0x60)
		return beyond(esp - 32, true, gva, access);
	if (op == 0xc8)
		return beyond(esp - 4, true, gva, access);
	if (op == 0xc9)
		return beyond(cpu->regs.ebp, false, gva, access);
	if ((op >= 0x58 && op <= 0x5f) || op == 0x61 || op == 0x8f || op == 0x9d || op == 0xc2 ||
	    op == 0xc3 || op == 0xca || op == 0xcb || op == 0xcf)
		return beyond(esp, false, gva, access);
	return false;
}

/*
 * H:740 User mode ran into the limit of its segments, which is there to keep it
 * out of the kernel half: tell the page fault the guest expects.  *gva is what
 * would be in cr2.
 */
bool limit_fault(u32 *gva, u32 *access)
{
	struct insn in;
	u32 base;

	if (!cpu->regs.user || !fetch_insn(&in))
		return false;
	if (in.opcode > 0xff ? two_byte_has_modrm(in.opcode) : one_byte_has_modrm(in.opcode))
		if (!modrm(&in))
			return false;
	if (cpu->regs.ss != cpu->sw.udata && in.seg < 0 && !in.memory)
		return false;		/* a stack segment of its own: its own fault */
	base = in.seg >= 0 ? segment_base((u32)in.seg) : 0;
	if (in.memory && in.opcode != 0x8d && beyond(in.ea + base, writes(&in), gva, access))
		return true;
	return string_operands(&in, gva, access) || stack_operand(&in, gva, access);
}

/* --- Stores ------------------------------------------------------------------------ */

/* What or, and with a dword in memory leave in the flags. */
static void logic_flags(u32 value)
{
	u32 flags = (value ? 0 : 0x40) | (value >> 31 ? 0x80 : 0) |
		    (__builtin_parity(value & 0xff) ? 0 : 4);

	cpu->regs.eflags = (cpu->regs.eflags & ~0x8d5u) | flags;
}

static bool logic(u32 gva, bool or, u32 with, u32 *value)
{
	if (!read_virtual(gva, value, 4))
		return false;
	*value = or ? *value | with : *value & with;
	logic_flags(*value);
	return true;
}

/*
 * H:730 Is the instruction a plain store of a dword by the kernel?  Where to,
 * what, and how long it is; the flags are set already.  For --doctor: most
 * page table entries are written so, and to do it here costs a tenth of a step.
 */
bool plain_store(u32 *gva, u32 *value, u32 *len)
{
	struct insn in;
	u32 imm;

	if (cpu->regs.user || !fetch_insn(&in) || in.opsize != 4 || in.seg >= 4)
		return false;
	if (in.opcode == 0xa3) {
		*gva = imm32(&in, in.len);
		*value = cpu->regs.eax;
		*len = in.len + 4;
		return true;
	}
	if ((in.opcode != 0x89 && in.opcode != 0xc7 && in.opcode != 0x09 && in.opcode != 0x21 &&
	     in.opcode != 0x81 && in.opcode != 0x83) || !modrm(&in) || !in.memory)
		return false;
	*gva = in.ea;
	*len = in.len + (in.opcode == 0x83 ? 1 : in.opcode == 0x81 || in.opcode == 0xc7 ? 4 : 0);
	imm = in.opcode == 0x83 ? (u32)(int8_t)in.bytes[in.len % MAX_INSN] : imm32(&in, in.len);
	switch (in.opcode) {
	case 0x89:
		*value = gpr(in.reg);
		return true;
	case 0xc7:
		*value = imm;
		return in.reg == 0;
	case 0x09:
	case 0x21:
		return logic(*gva, in.opcode == 0x09, gpr(in.reg), value);
	}
	return (in.reg == 1 || in.reg == 4) && logic(*gva, in.reg == 1, imm, value);
}

/* --- Emulation -------------------------------------------------------------------- */

/* H:750 No devices at these ports: in gives ones, out goes nowhere. */
static bool emulate_io(const struct insn *in)
{
	u32 len = in->len + (in->opcode < 0xe8 ? 1 : 0);

	if (has(LG_HAS_PCI) && device_io(in)) {
		cpu->regs.eip += len;
		return true;
	}
	switch (in->opcode) {
	case 0xe4: case 0xec:		/* at first lguest gave more ones than asked for */
		if (has(LG_WIDE_IN))
			cpu->regs.eax |= in->opsize == 2 ? 0xffff0000 : 0xffff;
		else
			cpu->regs.eax |= 0xff;
		break;
	case 0xe5: case 0xed:
		cpu->regs.eax |= in->opsize == 2 && !has(LG_WIDE_IN) ? 0xffff : 0xffffffff;
		break;
	case 0xe6: case 0xe7: case 0xee: case 0xef:
		break;
	default:
		return false;
	}
	cpu->regs.eip += len;
	return true;
}

static bool pop_sreg(u32 sreg, u32 len, u32 *vector)
{
	u16 selector;

	if (!read_virtual(cpu->regs.esp, &selector, 2) || !emulate_sreg(sreg, selector, vector))
		return false;
	cpu->regs.esp += 4;
	cpu->regs.eip += len;
	return true;
}

static bool mov_sreg(struct insn *in, u32 *vector)
{
	u16 selector;

	if (!modrm(in) || in->reg == 1 || in->reg > 5)
		return false;
	selector = (u16)gpr(in->rm);
	if (in->memory && !read_virtual(in->ea, &selector, 2))
		return false;
	if (!emulate_sreg(in->reg, selector, vector))
		return false;
	cpu->regs.eip += in->len;
	return true;
}

/* ljmp $selector,$address and lret: only ever within the kernel. */
static bool far_transfer(const struct insn *in)
{
	struct lg_regs *r = &cpu->regs;
	u32 where[2];

	if (r->user)
		return false;
	if (in->opcode == 0xea) {
		where[0] = imm32(in, in->len);
		where[1] = imm32(in, in->len + 4);
	} else if (!read_virtual(r->esp, where, sizeof(where))) {
		return false;
	}
	if ((where[1] & 0xfffc) != (LG_KERNEL_CS & 0xfffc))
		return false;
	r->eip = where[0];
	if (in->opcode == 0xcb)
		r->esp += 8;
	return true;
}

static bool emulate_pop(const struct insn *in, u32 *vector)
{
	switch (in->opcode) {
	case 0x07: return pop_sreg(0, in->len, vector);
	case 0x17: return pop_sreg(2, in->len, vector);
	case 0x1f: return pop_sreg(3, in->len, vector);
	case 0x0fa1: return pop_sreg(4, in->len, vector);
	case 0x0fa9: return pop_sreg(5, in->len, vector);
	}
	return false;
}

/*
 * H:760 An instruction the CPU refused; true if it is done now.  If not, *vector
 * may have become the one the guest's own segments ask for.
 */
bool emulate(u32 *vector)
{
	struct insn in;

	if (!fetch_insn(&in))
		return false;
	if (in.opcode == 0x8e)
		return mov_sreg(&in, vector);
	if (emulate_pop(&in, vector))
		return true;
	if (cpu->regs.user)
		return false;
	switch (in.opcode) {
	case 0xfa:			/* cli: some kernels start with it */
		cpu->regs.eip += in.len;
		return true;
	case 0xcf:
		drain_ring();
		return do_iret(cpu->regs.esp, false);
	case 0xea: case 0xcb:
		return far_transfer(&in);
	}
	return emulate_io(&in);
}

/*
 * H:770 Return through a frame: eip, cs, eflags and, to user mode, esp, ss.  The
 * native IRET also sets irq_enabled; a historical guest has done that itself.
 * False if there is no such frame.
 */
bool do_iret(u32 frame_esp, bool native)
{
	struct lg_regs *r = &cpu->regs;
	u32 frame[5];

	if (!read_virtual(frame_esp, frame, 12))
		return false;
	if ((frame[1] & 0xffff) == LG_USER_CS) {
		if (!read_virtual(frame_esp + 12, &frame[3], 8))
			return false;
		r->user = 1;
		r->esp = frame[3];
		r->ds = r->es = cpu->sw.udata;
		r->ss = real_ss(frame[4]);
	} else if ((frame[1] & 0xfffc) == (LG_KERNEL_CS & 0xfffc)) {
		r->esp = frame_esp + 12;
	} else {
		return false;
	}
	r->eip = frame[0];
	r->eflags = frame[2] & (EFLAGS_GUEST | EFLAGS_TF);
	if (native && cpu->initialised)
		gdata->irq_enabled = frame[2] & LG_EFLAGS_IF;
	return true;
}
