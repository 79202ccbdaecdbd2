/* SPDX-License-Identifier: MIT */
/*
 * H:100 The Host's one loop, and how the vCPU moves between spaces.
 *
 * run_guest() is where everything ends up: a gate, a trap, a kick, a hand-off
 * all save the guest's registers in cpu->regs and come here.  It does what has
 * to be done before the guest may go on and enters it; it never returns, for
 * the next exit starts on a fresh stack.
 */
#include <linux/futex.h>
#include <stdarg.h>

#include "host/doctor_space.h"
#include "host/sys.h"

#define LOOK_LEAST_NS	4000u	/* less is no use: it is what a sleep costs */
#define LOOKS		32u	/* between two looks at the clock */

static long futex(_Atomic u32 *word, int op, u32 value, const void *timeout)
{
	return sys6(__NR_futex, (long)word, op, value, (long)timeout, 0, -1);
}

void ring_bell(void)
{
	u64 one = 1;

	sys3(__NR_write, LG_FD_BELL, &one, sizeof(one));
}

/*
 * H:117 The Launcher answers most questions within a few microseconds, and to be
 * woken from sleep costs more than that: so look first, less after it was in
 * vain, and as long as ever after a sleep that looking would have saved.
 */
static void wait_for_answer(bool first)
{
	u64 start, until;

	start = lg->spin_ns ? clock_ns(1) : 0;
	if (first && me.answer_ns >= LOOK_LEAST_NS && me.answer_ns <= lg->spin_ns) {
		for (until = start + me.answer_ns; lg->sync_state == 1 && clock_ns(1) < until;)
			for (u32 i = 0; i < LOOKS && lg->sync_state == 1; i++)
				asm volatile("pause");
		if (lg->sync_state == 1)
			me.answer_ns /= 2;
		return;
	}
	futex(&lg->sync_state, FUTEX_WAIT, 1, NULL);
	if (lg->spin_ns && clock_ns(1) - start < lg->spin_ns)
		me.answer_ns = lg->spin_ns;
}

/*
 * H:105 Ask the Launcher, and wait for the answer: a device register, a status,
 * anything the guest expects to be over when its instruction is.
 */
u32 ask_launcher(enum lg_op op, u32 a, u32 b, u32 c, u32 d)
{
	if (lg->state != LG_RUNNING)
		return 0;
	lg->sync_op = op;
	lg->sync_args[0] = a;
	lg->sync_args[1] = b;
	lg->sync_args[2] = c;
	lg->sync_args[3] = d;
	lg->sync_state = 1;
	ring_bell();
	for (u32 turn = 0; lg->sync_state == 1; turn++) {
		wait_for_answer(turn == 0);
		if (op == LG_OP_NOTIFY && lg->debug.ask)
			debug_asked();	/* its instruction is over, so it may stand here */
	}
	return lg->sync_result;
}

/* The guest is over.  First reason wins; the loop notices. */
void stop_running(enum lg_state state, u32 status)
{
	lg->exit_status = status;
	lg->state = state;
}

void kill_guest(const char *fmt, ...)
{
	va_list ap;

	if (lg->state != LG_RUNNING)
		return;
	va_start(ap, fmt);
	host_format(lg->reason, sizeof(lg->reason), fmt, ap);
	va_end(ap);
	stop_running(LG_DEAD, 0);
}

/* H:110 Nobody runs after this: wait for the Launcher to end us. */
static _Noreturn void over(void)
{
	_Atomic u32 never = 0;

	if (!me.fpu_kept) {		/* once: a broken frame would bring us here again */
		me.fpu_kept = true;
		save_fs_gs();
		fpu_live();
		fpu_save();
	}
	cpu->running = 0;
	ring_bell();
	for (;;)
		futex(&never, FUTEX_WAIT, 0, NULL);
}

/* Somebody on another CPU is at work for us, or has just been called. */
static bool answer_expected(void)
{
	u32 who = lg->awake | cpu->rang;

	for (; who; who &= who - 1) {
		u32 n = (u32)__builtin_ctz(who);

		if (lg->worker_cpu[n % LG_DOORBELLS] != lg->cpu_nr)
			return true;
	}
	return false;
}

static bool must_act(void)
{
	return (cpu->irqs & ~gdata->blocked_interrupts) || lg->state != LG_RUNNING ||
	       lg->debug.ask;
}

