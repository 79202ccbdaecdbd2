/* SPDX-License-Identifier: MIT */
/*
 * L:525 lguest stat NAME: the counters of a guest, since its start and how fast
 * they go up now.  For the second column we look twice, and have the guest
 * sampled in between, which says whose the time is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "debug/debug.h"
#include "launcher/client.h"
#include "launcher/options.h"
#include "launcher/run.h"
#include "launcher/stat.h"

#define SAMPLE_HZ "250"

static const char help[] =
	"usage: lguest stat [options] NAME\n\n"
	"Counters of a guest that runs: since it started, and per second now; and who\n"
	"has the CPU: guest kernel, guest user, the Host (by samples), nobody (halted, exact).\n\n"
	"  --seconds S       how long to look (default 1; 0: totals only, at once)\n"
	"  --json            for programs\n";

static void print_row(const char *name, u64 total, u64 now, double s)
{
	if (!total)
		return;
	printf("  %-34s %14llu", name, (unsigned long long)total);
	if (s > 0)
		printf(" %12.1f/s", (double)now / s);
	putchar('\n');
}

static void print_table(const char *title, const u64 *total, const u64 *now, u32 n, double s,
			const char *(*word)(u32))
{
	char name[64];
	int any = 0;

	for (u32 i = 0; i < n; i++) {
		if (!total[i])
			continue;
		if (!any++)
			printf("%s\n", title);
		snprintf(name, sizeof(name), "%u %s", i, word ? word(i) : "");
		print_row(name, total[i], now[i], s);
	}
}

static void print_time(const struct stats *all, const struct stats *d, double s)
{
	struct shares sh = stat_shares(d);
	u64 samples = d->samples[0] + d->samples[1] + d->samples[2];

	printf("up %.1f s, halted %.1f s, CPU time %.2f s\n", (double)all->uptime / 1e9,
	       (double)all->halted / 1e9, (double)all->cpu / 1e9);
	if (s <= 0)
		return;
	printf("now: guest kernel %.1f %%, guest user %.1f %%, Host %.1f %% (%llu samples), "
	       "halted %.1f %%\n",
	       sh.of[LG_MODE_KERNEL], sh.of[LG_MODE_USER], sh.of[LG_MODE_HOST],
	       (unsigned long long)samples, sh.halted);
}

static void print_all(const struct stats *a, const struct stats *d, double s)
{
	print_time(a, d, s);
	printf("spaces %llu, mappings %llu, memory %.1f MiB\n", (unsigned long long)a->spaces,
	       (unsigned long long)a->vmas, (double)a->resident / 1048576);
	print_row("system calls through gates", a->syscalls, d->syscalls, s);
	print_row("page faults filled by the Host", a->kinds[LG_EV_SHADOW], d->kinds[LG_EV_SHADOW],
		  s);
	print_row("  pages they mapped", a->pages, d->pages, s);
	print_row("page faults of the guest", a->traps[14], d->traps[14], s);
	print_row("flushes", a->kinds[LG_EV_FLUSH], d->kinds[LG_EV_FLUSH], s);
	print_row("hand-offs between spaces", a->kinds[LG_EV_SWITCH], d->kinds[LG_EV_SWITCH], s);
	print_row("sleeps in HALT", a->kinds[LG_EV_HALT] / 2, d->kinds[LG_EV_HALT] / 2, s);
	print_row("kicks", a->kinds[LG_EV_KICK], d->kinds[LG_EV_KICK], s);
	print_table("hypercalls", a->hcalls, d->hcalls, 64, s, hcall_name);
	print_table("traps", a->traps, d->traps, LG_IDT_ENTRIES, s, vector_name);
	print_table("interrupts delivered", a->irqs, d->irqs, LG_IRQS, s, NULL);
	print_table("interrupts raised", a->raised, d->raised, LG_IRQS, s, NULL);
}

/* --- L:527 JSON --------------------------------------------------------------------- */

static void json_table(const char *key, const u64 *counts, u32 n)
{
	const char *comma = "";

	printf(",\n  \"%s\": {", key);
	for (u32 i = 0; i < n; i++) {
		if (!counts[i])
			continue;
		printf("%s\"%u\": %llu", comma, i, (unsigned long long)counts[i]);
		comma = ", ";
	}
	putchar('}');
}

