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

#define CALLERS	3	/* of the one who changed an entry */

void doctor_place(FILE *to, const struct snapshot *s, const char *what, u32 eip)
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
	doctor_place(to, s, "changed by", c->eip);
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
	doctor_place(to, s, "used by   ", s->regs.eip);
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

/* --- P:420 Buffers ----------------------------------------------------------------- */

const char *doctor_queue(char text[TEXT_MAX], const struct snapshot *s, u32 n)
{
	const struct lg_doctor *d = lg_doctor(s->lg);
	char name[sizeof(d->queues[0].name) + 1] = "";

	if (n < LG_DOCTOR_QUEUES)
		memcpy(name, d->queues[n].name, sizeof(d->queues[0].name));
	snprintf(text, TEXT_MAX, "queue %u of the %s", n % 4, name[0] ? printable(name) : "device");
	return text;
}

static void stack_dma(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	fprintf(to, "device memory on a kernel stack: the buffer at gpa 0x%08x, 0x%x bytes, offered to %s "
		"(descriptor %u), is 0x%08x on the stack (esp 0x%08x)\n", f->a, f->b,
		doctor_queue(text, s, f->d), f->e, f->c, s->regs.esp);
	doctor_fix(to, "what a device reads or writes must outlive the function that offers it, and be "
		   "contiguous in physical memory: use static or allocated memory, not a local variable");
}

static void overlap(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	fprintf(to, "buffer offered twice: gpa 0x%08x, 0x%x bytes, offered to %s (descriptor %u), ", f->a,
		f->b, doctor_queue(text, s, f->d), f->e);
	fprintf(to, "is already owned by %s (descriptor %u)\n", doctor_queue(text, s, f->f), f->g);
	doctor_place(to, s, "first offered by", f->c);
	doctor_fix(to, "give each descriptor a buffer of its own, and offer it again only when it came back "
		   "in the used ring and what is in it was taken: the second packet overwrites the first");
}

static void freed(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	fprintf(to, "memory taken from a device: the buffer at gpa 0x%08x is still owned by %s "
		"(descriptor %u) and ", f->a, doctor_queue(text, s, f->d), f->e);
	if (f->f == LG_FREED_TABLE)
		fprintf(to, "its page becomes a page table\n");
	else
		fprintf(to, "the kernel unmaps it at 0x%08x\n", f->b);
	doctor_place(to, s, "offered by", f->c);
	doctor_fix(to, "free it when it came back in the used ring, or reset the device first");
}

static void touched(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	fprintf(to, "device memory touched before it came back: 0x%08x is %s, but the buffer at gpa 0x%08x, "
		"which %s %s, is still owned by it (descriptor %u)\n", f->a, f->f ? "written" : "read",
		f->b, doctor_queue(text, s, f->d), f->g & 1 ? "writes" : "reads", f->e);
	if (f->g & 2)
		fprintf(to, "  (it has come back by luck: the driver has not looked at the used ring since)\n");
	doctor_place(to, s, "offered by", f->c);
	doctor_fix(to, f->g & 1 ? "wait until the descriptor is in the used ring (the interrupt, or used->idx): "
			      "before that there is nothing, or half of it" :
			      "wait until the descriptor is in the used ring before you fill the buffer "
			      "again: the device may not have read it yet");
}

static void unseen(FILE *to, const struct snapshot *s, const struct lg_finding *f)
{
	char text[TEXT_MAX];

	fprintf(to, "lost in the used ring: %u buffer%s came back in %s, and the guest sleeps without having "
		"looked at %s (%u ms)\n", f->b, f->b == 1 ? "" : "s", doctor_queue(text, s, f->a),
		f->b == 1 ? "it" : "them", f->e);
	doctor_fix(to, "one interrupt may stand for many buffers: take all until your index is used->idx, and "
		   "look once more after you have allowed interrupts again");
}

/* --- The table ------------------------------------------------------------------- */

static doctor_words *const by_kind[LG_F_KINDS] = {
	[LG_F_STALE] = stale,
	[LG_F_NO_GATE] = no_gate,
	[LG_F_BLOCKED] = blocked,
	[LG_F_IRQ_OFF] = irq_off,
	[LG_F_SPIN] = spin,
	[LG_F_STORM] = storm,
	[LG_F_IDLE_IRQS] = idle_irqs,
	[LG_F_RATE] = rate,
	[LG_F_STACK] = stack_overflow,
	[LG_F_STACK_DMA] = stack_dma,
	[LG_F_OVERLAP] = overlap,
	[LG_F_FREED] = freed,
	[LG_F_TOUCHED] = touched,
	[LG_F_UNSEEN] = unseen,
	[LG_F_EXPOSED] = exposed,
};

/*
 * Is it one?  esp is on some stack, and the buffer above it: data of another
 * name is no part of that stack.
 */
static bool is_finding(const struct snapshot *s, const struct lg_finding *f)
{
	u32 start, size;

	if (f->kind >= LG_F_KINDS || !by_kind[f->kind])
		return false;
	if (f->kind != LG_F_STACK_DMA || f->f || !symbols_object(s->symbols, f->c, &start, &size))
		return true;
	return s->regs.esp - start <= size;
}

static void say(FILE *to, struct snapshot *s, const struct lg_finding *f)
{
	fprintf(to, "doctor: ");
	by_kind[f->kind](to, s, f);
	fprintf(to, "  backtrace:\n");
	print_backtrace(to, s);
	fflush(to);
}

int debug_doctor_finding(struct lg *lg, const struct debug_image *image, FILE *to)
{
	const struct lg_doctor *d = lg_doctor(lg);
	struct snapshot *s = d ? malloc(sizeof(*s)) : NULL;
	struct lg_finding f;
	bool is;

	if (!s)
		return 0;
	memcpy(&f, &d->finding, sizeof(f));	/* hostile: from here on only the copy */
	snapshot_take(s, lg);
	s->symbols = symbols_open(image, s->linear);
	is = is_finding(s, &f);
	if (is)
		say(to, s, &f);
	symbols_close(s->symbols);
	free(s);
	return is;
}

static void print_stack_depth(FILE *to, const struct lg_doctor *d, const struct debug_image *image)
{
	u32 deepest = d->deepest, bytes = d->stack_bytes;
	struct symbols *symbols;

	if (!deepest)
		return;
	symbols = symbols_open(image, false);
	fprintf(to, "doctor: kernel stack: 0x%x of 0x%x bytes seen in use, at 0x%08x ", deepest, bytes,
		d->deepest_eip);
	print_place(to, symbols, d->deepest_eip);
	fputc('\n', to);
	symbols_close(symbols);
}

void debug_doctor_summary(struct lg *lg, const struct debug_image *image, FILE *to)
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
	print_stack_depth(to, d, image);
	fflush(to);
}
