/* SPDX-License-Identifier: MIT */
/*
 * P:260 What gdb itself cannot ask: "monitor" commands, answered in text.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/gdb_impl.h"

#define RANGES_MAX	400		/* lines of "info pagetables" */
#define TRACE_DEFAULT	32u

static struct snapshot *look(struct gdb *g)
{
	struct snapshot *s = malloc(sizeof(*s));

	if (s) {
		snapshot_take(s, g->lg);
		if (!g->have_symbols) {
			g->have_symbols = true;
			g->symbols = symbols_open(g->image, false);
		}
		s->symbols = s->linear ? NULL : g->symbols;
		s->pgdir = gdb_pgdir(g);
	}
	return s;
}

/* --- info spaces ------------------------------------------------------------------- */

static void info_spaces(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	const struct lguest *shared = lg_shared(g->lg);
	u32 have = shared->have_spaces;

	(void)arg;
	fprintf(to, "space  directory   base     mappings  last used\n");
	for (u32 i = 0; i < have && i < LG_SPACES; i++) {
		const struct lg_space *sp = &shared->spaces[i];

		fprintf(to, "%5u  ", i);
		if (sp->pgdir == 0xffffffff)
			fprintf(to, "(free)    ");
		else
			fprintf(to, "0x%08x", sp->pgdir);
		fprintf(to, "  0x%05x  %8u  %llu%s\n", sp->base, sp->vmas,
			(unsigned long long)sp->last_used, i == s->space ? "  <- runs" : "");
	}
}

/* --- info pagetables --------------------------------------------------------------- */

struct range {
	u32 gva, gpa, flags;
	u64 bytes;
};

static void print_range(FILE *to, const struct range *r)
{
	if (r->bytes)
		fprintf(to, "0x%08x-0x%08llx  gpa 0x%08x  %s %s\n", r->gva,
			(unsigned long long)(r->gva + r->bytes - 1), r->gpa,
			r->flags & LG_PTE_WRITE ? "writable " : "read-only",
			r->flags & LG_PTE_USER ? "user" : "kernel");
}

/* One more page, or 4 MiB: does it go on where the last one ended?  True: a new line. */
static bool add_page(FILE *to, struct range *r, u32 gva, u32 gpa, u32 flags, u64 bytes)
{
	flags &= LG_PTE_WRITE | LG_PTE_USER;
	if (r->bytes && r->gva + r->bytes == gva && r->gpa + r->bytes == gpa && r->flags == flags) {
		r->bytes += bytes;
		return false;
	}
	print_range(to, r);
	*r = (struct range){ gva, gpa, flags, bytes };
	return true;
}

static u32 list_table(struct gdb *g, FILE *to, struct range *r, u32 index, u32 pde)
{
	u32 table[1024], lines = 0;

	if (pde & LG_PTE_LARGE)
		return add_page(to, r, index << 22, pde & 0xffc00000u, pde, 1u << 22);
	if (lg_peek(g->lg, pde & ~0xfffu, table, sizeof(table)))
		return 0;
	for (u32 i = 0; i < 1024; i++)
		if (table[i] & LG_PTE_PRESENT)
			lines += add_page(to, r, index << 22 | i << 12, table[i] & ~0xfffu,
					  table[i] & (pde | ~(u32)(LG_PTE_WRITE | LG_PTE_USER)),
					  LG_PAGE_SIZE);
	return lines;
}

static void list_directory(struct gdb *g, const struct snapshot *s, FILE *to)
{
	u32 pd[1024], lines = 0;
	struct range r = { .bytes = 0 };

	if (lg_shared(g->lg)->cpu.pae) {
		fprintf(to, "page tables of three levels: ask for one address at a time\n");
		return;
	}
	if (s->linear || lg_peek(g->lg, s->pgdir & ~0xfffu, pd, sizeof(pd))) {
		fprintf(to, s->linear ? "linear mode: gva = gpa, no page tables yet\n" :
					"the page directory is outside RAM\n");
		return;
	}
	fprintf(to, "page directory 0x%08x\n", s->pgdir);
	for (u32 i = 0; i < 1024 && lines < RANGES_MAX; i++)
		if (pd[i] & LG_PTE_PRESENT)
			lines += list_table(g, to, &r, i, pd[i]);
	print_range(to, &r);
	if (lines >= RANGES_MAX)
		fprintf(to, "... and more\n");
}

static void info_pagetables(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	char *end;
	unsigned long gva = strtoul(arg, &end, 0);

	if (!*arg)
		list_directory(g, s, to);
	else if (*end || gva > 0xffffffff)
		fprintf(to, "%s is not an address: write 0xc0100000\n", arg);
	else
		print_walk(to, s, (u32)gva, s->regs.user ? 4 : 0);
}

/* --- info irqs --------------------------------------------------------------------- */

