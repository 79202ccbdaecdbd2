/* SPDX-License-Identifier: MIT */
/*
 * P:280 The core of a dead guest.
 *
 * An ELF32 core as gdb knows it from i386 processes: a PT_NOTE with the
 * registers (NT_PRSTATUS, NT_PRFPREG, NT_PRXFPREG and one of our own), then
 * a PT_LOAD for each run of pages that is contiguous in both address spaces.
 * p_paddr is the gpa.  In linear mode, and where no tables can be read, gva is
 * gpa and all RAM is one run.
 *
 * Pages of zeros become holes, and one guest page mapped twice is in the file
 * once: its place there is that of its gpa.  So the file is as long as RAM and
 * a little more, and takes the room of what the guest uses.
 */
#include "debug/core.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "lguest/abi.h"
#include "switcher/gates.h"

#define RUNS_MAX	65000u		/* p_phnum has 16 bits */
#define NT_LGUEST	0x6c67
#define FXSAVE_SIZE	512

struct run {
	u32 gva, gpa, flags;
	u64 bytes;
};

struct runs {
	struct run *run;
	u32 n, room;
};

/* --- P:282 Notes ------------------------------------------------------------------ */

/* What i386 Linux puts into NT_PRSTATUS: 144 bytes, only a few of them ours. */
struct prstatus {
	u32 signo, code, err;
	u16 cursig, pad;
	u32 sigpend, sighold, pid, ppid, pgrp, sid;
	u32 times[8];
	u32 ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
	u32 fpvalid;
};
_Static_assert(sizeof(struct prstatus) == 144, "as on i386");

struct lguest_note {			/* name "lguest", type NT_LGUEST */
	u32 cr2, cr3, trap, error, user, linear, irq_enabled, irqs;
	char reason[LG_REASON_MAX];
};

struct notes {
	struct { Elf32_Nhdr head; char name[8]; struct prstatus desc; } status;
	struct { Elf32_Nhdr head; char name[8]; u8 desc[FXSAVE_SIZE]; } fxsave;
	struct { Elf32_Nhdr head; char name[8]; struct lguest_note desc; } ours;
};

static u32 nominal(u16 real)
{
	if (real == SEL_KDATA)
		return LG_KERNEL_DS;
	return real == SEL_UDATA ? LG_USER_DS : real;
}

static u32 signal_of(u32 state, u32 trap)
{
	static const u8 signals[32] = {
		[0] = 8, [1] = 5, [3] = 5, [6] = 4, [13] = 11, [14] = 11, [16] = 8, [17] = 7, [19] = 8
	};

	if (state != LG_DEAD)
		return 0;		/* it was only stopped */
	return trap < 32 && signals[trap] ? signals[trap] : 6;
}

static void fill_status(struct prstatus *p, const struct lg_cpu *cpu, u32 state)
{
	struct lg_regs r = cpu->regs;

	*p = (struct prstatus){
		.signo = signal_of(state, r.trap), .pid = 1, .fpvalid = 1,
		.cursig = (u16)signal_of(state, r.trap),
		.ebx = r.ebx, .ecx = r.ecx, .edx = r.edx, .esi = r.esi, .edi = r.edi, .ebp = r.ebp,
		.eax = r.eax, .orig_eax = ~0u, .eip = r.eip, .eflags = r.eflags, .esp = r.esp,
		.cs = r.user ? LG_USER_CS : LG_KERNEL_CS, .ss = nominal(r.ss),
		.ds = nominal(r.ds), .es = nominal(r.es), .fs = cpu->fs, .gs = cpu->gs,
	};
}

static void fill_ours(struct lguest_note *n, struct lg *lg)
{
	const struct lguest *s = lg_shared(lg);
	u32 gpa = s->cpu.data_gpa;

	*n = (struct lguest_note){ .cr2 = s->cpu.regs.cr2, .cr3 = s->cpu.pgdir,
				   .trap = s->cpu.regs.trap, .error = s->cpu.regs.error,
				   .user = s->cpu.regs.user, .linear = s->cpu.linear,
				   .irqs = s->cpu.irqs };
	if (gpa && lg_peek(lg, gpa, &n->irq_enabled, 4))
		n->irq_enabled = 0;
	memcpy(n->reason, s->reason, sizeof(n->reason));
	n->reason[sizeof(n->reason) - 1] = 0;
}

static void fill_notes(struct notes *n, struct lg *lg)
{
	const struct lguest *s = lg_shared(lg);

	memset(n, 0, sizeof(*n));
	n->status.head = (Elf32_Nhdr){ 5, sizeof(n->status.desc), NT_PRSTATUS };
	memcpy(n->status.name, "CORE", 5);
	fill_status(&n->status.desc, &s->cpu, atomic_load(&s->state));
	n->fxsave.head = (Elf32_Nhdr){ 6, FXSAVE_SIZE, NT_PRXFPREG };
	memcpy(n->fxsave.name, "LINUX", 6);
	memcpy(n->fxsave.desc, s->cpu.fpu, FXSAVE_SIZE);
	n->ours.head = (Elf32_Nhdr){ 7, sizeof(n->ours.desc), NT_LGUEST };
	memcpy(n->ours.name, "lguest", 7);
	fill_ours(&n->ours.desc, lg);
}

/* --- P:284 What is mapped where ---------------------------------------------------- */