/*
 * H:115 Look for a while before sleeping, if an answer may come soon: a wake-up
 * costs more than the work of a device often does.  Only while a worker is
 * up, so never in an idle guest, and less after it was in vain.  True if there
 * is something to do.
 */
static bool look(void)
{
	u64 until;

	if (cpu->look_ns < LOOK_LEAST_NS || cpu->look_ns > lg->spin_ns || !answer_expected())
		return false;
	until = clock_ns(1) + cpu->look_ns;
	do {
		for (u32 i = 0; i < LOOKS; i++) {
			if (must_act())
				return true;
			asm volatile("pause");
		}
		if (!answer_expected())
			return must_act();
	} while (clock_ns(1) < until);
	cpu->look_ns /= 2;
	return false;
}

static void sleep(u32 wake)
{
	struct { s64 sec, nsec; } until;
	u64 deadline = cpu->deadline, asleep = lg->spin_ns ? clock_ns(1) : 0;

	if (lg->doctor)
		deadline = doctor_alarm(deadline);
	until.sec = (s64)(deadline / 1000000000u);
	until.nsec = (s64)(deadline % 1000000000u);
	record(LG_EV_HALT, 1, 0, 0, 0);
	futex(&cpu->wake, FUTEX_WAIT_BITSET, wake, deadline ? &until : NULL);
	record(LG_EV_HALT, 0, 0, 0, 0);
	if (lg->spin_ns && clock_ns(1) - asleep < lg->spin_ns)
		cpu->look_ns = lg->spin_ns;	/* looking would have been enough */
}

/*
 * H:120 HALT.  Who raises an interrupt sets the bit, then looks whether we are
 * halted, then bumps "wake", and wakes us if we say we sleep.  We say we are
 * halted and asleep, then look at the bits, then sleep unless "wake" has moved
 * since we first read it.  Whichever order the two run in, one sees the other.
 */
static void halt(void)
{
	count_halt(true);
	for (;;) {
		u32 wake;

		look();
		wake = cpu->wake;
		cpu->sleeping = 1;
		atomic_thread_fence(memory_order_seq_cst);
		poll_clock();
		if (must_act())
			break;
		if (lg->doctor)
			doctor_halted();
		sleep(wake);
	}
	cpu->sleeping = 0;
	cpu->rang = 0;
	count_halt(false);
}

/*
 * H:130 Hand the vCPU to another space.  Registers are in cpu->regs; FPU state
 * and the segment registers we never touch go along.  The other side starts
 * in enter_space(), and so do we when the vCPU comes back.
 */
static _Noreturn void wait_for_turn(void)
{
	struct lg_space *s = my_space();

	while (s->turn == 0)
		futex(&s->turn, FUTEX_WAIT, 0, NULL);
	restart((void (*)(void))enter_space);
}

static _Noreturn void hand_off(struct lg_space *to)
{
	u32 index = (u32)(to - lg->spaces);

	record(LG_EV_SWITCH, me.index, index, to->pgdir, 0);
	save_fs_gs();
	fpu_live();
	fpu_save();
	cpu->space = index;
	my_space()->turn = 0;
	atomic_store_explicit(&to->turn, 1, memory_order_seq_cst);
	futex(&to->turn, FUTEX_WAKE, 1, NULL);
	wait_for_turn();
}

_Noreturn void enter_space(void)
{
	if (my_space()->turn == 0)
		wait_for_turn();
	me.frame_fpu = NULL;
	fpu_restore();
	load_segments();
	restore_fs_gs();
	cpu->running = (s32)me.index + 1;
	if (lg->doctor)
		doctor_catch_up();
	update_switch();
	run_guest();
}

/* Keep what the Switcher reads in step with everything it was made from. */
void update_switch(void)
{
	struct lg_switch *sw = &cpu->sw;
	const struct lg_gate *gate = &cpu->idt[cpu->syscall_vec % LG_IDT_ENTRIES];

	sw->base = my_space()->base;
	sw->kernel_cs = sw->base ? SEL_LDT(LDT_CODE) : SEL_CODE_FLAT;
	sw->user_cs = sw->kernel_cs;
	sw->user_limit = cpu->kernel_address - 1;
	sw->syscall_eip = gate->handler;
	sw->syscall_masks = gate->type == 0xe;
	sw->syscall_ok = cpu->initialised && gate->present && gate->dpl == 3 &&
			 sw->esp1 && !lg->tracing && !lg->debug.nwatches;
	if (sw->data)
		sw->ring_status = sw->data + (u32)layout()->status + cpu->ring_next;
	sw->iret_slow = !cpu->initialised || cpu->ts || cpu->retry_pf ||
			me.low_super || lg->tracing || lg->debug.nwatches;
}

