/* SPDX-License-Identifier: MIT */
/*
 * The crash report: one page that tells a kernel porter in words what went
 * wrong.  It takes one copy of the shared state and prints from that.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/internal.h"
#include "host/generation.h"

static void copy_events(struct snapshot *s, const struct lguest *lg)
{
	u32 total = atomic_load(&lg->nevents);
	u32 n = total < KEPT_EVENTS ? total : KEPT_EVENTS;
	u32 mask = lg->event_mask & (LG_TRACE_EVENTS - 1);

	s->nevents = n;
	s->total = total;
	for (u32 i = 0; i < n; i++)
		s->events[i] = lg->events[(total - n + i) & mask];
}

static void copy_cpu(struct snapshot *s, const struct lg_cpu *cpu)
{
	s->regs = cpu->regs;
	memcpy(s->idt, cpu->idt, sizeof(s->idt));
	memcpy(s->gdt, cpu->gdt, sizeof(s->gdt));
	s->pgdir = cpu->pgdir;
	s->linear = cpu->linear;
	s->space = cpu->space;
	s->data_gpa = cpu->data_gpa;
	s->kernel_address = cpu->kernel_address;
	s->esp1 = cpu->sw.esp1;
	s->irqs = atomic_load(&cpu->irqs);
	s->halted = atomic_load(&cpu->halted);
	s->deadline = atomic_load(&cpu->deadline);
	s->syscall_vec = cpu->syscall_vec;
	s->pae = cpu->pae;
}

/* Is the page above RAM what queues.c can read? */
static bool knows_devices(u32 generation)
{
	const struct lg_generation *g = lg_generation(generation);

	return (g->has & LG_HAS_NOTIFY) && !(g->has & (LG_HAS_TLV | LG_HAS_PCI));
}

static bool copy_field(struct snapshot *s, struct lg *lg, int at, void *to, size_t len)
{
	return at < 0 || !lg_peek(lg, (u64)s->data_gpa + (u32)at, to, len);
}

/* What reports want of lguest_data, wherever the guest's generation has it. */
static bool copy_data(struct snapshot *s, struct lg *lg, u32 generation)
{
	const struct lg_layout *at = &lg_generation(generation)->at;
	struct lguest_data *d = &s->data;

	memset(d->hcall_status, LG_RING_FREE, sizeof(d->hcall_status));
	return s->data_gpa && copy_field(s, lg, 0, d, offsetof(struct lguest_data, time_sec)) &&
	       copy_field(s, lg, at->irq_pending, &d->irq_pending, sizeof(d->irq_pending)) &&
	       copy_field(s, lg, at->status, d->hcall_status, sizeof(d->hcall_status));
}

/*
 * P:100 Looking at a dead guest
 *
 * Its last words lie in memory that it could write to until the moment it
 * died, so a report begins by copying all of it, once.  From here on nothing
 * can change under us, and a lie in there costs no more than a wrong line.
 */
void snapshot_take(struct snapshot *s, struct lg *lg)
{
	const struct lguest *shared = lg_shared(lg);

	memset(s, 0, sizeof(*s));
	s->lg = lg;
	copy_cpu(s, &shared->cpu);
	copy_events(s, shared);
	s->ram_pages = shared->ram_pages;
	s->pages = shared->pages;
	s->native = shared->native;
	s->hcall_page = shared->note.hcall_page;
	s->tsc_khz = shared->tsc_khz;
	s->state = atomic_load(&shared->state);
	s->exit_status = shared->exit_status;
	if (s->space < LG_SPACES)
		s->base = shared->spaces[s->space].base;
	memcpy(s->reason, shared->reason, sizeof(s->reason) - 1);
	printable(s->reason);
	s->generation = shared->generation;
	s->have_data = copy_data(s, lg, s->generation);
	s->have_devices = knows_devices(s->generation) && !lg_peek(lg, (u64)s->ram_pages * LG_PAGE_SIZE, s->devices,
				   sizeof(s->devices));
}

void print_eip(FILE *to, const struct snapshot *s)
{
	u32 number;

	if (s->regs.user)
		fprintf(to, "(user)");
	else if (in_hcall_page(s, s->regs.eip, &number))
		fprintf(to, "(hypercall page: %u %s)", number, hcall_name(number));
	else if (died_in_call(s))
		print_caller(to, s->symbols, s->regs.eip);
	else
		print_place(to, s->symbols, s->regs.eip);
}

/* Is there a trap among the events? If not, "vector 0" only means "none". */
static bool trapped(const struct snapshot *s)
{
	for (u32 i = 0; i < s->nevents; i++)
		if (s->events[i].kind == LG_EV_TRAP)
			return true;
	return false;
}

static void print_trap(FILE *to, const struct snapshot *s)
{
	char text[TEXT_MAX];
	u32 vector = s->regs.trap;

	if (!vector && !strstr(s->reason, "trap 0 ") && !trapped(s)) {
		fprintf(to, "last trap: none\n");
		return;
	}
	fprintf(to, "last trap: %u, %s", vector, vector_name(vector));
	if (vector_has_error(vector))
		fprintf(to, ", error code 0x%x", s->regs.error);
	if (vector == 14)
		fprintf(to, ", address 0x%08x", s->regs.cr2);
	fault_words(text, vector, s->regs.error);
	fprintf(to, "%s%s\n", text[0] ? ": " : "", text);
}

