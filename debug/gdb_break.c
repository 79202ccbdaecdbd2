/* SPDX-License-Identifier: MIT */
/*
 * P:240 Breakpoints and watchpoints.
 *
 * A breakpoint is an int3 in guest-physical memory, at the place where the
 * address leads now, and again wherever it leads later: the Host tells when it
 * is about to map such a page to another place than last time.  So it does not
 * matter whether the code is there yet, which directory is in use, or whether
 * the page is still borrowed from the image (it becomes the guest's own).
 *
 * In the user half one address is many: code of one program is data of
 * another, where an int3 would do harm.  There a breakpoint belongs to the
 * directory of the thread that was selected when it was set, or, after
 * "monitor user NAME", to tasks of that name.  gdb takes all breakpoints out
 * when the guest stops and puts them back when it goes on; what was in place
 * keeps its owner meanwhile, and only on going on is memory changed.
 *
 * gdb never reads our int3: what it reads is mended.  The guest would, if it
 * read its own code; and if it writes there, its byte stays and ours is gone
 * until it is set again.
 */
#include <string.h>

#include "debug/gdb_impl.h"

#define INT3	0xcc

static bool kernel_half(struct gdb *g, u32 gva)
{
	const struct lg_cpu *cpu = &lg_shared(g->lg)->cpu;

	return cpu->linear || gva >= cpu->kernel_address;
}

static struct lg_debug *shared(struct gdb *g)
{
	return &lg_shared(g->lg)->debug;
}

/* --- int3 in memory ----------------------------------------------------------------- */

static struct gdb_int3 *int3_at(struct gdb *g, u32 gpa)
{
	for (u32 i = 0; i < LG_DEBUG_BREAKS; i++)
		if (g->int3[i].used && g->int3[i].gpa == gpa)
			return &g->int3[i];
	return NULL;
}

static bool is_int3(struct gdb *g, u32 gpa)
{
	u8 b = 0;

	return !lg_peek(g->lg, gpa, &b, 1) && b == INT3;
}

static void poke(struct gdb *g, u32 gpa, u8 byte)
{
	u8 *at = lg_memory(g->lg, gpa, 1);

	if (at)
		*at = byte;
}

static void put_in(struct gdb *g, u32 gva, u32 gpa)
{
	struct gdb_int3 *free = NULL;
	u8 was;

	if (int3_at(g, gpa) || lg_peek(g->lg, gpa, &was, 1))
		return;
	for (u32 i = 0; i < LG_DEBUG_BREAKS; i++)
		if (!g->int3[i].used)
			free = &g->int3[i];
	if (!free)
		return;
	*free = (struct gdb_int3){ gva, gpa, was, true };
	poke(g, gpa, INT3);
}

/* The guest may have put something else there meanwhile: that stays. */
static void take_out(struct gdb *g, struct gdb_int3 *i3)
{
	if (is_int3(g, i3->gpa))
		poke(g, i3->gpa, i3->was);
	i3->used = false;
}

void gdb_lift(struct gdb *g, u32 gpa)
{
	struct gdb_int3 *i3 = int3_at(g, gpa);

	if (i3 && is_int3(g, gpa))
		poke(g, gpa, i3->was);
}

void gdb_put_back(struct gdb *g, u32 gpa)
{
	struct gdb_int3 *i3 = int3_at(g, gpa);

	if (!i3 || lg_peek(g->lg, gpa, &i3->was, 1))
		return;
	poke(g, gpa, INT3);
}

void gdb_hide(const struct gdb *g, u32 gpa, u8 *bytes, size_t len)
{
	for (u32 i = 0; i < LG_DEBUG_BREAKS; i++)
		if (g->int3[i].used && g->int3[i].gpa - gpa < len &&
		    bytes[g->int3[i].gpa - gpa] == INT3)
			bytes[g->int3[i].gpa - gpa] = g->int3[i].was;
}

/* Inside one page, which is in memory. */
void gdb_store(struct gdb *g, u32 gpa, const u8 *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct gdb_int3 *i3 = int3_at(g, gpa + (u32)i);

		if (i3 && is_int3(g, gpa + (u32)i))
			i3->was = bytes[i];
		else
			poke(g, gpa + (u32)i, bytes[i]);
	}
}

