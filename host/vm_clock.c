/* SPDX-License-Identifier: MIT */
/*
 * H:057 The timerfd in the Launcher: clock events, and the heartbeat of a guest
 * that runs.
 */
#include <stdbool.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "host/doctor.h"
#include "host/vm.h"

/*
 * Set the timerfd to the deadline, or to a heartbeat if that is earlier (0:
 * none).  A space may move the deadline and set the timerfd at the same time,
 * and ours may be the later setting: so look again, but not for ever.
 */
static void arm_clock(struct lg *lg, u64 heartbeat)
{
	struct lg_cpu *cpu = &lg->view.shared->cpu;
	u64 armed = cpu->armed;

	for (int i = 0; i < 4; i++) {
		u64 when = cpu->deadline;
		struct itimerspec spec;

		if (heartbeat && (!when || heartbeat < when))
			when = heartbeat;
		if (!when || (armed && armed <= when))
			return;
		spec = (struct itimerspec){ .it_value = { (time_t)(when / 1000000000u),
							  (long)(when % 1000000000u) } };
		cpu->armed = armed = when;
		timerfd_settime(lg->clock_fd, TFD_TIMER_ABSTIME, &spec, NULL);
	}
}

/*
 * The timerfd fired: is the deadline really due?  clock.c explains the dance.
 * While the guest runs the timerfd is also our heartbeat.
 */
void host_clock_due(struct lg *lg)
{
	struct lg_cpu *cpu = &lg->view.shared->cpu;
	u64 expirations, deadline, now = host_now();
	bool running = cpu->running > 0 && !cpu->halted;

	if (read(lg->clock_fd, &expirations, sizeof(expirations)) > 0)
		cpu->armed = 0;
	else if ((!running && !lg->doctor) || cpu->armed)
		return;
	deadline = cpu->deadline;
	if (deadline && deadline <= now &&
	    atomic_compare_exchange_strong(&cpu->deadline, &deadline, 0))
		lg_irq(lg, LG_IRQ_CLOCK);
	/* The doctor wants to see it often, and does not know when it wakes up. */
	if (lg->doctor)
		arm_clock(lg, now + LG_DOCTOR_KICK_NS);
	else
		arm_clock(lg, running ? now + HOST_HEARTBEAT_NS : 0);
	if (running && now - lg->balanced_at >= HOST_HEARTBEAT_NS)
		host_balance(lg);
	if (running && lg->doctor)
		host_kick(lg);
	else if (cpu->irqs)
		host_wake(lg);
}
