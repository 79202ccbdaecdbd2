/* SPDX-License-Identifier: MIT */
/*
 * H:215 LGUEST_INIT, and what it tells about a guest of the old days.
 *
 * Such a kernel does not say how old it is.  But its first hypercall does: the
 * address of lguest_data is in the register its generation uses for the first
 * argument, and the fields it has filled in make sense at one layout's offsets
 * only.  All of that is the guest's word: each field is read once.
 */
#include "host/space.h"

enum fit { FIT_NONE, FIT_MAYBE, FIT_SURE };

static u32 reg_arg(u32 which)
{
	const struct lg_regs *r = &cpu->regs;
	const u32 v[5] = { 0, r->ebx, r->ecx, r->edx, r->esi };

	return v[which % 5];
}

/* Argument 1 - 4 of the hypercall in the registers, as this generation passes it. */
u32 hcall_arg(u32 n)
{
	return reg_arg(lg_generation(lg->generation)->arg_reg[(n - 1) % 4]);
}

static bool field(u32 data, s32 at, u32 *value)
{
	*value = 0;
	return at >= 0 && copy_from_guest(value, (u64)data + (u32)at, 4);
}

/* All 64 entries of a ring at "at" free, as a guest leaves them for us? */
static bool ring_is_free(u32 data, s32 at)
{
	u8 status[LG_RING_SIZE];

	if (!copy_from_guest(status, (u64)data + (u32)at, sizeof(status)))
		return false;
	for (u32 i = 0; i < LG_RING_SIZE; i++)
		if (status[i] != LG_RING_FREE)
			return false;
	return true;
}

static bool good_kernel(u32 address)
{
	return address >= LG_BASE_SHIFT && address % LG_PAGE_SIZE == 0;
}

/* Could this be lguest_data as generation g lays it out? */
static enum fit fits(const struct lg_generation *g, u32 data)
{
	const struct lg_layout *at = &g->at;
	u32 kernel, vec, start, end, before, khz;

	if (!data || data % 4 || (u64)data + (u32)at->size > (u64)lg->pages * LG_PAGE_SIZE)
		return FIT_NONE;
	if (field(data, at->kernel_address, &kernel) && !good_kernel(kernel))
		return FIT_NONE;
	if (field(data, at->syscall_vec, &vec) && (!vec || vec >= LG_IDT_ENTRIES))
		return FIT_NONE;
	field(data, at->noirq_start, &start);
	field(data, at->noirq_end, &end);
	if (start > end)
		return FIT_NONE;
	/* The first merge has no tsc_khz: where others have that, 0 yet, is its noirq_start. */
	if (at->tsc_khz < 0 && !start)
		return FIT_NONE;
	if (at->guestid >= 0 && field(data, at->tsc_khz, &khz) && khz)
		return FIT_NONE;
	if (!ring_is_free(data, at->status))
		return FIT_MAYBE;
	/* A ring that starts earlier is free here too, but for its last entries. */
	field(data, at->status - 4, &before);
	return before == 0xffffffff ? FIT_MAYBE : FIT_SURE;
}

/* The same to a Host: registers, ring and layout. */
static bool alike(u32 a, u32 b)
{
	const struct lg_generation *x = lg_generation(a), *y = lg_generation(b);

	return x->arg_reg[0] == y->arg_reg[0] && x->hcall_words == y->hcall_words &&
	       x->arg_word[0] == y->arg_word[0] && x->at.size == y->at.size;
}

/* Is there room for the smallest lguest_data? */
static bool in_memory(u32 gpa)
{
	return gpa && (u64)gpa + (u32)lg_generation(LG_GEN_A0)->at.size <= (u64)lg->pages * LG_PAGE_SIZE;
}

/*
 * None of them makes sense.  If the user has said which it is, that one is the
 * measure, and what is wrong comes out later; otherwise we give up.
 */
static u32 none_fits(u32 candidates)
{
	const char *abi = NULL;
	u32 best = LG_GEN_UNKNOWN, ebx = cpu->regs.ebx, edx = cpu->regs.edx;
	bool forced = true;

	for (u32 i = 0; i < LG_GENERATIONS; i++) {
		if (!(candidates & LG_GEN_BIT(i)))
			continue;
		forced = forced && (!abi || abi == lg_generation(i)->abi);
		abi = lg_generation(i)->abi;
		if (best == LG_GEN_UNKNOWN || in_memory(reg_arg(lg_generation(i)->arg_reg[0])))
			best = i;
	}
	if (forced && best != LG_GEN_UNKNOWN)
		return best;
	if (in_memory(ebx) || in_memory(edx))
		kill_guest("LGUEST_INIT: no struct lguest_data of any generation (2.6.24, 2.6.25, 2.6.31, 3.2, 4.0) at %#x (ebx) or %#x (edx): fill in kernel_address and syscall_vec before, or say --abi",
			   ebx, edx);
	else
		kill_guest("bad guest page %#x: LGUEST_INIT wants the gpa of lguest_data in ebx (in edx before 2.6.30)",
			   ebx ? ebx : edx);
	return LG_GEN_UNKNOWN;
}

