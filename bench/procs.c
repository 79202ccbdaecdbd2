/* SPDX-License-Identifier: MIT */
/*
 * What the processes of a running system use, from /proc: memory, CPU time,
 * context switches.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct proc {
	pid_t pid, parent, session;
};

static bool read_proc(pid_t pid, struct proc *p)
{
	char path[64], line[512], *after;
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	ok = fgets(line, sizeof(line), f) != NULL;
	fclose(f);
	after = ok ? strrchr(line, ')') : NULL;	/* the name may contain anything */
	p->pid = pid;
	return after && sscanf(after + 1, " %*c %d %*d %d", &p->parent, &p->session) == 2;
}

static int all_procs(struct proc *v, int max)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int n = 0;

	if (!d)
		return 0;
	while (n < max && (e = readdir(d)) != NULL)
		if (isdigit((unsigned char)e->d_name[0]) && read_proc((pid_t)atoi(e->d_name), &v[n]))
			n++;
	closedir(d);
	return n;
}

static bool among(pid_t pid, const pid_t *pids, int n)
{
	for (int i = 0; i < n; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

int session_pids(pid_t leader, pid_t *pids, int max)
{
	static struct proc all[MAX_PIDS];
	int count = all_procs(all, MAX_PIDS), n = 0, before;

	do {
		before = n;
		for (int i = 0; i < count && n < max; i++)
			if (!among(all[i].pid, pids, n) &&
			    (all[i].session == leader || all[i].pid == leader || among(all[i].parent, pids, n)))
				pids[n++] = all[i].pid;
	} while (n > before);
	return n;
}

/* One mapping's first line: "start-end perms offset dev inode   name". */
static bool mapping_line(const char *line, const char **name)
{
	unsigned long long start, end;
	int at = 0;

	if (sscanf(line, "%llx-%llx %*s %*s %*s %*s %n", &start, &end, &at) < 2 || at == 0)
		return false;
	*name = line + at;
	return true;
}

static void add_smaps(pid_t pid, struct usage *u)
{
	char path[64], line[4400];
	const char *name;
	bool ram = false;
	double pss;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "Pss: %lf", &pss) == 1)
			*(ram ? &u->ram_kib : &u->beyond_ram_kib) += pss;
		else if (mapping_line(line, &name))
			ram = is_guest_ram(name);
	}
	fclose(f);
}

void measure_memory(pid_t leader, struct usage *u)
{
	static pid_t pids[MAX_PIDS];

	u->ram_kib = u->beyond_ram_kib = 0;
	u->processes = session_pids(leader, pids, MAX_PIDS);
	for (int i = 0; i < u->processes; i++)
		add_smaps(pids[i], u);
}

/* First number of a file, or the sum of the numbers after lines' key. */
static uint64_t number_in(const char *path, const char *key)
{
	FILE *f = fopen(path, "r");
	char line[256];
	uint64_t sum = 0;

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		const char *at = key ? strstr(line, key) : line;

		if (at)
			sum += strtoull(at + (key ? strlen(key) : 0), NULL, 10);
		if (!key)
			break;
	}
	fclose(f);
	return sum;
}

long available_kib(void)
{
	return (long)number_in("/proc/meminfo", "MemAvailable:");
}

static void add_threads(pid_t pid, struct usage *u)
{
	char path[300];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	d = opendir(path);
	if (!d)
		return;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/schedstat", (int)pid, e->d_name);
		u->cpu_ns += number_in(path, NULL);
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/status", (int)pid, e->d_name);
		u->switches += number_in(path, "ctxt_switches:");
	}
	closedir(d);
}

void measure_activity(pid_t leader, struct usage *u)
{
	static pid_t pids[MAX_PIDS];
	int n = session_pids(leader, pids, MAX_PIDS);

	u->cpu_ns = u->switches = 0;
	for (int i = 0; i < n; i++)
		add_threads(pids[i], u);
}
