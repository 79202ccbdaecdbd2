/* SPDX-License-Identifier: MIT */
/*
 * L:520 Counters.  They are in shared state (host/count.c): each is read once, and
 * a guest that lies there lies to its own user.  Over the control socket go
 * lines "key number" or "key number number", so that a client of another version
 * understands what it knows.
 */
#include "launcher/stat.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/client.h"

struct lines {
	char *text;
	size_t len, size;
};

static void line(struct lines *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void line(struct lines *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->text + l->len, l->size - l->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < l->size - l->len)
		l->len += (size_t)n;
}

static u64 read_once(const u64 *p)
{
	return *(const volatile u64 *)p;
}

/* "trap 14 3": only what is not 0. */
static void table(struct lines *l, const char *key, const u64 *counts, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		u64 count = read_once(&counts[i]);

		if (count)
			line(l, "%s %u %llu\n", key, i, (unsigned long long)count);
	}
}

static void time_lines(struct lines *l, struct lg *lg, u64 uptime_ns)
{
	const struct lg_counts *c = &lg_shared(lg)->counts;
	u64 halted = read_once(&c->halted), since = read_once(&c->halted_since);
	u64 now = __builtin_ia32_rdtsc();

	if (since && since < now)
		halted += now - since;
	line(l, "uptime %llu\nhalted %llu\ncpu %llu\n", (unsigned long long)uptime_ns,
	     (unsigned long long)lg_ticks_ns(lg, halted), (unsigned long long)lg_cpu_ns(lg));
}

static void space_lines(struct lines *l, struct lg *lg)
{
	const struct lguest *s = lg_shared(lg);
	u32 have = atomic_load(&s->have_spaces), vmas = 0, i;

	for (i = 0; i < LG_SPACES; i++)
		vmas += *(const volatile u32 *)&s->spaces[i].vmas;
	line(l, "spaces %u\nvmas %u\nresident %llu\n", have, vmas,
	     (unsigned long long)lg_resident(lg));
}

size_t stat_text(struct lg *lg, u64 uptime_ns, char *text, size_t size)
{
	struct lines l = { .text = text, .size = size };
	struct lguest *s = lg_shared(lg);
	const struct lg_counts *c = &s->counts;
	u64 fast = *(volatile u32 *)&s->cpu.sw.syscalls - *(volatile u32 *)&s->cpu.syscalls_seen;

	time_lines(&l, lg, uptime_ns);
	space_lines(&l, lg);
	line(&l, "syscalls %llu\npages %llu\n",
	     (unsigned long long)(read_once(&c->syscalls) + (u32)fast),
	     (unsigned long long)read_once(&c->pages));
	table(&l, "kind", c->kinds, LG_EV_KINDS);
	table(&l, "trap", c->traps, LG_IDT_ENTRIES);
	table(&l, "hcall", c->hcalls, 64);
	table(&l, "irq", c->irqs, LG_IRQS);
	table(&l, "raised", (const u64 *)c->irqs_raised, LG_IRQS);
	table(&l, "sample", c->samples, LG_MODES);
	return l.len;
}

/* --- L:522 And back --------------------------------------------------------------- */

static void put(u64 *table, size_t n, u64 index, u64 value)
{
	if (index < n)
		table[index] = value;
}

static void take_line(struct stats *s, const char *text)
{
	struct {
		const char *key;
		u64 *to;
		size_t n;
	} known[] = {
		{ "uptime", &s->uptime, 0 },
		{ "halted", &s->halted, 0 },
		{ "cpu", &s->cpu, 0 },
		{ "spaces", &s->spaces, 0 },
		{ "vmas", &s->vmas, 0 },
		{ "resident", &s->resident, 0 },
		{ "syscalls", &s->syscalls, 0 },
		{ "pages", &s->pages, 0 },
		{ "kind", s->kinds, LG_EV_KINDS },
		{ "trap", s->traps, LG_IDT_ENTRIES },
		{ "hcall", s->hcalls, 64 },
		{ "irq", s->irqs, LG_IRQS },
		{ "raised", s->raised, LG_IRQS },
		{ "sample", s->samples, LG_MODES },
	};
	unsigned long long a = 0, b = 0;
	char key[16];
	size_t i;

	if (sscanf(text, "%15s %llu %llu", key, &a, &b) < 2)
		return;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].key, key))
			continue;
		if (known[i].n)
			put(known[i].to, known[i].n, a, b);
		else
			*known[i].to = a;
	}
}

int stat_ask(const char *name, struct stats *s, struct complaint *c)
{
	char text[STAT_TEXT + 1], *at, *save;
	int fd = client_ask(name, "stat\n", c);
	long n;

	if (fd < 0)
		return fd;
	n = client_read(fd, text, sizeof(text), 0, name, c);
	close(fd);
	if (n <= 0)
		return n ? (int)n : complain(c, -EPIPE, "%s: it ended just now", name);
	memset(s, 0, sizeof(*s));
	for (at = strtok_r(text, "\n", &save); at; at = strtok_r(NULL, "\n", &save))
		take_line(s, at);
	return 0;
}

void stat_between(struct stats *d, const struct stats *a, const struct stats *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;
	u64 *to = (u64 *)d;
	size_t i;

	_Static_assert(sizeof(struct stats) % sizeof(u64) == 0, "all of it are counters");
	for (i = 0; i < sizeof(*d) / sizeof(u64); i++)
		to[i] = x[i] > y[i] ? x[i] - y[i] : 0; /* it may have restarted */
}

struct shares stat_shares(const struct stats *d)
{
	struct shares s = { .halted = d->uptime ? (double)d->halted * 100 / (double)d->uptime : 0 };
	double all = 0;
	int i;

	if (s.halted > 100)
		s.halted = 100;
	for (i = 0; i < LG_MODES; i++)
		all += (double)d->samples[i];
	for (i = 0; i < LG_MODES && all > 0; i++)
		s.of[i] = (double)d->samples[i] / all * (100 - s.halted);
	return s;
}
