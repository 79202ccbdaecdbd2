/* SPDX-License-Identifier: MIT */
/*
 * The rows, what is expected of them, and how rounds become one number; the
 * table for people and results.json.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define MOVED 0.05	/* a control that moved more than this spoils its round */

/* name, unit, divisor, limits: nine, --no-patch, ratio to native; below rivals */
struct row rows[] = {
	{ "null_syscall",	"ns",	1,	300,	3000,	0,	true,	{ { 0 } } },
	{ "page_fault",		"ns",	1,	4200,	0,	0,	false,	{ { 0 } } },
	{ "fork_exit",		"us",	1e3,	350,	0,	0,	true,	{ { 0 } } },
	{ "fork_exec",		"us",	1e3,	500,	0,	0,	true,	{ { 0 } } },
	{ "pipe_rtt",		"us",	1e3,	12,	0,	0,	false,	{ { 0 } } },
	{ "ctx_switch",		"us",	1e3,	0,	0,	0,	false,	{ { 0 } } },
	{ "sieve",		"ms",	1e6,	0,	0,	1.02,	false,	{ { 0 } } },
	{ "sha256",		"us",	1e3,	0,	0,	1.02,	false,	{ { 0 } } },
	{ "qsort",		"ms",	1e6,	0,	0,	1.02,	false,	{ { 0 } } },
	{ "nbody",		"ns",	1,	0,	0,	1.02,	false,	{ { 0 } } },
	{ "memcpy",		"ms",	1e6,	0,	0,	0,	false,	{ { 0 } } },
	{ "chase",		"ns",	1,	0,	0,	0,	false,	{ { 0 } } },
	{ "first_insn_ms",	"ms",	1e6,	15,	0,	0,	false,	{ { 0 } } },
	{ "boot_ms",		"ms",	1e6,	0,	0,	0,	false,	{ { 0 } } },
	{ "boot_echo_ms",	"ms",	1e6,	150,	0,	0,	false,	{ { 0 } } },
	{ "rss_mib",		"MiB",	1,	5,	0,	0,	false,	{ { 0 } } },
	{ "rss_total_mib",	"MiB",	1,	0,	0,	0,	false,	{ { 0 } } },
	{ "mem_avail_mib",	"MiB",	1,	0,	0,	0,	false,	{ { 0 } } },
	{ "idle_cpu_pct",	"%",	1,	0,	0,	0,	false,	{ { 0 } } },
	{ "idle_wakeups",	"/10s",	1,	0.5,	0,	0,	false,	{ { 0 } } },
};
const int row_count = sizeof(rows) / sizeof(*rows);

bool round_dropped[MAX_ROUNDS];
int rounds_done, rounds_quiet;
double load_at_start;

void rows_clear(void)
{
	for (int i = 0; i < row_count; i++)
		for (int s = 0; s < SYSTEMS; s++)
			for (int k = 0; k < MAX_ROUNDS; k++)
				rows[i].value[s][k] = NAN;
}

