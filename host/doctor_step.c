/* SPDX-License-Identifier: MIT */
/*
 * H:816 One instruction at a time.  Page tables are closed for writing, memory
 * that devices own for writing or altogether, used rings altogether.  An access
 * of the guest's to such a page faults; we look at what it is after, open the
 * page, let this one instruction run with TF set, look at what it did, and close
 * the page again.  No interrupt is delivered meanwhile, and a trap that the
 * guest has to see puts the instruction off.
 *
 * Only data the Host itself touches below 4 GiB (the stack, in the Switcher)
 * cannot be watched so: then the frame is no longer watched.
 */
#include <sys/mman.h>

#include "host/doctor_space.h"
#include "host/sys.h"

#define PROT_ALL	(PROT_READ | PROT_EXEC)
#define WATCH_TABLES	(LG_WATCH_DIR | LG_WATCH_TABLE)
#define WATCH_MEMORY	(LG_WATCH_BUFFER | LG_WATCH_WRITES | LG_WATCH_USED)

struct doctor_step doctor_step;		/* the instruction that runs */

/* What lies open, and what was there. */
static struct {
	u32 gva, gpa, at;	/* pages; at: what it was after */
	u32 before[LG_PAGE_SIZE / 4];
} open[2];
static u32 nopen;
static bool own_tf;		/* the guest was stepping itself */
static u32 esi, edi;		/* before the instruction */

/* Map this one page for one instruction. */
static bool open_page(u32 gva, const struct walk *w)
{
	int prot = PROT_ALL | (w->flags & LG_PTE_WRITE ? PROT_WRITE : 0);
	u64 at = (gva & ~0xfffu) + (u64)my_space()->base;

	if (sys6(__NR_mmap, (long)at, LG_PAGE_SIZE, prot, MAP_SHARED | MAP_FIXED | MAP_POPULATE,
		 LG_FD_RAM, w->gpa) < 0)
		return false;
	my_space()->vmas += 2;
	note_mapped(gva & ~0xfffu, 1);
	doctor_mapped(gva & ~0xfffu, 1, w->gpa, false, w->flags & LG_PTE_USER);
	return true;
}

/* --- Strings ------------------------------------------------------------------------ */

static bool read_pages(u32 gva, u8 *to, u32 len)
{
	while (len) {
		u32 n = LG_PAGE_SIZE - gva % LG_PAGE_SIZE;
		const u8 *from;
		struct walk w;

		if (!walk(gva, &w))
			return false;
		from = guest_page(w.gpa | gva % LG_PAGE_SIZE, false);
		if (!from)
			return false;
		if (n > len)
			n = len;
		memcpy(to, from, n);
		gva += n;
		to += n;
		len -= n;
	}
	return true;
}

static void fill(u8 *to, u32 value, u32 n, u32 size)
{
	for (u32 i = 0; i < n * size; i++)
		to[i] = (u8)(value >> i % size * 8);
}

/*
 * A rep stos or movs would trap at every turn: do as much of it as lies in
 * this page by hand.  False: it is none, or not an easy one.
 */
static bool write_string(u32 gva, u32 gpa)
{
	struct lg_regs *r = &cpu->regs;
	static u8 data[LG_PAGE_SIZE];
	u32 size, n;
	u8 insn[2];

	if (r->user || r->eflags & (EFLAGS_TF | EFLAGS_DF) || !read_virtual(r->eip, insn, 2) ||
	    insn[0] != 0xf3 || gva != r->edi)
		return false;
	size = insn[1] & 1 ? 4 : 1;
	n = (LG_PAGE_SIZE - gva % LG_PAGE_SIZE) / size;
	if (n > r->ecx)
		n = r->ecx;
	if (!n)
		return false;
	if (insn[1] == 0xaa || insn[1] == 0xab)
		fill(data, r->eax, n, size);
	else if ((insn[1] != 0xa4 && insn[1] != 0xa5) || r->edi - r->esi < n * size ||
		 !read_pages(r->esi, data, n * size))
		return false;
	doctor_step.eip = r->eip;
	doctor_step.esp = r->esp;
	memcpy(open[0].before, guest_page(gpa & ~0xfffu, false), LG_PAGE_SIZE);
	memcpy(guest_page(gpa, true), data, n * size);
	r->esi += insn[1] < 0xa6 ? n * size : 0;
	r->edi += n * size;
	r->ecx -= n;
	if (!r->ecx)
		r->eip += 2;
	doctor_compare(open[0].before, gpa & ~0xfffu);
	return true;
}

/* An entry stored by an instruction that is easily done by hand. */
static bool write_entry(u32 gva, u32 gpa)
{
	u32 at, value, len;

	if (gva % 4 || !plain_store(&at, &value, &len) || at != gva)
		return false;
	doctor_step.eip = cpu->regs.eip;
	doctor_step.esp = cpu->regs.esp;
	memcpy(open[0].before, guest_page(gpa & ~0xfffu, false), LG_PAGE_SIZE);
	*(volatile u32 *)guest_page(gpa, true) = value;
	cpu->regs.eip += len;
	doctor_compare(open[0].before, gpa & ~0xfffu);
	return true;
}

/* A movs that was not stopped at every byte: what did it read, and write? */
static void look_at_string(void)
{
	u32 read = cpu->regs.esi - esi, written = cpu->regs.edi - edi;
	u8 insn[2];
	struct walk w;

	if (!read_virtual(doctor_step.eip, insn, 2))
		return;
	if (insn[0] == 0xf2 || insn[0] == 0xf3)
		insn[0] = insn[1];
	if ((insn[0] & 0xfe) == 0xa4 && read <= LG_PAGE_SIZE && walk(esi, &w))
		doctor_touch(esi, w.gpa | esi % LG_PAGE_SIZE, read, false);
	if (((insn[0] & 0xfe) == 0xa4 || (insn[0] & 0xfe) == 0xaa) && written <= LG_PAGE_SIZE &&
	    walk(edi, &w))
		doctor_touch(edi, w.gpa | edi % LG_PAGE_SIZE, written, true);
}

