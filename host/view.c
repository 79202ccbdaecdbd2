/* SPDX-License-Identifier: MIT */
/*
 * H:052 Guest memory and interrupts, outside of the spaces: the one place
 * where a guest-physical range becomes a pointer, or does not.  Everything
 * here may be called from several threads and processes at once: what they
 * share are atomic words of the shared state.
 */
#include "host/view.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FLUSH_WAIT_NS	10000000u
#define COPY_WAIT_NS	1000000000u
#define KICK_NS		50000u
#define DEAF_MAX	16
#define SETTLE_NS	3000u

u64 host_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

/* --- Memory -------------------------------------------------------------------- */

static const u8 *borrowed_at(const struct lg_view *v, u32 pfn)
{
	for (u32 i = 0; i < v->nborrows; i++) {
		const struct borrow *b = &v->borrows[i];

		if (pfn >= b->pfn && pfn - b->pfn < b->pages)
			return b->map + (u64)(pfn - b->pfn) * LG_PAGE_SIZE;
	}
	return NULL;
}

/*
 * Take a borrowed page away from its file while the guest may be using it.
 * Whoever is copying the same page is done in a moment; one that never
 * finishes is a hostile space, whose memory we then refuse.  True if it was
 * us who took it.
 */
static int own_page(struct lg_view *v, u32 pfn, int *failed)
{
	_Atomic u8 *state = &v->shared->page_state[pfn];
	const u8 *from = borrowed_at(v, pfn);
	u8 expected = LG_PAGE_BORROWED;
	u64 until;

	if (!from || *state == LG_PAGE_OWN)
		return 0;
	if (!atomic_compare_exchange_strong(state, &expected, LG_PAGE_COPYING)) {
		until = host_now() + COPY_WAIT_NS;
		while (*state == LG_PAGE_COPYING && host_now() < until)
			sched_yield();
		*failed |= *state == LG_PAGE_COPYING;
		return 0;
	}
	memcpy(v->ram + (u64)pfn * LG_PAGE_SIZE, from, LG_PAGE_SIZE);
	*state = LG_PAGE_OWN;
	atomic_fetch_add(&v->shared->borrow_gen, 1);
	return 1;
}

/*
 * The space that runs may still map the file's copy of a page that is now the
 * guest's own, and would not see what a device writes.  Kick it until it has
 * dropped such mappings (not too often: each kick that finds it in the Host
 * takes a piece of its signal stack).  One that never does only fools itself,
 * and does not get to keep us long.
 */
static void wait_for_flush(struct lg_view *v)
{
	struct lguest *s = v->shared;
	u32 gen = s->borrow_gen;
	u64 start = host_now(), next = start;

	while (v->deaf < DEAF_MAX) {
		s32 running = s->cpu.running;
		u64 now;

		if (running <= 0 || running > LG_SPACES || s->cpu.halted ||
		    s->spaces[running - 1].borrow_gen == gen) {
			v->deaf = 0;
			return;
		}
		now = host_now();
		if (now - start > FLUSH_WAIT_NS) {
			v->deaf++;
			return;
		}
		if (now >= next) {
			v->kick(v);
			next = now + KICK_NS;
		}
		sched_yield();
	}
}

void *view_memory(struct lg_view *v, u64 gpa, u64 len)
{
	u64 end = gpa + len;
	int owned = 0, failed = 0;

	if (!len || end < gpa || end > (u64)v->shared_pages * LG_PAGE_SIZE)
		return NULL;
	if (v->nborrows)
		for (u64 p = gpa / LG_PAGE_SIZE; p <= (end - 1) / LG_PAGE_SIZE && !failed; p++)
			owned |= own_page(v, (u32)p, &failed);
	if (owned && v->running)
		wait_for_flush(v);
	return failed ? NULL : v->ram + gpa;
}

int view_peek(struct lg_view *v, u64 gpa, void *to, size_t len)
{
	u8 *p = to;

	if (!len || gpa + len < gpa || gpa + len > (u64)v->shared_pages * LG_PAGE_SIZE)
		return -EFAULT;
	if (!v->nborrows) {
		memcpy(to, v->ram + gpa, len);
		return 0;
	}
	while (len) {
		u32 pfn = (u32)(gpa / LG_PAGE_SIZE);
		size_t n = LG_PAGE_SIZE - gpa % LG_PAGE_SIZE;
		const u8 *from = v->ram + gpa;

		if (n > len)
			n = len;
		if (v->shared->page_state[pfn] == LG_PAGE_BORROWED && borrowed_at(v, pfn))
			from = borrowed_at(v, pfn) + gpa % LG_PAGE_SIZE;
		memcpy(p, from, n);
		p += n;
		gpa += n;
		len -= n;
	}
	return 0;
}

void view_unmap(struct lg_view *v)
{
	for (u32 i = 0; i < v->nborrows; i++) {
		munmap((void *)v->borrows[i].map, (size_t)v->borrows[i].pages * LG_PAGE_SIZE);
		if (v->borrows[i].fd >= 0)
			close(v->borrows[i].fd);
	}
	v->nborrows = 0;
	if (v->shared != MAP_FAILED)
		munmap(v->shared, LG_STATE_SIZE(v->shared_pages));
	if (v->ram != MAP_FAILED)
		munmap(v->ram, (size_t)v->shared_pages * LG_PAGE_SIZE);
	v->shared = MAP_FAILED;
	v->ram = MAP_FAILED;
}

/* --- H:053 Interrupts ---------------------------------------------------------------- */

void view_ask_for_kick(struct lg_view *v)
{
	v->shared->kick_wanted = 1;
	eventfd_write(v->bell_fd, 1);
}