struct row *find_row(const char *name)
{
	for (int i = 0; i < row_count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The numbers among v in order; returns how many. */
static int sorted(double *to, const double *v, int n)
{
	int k = 0;

	for (int i = 0; i < n; i++)
		if (!isnan(v[i]))
			to[k++] = v[i];
	qsort(to, (size_t)k, sizeof(*to), by_value);
	return k;
}

double median(const double *v, int n)
{
	double s[MAX_ROUNDS] = { 0 };
	int k = sorted(s, v, n);

	return k == 0 ? NAN : k % 2 ? s[k / 2] : (s[k / 2 - 1] + s[k / 2]) / 2;
}

/*
 * A row's values in the rounds that count, the others absent.  Boots and
 * idle guests are measured after the rounds: all of theirs count.
 */
static void kept_values(const struct row *r, enum system s, double *v)
{
	bool in_rounds = r < find_row("first_insn_ms");

	for (int i = 0; i < MAX_ROUNDS; i++)
		v[i] = in_rounds && round_dropped[i] ? NAN : r->value[s][i];
}

double result(const struct row *r, enum system s)
{
	double v[MAX_ROUNDS];

	kept_values(r, s, v);
	return median(v, MAX_ROUNDS) / r->divisor;
}

double spread(const struct row *r, enum system s)
{
	double v[MAX_ROUNDS], in_order[MAX_ROUNDS] = { 0 };
	int k;

	kept_values(r, s, v);
	k = sorted(in_order, v, MAX_ROUNDS);
	return k < 2 ? 0 : (in_order[k - 1] - in_order[0]) / median(v, MAX_ROUNDS);
}

static bool moved(double x, double from)
{
	return isnan(x) || isnan(from) || fabs(x - from) > MOVED * from;
}

int drop_rounds(double control[][2], int rounds)
{
	double mean[MAX_ROUNDS] = { 0 }, middle;
	int kept = 0;

	for (int i = 0; i < rounds; i++)
		mean[i] = (control[i][0] + control[i][1]) / 2;
	middle = median(mean, rounds);
	for (int i = 0; i < rounds; i++) {
		round_dropped[i] = moved(control[i][1], control[i][0]) || moved(mean[i], middle);
		kept += !round_dropped[i];
	}
	return kept;
}

/* --- The table --------------------------------------------------------------- */

static const char *number(double v)
{
	static char text[8][32];
	static int next;
	char *t = text[next++ % 8];

	if (isnan(v))
		return "-";
	snprintf(t, sizeof(text[0]), v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.3f", v);
	return t;
}

static bool over(double v, double limit)
{
	return limit > 0 && v > limit;
}

static bool has_target(const struct row *r)
{
	return r->nine_limit > 0 || r->trap_limit > 0 || r->ratio_limit > 0;
}

/* What nine misses in this row: words for people, "" if nothing. */
static const char *missed(const struct row *r)
{
	double native = result(r, NATIVE), nine = result(r, NINE), trap = result(r, NINE_TRAP);

	if (isnan(nine))
		return has_target(r) ? "not measured" : "";
	if (over(nine, r->nine_limit))
		return "MISS";
	if (over(trap, r->trap_limit))
		return "MISS without gates";
	if (over(nine / native, r->ratio_limit))
		return "MISS against native";
	if (r->beat_rivals && nine >= result(r, TCG))
		return "MISS against TCG";
	if (r->beat_rivals && nine >= result(r, UML))
		return "MISS against UML";
	return "";
}

static void target(const struct row *r, char *text, size_t size)
{
	text[0] = 0;
	if (r->ratio_limit > 0)
		snprintf(text, size, "%.2fx", r->ratio_limit);
	else if (r->nine_limit > 0 && r->trap_limit > 0)
		snprintf(text, size, "%g / %g", r->nine_limit, r->trap_limit);
	else if (r->nine_limit > 0)
		snprintf(text, size, "%g", r->nine_limit < 1 ? 0 : r->nine_limit);
}

static const char *ratio(double v, double of)
{
	return isnan(v / of) ? "-" : number(v / of);
}

void print_table(FILE *f)
{
	int targets = 0, missed_count = 0, unknown = 0;

	fprintf(f, "%-14s %-5s %9s %9s %9s %9s %9s | %8s %6s | %11s\n", "", "", "native", "nine", "no-patch",
		"TCG", "UML", "nine/nat", "spread", "target");
	for (int i = 0; i < row_count; i++) {
		const struct row *r = &rows[i];
		const char *miss = missed(r);
		char limit[32];

		target(r, limit, sizeof(limit));
		targets += has_target(r);
		missed_count += strncmp(miss, "MISS", 4) == 0;
		unknown += strncmp(miss, "not", 3) == 0;
		fprintf(f, "%-14s %-5s %9s %9s %9s %9s %9s | %8s %5.1f%% | %11s  %s\n", r->name, r->unit,
			number(result(r, NATIVE)), number(result(r, NINE)), number(result(r, NINE_TRAP)),
			number(result(r, TCG)), number(result(r, UML)),
			ratio(result(r, NINE), result(r, NATIVE)), 100 * spread(r, NINE), limit, miss);
	}
	fprintf(f, "%d targets: %d met, %d missed, %d not measured\n", targets, targets - missed_count - unknown,
		missed_count, unknown);
}

/* --- results.json -------------------------------------------------------------- */

static void json_text(FILE *f, const char *key, const char *text)
{
	fprintf(f, "    \"%s\": \"", key);
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			fprintf(f, "\\%c", *text);
		else if ((unsigned char)*text >= ' ')
			fputc(*text, f);
	fprintf(f, "\",\n");
}

static void json_number(FILE *f, double v)
{
	if (isnan(v) || isinf(v))
		fprintf(f, "null");
	else
		fprintf(f, "%.6g", v);
}

static void cpu_model(char *text, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	snprintf(text, size, "unknown");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "model name", 10) == 0 && strchr(line, ':')) {
			line[strcspn(line, "\n")] = 0;
			snprintf(text, size, "%.200s", strchr(line, ':') + 2);
			break;
		}
	if (f)
		fclose(f);
}

static void json_host(FILE *f, bool quick)
{
	char text[256], date[32] = "";
	time_t now = time(NULL);
	struct utsname u;

	cpu_model(text, sizeof(text));
	json_text(f, "cpu", text);
	fprintf(f, "    \"cores\": %ld,\n", sysconf(_SC_NPROCESSORS_ONLN));
	if (uname(&u) == 0)
		json_text(f, "kernel", u.release);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	json_text(f, "date", date);
	json_text(f, "compiler", "gcc " __VERSION__ " -O2 -m32 -march=i686 (UML: -m64)");
	fprintf(f, "    \"load_at_start\": ");
	json_number(f, load_at_start);
	fprintf(f, ",\n    \"quick\": %s,\n    \"rounds\": %d,\n    \"rounds_quiet\": %d,\n", quick ? "true" : "false",
		rounds_done, rounds_quiet);
	fprintf(f, "    \"native64\": {");
	for (int i = 0, k = 0; i < row_count; i++)
		if (!isnan(result(&rows[i], NATIVE64))) {
			fprintf(f, "%s\"%s\": ", k++ ? ", " : "", rows[i].name);
			json_number(f, result(&rows[i], NATIVE64));
		}
	fprintf(f, "}\n");
}

void write_json(FILE *f, bool quick)
{
	fprintf(f, "{\n  \"host\": {\n");
	json_host(f, quick);
	fprintf(f, "  },\n  \"rows\": [\n");
	for (int i = 0; i < row_count; i++) {
		fprintf(f, "    {\"test\": \"%s\", \"unit\": \"%s\"", rows[i].name, rows[i].unit);
		for (int s = NATIVE; s <= UML; s++) {
			fprintf(f, ", \"%s\": ", system_names[s]);
			json_number(f, result(&rows[i], s));
		}
		fprintf(f, "}%s\n", i + 1 < row_count ? "," : "");
	}
	fprintf(f, "  ]\n}\n");
}