/* --- Opening and closing ------------------------------------------------------------------ */

static void close_pages(void)
{
	for (u32 i = 0; i < nopen; i++) {
		u32 watched = doc->page[open[i].gpa / LG_PAGE_SIZE].watch;

		if (watched & WATCH_TABLES)
			doctor_compare(open[i].before, open[i].gpa);
		if (watched & LG_WATCH_USED)
			doctor_looked(open[i].gpa | open[i].at % LG_PAGE_SIZE);
		if (!is_mapped(open[i].gva))
			continue;
		if (watched & LG_WATCH_HIDDEN)
			doctor_hide(open[i].gva);
		else
			doctor_readable(open[i].gva / LG_PAGE_SIZE);
	}
	nopen = 0;
}

static void begin_step(u32 gva, u32 gpa)
{
	if (!me.stepping) {
		doctor_step.eip = cpu->regs.eip;
		doctor_step.esp = cpu->regs.esp;
		own_tf = cpu->regs.eflags & EFLAGS_TF;
		esi = cpu->regs.esi;
		edi = cpu->regs.edi;
		nopen = 0;
	}
	me.stepping = true;
	cpu->regs.eflags |= EFLAGS_TF;
	for (u32 i = 0; i < nopen; i++)
		if (open[i].gva == (gva & ~0xfffu)) {
			open[i].at = gva;
			return;
		}
	if (nopen == 2)
		close_pages();
	open[nopen].gva = gva & ~0xfffu;
	open[nopen].gpa = gpa;
	open[nopen].at = gva;
	memcpy(open[nopen++].before, guest_page(gpa, false), LG_PAGE_SIZE);
}

/* The instruction is done, or has to be put off. */
void doctor_end_step(void)
{
	look_at_string();
	close_pages();
	me.stepping = false;
	if (!own_tf)
		cpu->regs.eflags &= ~EFLAGS_TF;
}

/* H:817 #DB while we step: true if it was ours alone.  A rep is not over yet. */
bool doctor_stepped(void)
{
	if (cpu->regs.eip == doctor_step.eip && !own_tf) {
		for (u32 i = 0; i < nopen; i++)
			if (doc->page[open[i].gpa / LG_PAGE_SIZE].watch & WATCH_TABLES)
				doctor_compare(open[i].before, open[i].gpa);
		return true;
	}
	doctor_end_step();
	return !own_tf;
}

/* The Host itself wants this frame mapped as any other. */
void doctor_unwatch(u32 gpa)
{
	doc->page[gpa / LG_PAGE_SIZE].watch = 0;
}

/* --- H:818 The fault ------------------------------------------------------------------------ */

static bool permitted(u32 gva, u32 access, struct walk *w)
{
	if (gva >= 0u - LG_RESERVE_MEM || (access & ACCESS_USER && gva >= cpu->kernel_address) ||
	    (my_space()->base == 0 && gva < lg->mmap_min) || !walk(gva, w) || !doctor_watches(w->gpa))
		return false;
	return (!(access & ACCESS_WRITE) || w->flags & LG_PTE_WRITE) &&
	       (!(access & ACCESS_USER) || w->flags & LG_PTE_USER);
}

static void set_bits(const struct walk *w, u32 access)
{
	u32 bits = LG_PTE_ACCESSED | (access & ACCESS_WRITE ? LG_PTE_DIRTY : 0);

	if (lg->page_state[w->gpa / LG_PAGE_SIZE] != LG_PAGE_OWN)
		own_around(w->gpa / LG_PAGE_SIZE);
	if (cpu->linear)
		return;
	set_entry_bits(w->pde_gpa, w->pte_gpa ? LG_PTE_ACCESSED : bits);
	if (w->pte_gpa)
		set_entry_bits(w->pte_gpa, bits);
}

/* Is this still a page table, do devices still own something here? */
static u32 still_watched(u32 gva, u32 gpa, u32 access)
{
	u16 *watch = &doc->page[gpa / LG_PAGE_SIZE].watch;

	if (*watch & WATCH_TABLES && !doctor_in_use(gpa / LG_PAGE_SIZE))
		*watch &= (u16)WATCH_MEMORY;
	if (*watch & LG_WATCH_BUFFER)
		doctor_touch(gva, gpa | gva % LG_PAGE_SIZE, 1, access & ACCESS_WRITE);
	return *watch;
}

/*
 * A fault of guest code.  True: it was after something that is watched, which
 * is open now for one instruction.
 */
bool doctor_access(u32 gva, u32 access)
{
	struct walk w;
	u32 watched;

	if (!permitted(gva, access, &w))
		return false;
	watched = still_watched(gva, w.gpa, access);
	if (!watched || !(access & ACCESS_WRITE || watched & LG_WATCH_HIDDEN))
		return false;
	set_bits(&w, access);
	if (!me.stepping && access & ACCESS_WRITE && watched & WATCH_TABLES &&
	    !(watched & WATCH_MEMORY) && !(cpu->regs.eflags & EFLAGS_TF) &&
	    (write_entry(gva, w.gpa | gva % LG_PAGE_SIZE) ||
	     write_string(gva, w.gpa | gva % LG_PAGE_SIZE)))
		return true;
	if (!open_page(gva, &w))
		return false;
	begin_step(gva, w.gpa);
	return true;
}