/* Does the guest see the interrupt by itself?  It does when it halts, or takes it. */
static int seen_soon(struct lg_cpu *cpu, u32 bit, int here)
{
	u64 until = host_now() + SETTLE_NS;

	do {
		for (int i = 0; i < 16; i++) {
			if (cpu->halted || !(cpu->irqs & bit))
				return 1;
			if (here)
				break;
			__builtin_ia32_pause();
		}
		if (here)
			sched_yield(); /* it can only go on if we do not */
	} while (host_now() < until);
	return 0;
}

static void wake_halted(struct lg_cpu *cpu)
{
	atomic_fetch_add(&cpu->wake, 1);
	if (cpu->sleeping)
		syscall(SYS_futex, &cpu->wake, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/*
 * H:055 The recorder of devices.  Each writer draws a number, which is its slot
 * for now, and nobody waits: in a trace the Launcher is called in time, and
 * what it misses is counted.
 *
 * A writer may sleep while others go once around, and find its slot taken: then
 * it gives way, before it writes (the state is newer than its own) or after (the
 * state is not its own any more).  What it wrote over somebody else's event in
 * between does not fit that one's check, and the event counts as lost.
 */
static u32 check_of(const struct lg_event *e, u32 n)
{
	u32 sum = (u32)e->tsc ^ (u32)(e->tsc >> 32) * 3 ^ e->kind << 8 ^ e->space << 20;

	return sum ^ e->a * 5 ^ e->b * 7 ^ e->c * 11 ^ e->d * 13 ^ n * 17;
}

static int claim(struct lg_dev_event *slot, u32 n)
{
	u32 state = atomic_load_explicit(&slot->state, memory_order_relaxed);

	do
		if ((s32)(state - (n << 1)) > 0)
			return 0;
	while (!atomic_compare_exchange_weak(&slot->state, &state, n << 1));
	return 1;
}

void view_note(struct lg_view *v, u32 kind, u32 a, u32 b, u32 c, u32 d)
{
	struct lguest *s = v->shared;
	u32 n = atomic_fetch_add(&s->ndev_events, 1), state = n << 1;
	struct lg_event e = { __builtin_ia32_rdtsc(), (u16)kind, (u16)v->who, a, b, c, d };
	struct lg_dev_event *slot = &s->dev_events[n % LG_DEV_EVENTS];

	if (claim(slot, n)) {
		volatile struct lg_dev_event *to = slot;

		to->tsc = e.tsc;
		to->kind = (u16)e.kind;
		to->who = (u16)e.space;
		to->a = a, to->b = b, to->c = c, to->d = d;
		to->check = check_of(&e, n);
		atomic_compare_exchange_strong(&slot->state, &state, n << 1 | 1);
	}
	if (s->tracing && n % (LG_DEV_EVENTS / 4) == 0)
		eventfd_write(v->bell_fd, 1);
}

int view_noted(struct lguest *s, u32 n, struct lg_event *event)
{
	struct lg_dev_event *slot = &s->dev_events[n % LG_DEV_EVENTS];
	u32 mine = n << 1 | 1, state = atomic_load(&slot->state), check;
	volatile struct lg_dev_event *v = slot;

	*event = (struct lg_event){ v->tsc, v->kind, v->who, v->a, v->b, v->c, v->d };
	check = v->check;
	atomic_thread_fence(memory_order_acquire);
	if (state != mine)
		return (s32)(state - mine) > 0 ? -1 : 0;
	return atomic_load(&slot->state) == mine && check == check_of(event, n) ? 1 : -1;
}

/*
 * Raise an interrupt.  A guest that halts is woken; one that runs is kicked,
 * but since a guest that asked a device for something usually halts a moment
 * later, or was kicked for the same interrupt already, we give it that moment.
 */
void view_irq(struct lg_view *v, u32 irq)
{
	struct lg_cpu *cpu = &v->shared->cpu;
	u32 bit = 1u << irq % LG_IRQS;

	atomic_fetch_add(&v->shared->counts.irqs_raised[irq % LG_IRQS], 1);
	view_note(v, LG_EV_RAISE, irq, (cpu->irqs & bit) != 0, 0, 0);
	atomic_fetch_or(&cpu->irqs, bit);
	if (!cpu->halted && v->shared->spin_ns &&
	    seen_soon(cpu, bit, (int)v->shared->cpu_nr == sched_getcpu()) && !cpu->halted)
		return;
	if (cpu->halted)
		wake_halted(cpu);
	else
		v->kick(v);
}

/* --- H:054 Workers ---------------------------------------------------------------------- */

void view_route(struct lg_view *v, u32 pfn, u32 doorbell)
{
	if (pfn > v->ram_pages && pfn < v->shared_pages && doorbell < LG_DOORBELLS)
		v->shared->doorbell[pfn - v->ram_pages] = (u8)doorbell;
}

void view_registers(struct lg_view *v, u32 n, const struct lg_registers *r)
{
	if (n < LG_DOORBELLS)
		v->shared->registers[n] = *r;
}

/* HALT looks for a while before it sleeps if somebody works for it on another CPU. */
void view_awake(struct lg_view *v, u32 doorbell, int on)
{
	struct lguest *s = v->shared;
	u32 n = doorbell % LG_DOORBELLS, here;

	if (on) {
		here = (u32)sched_getcpu();
		if (s->worker_cpu[n] != here)
			s->worker_cpu[n] = here;
		atomic_fetch_or(&s->awake, 1u << n);
		if (s->cpu.rang & 1u << n)
			atomic_fetch_and(&s->cpu.rang, ~(1u << n));
	} else {
		atomic_fetch_and(&s->awake, ~(1u << n));
	}
}

int view_cpu(struct lg_view *v)
{
	u32 nr = v->shared->cpu_nr;

	return nr < CPU_SETSIZE ? (int)nr : -1;
}
