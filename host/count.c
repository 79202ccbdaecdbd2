/* SPDX-License-Identifier: MIT */
/*
 * H:520 The flight recorder and the counters.
 *
 * Exactly one space runs at a time and hands everything on through shared
 * memory, so events and counters have one writer and need no atomic
 * instructions; the release store of nevents is for readers outside.  Outside
 * of a trace nobody is waited for: old events are overwritten.
 *
 * With --trace all of them are to reach the file.  The ring is bigger then; the
 * bell rings when it is half full, so that the Launcher, on another CPU, writes
 * while we go on; when it is full, we wait.
 */
#include <linux/futex.h>

#include "host/space.h"
#include "host/sys.h"

static u64 ticks(void)
{
	u32 lo, hi;

	asm volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (u64)hi << 32 | lo;
}

/*
 * H:522 Event n has no place before the Launcher has written event n - size.
 * It stores traced, then looks whether we wait; we say that we wait, then look
 * at traced.  Rings again each round: it may have been at work on older ones.
 */
static void wait_for_room(u32 n)
{
	u32 size = lg->event_mask + 1, traced;

	if (n - lg->traced == size / 2)
		ring_bell();
	while (lg->tracing && lg->state == LG_RUNNING && n - (traced = lg->traced) >= size) {
		lg->trace_waits = 1;
		atomic_thread_fence(memory_order_seq_cst);
		if (lg->traced != traced)
			continue;
		ring_bell();
		sys6(__NR_futex, (long)&lg->traced, FUTEX_WAIT, traced, 0, 0, 0);
	}
	lg->trace_waits = 0;
}

static void count(u32 kind, u32 a)
{
	struct lg_counts *c = &lg->counts;

	c->kinds[kind % LG_EV_KINDS]++;
	if (kind == LG_EV_HCALL)
		c->hcalls[a < 63 ? a : 63]++;
	else if (kind == LG_EV_TRAP)
		c->traps[a % LG_IDT_ENTRIES]++;
	else if (kind == LG_EV_IRQ)
		c->irqs[a % LG_IRQS]++;
}

void record(u32 kind, u32 a, u32 b, u32 c, u32 d)
{
	u32 n = lg->nevents;
	struct lg_event *e = &lg->events[n & lg->event_mask & (LG_TRACE_EVENTS - 1)];

	if (lg->tracing)
		wait_for_room(n);
	*e = (struct lg_event){ ticks(), kind, me.index, a, b, c, d };
	atomic_store_explicit(&lg->nevents, n + 1, memory_order_release);
	count(kind, a);
}

/* Time in HALT is exact; its looking for work before it sleeps is part of it. */
void count_halt(bool begins)
{
	struct lg_counts *c = &lg->counts;
	u64 now = ticks();

	if (begins) {
		c->halted_since = now;
		return;
	}
	c->halted += now - c->halted_since;
	c->halted_since = 0;
	if (lg->sampler_sleeps) {
		lg->sampler_sleeps = 0;
		ring_bell();
	}
}

/* --- H:525 What only a trace has -------------------------------------------------- */

/* Another task than before?  Its name is told once, when it begins to run. */
static void trace_task(void)
{
	char name[LG_TASK_NAME];
	struct lg_task task;
	u32 at, words[3];

	at = running_task(&task, name);
	if (!at || (at == cpu->task_seen && task.pid == cpu->task_pid && task.name == cpu->task_name))
		return;
	cpu->task_seen = at;
	cpu->task_pid = task.pid;
	cpu->task_name = task.name;
	memcpy(words, name, sizeof(words));
	record(LG_EV_TASK, task.pid, words[0], words[1], words[2]);
}

/* A fault of guest code arrived; what becomes of it follows. */
void trace_fault(u32 vector, u32 address)
{
	record(LG_EV_FAULT, vector, cpu->regs.eip, vector == TRAP_PF ? address : 0, cpu->regs.user);
}

/* The guest goes on. */
void trace_enter(void)
{
	if (cpu->task_gva)
		trace_task();
	record(LG_EV_ENTER, cpu->regs.eip, cpu->regs.user, 0, 0);
}