/* H:140 Where to, and with which flags. */
static void choose_exit(void)
{
	struct lg_regs *r = &cpu->regs;

	cpu->sw.exit_eip = r->eip;
	cpu->sw.exit_cs = r->user ? cpu->sw.user_cs : cpu->sw.kernel_cs;
	r->eflags = (r->eflags & (EFLAGS_GUEST | EFLAGS_TF)) | 0x202 |
		    (lg->debug.tf & EFLAGS_TF);
}

/* Things that user mode must not find: left-overs of the guest kernel. */
static void before_user(void)
{
	if (cpu->ts && cpu->idt[TRAP_NM].present) {
		reflect(TRAP_NM, false, 0);
		return;
	}
	if (me.low_super)
		flush_user();
	if (cpu->regs.eip >= cpu->kernel_address)
		reflect_page_fault(cpu->regs.eip, ACCESS_USER);
}

/*
 * A user page fault was reflected and the guest goes on: its kernel has most
 * likely filled the entry in, so map the page now and save a second signal.
 */
static void retry_page_fault(void)
{
	cpu->retry_pf = 0;
	if (cpu->regs.user)
		shadow_fault(cpu->retry_gva, ACCESS_USER);
}

_Noreturn void run_guest(void)
{
	struct lg_space *s;
	u32 irqs;

	if (cpu->drain_always)
		drain_ring();
	if (lg->debug.on)
		debugged();
	if (cpu->halted) {
		cpu->running = 0;
		halt();
		cpu->running = (s32)me.index + 1;
		atomic_thread_fence(memory_order_seq_cst);
		if (lg->debug.on)
			debugged();	/* asked while it slept */
	}
	s = cpu->linear ? my_space() : space_for(cpu->pgdir);
	if (lg->state != LG_RUNNING)
		over();
	if (s != my_space())
		hand_off(s);
	irqs = cpu->irqs;
	cpu->sw.irqs_seen = irqs;	/* a kick from now on makes it wrong */
	obey_flushes();
	if (lg->doctor)
		doctor_leaves();
	if (irqs && !me.stepping && (!lg->debug.tf || cpu->halted))
		maybe_do_interrupt(irqs);
	if (cpu->retry_pf && cpu->regs.user)
		retry_page_fault();
	if (cpu->regs.user)
		before_user();
	if (my_space()->borrow_gen != lg->borrow_gen)
		obey_flushes();		/* a frame went into a borrowed page */
	if (lg->state != LG_RUNNING)
		over();
	update_switch();
	choose_exit();
	count_syscalls();
	if (lg->tracing)
		trace_enter();
	if (cpu->sample_due)
		finish_sample();
	fpu_live();
	cpu->in_host = 0;
	enter_guest();
}

/* --- A small printf: %s %u %i %x %#x with l; nothing else is used. -------- */

static char *put_number(char *p, char *end, u64 v, u32 radix)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % radix];
		v /= radix;
	} while (v);
	while (n && p < end)
		*p++ = digits[--n];
	return p;
}

static char *put_text(char *p, char *end, const char *s)
{
	while (*s && p < end)
		*p++ = *s++;
	return p;
}

void host_format(char *to, size_t size, const char *fmt, va_list ap)
{
	char *p = to, *end = to + size - 1;

	for (; *fmt && p < end; fmt++) {
		bool is_long = false;
		u64 v;

		if (*fmt != '%') {
			*p++ = *fmt;
			continue;
		}
		if (*++fmt == '#') {
			p = put_text(p, end, "0x");
			fmt++;
		}
		for (; *fmt == 'l'; fmt++)
			is_long = true;
		if (*fmt == 's') {
			p = put_text(p, end, va_arg(ap, const char *));
			continue;
		}
		v = is_long ? va_arg(ap, u64) : va_arg(ap, u32);
		p = put_number(p, end, v, *fmt == 'x' ? 16 : 10);
	}
	*p = 0;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *ret = to;

	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
	return ret;
}

void *memset(void *to, int c, size_t n)
{
	void *ret = to;

	asm volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory");
	return ret;
}