/* --- Breakpoints -------------------------------------------------------------------- */

/* Does b concern what runs under this directory? */
static bool concerns(struct gdb *g, const struct gdb_break *b, u32 pgdir)
{
	if (b->scope == GDB_EVERYWHERE)
		return true;
	if (b->scope == GDB_PGDIR)
		return !lg_shared(g->lg)->cpu.linear && b->pgdir == pgdir;
	gdb_find_tasks(g);
	for (unsigned i = 0; i < g->ntasks; i++)
		if (g->tasks[i].pgdir == pgdir && !strcmp(g->tasks[i].name, b->name))
			return true;
	return false;
}

static void try_in(struct gdb *g, const struct gdb_break *b, u32 pgdir)
{
	u32 gpa, pde, pte;

	if (b->wanted && concerns(g, b, pgdir) &&
	    !lg_translate(g->lg, pgdir, b->gva, &gpa, &pde, &pte))
		put_in(g, b->gva, gpa);
}

/* Wherever it leads as far as we know now. */
static void put_in_break(struct gdb *g, const struct gdb_break *b)
{
	u32 current = lg_shared(g->lg)->cpu.pgdir;

	try_in(g, b, current);
	if (b->scope == GDB_PGDIR && b->pgdir != current)
		try_in(g, b, b->pgdir);
	for (unsigned i = 0; b->scope == GDB_NAMED && i < g->ntasks; i++)
		if (g->tasks[i].pgdir && !strcmp(g->tasks[i].name, b->name))
			try_in(g, b, g->tasks[i].pgdir);
}

struct gdb_break *gdb_break_here(struct gdb *g)
{
	const struct lg_cpu *cpu = &lg_shared(g->lg)->cpu;

	for (u32 i = 0; i < GDB_BREAKS; i++)
		if (g->breaks[i].wanted && g->breaks[i].gva == cpu->regs.eip &&
		    concerns(g, &g->breaks[i], cpu->pgdir))
			return &g->breaks[i];
	return NULL;
}

static void choose_scope(struct gdb *g, struct gdb_break *b)
{
	b->pgdir = gdb_pgdir(g);
	b->scope = GDB_PGDIR;
	if (kernel_half(g, b->gva) || !strcmp(g->user_scope, "*")) {
		b->scope = GDB_EVERYWHERE;
	} else if (g->user_scope[0]) {
		b->scope = GDB_NAMED;
		memcpy(b->name, g->user_scope, sizeof(b->name));
	}
}

static bool add_break(struct gdb *g, u32 gva)
{
	struct gdb_break *b = NULL;

	for (u32 i = 0; i < GDB_BREAKS; i++)
		if (g->breaks[i].kept && g->breaks[i].gva == gva) {
			g->breaks[i].wanted = true;
			return true;
		}
	for (u32 i = 0; i < GDB_BREAKS && !b; i++)
		if (!g->breaks[i].kept)
			b = &g->breaks[i];
	if (!b)
		return false;
	*b = (struct gdb_break){ .gva = gva, .wanted = true, .kept = true };
	choose_scope(g, b);
	return true;
}

/* --- What the Host has to know ------------------------------------------------------ */

/* The page at gva in the list that is being made; NULL if that is full. */
static struct lg_debug_page *note_page(struct lg_debug_page *pages, u32 *n, u32 gva)
{
	for (u32 i = 0; i < *n; i++)
		if (pages[i].gva == (gva & ~0xfffu))
			return &pages[i];
	if (*n == LG_DEBUG_PAGES)
		return NULL;
	pages[*n] = (struct lg_debug_page){ .gva = gva & ~0xfffu, .gpa = ~0u };
	return &pages[(*n)++];
}

static void note_watch(struct lg_debug_page *pages, u32 *n, const struct gdb_watch *w)
{
	u32 last = (w->gva + w->len - 1) & ~0xfffu;

	for (u32 at = w->gva & ~0xfffu; w->len; at += LG_PAGE_SIZE) {
		struct lg_debug_page *p = note_page(pages, n, at);
		u32 guard = w->type == '2' ? LG_GUARD_WRITE : LG_GUARD_ALL;

		if (p && p->guard < guard)
			p->guard = guard;
		if (at == last)
			return;
	}
}

