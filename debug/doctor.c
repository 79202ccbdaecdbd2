/* SPDX-License-Identifier: MIT */
/*
 * P:400 The doctor's words
 *
 * A finding is a few numbers; here they become what a porter reads: one line
 * that says what is wrong, who did it, what to do about it, and a backtrace.
 * The guest waits in its place, so a snapshot shows it as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/doctor.h"
#include "debug/internal.h"

#define CALLERS	3	/* of the one who changed an entry */

static void at(FILE *to, const struct snapshot *s, const char *what, u32 eip)
{
	fprintf(to, "  %s 0x%08x ", what, eip);
	print_place(to, s->symbols, eip);
	fputc('\n', to);
}

void doctor_fix(FILE *to, const char *text)
{
	fprintf(to, "  fix: %s\n", text);
}

/* --- P:410 Page tables ------------------------------------------------------------ */

/* Words of the stack as it was then that look like return addresses. */
static void print_change(FILE *to, const struct snapshot *s, const struct lg_change *c)
{
	int shown = 0;

	if (c->pages == 1 || c->pages == 1024)
		fprintf(to, "  the entry at gpa 0x%08x was changed from 0x%08x to 0x%08x\n", c->gpa,
			c->old, c->now);
	else
		fprintf(to, "  entries from gpa 0x%08x on were changed, the first from 0x%08x to 0x%08x\n",
			c->gpa, c->old, c->now);
	at(to, s, "changed by", c->eip);
	for (int i = 0; i < LG_CHANGE_WORDS && shown < CALLERS; i++) {
		if (!symbols_text(s->symbols, c->stack[i]) || !after_call(s, c->stack[i]))
			continue;
		fprintf(to, "     ?       0x%08x ", c->stack[i]);
		print_caller(to, s->symbols, c->stack[i]);
		fputc('\n', to);
		shown++;
	}
}

static void stale(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	fprintf(to, "stale translation used: the page at 0x%08x was %s through gpa 0x%08x, ",
		f->a & ~0xfffu, f->d & 1 ? "written" : "accessed", f->b & ~0xfffu);
	if (!(f->c & LG_PTE_PRESENT))
		fprintf(to, "the page tables say \"not present\"");
	else if ((f->c & ~0xfffu) != (f->b & ~0xfffu))
		fprintf(to, "the page tables say gpa 0x%08x", f->c & ~0xfffu);
	else
		fprintf(to, "the page tables say %s",
			f->d & 1 && !(f->c & LG_PTE_WRITE) ? "read-only" : "kernel only");
	fprintf(to, ", and nothing was flushed in between\n");
	if (f->has_change)
		print_change(to, s, &f->change);
	at(to, s, "used by   ", s->regs.eip);
	doctor_fix(to, "after changing an entry that was present call SET_PTE(pgdir, gva, pte), SET_PTES, "
		   "FLUSH_RANGE or FLUSH_TLB before the page is used again");
}

static void exposed(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	static const char *const what[] = { "a page of the kernel half", "a page table",
					    "the kernel's stack", "struct lguest_data" };
	const char *name = what[f->c < 4 ? f->c : 0];

	(void)s;
	fprintf(to, "user mode may %s %s: the entry of 0x%08x is 0x%08x\n",
		f->b & LG_PTE_WRITE ? "write to" : "read", name, f->a, f->b);
	if (f->c == LG_EXPOSED_KERNEL)
		doctor_fix(to, "no entry at or above kernel_address may have the user bit (4), in the page "
			   "table or, if every page below it is the kernel's, in the directory");
	else
		doctor_fix(to, "a program that can reach this owns the kernel: was a page freed while it was "
			   "still mapped, or its frame used twice?");
}

/* --- The table ------------------------------------------------------------------- */

typedef void words(FILE *to, const struct snapshot *s, const struct lg_finding *f);

static words *const by_kind[LG_F_KINDS] = {
	[LG_F_STALE] = stale,
	[LG_F_EXPOSED] = exposed,
};

void debug_doctor_finding(struct lg *lg, const struct debug_image *image, FILE *to)
{
	const struct lg_doctor *d = lg_doctor(lg);
	struct snapshot *s = d ? malloc(sizeof(*s)) : NULL;
	struct lg_finding f;

	if (!s)
		return;
	memcpy(&f, &d->finding, sizeof(f));	/* hostile: from here on only the copy */
	if (f.kind < LG_F_KINDS && by_kind[f.kind]) {
		snapshot_take(s, lg);
		s->symbols = symbols_open(image, s->linear);
		fprintf(to, "doctor: ");
		by_kind[f.kind](to, s, &f);
		fprintf(to, "  backtrace:\n");
		print_backtrace(to, s);
		symbols_close(s->symbols);
	}
	fflush(to);
	free(s);
}

void debug_doctor_summary(struct lg *lg, FILE *to)
{
	const struct lg_doctor *d = lg_doctor(lg);
	u32 findings, repeated;

	if (!d)
		return;
	findings = d->findings;
	repeated = d->repeated;
	if (!findings)
		fprintf(to, "doctor: nothing found\n");
	else
		fprintf(to, "doctor: %u finding%s", findings, findings == 1 ? "" : "s");
	if (findings && repeated)
		fprintf(to, ", seen %llu times", (unsigned long long)findings + repeated);
	if (findings)
		fputc('\n', to);
	fflush(to);
}
