/* SPDX-License-Identifier: MIT */
/*
 * The benchmark program: runs the tests and prints one line for each.
 *
 *	bench [t=MS] [only=a,b,c] [hello] [idle]
 *
 * t is the length of one timed run (default 100 ms).  Each test runs in a
 * process of its own: it finds out how many operations take that long, runs
 * them five times and prints the shortest, which other programs disturbed least,
 *
 *	ROW name ns-per-operation ok
 *
 * after it checked that the operations did what they should; a test that
 * failed prints FAIL.  The CLOCK lines let the driver compare the clock here
 * with its own.  "hello" prints the first line and ends, "idle" prints it and
 * does nothing for ever.
 */
#include "bench.h"
#include "main.h"

static u64 run_ns = 100000000;
static const char *only;

static u32 length(const char *s)
{
	u32 n = 0;

	while (s[n])
		n++;
	return n;
}

void say(const char *text)
{
	os_put(text, length(text));
}

void bad(const char *what)
{
	say("BAD ");
	say(what);
	say("\n");
	os_exit(1);
}

static int starts(const char *s, const char *with)
{
	while (*with)
		if (*s++ != *with++)
			return 0;
	return 1;
}

/* Is name one of the words, separated by commas, of list? */
static int listed(const char *list, const char *name)
{
	u32 n = length(name);

	for (;;) {
		if (starts(list, name) && (list[n] == ',' || list[n] == 0))
			return 1;
		while (*list && *list != ',')
			list++;
		if (*list++ == 0)
			return 0;
	}
}

static u64 number(const char *s)
{
	u64 v = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		v = v * 10 + (u64)(*s - '0');
	return v;
}

/*
 * v as decimal, at least width digits.  Split in two 32-bit halves first: a
 * 64-bit division is a function of the compiler's library, and nine's
 * programs need not have it.
 */
static char *digits(char *end, double v, u32 width)
{
	double high = (double)(u32)(v / 1e9);
	u32 part[2] = { (u32)(v - high * 1e9), (u32)high };
	u32 n = 0;

	for (u32 i = 0; i < 2; i++)
		for (u32 k = 0; k < 9 && (n < width || part[i] || (i == 0 && part[1])); k++, n++) {
			*--end = (char)('0' + part[i] % 10);
			part[i] /= 10;
		}
	return end;
}

/* v with three decimals. */
static void say_number(double v)
{
	char buf[32], *end = buf + sizeof(buf) - 1, *p;
	double whole = (double)(long long)v;
	u32 milli = (u32)((v - whole) * 1000);

	*end = 0;
	p = digits(end, milli, 3);
	*--p = '.';
	p = digits(p, whole, 1);
	say(p);
}

static double run(const struct test *t, long n)
{
	return (double)(long long)t->run(n);
}

/*
 * How many operations take about run_ns?  The wall clock counts too, because
 * some tests need preparations that are not timed.
 */
static long calibrate(const struct test *t)
{
	double want = (double)(long long)run_ns, timed, wall;
	long n = 1;

	for (;;) {
		double by_time, by_wall, factor;
		u64 start = os_ns();

		timed = run(t, n) + 1;
		wall = (double)(long long)(os_ns() - start) + 1;
		if (timed >= want / 2 || wall >= 2 * want || n > 100000000)
			break;
		by_time = want / timed;
		by_wall = 3 * want / wall;
		factor = by_time < by_wall ? by_time : by_wall;
		if (factor > 20)
			factor = 20;
		if (factor < 1.5)
			factor = 1.5;
		n = (long)((double)n * factor) + 1;
	}
	if (timed < want && wall < 2 * want)
		n = (long)((double)n * want / timed) + 1;
	return n;
}

static void measure(const struct test *t)
{
	long n = calibrate(t);
	double best = run(t, n);

	for (int i = 1; i < 5; i++) {
		double v = run(t, n);

		if (v < best)
			best = v;
	}

	say("ROW ");
	say(t->name);
	say(" ");
	say_number(best / (double)n / t->ops);
	say(" ok\n");
}

static void run_tests(const struct test *t)
{
	for (; t->name; t++) {
		int pid;

		if (only && !listed(only, t->name))
			continue;
		pid = os_fork();
		if (pid == 0) {
			measure(t);
			os_exit(0);
		}
		if (pid < 0 || os_wait() != ENDED_WELL) {
			say("FAIL ");
			say(t->name);
			say("\n");
		}
	}
}

static void say_clock(void)
{
	static u64 first;

	if (first == 0)
		first = os_ns();
	say("CLOCK ");
	say_number((double)(long long)(os_ns() - first));
	say("\n");
}

int bench_main(int argc, char **argv)
{
	say("BENCH-START\n");
	for (int i = 1; i < argc; i++) {
		if (starts(argv[i], "t="))
			run_ns = number(argv[i] + 2) * 1000000;
		else if (starts(argv[i], "only="))
			only = argv[i] + 5;
		else if (starts(argv[i], "hello"))
			return 0;
		else if (starts(argv[i], "idle"))
			return BENCH_IDLE;
	}
	if (run_ns == 0)
		run_ns = 1000000;
	say_clock();
	run_tests(kern_tests);
	run_tests(cpu_tests);
	say_clock();
	say("BENCH-END\n");
	return 0;
}
