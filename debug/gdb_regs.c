/* SPDX-License-Identifier: MIT */
/*
 * P:220 Registers as gdb numbers them; the description it is given says the same.
 *
 * The thread that runs has its registers in the shared state while the vCPU
 * stands still; of a task that waits only those of its label are known, the
 * rest is "x".  Segment registers are shown as the guest believes in them.
 */
#include <string.h>

#include "debug/gdb_impl.h"
#include "switcher/gates.h"

#define XMM		160		/* offsets in an FXSAVE image */
#define ST		32
#define MXCSR		24
#define XSTATE_BV	512
#define MXCSR_MASK	0xffbfu

enum {
	REG_EIP = 8, REG_EFLAGS, REG_CS, REG_SS, REG_DS, REG_ES, REG_FS, REG_GS,
	REG_ST, REG_FCTRL = 24, REG_FSTAT, REG_FTAG, REG_FISEG, REG_FIOFF, REG_FOSEG, REG_FOOFF,
	REG_FOP, REG_XMM, REG_MXCSR = 40, REG_CR2, REG_CR3, REG_IRQ_ENABLED, REG_IRQS, REG_USER,
	NREGS
};

static const char target[] =
	"<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\">"
	"<architecture>i386</architecture>"
	"<feature name=\"org.gnu.gdb.i386.core\">"
	"<flags id=\"i386_eflags\" size=\"4\">"
	"<field name=\"\" start=\"22\" end=\"31\"/><field name=\"ID\" start=\"21\" end=\"21\"/>"
	"<field name=\"AC\" start=\"18\" end=\"18\"/><field name=\"NT\" start=\"14\" end=\"14\"/>"
	"<field name=\"OF\" start=\"11\" end=\"11\"/><field name=\"DF\" start=\"10\" end=\"10\"/>"
	"<field name=\"IF\" start=\"9\" end=\"9\"/><field name=\"TF\" start=\"8\" end=\"8\"/>"
	"<field name=\"SF\" start=\"7\" end=\"7\"/><field name=\"ZF\" start=\"6\" end=\"6\"/>"
	"<field name=\"AF\" start=\"4\" end=\"4\"/><field name=\"PF\" start=\"2\" end=\"2\"/>"
	"<field name=\"\" start=\"1\" end=\"1\"/><field name=\"CF\" start=\"0\" end=\"0\"/></flags>"
#define R32(n, t) "<reg name=\"" n "\" bitsize=\"32\" type=\"" t "\"/>"
	R32("eax", "int32") R32("ecx", "int32") R32("edx", "int32") R32("ebx", "int32")
	R32("esp", "data_ptr") R32("ebp", "data_ptr") R32("esi", "int32") R32("edi", "int32")
	R32("eip", "code_ptr") R32("eflags", "i386_eflags") R32("cs", "int32") R32("ss", "int32")
	R32("ds", "int32") R32("es", "int32") R32("fs", "int32") R32("gs", "int32")
#define ST_REG(n) "<reg name=\"st" n "\" bitsize=\"80\" type=\"i387_ext\"/>"
	ST_REG("0") ST_REG("1") ST_REG("2") ST_REG("3") ST_REG("4") ST_REG("5") ST_REG("6") ST_REG("7")
#define FP_REG(n) "<reg name=\"" n "\" bitsize=\"32\" type=\"int\" group=\"float\"/>"
	FP_REG("fctrl") FP_REG("fstat") FP_REG("ftag") FP_REG("fiseg") FP_REG("fioff")
	FP_REG("foseg") FP_REG("fooff") FP_REG("fop")
	"</feature><feature name=\"org.gnu.gdb.i386.sse\">"
	"<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
	"<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
	"<vector id=\"v16i8\" type=\"int8\" count=\"16\"/><vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
	"<vector id=\"v4i32\" type=\"int32\" count=\"4\"/><vector id=\"v2i64\" type=\"int64\" count=\"2\"/>"
	"<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/>"
	"<field name=\"v2_double\" type=\"v2d\"/><field name=\"v16_int8\" type=\"v16i8\"/>"
	"<field name=\"v8_int16\" type=\"v8i16\"/><field name=\"v4_int32\" type=\"v4i32\"/>"
	"<field name=\"v2_int64\" type=\"v2i64\"/><field name=\"uint128\" type=\"uint128\"/></union>"
#define XMM_REG(n) "<reg name=\"xmm" n "\" bitsize=\"128\" type=\"vec128\"/>"
	XMM_REG("0") XMM_REG("1") XMM_REG("2") XMM_REG("3") XMM_REG("4") XMM_REG("5") XMM_REG("6")
	XMM_REG("7")
	"<reg name=\"mxcsr\" bitsize=\"32\" type=\"int\" group=\"vector\"/>"
	"</feature><feature name=\"org.lguest.vcpu\">"
