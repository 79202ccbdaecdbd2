/* SPDX-License-Identifier: MIT */
/*
 * make bench: the plan.
 *
 *	driver [quick] [rounds=N]
 *
 * Rounds first: in each, every system runs the whole benchmark program once,
 * native before the others and a short native control before and after, so
 * that a round in which the machine itself changed speed can be dropped.  Then
 * boot times, and ten guests at once for memory and idling.  Writes
 * bench/results.json and bench/results.svg; the table goes to stdout, what is
 * going on to stderr.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define GUESTS 10		/* at once, for memory and idling */
#define IDLE_SECONDS 10
#define CLOCK_ERROR 0.03	/* a guest's clock that is further off spoils its run */
#define LOG "out/bench/log"

struct plan {
	bool quick;
	int rounds, most;	/* planned; with those that replace dropped ones */
	int run_ms;		/* one timed run of a test */
	uint64_t begin, limit;	/* ns: no more rounds begin after begin + limit */
	bool has[SYSTEMS];
};

static void stop(int sig)
{
	kill_children();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* --- One run of the benchmark program ------------------------------------------ */

struct clocks {
	double guest[2], host[2];
	int n;
};

static void take_clock(struct clocks *c, double guest)
{
	if (c->n < 2) {
		c->guest[c->n] = guest;
		c->host[c->n] = (double)now_ns();
		c->n++;
	}
}

/* Did the guest's clock run like ours? */
static bool clocks_agree(const struct clocks *c, enum system s)
{
	double off;

	if (c->n < 2)
		return false;
	off = (c->guest[1] - c->guest[0]) / (c->host[1] - c->host[0]) - 1;
	if (fabs(off) <= CLOCK_ERROR)
		return true;
	fprintf(stderr, "bench: %s: its clock is off by %.1f %%: this run does not count\n", system_titles[s],
		100 * off);
	return false;
}

static void take_line(const char *line, enum system s, int round, struct clocks *c)
{
	double v;
	char name[64], ok[8];
	struct row *r;

	if (sscanf(line, "CLOCK %lf", &v) == 1)
		take_clock(c, v);
	else if (sscanf(line, "ROW %63s %lf %7s", name, &v, ok) == 3 && strcmp(ok, "ok") == 0 && v > 0) {
		r = find_row(name);
		if (r)
			r->value[s][round] = v;
	} else if (strncmp(line, "FAIL", 4) == 0 || strncmp(line, "BAD", 3) == 0) {
		fprintf(stderr, "bench: %s: %s\n", system_titles[s], line);
	}
}

/* Fills this round's column; what a run that went wrong measured is absent. */
static void run_tests(const struct plan *p, enum system s, int round)
{
	uint64_t deadline = now_ns() + (p->quick ? 15 : 90) * SECOND;
	struct clocks clocks = { .n = 0 };
	struct command cmd;
	struct child child;
	char line[512], arg[32];

	snprintf(arg, sizeof(arg), "t=%d", p->run_ms);
	if (!system_command(&cmd, s, JOB_TESTS, arg) || child_start(&child, &cmd, LOG, false) < 0)
		return;
	while (child_line(&child, line, sizeof(line), deadline) && strcmp(line, "BENCH-END") != 0)
		take_line(line, s, round, &clocks);
	child_end(&child, now_ns() + SECOND);
	if (clocks_agree(&clocks, s))
		return;
	if (clocks.n < 2)
		fprintf(stderr, "bench: %s: it did not finish: see %s\n", system_titles[s], LOG);
	for (int i = 0; i < row_count; i++)
		rows[i].value[s][round] = NAN;
}

/* A short native run of three tests: their geometric mean, ns. */
static double run_control(void)
{
	uint64_t deadline = now_ns() + 10 * SECOND;
	double product = 1, v;
	char line[256], name[64];
	struct command cmd;
	struct child child;
	int n = 0;

	if (!system_command(&cmd, NATIVE, JOB_TESTS, "t=20 only=sieve,sha256,qsort") ||
	    child_start(&child, &cmd, LOG, false) < 0)
		return NAN;
	while (child_line(&child, line, sizeof(line), deadline))
		if (sscanf(line, "ROW %63s %lf ok", name, &v) == 2) {
			product *= v;
			n++;
		}
	child_end(&child, now_ns() + SECOND);
	return n == 3 ? cbrt(product) : NAN;
}

/* --- Rounds ---------------------------------------------------------------------- */

static void run_round(const struct plan *p, int round, double control[2])
{
	control[0] = run_control();
	for (int s = 0; s < SYSTEMS; s++)
		if (p->has[s]) {
			fprintf(stderr, "bench: round %d: %s\n", round + 1, system_titles[s]);
			run_tests(p, s, round);
		}
	control[1] = run_control();
}

/* Rounds until enough are kept; if none is, all count and it is said. */
static void run_rounds(const struct plan *p)
{
	double control[MAX_ROUNDS][2];
	uint64_t longest = 0;
	int kept = 0;

	while (kept < p->rounds && rounds_done < p->most) {
		uint64_t start = now_ns();

		if (rounds_done > 0 && start + longest > p->begin + p->limit) {
			fprintf(stderr, "bench: no time for another round\n");
			break;
		}
		run_round(p, rounds_done, control[rounds_done]);
		rounds_done++;
		kept = drop_rounds(control, rounds_done);
		if (now_ns() - start > longest)
			longest = now_ns() - start;
	}
	rounds_quiet = kept;
	if (kept < rounds_done)
		fprintf(stderr, "bench: %d of %d rounds dropped: the native control moved by more than 5 %%\n",
			rounds_done - kept, rounds_done);
	if (kept == 0) {
		fprintf(stderr, "bench: no round was quiet: all are used; run it again on a quieter machine\n");
		memset(round_dropped, 0, sizeof(round_dropped));
	}
}

/* --- Boot ------------------------------------------------------------------------- */

/* ns from the start of the process to the line, NAN if it did not come. */
static double time_to_line(enum system s, enum job job)
{
	uint64_t deadline = now_ns() + (s == NINE ? 3 : 20) * SECOND;
	struct command cmd;
	struct child child;
	double ns = NAN;
	char line[512];

	if (!system_command(&cmd, s, job, "") || child_start(&child, &cmd, LOG, false) < 0)
		return NAN;
	while (isnan(ns) && child_line(&child, line, sizeof(line), deadline))
		if (strstr(line, "BENCH-START"))
			ns = (double)(now_ns() - child.start_ns);
	/* boot_echo's is the time until the shell has its prompt back. */
	child_end(&child, deadline);
	if (job == JOB_ECHO && !isnan(ns))
		ns = (double)(now_ns() - child.start_ns);
	return ns;
}

static void run_boots(const struct plan *p)
{
	static const struct {
		const char *row;
		enum job job;
	} boots[] = { { "first_insn_ms", JOB_FIRST }, { "boot_ms", JOB_BOOT }, { "boot_echo_ms", JOB_ECHO } };

	for (int round = 0; round < 5; round++)
		for (int s = 0; s < SYSTEMS; s++)
			for (int i = 0; p->has[s] && i < 3; i++) {
				double *v = find_row(boots[i].row)->value[s];

				/* what failed once is not waited for again */
				if (round == 0 || !isnan(v[round - 1]))
					v[round] = time_to_line(s, boots[i].job);
			}
}

/* --- Ten guests at once -------------------------------------------------------------- */

/* Waits until the guest is up: its first line, or a prompt without an end. */
static bool is_up(struct child *c, enum system s, uint64_t deadline)
{
	char line[512];

	while (child_line(c, line, sizeof(line), deadline))
		if (s == NINE || strstr(line, "BENCH-START"))
			return true;
	return s == NINE && c->filled > 0;
}

static void put_mean(const char *row, enum system s, double sum)
{
	find_row(row)->value[s][0] = sum / GUESTS;
}

static void measure_guests(const struct child *c, enum system s)
{
	double beyond = 0, total = 0, cpu = 0, switches = 0;
	struct usage before[GUESTS], u;

	for (int i = 0; i < GUESTS; i++) {
		measure_memory(c[i].pid, &u);
		beyond += u.beyond_ram_kib / 1024;
		total += (u.beyond_ram_kib + u.ram_kib) / 1024;
	}
	for (int i = 0; i < GUESTS; i++)
		measure_activity(c[i].pid, &before[i]);
	sleep(IDLE_SECONDS);
	for (int i = 0; i < GUESTS; i++) {
		measure_activity(c[i].pid, &u);
		cpu += (double)(u.cpu_ns - before[i].cpu_ns) / (IDLE_SECONDS * 1e9) * 100;
		switches += (double)(u.switches - before[i].switches);
	}
	put_mean("rss_mib", s, beyond);
	put_mean("rss_total_mib", s, total);
	put_mean("idle_cpu_pct", s, cpu);
	put_mean("idle_wakeups", s, switches);
}

static void run_guests(enum system s)
{
	struct child c[GUESTS];
	struct command cmd;
	uint64_t deadline = now_ns() + (s == NINE ? 3 : 60) * SECOND;
	int started = 0, up = 0;
	long before;

	if (!system_command(&cmd, s, JOB_IDLE, ""))
		return;
	fprintf(stderr, "bench: %d guests at once: %s\n", GUESTS, system_titles[s]);
	before = available_kib();
	while (started < GUESTS && child_start(&c[started], &cmd, LOG, true) == 0)
		started++;
	for (int i = 0; i < started; i++)
		up += is_up(&c[i], s, deadline);
	if (up == GUESTS) {
		sleep(1);	/* what booting left to do */
		put_mean("mem_avail_mib", s, (double)(before - available_kib()) / 1024);
		measure_guests(c, s);
	} else {
		fprintf(stderr, "bench: %s: only %d of %d guests came up: see %s\n", system_titles[s], up, GUESTS, LOG);
	}
	for (int i = 0; i < started; i++)
		child_end(&c[i], now_ns());
}

/* --- All of it ------------------------------------------------------------------------ */

static void find_systems(struct plan *p)
{
	for (int s = NATIVE; s < SYSTEMS; s++)
		p->has[s] = p->quick && (s == TCG || s == UML || s == NATIVE64) ? false
			  : s == NATIVE64 ? p->has[UML] : system_present(s);
}

/* What else runs here spoils everything: say so before and in the results. */
static void check_load(void)
{
	if (getloadavg(&load_at_start, 1) != 1)
		load_at_start = NAN;
	if (load_at_start > 0.7)
		fprintf(stderr, "bench: the machine is busy (load %.1f): wait until it is not, or do not trust the numbers\n",
			load_at_start);
}

static bool write_file(const char *path, bool quick, void (*write)(FILE *, bool))
{
	FILE *f = fopen(path, "w");
	bool ok = f != NULL;

	if (f) {
		write(f, quick);
		ok = !ferror(f);
		ok = fclose(f) == 0 && ok;
	}
	if (!ok)
		fprintf(stderr, "bench: cannot write %s\n", path);
	return ok;
}

static void svg(FILE *f, bool quick)
{
	(void)quick;
	write_svg(f);
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && strcmp(argv[1], "quick") == 0, ok;
	struct plan p = {
		.quick = quick,
		.rounds = quick ? 3 : 5,
		.most = quick ? 3 : 7,
		.run_ms = quick ? 15 : 60,
		.begin = now_ns(),
		.limit = (quick ? 30 : 420) * SECOND,
	};

	if (argc > 1 && sscanf(argv[argc - 1], "rounds=%d", &p.rounds) == 1)
		p.most = p.rounds = p.rounds < 1 ? 1 : p.rounds > MAX_ROUNDS ? MAX_ROUNDS : p.rounds;
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	signal(SIGPIPE, SIG_IGN);
	unlink(LOG);
	check_load();
	rows_clear();
	find_systems(&p);
	if (!p.has[NATIVE])
		return 1;
	run_rounds(&p);
	run_boots(&p);
	for (int s = NINE; s <= UML; s++)
		if (p.has[s] && s != NINE_TRAP)
			run_guests(s);
	ok = write_file("bench/results.json", quick, write_json);
	ok = write_file("bench/results.svg", quick, svg) && ok;
	print_table(stdout);
	fprintf(stderr, "bench: %.0f s; bench/results.json and bench/results.svg written\n",
		(double)(now_ns() - p.begin) / 1e9);
	return !ok;
}