/*
 * H:216 Which generation is it?  UNKNOWN: the guest is dead, and has been told
 * why.  2.6.24 and 2.6.25 differ in nothing we could see: the newer one wins,
 * the Launcher has left only one of them if the image told it more.
 */
static u32 detect(void)
{
	u32 candidates = lg->generations, found = LG_GEN_UNKNOWN, other = LG_GEN_UNKNOWN;
	enum fit best = FIT_NONE;

	for (u32 i = 0; i < LG_GENERATIONS; i++) {
		const struct lg_generation *g = lg_generation(i);
		enum fit fit;

		if (!(candidates & LG_GEN_BIT(i)))
			continue;
		fit = fits(g, reg_arg(g->arg_reg[0]));
		if (fit == FIT_NONE || fit < best)
			continue;
		if (fit > best)
			other = LG_GEN_UNKNOWN;
		else if (!alike(i, found))
			other = found;
		best = fit;
		found = i;
	}
	if (other != LG_GEN_UNKNOWN) {
		kill_guest("cannot tell an lguest %s kernel from a %s one by its lguest_data: say which with --abi",
			   lg_generation(other)->name, lg_generation(found)->name);
		return LG_GEN_UNKNOWN;
	}
	return found != LG_GEN_UNKNOWN ? found : none_fits(candidates);
}

static void put_field(u32 data, s32 at, u32 value)
{
	u32 *p = at >= 0 ? guest_range((u64)data + (u32)at, 4) : NULL;

	if (p)
		*p = value;
}

static bool good_vector(u32 vec)
{
	if (lg->native)
		return vec == 0x80 || vec == lg->note.syscall_vector;
	return vec >= LG_FIRST_IRQ_VECTOR && vec < LG_IDT_ENTRIES;
}

/* What the guest says about itself; false: it is dead. */
static bool take_settings(u32 data, const struct lg_layout *at)
{
	u32 vec = cpu->syscall_vec, kernel = cpu->kernel_address;

	field(data, at->noirq_start, &cpu->noirq_start);
	field(data, at->noirq_end, &cpu->noirq_end);
	field(data, at->noirq_iret, &cpu->noirq_iret);
	if (at->syscall_vec >= 0)
		field(data, at->syscall_vec, &vec);
	if (!good_vector(vec)) {
		kill_guest("bad syscall vector %#x", vec);
		return false;
	}
	if (at->kernel_address >= 0)
		field(data, at->kernel_address, &kernel);
	if (!good_kernel(kernel) || kernel >= 0u - LG_RESERVE_MEM) {
		kill_guest("bad kernel address %#x", kernel);
		return false;
	}
	cpu->syscall_vec = vec;
	cpu->kernel_address = kernel;
	return true;
}

/*
 * H:217 The Launcher shows its devices as this generation knows them and, for
 * those that have it, builds the first page tables.  From now on they count.
 */
static void settle(u32 data, const struct lg_generation *g)
{
	u32 pgdir = ask_launcher(LG_OP_SETTLED, lg->generation, data, 0, 0);

	if (g->start != LG_START_IDENTITY || lg->state != LG_RUNNING)
		return;
	put_field(data, g->at.pgdir, pgdir);
	cpu->linear = 0;
	cpu->pgdir = pgdir;
	my_space()->pgdir = pgdir;
}

/*
 * H:218 From now on interrupts can arrive, so everything about them is checked
 * here, once.
 */
void initialise(void)
{
	const struct lg_generation *g;
	u32 data;

	if (cpu->initialised) {
		kill_guest("already have lguest_data");
		return;
	}
	if (lg->generation == LG_GEN_UNKNOWN)
		lg->generation = detect();
	if (lg->state != LG_RUNNING)
		return;
	g = lg_generation(lg->generation);
	data = hcall_arg(1);
	if (data % 4 || !guest_range(data, (u64)g->at.size)) {
		kill_guest("bad guest page %#x", data);
		return;
	}
	if (!take_settings(data, &g->at))
		return;
	cpu->data_gpa = data;
	cpu->sw.data = (u64)guest_range(data, (u64)g->at.size);
	put_field(data, g->at.tsc_khz, lg->tsc_khz);
	put_field(data, g->at.reserve_mem, LG_RESERVE_MEM);
	if (g->at.guestid >= 0)
		put_field(data, g->at.guestid, lg->guest_id & 0xffff);
	if (!lg->native)
		settle(data, g);
	cpu->initialised = 1;
	cpu->drain_always = !!(g->has & LG_DRAINS_ALWAYS);
	update_time();
	load_segments();
	flush_everything();
}
