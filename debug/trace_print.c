/* SPDX-License-Identifier: MIT */
/*
 * P:185 A trace as text: one line for each event, or all of it in a page.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/internal.h"
#include "debug/trace.h"

/* --- Lines -------------------------------------------------------------------------- */

static const char *colour(u32 kind)
{
	switch (kind) {
	case LG_EV_HCALL:
		return "\033[36m";
	case LG_EV_TRAP:
	case LG_EV_FAULT:
		return "\033[33m";
	case LG_EV_IRQ:
	case LG_EV_RAISE:
		return "\033[35m";
	case LG_EV_MARK:
	case LG_EV_TASK:
	case TRACE_BOOT:
	case TRACE_END:
		return "\033[1m";
	case LG_EV_LOST:
		return "\033[31m";
	case LG_EV_ENTER:
		return "\033[2m";
	}
	return "";
}

static void end_words(FILE *to, const struct lg_event *e)
{
	static const char *const states[] = {
		[LG_RUNNING] = "stopped while it ran",
		[LG_DEAD] = "the guest crashed",
		[LG_EXITED] = "the guest exited",
		[LG_RESTART] = "the guest restarts",
	};

	fprintf(to, "end        %s", e->a < 4 ? states[e->a] : "?");
	if (e->a == LG_EXITED)
		fprintf(to, ", status %u", e->b & 0xff);
}

static void words(FILE *to, const struct lg_event *e, struct symbols *symbols)
{
	if (e->kind == TRACE_BOOT)
		fprintf(to, "boot       guest number %u starts", e->a);
	else if (e->kind == TRACE_END)
		end_words(to, e);
	else
		event_words(to, e, symbols);
}

static void where(FILE *to, const struct lg_event *e, const char *task)
{
	char text[16];

	if (e->kind >= TRACE_BOOT)
		snprintf(text, sizeof(text), "-");
	else if (trace_of_device(e) && e->space != TRACE_DEVICE)
		snprintf(text, sizeof(text), "dev%u", e->space & 0xffff);
	else if (trace_of_device(e))
		snprintf(text, sizeof(text), "dev");
	else
		snprintf(text, sizeof(text), "%u", e->space);
	fprintf(to, " %5s  %-12s ", text, task);
}

static void take_name(char name[16], const struct lg_event *e)
{
	const u32 w[] = { e->b, e->c, e->d };

	memset(name, 0, 16);
	memcpy(name, w, sizeof(w));
	printable(name);
}

void trace_print(const struct trace_file *t, const struct trace_show *show)
{
	char task[16] = "";

	for (size_t i = 0; i < t->count; i++) {
		struct lg_event e = t->events[i];
		const char *start = show->colours ? colour(e.kind) : "";

		trace_follow(&e, show->symbols);
		if (e.kind == LG_EV_TASK)
			take_name(task, &e);
		if (!trace_wanted(t, show->filter, &e))
			continue;
		fprintf(show->to, "%s%15.9f", start, trace_seconds(t, &e));
		where(show->to, &e, task);
		words(show->to, &e, show->symbols);
		fputs(*start ? "\033[0m\n" : "\n", show->to);
	}
}

/* --- P:187 Summary ------------------------------------------------------------------ */

enum owner { KERNEL, USER, HOST, HALT, OWNERS };

struct longest {
	double took, at;
	u32 irq;
};

struct summary {
	u64 kinds[TRACE_END + 1], hcalls[64], traps[256], delivered[LG_IRQS], raised[LG_IRQS];
	double time[OWNERS];
	enum owner owner;
	double since;	       /* the owner has the CPU */
	double waits[LG_IRQS]; /* raised at, or < 0 */
	double sum[LG_IRQS];
	u64 waited[LG_IRQS];
	struct longest longest, host;
	u64 first, last, events;
};

static void change(struct summary *s, enum owner owner, double now)
{
	double took = now - s->since;

	if (took > 0) {
		s->time[s->owner] += took;
		if (s->owner == HOST && took > s->host.took)
			s->host = (struct longest){ took, s->since, 0 };
	}
	s->owner = owner;
	if (now > s->since)
		s->since = now;
}

/* Interrupts come after they were raised; a halted guest takes them at once. */
static void interrupt(struct summary *s, const struct lg_event *e, double now)
{
	u32 irq = e->a % LG_IRQS;

	if (e->kind == LG_EV_RAISE) {
		s->raised[irq]++;
		if (s->waits[irq] < 0)
			s->waits[irq] = now;
		return;
	}
	s->delivered[irq]++;
	if (s->waits[irq] >= 0 && now >= s->waits[irq]) {
		double took = now - s->waits[irq];

		s->sum[irq] += took;
		s->waited[irq]++;
		if (took > s->longest.took)
			s->longest = (struct longest){ took, s->waits[irq], irq };
	}
	s->waits[irq] = -1;
}

