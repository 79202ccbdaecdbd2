/* SPDX-License-Identifier: MIT */
/*
 * H:600 Segments.  The GDT is the host's: what we can have is three TLS slots
 * in it and an LDT.  Two TLS slots are the data segments every guest runs with
 * (switcher/gates.h); they give it a base and keep user mode's hands off the
 * kernel half.  Code is flat; only a base needs an LDT entry.  Nominal
 * selectors in frames are written by us.
 *
 * A guest that loads nominal selectors itself: 0x61 and 0x69 fault and are
 * emulated; 0x7b and 0x33 exist, but are the host's own: we notice when an
 * access through them faults, and mend the selector.  Entries the guest put
 * into its GDT are copied into our LDT when it loads them.
 */
#include <asm/ldt.h>

#include "host/space.h"
#include "host/sys.h"

#define NR_I386_SET_THREAD_AREA	243
#define KERNEL_LIMIT		0xfffffu	/* pages */

enum { SREG_ES, SREG_CS, SREG_SS, SREG_DS, SREG_FS, SREG_GS };

static struct user_desc flat(u32 entry, u32 limit_pages, u32 contents)
{
	return (struct user_desc){
		.entry_number = entry, .base_addr = my_space()->base, .limit = limit_pages,
		.seg_32bit = 1, .contents = contents & 3, .limit_in_pages = 1, .useable = 1,
	};
}

static void set_tls(u32 slot, u32 limit_pages)
{
	/* int $0x80 takes 32-bit pointers: the page below 4 GiB is for this. */
	volatile struct user_desc *low = (struct user_desc *)GATE_DATA;
	long ret;

	*low = flat(slot, limit_pages, 0);
	ret = compat_call(NR_I386_SET_THREAD_AREA, GATE_DATA);
	if ((s32)ret < 0)
		kill_guest("set_thread_area failed (%i): this host cannot run 32-bit code",
			   (u32)-ret);
}

static void set_ldt(const struct user_desc *d)
{
	long ret = sys3(__NR_modify_ldt, 0x11, d, sizeof(*d));

	if ((s32)ret < 0)
		kill_guest("modify_ldt failed (%i): this host gives no LDT", (u32)-ret);
}

static void reload_ldt(void);

void load_segments(void)
{
	u32 limit = (cpu->kernel_address >> 12) - 1;
	u32 base = my_space()->base;
	struct user_desc d;

	cpu->sw.udata = SEL_UDATA;
	if (me.real_limit == limit && me.real_base == base)
		return;
	set_tls(12, limit);
	set_tls(14, KERNEL_LIMIT);
	d = flat(LDT_CODE, KERNEL_LIMIT, 2);
	set_ldt(&d);
	me.real_limit = limit;
	me.real_base = base;
	if (me.ldt_loaded)
		reload_ldt();
}

static bool segment_present(u32 n)
{
	return cpu->gdt[n].hi & 0x8000;
}

/*
 * A user's segment must not reach the kernel half either.  One with a base and
 * all of 4 GiB keeps it: C libraries reach below their thread's base that way.
 */
static void cut_limit(struct user_desc *d, u32 base)
{
	u64 last = d->limit_in_pages ? (u64)d->limit << 12 | 0xfff : d->limit;

	if (d->contents == 0 && last == 0xffffffff && base && base < cpu->kernel_address)
		return;
	if (d->contents == 1 || base >= cpu->kernel_address) {
		d->contents = 1;	/* expand-down, all of it: no offset is valid */
		d->limit = 0xfffff;
		d->limit_in_pages = 1;
	} else if (base + last >= cpu->kernel_address) {
		d->limit = (cpu->kernel_address - base - 1) >> 12;
		d->limit_in_pages = 1;
		if (d->limit)
			d->limit--;
	}
}

/* The guest's descriptor n, as our LDT entry LDT_GUEST + n. */
static void load_ldt(u32 n)
{
	u32 lo = cpu->gdt[n].lo, hi = cpu->gdt[n].hi;
	u32 type = hi >> 8 & 0xf;
	struct user_desc d = {
		.entry_number = LDT_GUEST + n,
		.base_addr = ((lo >> 16) | (hi & 0xff) << 16 | (hi & 0xff000000)) +
			     my_space()->base,
		.limit = (lo & 0xffff) | (hi & 0xf0000),
		.seg_32bit = hi >> 22 & 1,
		.contents = (type & 0xc) == 0xc ? 2 : type >> 2 & 3, /* none is conforming */
		.read_exec_only = !(type & 2),
		.limit_in_pages = hi >> 23 & 1,
		.seg_not_present = !segment_present(n) || !(hi & 0x1000),
		.useable = 1,
	};

	if ((hi >> 13 & 3) == 3)
		cut_limit(&d, d.base_addr - my_space()->base);
	set_ldt(&d);
	me.ldt_loaded |= 1u << n;
}

/* H:610 LOAD_GDT_ENTRY and LOAD_TLS; n < LG_GDT_ENTRIES. */
void load_gdt_entry(u32 n, u32 lo, u32 hi)
{
	if (n == 10 || n == 11 || n == LG_GDT_TSS || n == 31)
		return;
	if (cpu->gdt[n].lo == lo && cpu->gdt[n].hi == hi)
		return;
	cpu->gdt[n].lo = lo;
	cpu->gdt[n].hi = hi;
	if (me.gdt_gen == cpu->gdt_gen++)
		me.gdt_gen++;
	if (me.ldt_loaded & 1u << n)
		load_ldt(n);
}

/*
 * Which real selector stands for this one, as data?  0: none.  It is a nominal
 * one, or one the guest has read: ours, which this space may not know yet.
 */
