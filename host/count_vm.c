/* SPDX-License-Identifier: MIT */
/*
 * H:535 Counters and samples, the Launcher's side: what a guest costs, and the
 * kick that finds out what it does.
 */
#include <string.h>
#include <time.h>

#include "host/vm.h"

/* As clock_getcpuclockid makes it, without asking whether the process is there. */
#define CPU_CLOCK(pid)	((clockid_t)(~(unsigned)(pid) << 3 | 2))

u64 lg_cpu_ns(struct lg *lg)
{
	u64 sum = 0;

	for (u32 i = 0; i < LG_SPACES; i++) {
		struct timespec t;

		if (lg->pids[i] > 0 && !clock_gettime(CPU_CLOCK(lg->pids[i]), &t))
			sum += (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
	}
	return sum;
}

u64 lg_ticks_ns(struct lg *lg, u64 ticks)
{
	double t = (double)(__builtin_ia32_rdtsc() - lg->tsc0);

	return t <= 0 ? 0 : (u64)((double)ticks * ((double)(host_now() - lg->ns0) / t));
}

int lg_sample(struct lg *lg, int with_stack)
{
	struct lguest *s = lg->view.shared;

	if (s->cpu.halted || lg->stopped)
		return 0;
	s->sample_wanted = with_stack ? LG_SAMPLE_TAKE : LG_SAMPLE_COUNT;
	host_kick(lg);
	return 1;
}

int lg_take_sample(struct lg *lg, u32 *seen, struct lg_sample *to)
{
	struct lguest *s = lg->view.shared;
	u32 n = atomic_load_explicit(&s->nsamples, memory_order_acquire);

	if (n == *seen)
		return 0;
	if (n - *seen > LG_SAMPLES)
		*seen = n - LG_SAMPLES;
	memcpy(to, &s->samples[*seen % LG_SAMPLES], sizeof(*to));
	++*seen;
	s->samples_seen = *seen;
	if (to->nstack > LG_SAMPLE_STACK)
		to->nstack = LG_SAMPLE_STACK;
	to->task[LG_TASK_NAME - 1] = 0;
	return 1;
}
