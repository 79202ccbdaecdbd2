/* SPDX-License-Identifier: MIT */
/*
 * H:530 Samples, for lguest profile and lguest top.  The Launcher kicks the guest
 * at some rate and says that it wants to know what the kick interrupted.  We
 * note whose time it was and, for a profile, the registers and a piece of the
 * stack; the way up the stack is found later and elsewhere, by a program that
 * has symbols and time.
 */
#include "host/space.h"

void mark_task(u32 gva, u32 offset)
{
	cpu->task_gva = gva;
	cpu->task_offset = offset;
}

static void copy_name(char name[LG_TASK_NAME], u32 gva)
{
	u32 i;

	for (i = 0; i < LG_TASK_NAME - 1; i++)
		if (!read_virtual(gva + i, &name[i], 1) || !name[i])
			break;
	memset(name + i, 0, LG_TASK_NAME - i);
}

/* Which task runs, as the guest has it: where it is, or 0. */
u32 running_task(struct lg_task *task, char name[LG_TASK_NAME])
{
	u32 at;

	memset(name, 0, LG_TASK_NAME);
	if (!cpu->task_gva || !read_virtual(cpu->task_gva, &at, sizeof(at)) || !at ||
	    !read_virtual(at + cpu->task_offset, task, sizeof(*task)))
		return 0;
	if (task->name)
		copy_name(name, task->name);
	return at;
}

/* To the end of the last page that is there. */
static u32 copy_stack(u8 *to, u32 esp)
{
	u32 done = 0;

	while (done < LG_SAMPLE_STACK) {
		u32 here = esp + done;
		u32 part = LG_PAGE_SIZE - here % LG_PAGE_SIZE;
		const void *from = NULL;
		struct walk w;

		if (part > LG_SAMPLE_STACK - done)
			part = LG_SAMPLE_STACK - done;
		if (walk(here, &w))
			from = guest_page(w.gpa | here % LG_PAGE_SIZE, false);
		if (!from)
			break;
		memcpy(to + done, from, part);
		done += part;
	}
	return done;
}

static void fill(struct lg_sample *s, enum lg_mode mode, const struct lg_regs *r)
{
	struct lg_task task = { 0, 0 };
	u32 lo, hi;

	asm volatile("rdtsc" : "=a"(lo), "=d"(hi));
	s->tsc = (u64)hi << 32 | lo;
	s->mode = mode;
	s->user = r->user;
	s->pgdir = cpu->pgdir;
	s->linear = cpu->linear;
	s->eax = r->eax, s->ebx = r->ebx, s->ecx = r->ecx, s->edx = r->edx;
	s->esi = r->esi, s->edi = r->edi, s->ebp = r->ebp;
	s->esp = r->esp, s->eip = r->eip;
	running_task(&task, s->task);
	s->pid = task.pid;
	s->nstack = copy_stack(s->stack, r->esp);
}

static void keep(enum lg_mode mode, const struct lg_regs *r)
{
	u32 n = lg->nsamples;

	if (n - lg->samples_seen >= LG_SAMPLES) {
		lg->counts.samples_lost++;
		return;
	}
	fill(&lg->samples[n % LG_SAMPLES], mode, r);
	atomic_store_explicit(&lg->nsamples, n + 1, memory_order_release);
}

/*
 * A kick has come, at any instruction.  If that was C code of ours (in_host), the
 * guest's registers are in cpu->regs, but we may have interrupted just the code
 * that reads guest memory: keep the registers, and read the stack when it is
 * done (finish_sample).  In the Switcher they are on their way, and the sample
 * says no more than that it was us.
 */
void take_sample(enum lg_mode mode)
{
	u32 wanted = lg->sample_wanted;

	if (!wanted || cpu->running != (s32)me.index + 1)
		return;			/* none, or meant for the space that runs now */
	lg->sample_wanted = 0;
	lg->counts.samples[mode]++;
	if (wanted != LG_SAMPLE_TAKE)
		return;
	if (mode != LG_MODE_HOST) {
		keep(mode, &cpu->regs);
	} else if (cpu->in_host) {
		cpu->sample_regs = cpu->regs;
		cpu->sample_due = 1;
	}
}

void finish_sample(void)
{
	cpu->sample_due = 0;
	keep(LG_MODE_HOST, &cpu->sample_regs);
}