#define LG_REG(n, t) "<reg name=\"" n "\" bitsize=\"32\" type=\"" t "\" group=\"lguest\"/>"
	LG_REG("cr2", "data_ptr") LG_REG("cr3", "uint32") LG_REG("irq_enabled", "uint32")
	LG_REG("irqs", "uint32") LG_REG("user_mode", "uint32")
	"</feature></target>";

const char *gdb_target_xml(void)
{
	return target;
}

static struct lg_cpu *vcpu(struct gdb *g)
{
	return &lg_shared(g->lg)->cpu;
}

/* --- One register ---------------------------------------------------------------- */

static u32 irq_enabled(struct gdb *g)
{
	u32 word = 0, gpa = vcpu(g)->data_gpa;

	if (!gpa || lg_peek(g->lg, gpa + offsetof(struct lguest_data, irq_enabled), &word, 4))
		return 0;
	return word & LG_EFLAGS_IF;
}

/* The guest's name for a selector of ours. */
static u32 nominal(u16 real, bool user)
{
	u32 n = (real >> 3) - LDT_GUEST;

	if (real & 4 && n < LG_GDT_ENTRIES)
		return n * 8 + (user ? 3 : 1);
	if (real == SEL_KDATA)
		return LG_KERNEL_DS;
	return real == SEL_UDATA ? LG_USER_DS : real;
}

/* SDM volume 1, 8.1.7: FXSAVE keeps one bit a register; FSAVE's two are made of the values. */
static u32 full_tags(const u8 *fpu)
{
	u32 top = fpu[3] >> 3 & 7, tags = 0;

	for (u32 i = 0; i < 8; i++) {
		const u8 *st = fpu + ST + 16 * ((i - top) & 7);
		u32 exponent = (st[8] | (u32)st[9] << 8) & 0x7fff, tag = 2;
		u64 mantissa;

		memcpy(&mantissa, st, 8);
		if (!(fpu[4] >> i & 1))
			tag = 3;
		else if (!exponent && !mantissa)
			tag = 1;
		else if (exponent != 0x7fff && mantissa >> 63)
			tag = 0;
		tags |= tag << (2 * i);
	}
	return tags;
}

static u32 fpu_control(const u8 *fpu, u32 n)
{
	static const u8 at[] = { 0, 2, 0, 12, 8, 20, 16, 6 };
	u32 word = 0;

	if (n == REG_FTAG)
		return full_tags(fpu);
	if (n == REG_FISEG || n == REG_FOSEG)
		return 0;		/* 64-bit images have none */
	memcpy(&word, fpu + at[n - REG_FCTRL], n == REG_FIOFF || n == REG_FOOFF ? 4 : 2);
	return word;
}

static u32 segment(struct gdb *g, u32 n)
{
	const struct lg_cpu *cpu = vcpu(g);
	bool user = cpu->regs.user == 1;

	switch (n) {
	case REG_CS:
		return user ? LG_USER_CS : LG_KERNEL_CS;
	case REG_SS:
		return nominal(cpu->regs.ss, user);
	case REG_DS:
		return nominal(cpu->regs.ds, user);
	case REG_ES:
		return nominal(cpu->regs.es, user);
	case REG_FS:
		return nominal(cpu->fs, user);
	default:
		return nominal(cpu->gs, user);
	}
}

static u32 *general(struct lg_regs *r, u32 n)
{
	u32 *const at[] = { &r->eax, &r->ecx, &r->edx, &r->ebx, &r->esp,
			    &r->ebp, &r->esi, &r->edi, &r->eip };

	return at[n];
}

static u32 number(struct gdb *g, u32 n)
{
	struct lg_cpu *cpu = vcpu(g);

	if (n <= REG_EIP)
		return *general(&cpu->regs, n);
	if (n == REG_EFLAGS)
		return (cpu->regs.eflags & ~LG_EFLAGS_IF) | irq_enabled(g);
	if (n <= REG_GS)
		return segment(g, n);
	if (n <= REG_FOP)
		return fpu_control(cpu->fpu, n);
	switch (n) {
	case REG_MXCSR:
		memcpy(&n, cpu->fpu + MXCSR, 4);
		return n;
	case REG_CR2:
		return cpu->regs.cr2;
	case REG_CR3:
		return cpu->linear ? 0 : cpu->pgdir;
	case REG_IRQ_ENABLED:
		return irq_enabled(g);
	case REG_IRQS:
		return cpu->irqs;
	default:
		return cpu->regs.user == 1;
	}
}

static u32 size_of(u32 n)
{
	if (n >= REG_ST && n < REG_FCTRL)
		return 10;
	return n >= REG_XMM && n < REG_MXCSR ? 16 : 4;
}

/* Where a vector or stack register lies in the FXSAVE image. */
static u8 *image(struct gdb *g, u32 n)
{
	u8 *fpu = vcpu(g)->fpu;

	return n < REG_FCTRL ? fpu + ST + 16 * (n - REG_ST) : fpu + XMM + 16 * (n - REG_XMM);
}