static void add(struct summary *s, const struct lg_event *e, double now)
{
	s->events++;
	if (e->kind <= TRACE_END)
		s->kinds[e->kind]++;
	if (e->kind == LG_EV_HCALL)
		s->hcalls[e->a < 63 ? e->a : 63]++;
	else if (e->kind == LG_EV_TRAP)
		s->traps[e->a & 255]++;
	else if (e->kind == LG_EV_RAISE || e->kind == LG_EV_IRQ)
		interrupt(s, e, now);
	if (trace_of_device(e) || e->kind == LG_EV_LOST)
		return;
	if (e->kind == LG_EV_ENTER)
		change(s, e->b ? USER : KERNEL, now);
	else if (e->kind == LG_EV_HALT)
		change(s, e->a ? HALT : HOST, now);
	else if (s->owner != HOST)
		change(s, HOST, now);
}

struct line {
	u64 count;
	u32 number;
};

static int by_count(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : (int)x->number - (int)y->number;
}

static void top(FILE *to, const char *title, const u64 *counts, u32 n, double seconds,
		const char *(*name)(u32))
{
	struct line lines[256];
	u32 used = 0;

	for (u32 i = 0; i < n; i++)
		if (counts[i])
			lines[used++] = (struct line){ counts[i], i };
	if (!used)
		return;
	qsort(lines, used, sizeof(lines[0]), by_count);
	fprintf(to, "\n%s:\n", title);
	for (u32 i = 0; i < used; i++)
		fprintf(to, "  %10llu  %9.0f/s  %3u %s\n", (unsigned long long)lines[i].count,
			(double)lines[i].count / seconds, lines[i].number, name(lines[i].number));
}

static void print_time(FILE *to, const struct summary *s)
{
	static const char *const names[] = { "guest kernel", "guest user", "Host", "halted" };
	double all = s->time[0] + s->time[1] + s->time[2] + s->time[3];

	for (int i = 0; i < OWNERS && all > 0; i++)
		fprintf(to, "  %-13s %12.6f s  %5.1f %%\n", names[i], s->time[i],
			s->time[i] * 100 / all);
	if (s->host.took > 0)
		fprintf(to, "  longest time in the Host: %.3f ms, from %.6f s on\n",
			s->host.took * 1e3, s->host.at);
}

static void print_irqs(FILE *to, const struct summary *s)
{
	bool any = false;

	for (u32 i = 0; i < LG_IRQS; i++) {
		if (!s->raised[i] && !s->delivered[i])
			continue;
		if (!any)
			fprintf(to, "\ninterrupts:    raised  delivered   mean wait\n");
		any = true;
		fprintf(to, "  irq %-2u    %10llu %10llu", i, (unsigned long long)s->raised[i],
			(unsigned long long)s->delivered[i]);
		if (s->waited[i])
			fprintf(to, "  %8.1f us", s->sum[i] / (double)s->waited[i] * 1e6);
		fputc('\n', to);
	}
	if (s->longest.took > 0)
		fprintf(to,
			"  longest wait: %.3f ms, irq %u, raised at %.6f s (interrupts off or "
			"masked, "
			"or no CPU)\n",
			s->longest.took * 1e3, s->longest.irq, s->longest.at);
}

static void print_kinds(FILE *to, const struct summary *s, double seconds)
{
	fprintf(to, "\nevents:\n");
	for (u32 k = 0; k <= TRACE_END; k++)
		if (s->kinds[k] && trace_kind_name(k))
			fprintf(to, "  %10llu  %9.0f/s  %s\n", (unsigned long long)s->kinds[k],
				(double)s->kinds[k] / seconds, trace_kind_name(k));
}

void trace_summary(const struct trace_file *t, const struct trace_show *show)
{
	struct summary *s = calloc(1, sizeof(*s));
	double first = 0, last = 0, seconds;
	FILE *to = show->to;

	if (!s)
		return;
	s->owner = HOST;
	for (u32 i = 0; i < LG_IRQS; i++)
		s->waits[i] = -1;
	for (size_t i = 0; i < t->count; i++) {
		struct lg_event e = t->events[i];
		double now = trace_seconds(t, &e);

		if (!trace_wanted(t, show->filter, &e))
			continue;
		if (!s->events)
			first = last = s->since = now;
		if (now > last)
			last = now;
		add(s, &e, now);
	}
	change(s, HOST, last);
	seconds = last - first > 1e-9 ? last - first : 1e-9;
	fprintf(to, "%s (%s): %llu events in %.6f s\n", t->head.guest, t->path,
		(unsigned long long)s->events, last - first);
	print_time(to, s);
	fprintf(to, "  page faults: %.0f/s filled by the Host, %.0f/s reflected to the guest\n",
		(double)s->kinds[LG_EV_SHADOW] / seconds, (double)s->traps[14] / seconds);
	print_kinds(to, s, seconds);
	top(to, "hypercalls", s->hcalls, 64, seconds, hcall_name);
	top(to, "traps and system calls", s->traps, 256, seconds, vector_name);
	print_irqs(to, s);
	free(s);
}