static u16 real_selector(u16 selector)
{
	u32 n = (selector >> 3) - (selector & 4 ? LDT_GUEST : 0);

	if (n >= LG_GDT_ENTRIES)
		return 0;
	switch (n) {
	case LG_GDT_KERNEL_CS:
	case LG_GDT_KERNEL_DS:
		return cpu->regs.user ? 0 : SEL_KDATA;
	case LG_GDT_USER_CS:
	case LG_GDT_USER_DS:
		return cpu->regs.user ? cpu->sw.udata : SEL_KDATA;
	}
	if (!segment_present(n) || (cpu->gdt[n].hi & 0x1000) == 0)
		return 0;
	load_ldt(n);
	return (u16)SEL_LDT(LDT_GUEST + n);
}

static void set_sreg(u32 sreg, u16 real)
{
	switch (sreg) {
	case SREG_ES:
		cpu->regs.es = real;
		break;
	case SREG_SS:
		cpu->regs.ss = real;
		break;
	case SREG_DS:
		cpu->regs.ds = real;
		break;
	case SREG_FS:
		load_fs(real);
		break;
	case SREG_GS:
		load_gs(real);
		break;
	}
}

static u16 get_sreg(u32 sreg)
{
	u16 s = 0;

	switch (sreg) {
	case SREG_ES:
		return cpu->regs.es;
	case SREG_SS:
		return cpu->regs.ss;
	case SREG_DS:
		return cpu->regs.ds;
	case SREG_FS:
		asm volatile("mov %%fs, %0" : "=r"(s));
		break;
	case SREG_GS:
		asm volatile("mov %%gs, %0" : "=r"(s));
		break;
	}
	return s;
}

/* The nominal selector of a stack segment, for a frame. */
u32 nominal_ss(u16 real, bool user)
{
	u32 n = (real >> 3) - LDT_GUEST;

	if (real & 4 && n < LG_GDT_ENTRIES)
		return n * 8 + 3;
	return user ? LG_USER_DS : LG_KERNEL_DS;
}

/* The real selector for the ss in a frame on the way to user mode. */
u16 real_ss(u32 nominal)
{
	u32 n = nominal >> 3;

	if (n == LG_GDT_USER_DS || n >= LG_GDT_ENTRIES || nominal & 4 || !segment_present(n))
		return cpu->sw.udata;
	load_ldt(n);
	return (u16)SEL_LDT(LDT_GUEST + n);
}

/*
 * H:620 The guest loads a segment register and the CPU would not let it.  If it
 * is right, for want of a present segment, *vector says so.
 */
bool emulate_sreg(u32 sreg, u16 selector, u32 *vector)
{
	u16 real;
	u32 n = selector >> 3;

	if (!(selector & 4) && n > 0 && n < LG_GDT_ENTRIES && (n < 12 || n > 16) &&
	    (cpu->gdt[n].lo | cpu->gdt[n].hi) && !segment_present(n))
		*vector = sreg == SREG_SS ? TRAP_SS : TRAP_NP;
	if (selector < 4) {
		if (sreg == SREG_SS || sreg == SREG_CS)
			return false;
		set_sreg(sreg, 0);
		return true;
	}
	real = real_selector(selector);
	if (!real)
		return false;
	set_sreg(sreg, real);
	return true;
}

/*
 * H:630 A fault: was it because a segment register holds a nominal selector
 * that means something else on the host?  Then mend it and try again.
 */
bool fix_selectors(void)
{
	static const u8 sregs[] = { SREG_ES, SREG_DS, SREG_FS, SREG_GS };
	bool fixed = false;

	for (u32 i = 0; i < sizeof(sregs); i++) {
		u16 s = get_sreg(sregs[i]), real;

		if ((s & ~3) != 0x78 && (s & ~3) != 0x30)
			continue;
		real = real_selector(s);
		if (!real)
			continue;
		set_sreg(sregs[i], real);
		fixed = true;
	}
	return fixed;
}

/* The base a guest address through this register has; flat ones have 0. */
u32 segment_base(u32 sreg)
{
	u16 s = get_sreg(sreg);
	u32 n = s >> 3;

	if (!(s & 4) || n < LDT_GUEST || n >= LDT_GUEST + LG_GDT_ENTRIES)
		return 0;
	n -= LDT_GUEST;
	return (cpu->gdt[n].lo >> 16) | (cpu->gdt[n].hi & 0xff) << 16 |
	       (cpu->gdt[n].hi & 0xff000000);
}

void save_fs_gs(void)
{
	cpu->fs = get_sreg(SREG_FS);
	cpu->gs = get_sreg(SREG_GS);
}

static void prepare(u16 selector)
{
	u32 n = (selector >> 3) - LDT_GUEST;

	if (selector & 4 && n < LG_GDT_ENTRIES && !(me.ldt_loaded & 1u << n))
		load_ldt(n);
}

/* The guest's entries that our LDT has, as they are now and with our base. */
static void reload_ldt(void)
{
	for (u32 n = 0; n < LG_GDT_ENTRIES; n++)
		if (me.ldt_loaded & 1u << n)
			load_ldt(n);
	load_fs(get_sreg(SREG_FS));
	load_gs(get_sreg(SREG_GS));
}

/* H:640 In another space now: its LDT may have older copies of the entries. */
void restore_fs_gs(void)
{
	if (me.gdt_gen != cpu->gdt_gen) {
		me.gdt_gen = cpu->gdt_gen;
		reload_ldt();
	}
	prepare(cpu->regs.ds);
	prepare(cpu->regs.es);
	prepare(cpu->regs.ss);
	prepare(cpu->fs);
	prepare(cpu->gs);
	load_fs(cpu->fs);
	load_gs(cpu->gs);
}
