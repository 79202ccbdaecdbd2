/* SPDX-License-Identifier: MIT */
/*
 * The benchmark driver: what its parts share.
 *
 *	driver.c   the plan: rounds, boot times, memory and idling
 *	run.c      starts a system, reads what it says, ends it
 *	procs.c    what a running system's processes use
 *	systems.c  which systems there are and how each is started
 *	table.c    rows, medians, targets; the table and results.json
 *	svg.c      results.svg
 */
#ifndef BENCH_DRIVER_H
#define BENCH_DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* NATIVE64 is the control for UML, whose programs are 64-bit. */
enum system { NATIVE, NINE, NINE_TRAP, TCG, UML, NATIVE64, SYSTEMS };

#define MAX_ROUNDS 16
#define MAX_ARGS 48

/* --- systems.c ------------------------------------------------------------- */

/* What the system shall do. */
enum job {
	JOB_TESTS,	/* the tests; arg: options of the benchmark program */
	JOB_BOOT,	/* first program says so and ends */
	JOB_IDLE,	/* come up, then wait for input that never comes */
	JOB_ECHO,	/* nine only: rc's "echo hi", as ./boot -c does */
	JOB_FIRST,	/* nine only: a guest that prints with its first instruction */
};

struct command {
	char *argv[MAX_ARGS];
	char text[MAX_ARGS * 128];	/* holds what argv points to */
	size_t used;
	bool pinned;			/* to one CPU, all of it */
};

extern const char *const system_names[SYSTEMS];
extern const char *const system_titles[SYSTEMS];

/* Can it be measured?  If not, says on stderr why and what to do. */
bool system_present(enum system s);

/* False if this system has no such job. */
bool system_command(struct command *c, enum system s, enum job job, const char *arg);

/* Does the mapping of this name hold the guest's own RAM? */
bool is_guest_ram(const char *name);

/* --- run.c ------------------------------------------------------------------ */

struct child {
	pid_t pid;		/* leader of a session of its own */
	int in, out;
	uint64_t start_ns;
	char buf[4096];		/* output not yet read as a line */
	size_t filled;
};

uint64_t now_ns(void);

/* 0 or -errno.  stdin is a pipe: open until child_end when keep_stdin, else at its end. */
int child_start(struct child *c, const struct command *cmd, const char *log, bool keep_stdin);

/* One line without its end: 1; 0 at the end of output or at the deadline. */
int child_line(struct child *c, char *line, size_t size, uint64_t deadline_ns);

/* Waits for the end until the deadline, then kills everything it started. */
void child_end(struct child *c, uint64_t deadline_ns);

/* Kills what still runs; safe in a signal handler. */
void kill_children(void);

/* --- procs.c ---------------------------------------------------------------- */

struct usage {
	double beyond_ram_kib;	/* PSS of everything but the guest's RAM */
	double ram_kib;		/* PSS of the guest's RAM */
	uint64_t cpu_ns;
	uint64_t switches;	/* voluntary and not */
	int processes;
};

#define MAX_PIDS 4096

/* All processes of the session, and their descendants. */
int session_pids(pid_t leader, pid_t *pids, int max);
void measure_memory(pid_t leader, struct usage *u);
void measure_activity(pid_t leader, struct usage *u);
long available_kib(void);			/* memory the machine still has */

/* --- table.c ----------------------------------------------------------------- */

struct row {
	const char *name, *unit;
	double divisor;		/* from what is measured (ns for tests) to unit */
	double nine_limit;	/* targets in unit, 0 = none */
	double trap_limit;
	double ratio_limit;	/* nine / native */
	bool beat_rivals;	/* nine must be below TCG and UML */
	double value[SYSTEMS][MAX_ROUNDS];	/* by round; NAN = absent */
};

extern struct row rows[];
extern const int row_count;
extern bool round_dropped[MAX_ROUNDS];
extern int rounds_done, rounds_quiet;
extern double load_at_start;	/* the machine's load average before we began */

void rows_clear(void);
struct row *find_row(const char *name);
double median(const double *v, int n);		/* NANs do not count; NAN if none is left */
double result(const struct row *r, enum system s);	/* in the row's unit, over the rounds kept */
double spread(const struct row *r, enum system s);	/* (max - min) / median of the rounds kept */

/* Marks rounds whose control moved by more than 5 %; returns how many are kept. */
int drop_rounds(double control[][2], int rounds);

void print_table(FILE *f);
void write_json(FILE *f, bool quick);

/* --- svg.c -------------------------------------------------------------------- */

void write_svg(FILE *f);

#endif