/* Is there anything new, for which the spaces have to look at their pages again? */
static bool differ(const struct gdb *g, struct lg_debug_page *pages, u32 n)
{
	bool news = false;

	for (u32 i = 0; i < n; i++) {
		u32 k = 0;

		while (k < g->npages && g->pages[k].gva != pages[i].gva)
			k++;
		if (k == g->npages) {
			news = true;
			continue;
		}
		news |= g->pages[k].guard != pages[i].guard ||
			(pages[i].breaks && !g->pages[k].breaks);
		pages[i].gpa = g->pages[k].gpa;
	}
	return news;
}

static void tell_pages(struct gdb *g)
{
	struct lg_debug_page pages[LG_DEBUG_PAGES];
	struct lg_debug *d = shared(g);
	u32 n = 0;

	for (u32 i = 0; i < LG_DEBUG_WATCHES; i++)
		note_watch(pages, &n, &g->watches[i]);
	for (u32 i = 0; i < GDB_BREAKS; i++) {
		struct lg_debug_page *p = NULL;

		if (g->breaks[i].wanted)
			p = note_page(pages, &n, g->breaks[i].gva);
		if (p)
			p->breaks = 1;
	}
	if (differ(g, pages, n))
		lg_forget(g->lg);
	memcpy(g->pages, pages, n * sizeof(pages[0]));
	memcpy(d->pages, pages, n * sizeof(pages[0]));
	d->npages = g->npages = n;
}

static void tell_int3s(struct gdb *g)
{
	struct lg_debug *d = shared(g);
	u32 n = 0;

	for (u32 i = 0; i < LG_DEBUG_BREAKS; i++)
		if (g->int3[i].used)
			d->breaks[n++] = g->int3[i].gpa;
	d->nbreaks = n;
}

/* Index for index, so that the Host's answers fit. */
static void tell_watches(struct gdb *g)
{
	struct lg_debug *d = shared(g);
	u32 n = 0;

	for (u32 i = 0; i < LG_DEBUG_WATCHES; i++) {
		const struct gdb_watch *w = &g->watches[i];

		d->watches[i].gva = w->gva;
		d->watches[i].len = w->len;
		d->watches[i].pgdir = w->pgdir;
		d->watches[i].kind = !w->len ? 0 : w->type == '2' ? 1 : w->type == '3' ? 2 : 3;
		if (w->len)
			n = i + 1;
	}
	d->nwatches = n;
}

/* Does an int3 still belong to a breakpoint that is wanted? */
static bool still_wanted(struct gdb *g, u32 gva)
{
	for (u32 i = 0; i < GDB_BREAKS; i++)
		if (g->breaks[i].wanted && g->breaks[i].gva == gva)
			return true;
	return false;
}

/* Not before a step: gdb takes the breakpoint it stands on out for that. */
static void drop_unwanted(struct gdb *g)
{
	for (u32 i = 0; i < GDB_BREAKS; i++)
		if (!g->breaks[i].wanted)
			g->breaks[i].kept = false;
}

void gdb_sync(struct gdb *g, bool step)
{
	for (u32 i = 0; i < LG_DEBUG_BREAKS; i++)
		if (g->int3[i].used &&
		    (!still_wanted(g, g->int3[i].gva) || !is_int3(g, g->int3[i].gpa)))
			take_out(g, &g->int3[i]);
	for (u32 i = 0; i < GDB_BREAKS; i++)
		if (g->breaks[i].wanted)
			put_in_break(g, &g->breaks[i]);
	if (!step)
		drop_unwanted(g);
	tell_pages(g);
	tell_int3s(g);
	tell_watches(g);
}

/* The Host is about to map a page of the list. */
void gdb_page(struct gdb *g, u32 gva, u32 gpa)
{
	u32 pgdir = lg_shared(g->lg)->cpu.pgdir;
	struct lg_debug *d = shared(g);

	g->ntasks = 0;
	for (u32 i = 0; i < GDB_BREAKS; i++)
		if (g->breaks[i].wanted && (g->breaks[i].gva & ~0xfffu) == gva &&
		    concerns(g, &g->breaks[i], pgdir))
			put_in(g, g->breaks[i].gva, gpa + g->breaks[i].gva % LG_PAGE_SIZE);
	for (u32 i = 0; i < g->npages; i++)
		if (g->pages[i].gva == gva)
			d->pages[i].gpa = g->pages[i].gpa = gpa;
	g->ntasks = 0;
	tell_int3s(g);
}