static void info_irqs(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	u32 pending = lg_shared(g->lg)->cpu.irqs;
	u32 blocked = s->have_data ? s->data.blocked_interrupts : 0;

	(void)arg;
	if (!s->have_data) {
		fprintf(to, "no LGUEST_INIT yet: no interrupt can arrive\n");
		return;
	}
	fprintf(to, "irq_enabled 0x%x  irq_pending 0x%x  halted %u\nirq vector  handler     state\n",
		s->data.irq_enabled, s->data.irq_pending, lg_shared(g->lg)->cpu.halted);
	for (u32 i = 0; i < LG_IRQS; i++) {
		const struct lg_gate *gate = &s->idt[LG_FIRST_IRQ_VECTOR + i];

		if (!gate->present && !(pending >> i & 1))
			continue;
		fprintf(to, "%3u %6u  0x%08x %s%s ", i, LG_FIRST_IRQ_VECTOR + i, gate->handler,
			pending >> i & 1 ? " pending" : "", blocked >> i & 1 ? " blocked" : "");
		if (!gate->present)
			fprintf(to, " no handler");
		else
			print_place(to, s->symbols, gate->handler);
		fputc('\n', to);
	}
}

/* --- The others -------------------------------------------------------------------- */

static void info_trace(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	u32 n = *arg ? (u32)strtoul(arg, NULL, 0) : TRACE_DEFAULT;

	(void)g;
	if (n > s->nevents)
		n = s->nevents;
	for (u32 i = s->nevents - n; i < s->nevents; i++) {
		fprintf(to, "space %-2u ", s->events[i].space);
		event_words(to, &s->events[i], s->symbols);
		fputc('\n', to);
	}
}

static void info_registers(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	const struct lg_cpu *cpu = &lg_shared(g->lg)->cpu;

	(void)arg;
	fprintf(to, "mode %s%s, page directory 0x%08x, space %u with base 0x%x\n",
		s->regs.user ? "user" : "kernel", s->linear ? ", linear" : "", s->pgdir, s->space,
		s->base);
	fprintf(to, "cr2 0x%08x  last trap %u (%s), error 0x%x\n", s->regs.cr2, s->regs.trap,
		vector_name(s->regs.trap), s->regs.error);
	fprintf(to, "kernel stack (SET_STACK) 0x%08x  virtual TS %u  lguest_data gpa 0x%08x\n",
		s->esp1, cpu->ts, s->data_gpa);
	fprintf(to, "real selectors: ds %x es %x ss %x fs %x gs %x\n", s->regs.ds, s->regs.es,
		s->regs.ss, cpu->fs, cpu->gs);
}

static void user_scope(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	(void)s;
	if (strlen(arg) >= sizeof(g->user_scope)) {
		fprintf(to, "no task has so long a name\n");
		return;
	}
	snprintf(g->user_scope, sizeof(g->user_scope), "%s", strcmp(arg, "thread") ? arg : "");
	if (!g->user_scope[0])
		fprintf(to, "breakpoints in the user half: for the selected thread\n");
	else if (!strcmp(g->user_scope, "*"))
		fprintf(to, "breakpoints in the user half: everywhere, also where it is data\n");
	else
		fprintf(to, "breakpoints in the user half: for tasks called %s\n", g->user_scope);
}

static void help(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg);

static const struct command {
	const char *name, *usage;
	void (*run)(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg);
} commands[] = {
	{ "help", "help", help },
	{ "info spaces", "info spaces: host processes and the page directories they realise",
	  info_spaces },
	{ "info pagetables", "info pagetables [GVA]: all that is mapped, or the walk of an address",
	  info_pagetables },
	{ "info irqs", "info irqs: pending, blocked, handlers", info_irqs },
	{ "info trace", "info trace [N]: the last N events of the flight recorder", info_trace },
	{ "info registers", "info registers: what is not among gdb's", info_registers },
	{ "user", "user [NAME|*|thread]: whose breakpoints in the user half are from now on",
	  user_scope },
};

static void help(struct gdb *g, const struct snapshot *s, FILE *to, const char *arg)
{
	(void)g, (void)s, (void)arg;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(to, "monitor %s\n", commands[i].usage);
}

static void run(struct gdb *g, const char *line, FILE *to)
{
	struct snapshot *s = look(g);
	size_t len;

	for (size_t i = 0; s && i < sizeof(commands) / sizeof(commands[0]); i++) {
		len = strlen(commands[i].name);
		if (strncmp(line, commands[i].name, len) || (line[len] && line[len] != ' '))
			continue;
		commands[i].run(g, s, to, line + len + strspn(line + len, " "));
		free(s);
		return;
	}
	fprintf(to, s ? "no such command: monitor help lists them\n" : "no memory\n");
	free(s);
}

void gdb_monitor(struct gdb *g, struct packet *pk)
{
	size_t hex = (size_t)(pk->end - pk->p), len;
	char line[128] = "", *text = NULL;
	FILE *to;

	if (hex / 2 >= sizeof(line) || !take_bytes(pk, (u8 *)line, hex / 2)) {
		gdb_answer(g, "E01");
		return;
	}
	line[hex / 2] = 0;
	to = open_memstream(&text, &len);
	if (!to) {
		gdb_answer(g, "E0c");
		return;
	}
	run(g, line, to);
	if (!fclose(to))
		gdb_console(g, text, len);
	free(text);
	gdb_answer(g, "OK");
}
