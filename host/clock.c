/* SPDX-License-Identifier: MIT */
/*
 * H:500 Time.  The clock event is a deadline in shared memory.  Something has
 * to come and kick us when it passes: the Launcher, which waits on a timerfd
 * that every space can set.  The timerfd may be set too early (the deadline
 * has moved since); then the Launcher sets it anew.  It is never too late: we
 * store the deadline and then read "armed", the Launcher clears "armed" and
 * then reads the deadline, so at least one of us sees the other.
 */
#include "host/doctor_space.h"
#include "host/sys.h"


struct ktime {
	s64 sec, nsec;
};

/* clockid 0: UTC since 1970, 1: monotonic.  ns. */
u64 clock_ns(int clockid)
{
	struct ktime t = { 0, 0 };

	if (!me.vdso_clock || vdso_call(me.vdso_clock, clockid, &t) != 0)
		sys2(__NR_clock_gettime, clockid, &t);
	return (u64)t.sec * 1000000000u + (u64)t.nsec;
}

static void arm(u64 when)
{
	struct {
		struct ktime interval, value;
	} spec = { { 0, 0 }, { (s64)(when / 1000000000u), (s64)(when % 1000000000u) } };

	cpu->armed = when;
	sys4(__NR_timerfd_settime, LG_FD_CLOCK, 1 /* absolute */, &spec, 0);
}

void set_clock_event(u32 delta_ns)
{
	u64 when = delta_ns ? clock_ns(1) + delta_ns : 0;
	u64 armed;

	if (lg->doctor && delta_ns)
		doctor_clock_event(delta_ns);
	cpu->deadline = when;
	armed = cpu->armed;
	if (when && (!armed || when < armed))
		arm(when);
}

/* Has the deadline passed?  Whoever takes it away raises the interrupt. */
void poll_clock(void)
{
	u64 when = cpu->deadline;

	if (when && clock_ns(1) >= when &&
	    atomic_compare_exchange_strong(&cpu->deadline, &when, 0)) {
		atomic_fetch_add(&lg->counts.irqs_raised[LG_IRQ_CLOCK], 1);
		record(LG_EV_RAISE, LG_IRQ_CLOCK, 0, 0, 0);
		atomic_fetch_or(&cpu->irqs, 1u << LG_IRQ_CLOCK);
	}
}

/*
 * An interrupt is due but eip is in the noirq range: have the Launcher kick us
 * again shortly, in case the guest leaves the range without an exit.  An
 * "armed" in the past does not count: its kick may come before we are back in
 * the guest, and then nobody would look again.
 */
void rekick_soon(u32 ns)
{
	u64 now = clock_ns(1), armed = cpu->armed;

	if (armed <= now || now + ns < armed)
		arm(now + ns);
}

void update_time(void)
{
	s32 at = layout()->time;
	u64 ns;

	if (at < 0)
		return;
	ns = clock_ns(0);
	*gdata_at(at) = (u32)(ns / 1000000000u);
	*gdata_at(at + 4) = (u32)(ns % 1000000000u);
}