/* Of a task that waits: what its label holds. */
static bool label_value(const struct gdb_task *t, u32 n, u32 *value)
{
	static const signed char at[] = { -1, -1, -1, 2, 0, 5, 3, 4, 1 };	/* eax .. eip */

	if (n == REG_CR3) {
		*value = t->pgdir;
		return true;
	}
	if (!t->has_label || n > REG_EIP || at[n] < 0)
		return false;
	*value = t->label[at[n]];
	return true;
}

static void say_register(struct gdb *g, u32 n)
{
	const struct gdb_task *t = gdb_selected(g);
	u32 value;

	if (t && !t->live) {
		if (label_value(t, n, &value))
			gdb_say_hex(g, &value, 4);
		else
			for (u32 i = 0; i < size_of(n); i++)
				gdb_say(g, "xx");
	} else if (size_of(n) == 4) {
		value = number(g, n);
		gdb_say_hex(g, &value, 4);
	} else {
		gdb_say_hex(g, image(g, n), size_of(n));
	}
}

/* --- Writing --------------------------------------------------------------------- */

static bool write_eflags(struct gdb *g, u32 value)
{
	struct lg_regs *r = &vcpu(g)->regs;

	if ((value ^ irq_enabled(g)) & LG_EFLAGS_IF)
		return false;		/* irq_enabled is the guest's, in lguest_data */
	r->eflags = (r->eflags & ~0x240dd5u) | (value & 0x240dd5u);
	return true;
}

static bool write_fpu_control(struct gdb *g, u32 n, u32 value)
{
	static const u8 at[] = { 0, 2, 4, 12, 8, 20, 16, 6 };
	u8 *fpu = vcpu(g)->fpu;

	if (n == REG_FISEG || n == REG_FOSEG)
		return value == 0;
	if (n == REG_FTAG) {
		u8 tags = 0;

		for (u32 i = 0; i < 8; i++)
			if ((value >> (2 * i) & 3) != 3)
				tags = (u8)(tags | 1u << i);
		fpu[4] = tags;
		return true;
	}
	memcpy(fpu + at[n - REG_FCTRL], &value, n == REG_FIOFF || n == REG_FOOFF ? 4 : 2);
	return true;
}

/* XRSTOR takes what XSTATE_BV says is there; and a bad mxcsr it does not take at all. */
static void fpu_was_written(struct gdb *g)
{
	u8 *fpu = vcpu(g)->fpu;
	u32 mxcsr;

	memcpy(&mxcsr, fpu + MXCSR, 4);
	mxcsr &= MXCSR_MASK;
	memcpy(fpu + MXCSR, &mxcsr, 4);
	fpu[XSTATE_BV] |= 3;
}

/* gdb writes all registers back when it wants to change one: the same value is fine anywhere. */
static bool set_register(struct gdb *g, u32 n, const u8 *bytes)
{
	u32 value;

	memcpy(&value, bytes, 4);
	if (size_of(n) > 4) {
		memcpy(image(g, n), bytes, size_of(n));
	} else if (value == number(g, n)) {
		return true;
	} else if (n <= REG_EIP) {
		*general(&vcpu(g)->regs, n) = value;
		return true;
	} else if (n == REG_EFLAGS) {
		return write_eflags(g, value);
	} else if (n == REG_MXCSR) {
		memcpy(vcpu(g)->fpu + MXCSR, &value, 4);
	} else if (n < REG_FCTRL || n > REG_FOP || !write_fpu_control(g, n, value)) {
		return false;
	}
	fpu_was_written(g);
	return true;
}

static bool writable(struct gdb *g)
{
	const struct gdb_task *t = gdb_selected(g);

	return !g->dead && (!t || t->live);
}

/* --- The requests ---------------------------------------------------------------- */

void gdb_read_all(struct gdb *g)
{
	for (u32 n = 0; n < NREGS; n++)
		say_register(g, n);
	gdb_reply(g);
}

void gdb_read_one(struct gdb *g, struct packet *pk)
{
	u32 n;

	if (!take_hex(pk, &n) || n >= NREGS) {
		gdb_answer(g, "E01");
		return;
	}
	say_register(g, n);
	gdb_reply(g);
}

void gdb_write_one(struct gdb *g, struct packet *pk)
{
	u8 bytes[16];
	u32 n;

	if (!take_hex(pk, &n) || n >= NREGS || !take_char(pk, '=') ||
	    !take_bytes(pk, bytes, size_of(n)))
		gdb_answer(g, "E01");
	else
		gdb_answer(g, writable(g) && set_register(g, n, bytes) ? "OK" : "E16");
}

void gdb_write_all(struct gdb *g, struct packet *pk)
{
	bool fine = writable(g);
	u8 bytes[16];

	for (u32 n = 0; n < NREGS && pk->p < pk->end; n++) {
		if (!take_bytes(pk, bytes, size_of(n))) {
			fine = false;
			break;
		}
		fine = fine && set_register(g, n, bytes);
	}
	gdb_answer(g, fine ? "OK" : "E16");
}