static void json_number(const char *key, u64 value)
{
	printf(",\n  \"%s\": %llu", key, (unsigned long long)value);
}

static void print_json(const char *name, const struct stats *a, const struct stats *d, double s)
{
	struct shares sh = stat_shares(d);

	printf("{\n  \"name\": \"%s\"", name); /* a name has nothing to escape */
	json_number("uptime_ns", a->uptime);
	json_number("halted_ns", a->halted);
	json_number("cpu_ns", a->cpu);
	json_number("spaces", a->spaces);
	json_number("mappings", a->vmas);
	json_number("memory_bytes", a->resident);
	json_number("gate_syscalls", a->syscalls);
	json_number("fills", a->kinds[LG_EV_SHADOW]);
	json_number("pages_mapped", a->pages);
	json_number("reflected_page_faults", a->traps[14]);
	json_number("flushes", a->kinds[LG_EV_FLUSH]);
	json_number("handoffs", a->kinds[LG_EV_SWITCH]);
	json_number("sleeps", a->kinds[LG_EV_HALT] / 2);
	json_number("kicks", a->kinds[LG_EV_KICK]);
	json_table("hypercalls", a->hcalls, 64);
	json_table("traps", a->traps, LG_IDT_ENTRIES);
	json_table("interrupts_delivered", a->irqs, LG_IRQS);
	json_table("interrupts_raised", a->raised, LG_IRQS);
	if (s > 0)
		printf(",\n  \"now\": {\"seconds\": %.3f, \"kernel_percent\": %.2f, "
		       "\"user_percent\": %.2f, \"host_percent\": %.2f, \"halted_percent\": %.2f, "
		       "\"samples\": %llu}",
		       s, sh.of[LG_MODE_KERNEL], sh.of[LG_MODE_USER], sh.of[LG_MODE_HOST],
		       sh.halted,
		       (unsigned long long)(d->samples[0] + d->samples[1] + d->samples[2]));
	printf("\n}\n");
}

/* --- L:528 Two looks ---------------------------------------------------------------- */

static int look(const char *name, u64 ns, struct stats *a, struct stats *d, struct complaint *c)
{
	struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	struct stats before;
	char ok[64];
	int fd, err;

	memset(d, 0, sizeof(*d));
	if (!ns)
		return stat_ask(name, a, c);
	fd = client_ask(name, "sample " SAMPLE_HZ "\n", c);
	if (fd < 0)
		return fd;
	err = (int)client_read(fd, ok, sizeof(ok), 1, name, c);
	err = err < 0 ? err : stat_ask(name, &before, c);
	if (!err)
		nanosleep(&t, NULL);
	if (!err)
		err = stat_ask(name, a, c);
	close(fd);
	if (!err)
		stat_between(d, a, &before);
	return err;
}

int stat_command(int argc, char **argv)
{
	struct complaint c = { "" };
	const char *name = NULL;
	struct stats a, d;
	u64 ns = 1000000000;
	int json = 0, i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			fputs(help, stdout);
			return STATUS_OK;
		} else if (!strcmp(argv[i], "--json")) {
			json = 1;
		} else if (!strcmp(argv[i], "--seconds") && i + 1 < argc &&
			   !options_seconds(argv[i + 1], &ns)) {
			i++;
		} else if (argv[i][0] == '-' || name) {
			log_error("stat: %s: what is that: lguest stat --help", argv[i]);
			return STATUS_FAILED;
		} else {
			name = argv[i];
		}
	}
	if (!name) {
		log_error("stat: give one guest's name: lguest stat NAME; lguest ps lists them");
		return STATUS_FAILED;
	}
	if (look(name, ns, &a, &d, &c)) {
		log_error("%s", c.text);
		return STATUS_FAILED;
	}
	if (json)
		print_json(name, &a, &d, (double)d.uptime / 1e9);
	else
		print_all(&a, &d, (double)d.uptime / 1e9);
	return STATUS_OK;
}
