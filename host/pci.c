/* SPDX-License-Identifier: MIT */
/*
 * H:780 Ports and memory of devices, for guests of Linux 4.0 and later, which
 * have PCI instead of NOTIFY.  Both are instructions that fault: we take them
 * apart and ask the Launcher, who plays the devices.  Two registers we know
 * ourselves, for they are used with every request: a notify goes the way of
 * NOTIFY, and the guest does not wait for it; ISR is a word in guest memory.
 */
#include "host/insn.h"

#define FIRST_PORT	LG_PORT_PCI_ADDRESS
#define LAST_PORT	(LG_PORT_PCI_DATA + 3)

static u32 low_bytes(u32 len)
{
	return len < 4 ? (1u << 8 * len) - 1 : 0xffffffffu;
}

/* The part of a register that is len bytes wide; the one-byte ones are the halves of four. */
static u32 get_reg(u32 n, u32 len)
{
	if (len == 1 && n >= 4)
		return *gpr_at(n - 4) >> 8 & 0xff;
	return *gpr_at(n) & low_bytes(len);
}

static void set_reg(u32 n, u32 len, u32 value)
{
	u32 shift = len == 1 && n >= 4 ? 8 : 0;
	u32 *r = gpr_at(shift ? n - 4 : n), mask = low_bytes(len) << shift;

	*r = (*r & ~mask) | (value << shift & mask);
}

/* --- Ports ------------------------------------------------------------------------ */

/* in and out (e4 - e7 with the port behind, ec - ef with it in dx), if the port is somebody's. */
bool device_io(const struct insn *in)
{
	u32 port = cpu->regs.edx & 0xffff, len = in->opcode & 1 ? in->opsize : 1;

	if ((in->opcode & ~0xbu) != 0xe4)
		return false;
	if (!(in->opcode & 8)) {
		if (in->len >= in->n)
			return false;
		port = in->bytes[in->len];
	}
	if (port == LG_PORT_KEYBOARD && !(in->opcode & 2))
		set_reg(0, len, 1);
	else if (port < FIRST_PORT || port > LAST_PORT)
		return false;
	else if (in->opcode & 2)
		ask_launcher(LG_OP_PORT_OUT, port, len, get_reg(0, len), 0);
	else
		set_reg(0, len, ask_launcher(LG_OP_PORT_IN, port, len, 0, 0));
	record(LG_EV_DEVICE, port, get_reg(0, len), cpu->regs.eip,
	       len | LG_DEVICE_PORT | (in->opcode & 2 ? LG_DEVICE_WRITE : 0));
	return true;
}

/* --- H:785 Memory ------------------------------------------------------------------ */

/* What an instruction wants of one place in memory. */
struct transfer {
	bool store, imm, sign;
	u32 len;			/* in memory */
	u32 reg, reg_len;		/* to or from, if it is no immediate */
	u32 value;
};

bool device_page_frame(u32 gpa)
{
	u32 pfn = gpa / LG_PAGE_SIZE, first = lg->ram_pages + LG_DEVICE_PAGES;

	return has(LG_HAS_PCI) && pfn >= first && pfn < first + LG_MMIO_PAGES;
}

/* mov in all its forms, with zeros or a sign in front.  False: it is something else. */
static bool decode(struct insn *in, struct transfer *t)
{
	u32 op = in->opcode, wide = op & 1 ? in->opsize : 1;

	*t = (struct transfer){ .len = wide, .reg_len = wide };
	if (op >= 0xa0 && op <= 0xa3) {
		t->store = op >= 0xa2;
		in->ea = imm32(in, in->len);
		in->len += 4;
		return in->len <= in->n;
	}
	if (!modrm(in) || !in->memory)
		return false;
	t->reg = in->reg;
	switch (op) {
	case 0x88: case 0x89:
		t->store = true;
		return true;
	case 0x8a: case 0x8b:
		return true;
	case 0x0fb6: case 0x0fb7: case 0x0fbe: case 0x0fbf:
		t->len = op & 1 ? 2 : 1;
		t->reg_len = in->opsize;
		t->sign = op >= 0x0fbe;
		return true;
	case 0xc6: case 0xc7:
		t->store = t->imm = true;
		t->value = imm32(in, in->len) & low_bytes(wide);
		in->len += wide;
		return in->reg == 0 && in->len <= in->n;
	}
	return false;
}

static const struct lg_registers *registers_at(u32 gpa, u32 len)
{
	for (u32 i = 0; i < LG_DOORBELLS; i++) {
		const struct lg_registers *r = &lg->registers[i];

		if (gpa >= r->gpa && gpa - r->gpa < r->len && len <= r->len - (gpa - r->gpa))
			return r;
	}
	return NULL;
}

static u32 load(const struct lg_registers *r, u32 gpa, u32 len)
{
	u32 *isr;

	if (gpa - r->gpa == LG_PCI_ISR && len == 1) {
		isr = guest_page(r->isr, true);
		if (isr)
			return __atomic_exchange_n(isr, 0, __ATOMIC_SEQ_CST) & 0xff;
	}
	return ask_launcher(LG_OP_MMIO_READ, gpa, len, 0, 0) & low_bytes(len);
}

static void store(const struct lg_registers *r, u32 gpa, u32 len, u32 value)
{
	if (gpa - r->gpa == LG_PCI_NOTIFY && len == 2 && value < 32 && r->queues >> value & 1)
		notify(r->pfn * LG_PAGE_SIZE);
	else
		ask_launcher(LG_OP_MMIO_WRITE, gpa, len, value, 0);
}

static void transfer(const struct lg_registers *r, u32 gpa, const struct transfer *t)
{
	u32 v;

	if (t->store) {
		v = t->imm ? t->value : get_reg(t->reg, t->len);
		record(LG_EV_DEVICE, gpa, v, cpu->regs.eip, t->len | LG_DEVICE_WRITE);
		store(r, gpa, t->len, v);
		return;
	}
	v = load(r, gpa, t->len);
	record(LG_EV_DEVICE, gpa, v, cpu->regs.eip, t->len);
	if (t->sign && v >> (8 * t->len - 1))
		v |= ~low_bytes(t->len);
	set_reg(t->reg, t->reg_len, v);
}

/*
 * H:787 A page fault of the guest kernel at gva.  True: it was a device's
 * registers, and what the instruction wanted is done.
 */
bool device_fault(u32 gva, u32 access)
{
	const struct lg_registers *r;
	struct transfer t;
	struct insn in;
	struct walk w;
	u32 gpa;

	if (cpu->regs.user || (!walk(gva, &w) && !cpu->linear) || !device_page_frame(w.gpa) ||
	    (access & ACCESS_WRITE && !(w.flags & LG_PTE_WRITE)))
		return false;
	if (!fetch_insn(&in) || !decode(&in, &t) ||
	    in.ea + (in.seg >= 0 ? segment_base((u32)in.seg) : 0) != gva)
		return false;
	gpa = w.gpa | (gva & (LG_PAGE_SIZE - 1));
	r = registers_at(gpa, t.len);
	if (!r)
		return false;
	transfer(r, gpa, &t);
	cpu->regs.eip += in.len;
	return true;
}