static void print_eflags(FILE *to, const struct snapshot *s)
{
	char text[TEXT_MAX];

	fprintf(to, "  eflags 0x%08x: %s, ", s->regs.eflags, eflags_words(text, s->regs.eflags));
	if (!s->have_data)
		fprintf(to, "interrupts off (no lguest_data)\n");
	else
		fprintf(to, "interrupts %s (irq_enabled 0x%x, blocked 0x%08x, pending %s)\n",
			s->data.irq_enabled ? "on" : "off", s->data.irq_enabled,
			s->data.blocked_interrupts, s->data.irq_pending ? "some" : "none");
}

static void print_registers(FILE *to, const struct snapshot *s)
{
	const struct lg_regs *r = &s->regs;
	bool known = !s->native && s->generation != LG_GEN_UNKNOWN;

	fprintf(to, "registers (%s mode%s):\n", r->user ? "user" : "kernel",
		s->linear ? ", linear: no page tables yet" : "");
	fprintf(to, "  eax 0x%08x  ebx 0x%08x  ecx 0x%08x  edx 0x%08x\n", r->eax, r->ebx, r->ecx,
		r->edx);
	fprintf(to, "  esi 0x%08x  edi 0x%08x  ebp 0x%08x  esp 0x%08x\n", r->esi, r->edi, r->ebp,
		r->esp);
	fprintf(to, "  eip 0x%08x ", r->eip);
	print_eip(to, s);
	fprintf(to, "\n  cr2 0x%08x  cr3 0x%08x  kernel stack 0x%08x\n", r->cr2, s->pgdir,
		s->esp1);
	fprintf(to, "  cs 0x%x ss 0x%x nominal; in the CPU: ss 0x%x ds 0x%x es 0x%x "
		"fs 0x%x gs 0x%x\n", r->user ? LG_USER_CS : LG_KERNEL_CS,
		r->user ? LG_USER_DS : LG_KERNEL_DS, r->ss, r->ds, r->es, r->fs, r->gs);
	print_eflags(to, s);
	fprintf(to, "  space %u, base 0x%x, %s interface%s%s%s, RAM 0x%llx bytes\n", s->space, s->base,
		s->native ? "native" : "historical", known ? " (lguest " : "",
		known ? lg_generation(s->generation)->name : "", known ? ")" : "",
		(unsigned long long)s->ram_pages * LG_PAGE_SIZE);
}

static void print_tables(FILE *to, const struct snapshot *s)
{
	if (s->regs.trap == 14) {
		fprintf(to, "page tables at the faulting address 0x%08x:\n", s->regs.cr2);
		print_walk(to, s, s->regs.cr2, s->regs.error);
		return;
	}
	fprintf(to, "page tables at eip 0x%08x:\n", s->regs.eip);
	print_walk(to, s, s->regs.eip, s->regs.user ? 4 : 0);
}

/* Times count back from the last event; raw if the TSC rate is unknown. */
static void print_time(FILE *to, const struct snapshot *s, u64 tsc)
{
	u64 last = s->events[s->nevents - 1].tsc;

	if (s->tsc_khz && last >= tsc)
		fprintf(to, "  -%10.3f us ", (double)(last - tsc) * 1000.0 / s->tsc_khz);
	else
		fprintf(to, "  %14llu ", (unsigned long long)tsc);
}

static void print_events(FILE *to, const struct snapshot *s)
{
	u32 shown = s->nevents < SHOWN_EVENTS ? s->nevents : SHOWN_EVENTS;

	if (!shown) {
		fprintf(to, "host events: none recorded\n");
		return;
	}
	fprintf(to, "last %u host events (%u before them), latest at the bottom:\n", shown,
		s->total - shown);
	for (u32 i = s->nevents - shown; i < s->nevents; i++) {
		print_time(to, s, s->events[i].tsc);
		fprintf(to, "space %-2u ", s->events[i].space);
		event_words(to, &s->events[i], s->symbols);
		fputc('\n', to);
	}
}

static void print_report(FILE *to, const struct snapshot *s, const struct debug_image *image)
{
	const char *note = symbols_note(s->symbols);
	u32 covered = print_diagnosis(to, s);

	fprintf(to, "lguest: the guest crashed: %s\n", s->reason[0] ? s->reason : "no reason given");
	print_hints(to, s, covered);
	print_trap(to, s);
	print_registers(to, s);
	if (note)
		fprintf(to, "no symbols: %s%s%s\n", image && image->path ? image->path : "",
			image && image->path ? ": " : "", note);
	fprintf(to, "code:\n");
	print_code(to, s);
	fprintf(to, "backtrace:\n");
	print_backtrace(to, s);
	print_tables(to, s);
	print_events(to, s);
}

static struct snapshot *look(struct lg *lg, const struct debug_image *image)
{
	struct snapshot *s = malloc(sizeof(*s));

	if (s) {
		snapshot_take(s, lg);
		s->symbols = symbols_open(image, s->linear);
	}
	return s;
}

static void forget(struct snapshot *s)
{
	symbols_close(s->symbols);
	free(s);
}

void debug_crash_report(struct lg *lg, const struct debug_image *image, FILE *to)
{
	struct snapshot *s = look(lg, image);

	if (!s) {
		fprintf(to, "lguest: the guest crashed: no memory for a report\n");
		return;
	}
	print_report(to, s, image);
	forget(s);
	fflush(to);
}

void debug_stop_report(struct lg *lg, const struct debug_image *image, FILE *to)
{
	struct snapshot *s = look(lg, image);

	if (!s)
		return;
	print_stop_diagnosis(to, s);
	forget(s);
	fflush(to);
}