static int add_run(struct runs *r, struct run add)
{
	struct run *last = r->n ? &r->run[r->n - 1] : NULL;
	struct run *grown;

	if (last && last->gva + last->bytes == add.gva && last->gpa + last->bytes == add.gpa &&
	    last->flags == add.flags) {
		last->bytes += add.bytes;
		return 0;
	}
	if (r->n == RUNS_MAX)
		return 0;		/* the rest is left out: a page at a time, this is nonsense */
	if (r->n == r->room) {
		r->room = r->room ? 2 * r->room : 256;
		grown = realloc(r->run, r->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		r->run = grown;
	}
	r->run[r->n++] = add;
	return 0;
}

static u32 elf_flags(u32 pde, u32 pte)
{
	return PF_R | PF_X | (pde & pte & LG_PTE_WRITE ? PF_W : 0);
}

/* lg_translate knows every kind of table; skip 4 MiB where there is none. */
static int find_runs(struct lg *lg, struct runs *r)
{
	u32 pages = lg_shared(lg)->pages, pgdir = lg_shared(lg)->cpu.pgdir;
	int err = 0;

	for (u64 gva = 0; gva < 0u - LG_RESERVE_MEM && !err;) {
		u32 gpa, pde, pte;
		bool found = !lg_translate(lg, pgdir, (u32)gva, &gpa, &pde, &pte);

		if (found && gpa / LG_PAGE_SIZE < pages)
			err = add_run(r, (struct run){ (u32)gva, gpa & ~0xfffu,
						       elf_flags(pde, pte ? pte : pde),
						       LG_PAGE_SIZE });
		/* 2 MiB: what an entry of a PAE directory is for; half of any other's. */
		gva += !found && !(pde & LG_PTE_PRESENT) && gva % (1u << 21) == 0 ? 1u << 21 :
										    LG_PAGE_SIZE;
	}
	return err;
}

static int find_linear(struct runs *r, u32 pages)
{
	return add_run(r, (struct run){ 0, 0, PF_R | PF_W | PF_X, (u64)pages * LG_PAGE_SIZE });
}

/* --- P:286 The file ----------------------------------------------------------------- */

static int write_at(int fd, const void *from, size_t len, u64 offset)
{
	const char *p = from;

	while (len) {
		struct iovec iov = { (void *)p, len };
		ssize_t n = pwritev(fd, &iov, 1, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		p += n;
		len -= (size_t)n;
		offset += (u64)n;
	}
	return 0;
}

static bool all_zero(const u8 *p, size_t len)
{
	return !p[0] && !memcmp(p, p + 1, len - 1);
}

/* All of RAM that is not zero, at its gpa behind base. */
static int write_memory(struct lg *lg, int fd, u64 base, u32 pages)
{
	static u8 page[LG_PAGE_SIZE];	/* one thread */
	int err = 0;

	for (u32 i = 0; i < pages && !err; i++)
		if (!lg_peek(lg, (u64)i * LG_PAGE_SIZE, page, sizeof(page)) &&
		    (!all_zero(page, sizeof(page)) || i + 1 == pages))
			err = write_at(fd, page, sizeof(page), base + (u64)i * LG_PAGE_SIZE);
	return err;
}

static int write_headers(int fd, const struct notes *notes, const struct runs *r, u64 base)
{
	Elf32_Ehdr eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
				       EV_CURRENT },
			  .e_type = ET_CORE, .e_machine = EM_386, .e_version = EV_CURRENT,
			  .e_phoff = sizeof(eh), .e_ehsize = sizeof(eh),
			  .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = (Elf32_Half)(r->n + 1) };
	Elf32_Phdr *ph = calloc(r->n + 1, sizeof(*ph));
	size_t table = (r->n + 1) * sizeof(*ph);
	int err;

	if (!ph)
		return -ENOMEM;
	ph[0] = (Elf32_Phdr){ .p_type = PT_NOTE, .p_offset = (Elf32_Off)(sizeof(eh) + table),
			      .p_filesz = sizeof(*notes), .p_align = 4 };
	for (u32 i = 0; i < r->n; i++)
		ph[1 + i] = (Elf32_Phdr){
			.p_type = PT_LOAD, .p_offset = (Elf32_Off)(base + r->run[i].gpa),
			.p_vaddr = r->run[i].gva, .p_paddr = r->run[i].gpa,
			.p_filesz = (u32)r->run[i].bytes, .p_memsz = (u32)r->run[i].bytes,
			.p_flags = r->run[i].flags, .p_align = LG_PAGE_SIZE,
		};
	err = write_at(fd, &eh, sizeof(eh), 0);
	if (!err)
		err = write_at(fd, ph, table, sizeof(eh));
	if (!err)
		err = write_at(fd, notes, sizeof(*notes), sizeof(eh) + table);
	free(ph);
	return err;
}

int debug_core(struct lg *lg, int fd)
{
	u32 pages = lg_shared(lg)->pages;
	struct runs r = { NULL, 0, 0 };
	struct notes notes;
	u64 base;
	int err;

	if (pages > LG_MAX_RAM / LG_PAGE_SIZE + LG_DEVICE_PAGES)
		return -EINVAL;		/* not what the Launcher wrote there */
	fill_notes(&notes, lg);
	err = lg_shared(lg)->cpu.linear ? find_linear(&r, pages) : find_runs(lg, &r);
	base = sizeof(Elf32_Ehdr) + (r.n + 1) * sizeof(Elf32_Phdr) + sizeof(notes);
	base = (base + LG_PAGE_SIZE - 1) & ~(u64)(LG_PAGE_SIZE - 1);
	if (!err)
		err = write_headers(fd, &notes, &r, base);
	if (!err)
		err = write_memory(lg, fd, base, pages);
	free(r.run);
	return err;
}
