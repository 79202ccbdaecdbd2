/* SPDX-License-Identifier: MIT */
/*
 * H:090 All spaces of a guest stay on one CPU, because a hand-off across cores
 * costs six times as much.  The scheduler may not move them one by one, so when
 * that CPU turns out to be busy with something else we move them all.
 *
 * How busy: /proc/PID/schedstat tells how long a process was runnable without
 * running.  We look four times a second, and only while the guest is running:
 * a halted guest causes no wake-ups.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/vm.h"

#define MAX_WAIT	25u		/* per cent of the time spent waiting for the CPU */
#define SETTLE_NS	1000000000u	/* between two moves */

/* ns all spaces together have waited for a CPU so far. */
static u64 waited(struct lg *lg)
{
	u64 sum = 0;

	for (u32 i = 0; i < LG_SPACES; i++) {
		char path[64], text[96], *end;
		int fd;
		ssize_t n;

		if (!lg->pids[i])
			continue;
		snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)lg->pids[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			continue;
		text[n] = 0;
		strtoull(text, &end, 10);	/* time on the CPU */
		sum += strtoull(end, NULL, 10);
	}
	return sum;
}

static void move_to(struct lg *lg, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(lg->zygote, sizeof(set), &set);
	for (u32 i = 0; i < LG_SPACES; i++)
		if (lg->pids[i])
			sched_setaffinity(lg->pids[i], sizeof(set), &set);
	lg->cpu_nr = cpu;
	lg->view.shared->cpu_nr = (u32)cpu;
}

static int next_cpu(const struct lg *lg)
{
	for (int i = 1; i <= CPU_SETSIZE; i++) {
		int cpu = (lg->cpu_nr + i) % CPU_SETSIZE;

		if (CPU_ISSET(cpu, &lg->cpus))
			return cpu;
	}
	return lg->cpu_nr;
}

/* Called every HOST_HEARTBEAT_NS while the guest runs. */
void host_balance(struct lg *lg)
{
	u64 now = host_now(), wait, elapsed = now - lg->balanced_at;
	u32 first = lg->view.shared->cpu_nr;

	lg->balanced_at = now;
	if (lg->cpu_nr < 0 && first < CPU_SETSIZE && CPU_ISSET(first, &lg->cpus))
		lg->cpu_nr = (int)first;	/* where the zygote pinned itself */
	if (lg->cpu_nr < 0 || CPU_COUNT(&lg->cpus) < 2)
		return;
	wait = waited(lg);
	if (elapsed < 2 * HOST_HEARTBEAT_NS && now - lg->moved_at > SETTLE_NS &&
	    (wait - lg->waited) * 100 > elapsed * MAX_WAIT) {
		move_to(lg, next_cpu(lg));
		lg->moved_at = now;
	}
	lg->waited = wait;
}