void gdb_unset(struct gdb *g, bool forget)
{
	for (u32 i = 0; i < LG_DEBUG_BREAKS; i++)
		if (g->int3[i].used)
			take_out(g, &g->int3[i]);
	g->npages = 0;
	if (!forget)
		return;
	memset(g->breaks, 0, sizeof(g->breaks));
	memset(g->watches, 0, sizeof(g->watches));
}

/* --- Watchpoints -------------------------------------------------------------------- */

static bool add_watch(struct gdb *g, char type, u32 gva, u32 len)
{
	struct gdb_watch *w = NULL;

	if (!len || len > LG_WATCH_BYTES || gva + len < gva)
		return false;
	for (u32 i = 0; i < LG_DEBUG_WATCHES; i++) {
		const struct gdb_watch *x = &g->watches[i];

		if (x->len == len && x->gva == gva && x->type == type)
			return true;
	}
	for (u32 i = 0; i < LG_DEBUG_WATCHES && !w; i++)
		if (!g->watches[i].len)
			w = &g->watches[i];
	if (!w)
		return false;
	*w = (struct gdb_watch){ gva, len, kernel_half(g, gva) ? ~0u : gdb_pgdir(g), type };
	return true;
}

static void remove_watch(struct gdb *g, char type, u32 gva, u32 len)
{
	for (u32 i = 0; i < LG_DEBUG_WATCHES; i++) {
		struct gdb_watch *w = &g->watches[i];

		if (w->gva == gva && w->len == len && w->type == type)
			w->len = 0;
	}
}

/* The Host only says that something near it was used: by how many bytes? */
static bool overlaps(struct gdb *g, const struct gdb_watch *w, u32 touched)
{
	u8 code[15];
	u32 eip = shared(g)->step_eip;
	u32 size = access_size(code, gdb_read(g, eip, code, sizeof(code)));

	return touched - w->gva < w->len || w->gva - touched < size;
}

bool gdb_watched(struct gdb *g, const struct lg_stop *stop)
{
	static const char *const names[] = { "watch", "rwatch", "awatch" };
	const struct gdb_watch *w = &g->watches[stop->a % LG_DEBUG_WATCHES];

	if (!w->len)
		return false;
	if (stop->why == LG_WHY_TOUCHED &&
	    ((w->type == '3' && stop->c) || !overlaps(g, w, stop->b)))
		return false;
	snprintf(g->why, sizeof(g->why), "%s:%x;", names[w->type - '2'], w->gva);
	return true;
}

/* --- The requests ------------------------------------------------------------------- */

static bool parse(struct packet *pk, char *type, u32 *gva, u32 *len)
{
	*type = 0;
	if (pk->p == pk->end)
		return false;
	*type = *pk->p++;
	return take_char(pk, ',') && take_hex(pk, gva) && take_char(pk, ',') && take_hex(pk, len);
}

void gdb_insert(struct gdb *g, struct packet *pk)
{
	char type;
	u32 gva, len;
	bool fine;

	if (!parse(pk, &type, &gva, &len) || type < '0' || type > '4') {
		gdb_answer(g, type >= '0' && type <= '4' ? "E01" : "");
		return;
	}
	fine = type < '2' ? add_break(g, gva) : add_watch(g, type, gva, len);
	gdb_answer(g, fine ? "OK" : "E1c");
}

void gdb_remove(struct gdb *g, struct packet *pk)
{
	char type;
	u32 gva, len;

	if (!parse(pk, &type, &gva, &len) || type < '0' || type > '4') {
		gdb_answer(g, "E01");
		return;
	}
	if (type >= '2')
		remove_watch(g, type, gva, len);
	for (u32 i = 0; type < '2' && i < GDB_BREAKS; i++)
		if (g->breaks[i].kept && g->breaks[i].gva == gva)
			g->breaks[i].wanted = false;
	gdb_answer(g, "OK");
}
