/* SPDX-License-Identifier: MIT */
/*
 * P:190 A trace in the JSON that Perfetto (ui.perfetto.dev) and Chrome's
 * about:tracing show: the virtual CPU is a thread whose slices say who had it,
 * devices are another, and counters run below.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "debug/internal.h"
#include "debug/trace.h"

#define TID_CPU	    1
#define TID_DEVICES 2
#define COUNTER_US  1000.0 /* between two values of a counter */

struct json {
	FILE *to;
	const struct trace_file *t;
	const struct trace_show *show;
	bool comma;
	bool open;    /* a slice has begun ... */
	double since; /* ... here, us */
	char slice[96];
	char task[16];
	double counted;
	u64 hcalls, faults, maps, irqs;
};

/* Whatever the guest put into a name must stay within the string. */
static void put_string(FILE *to, const char *text)
{
	fputc('"', to);
	for (const u8 *p = (const u8 *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(to, "\\%c", *p);
		else if (*p < 0x20 || *p >= 0x7f)
			fprintf(to, "\\u%04x", *p);
		else
			fputc(*p, to);
	}
	fputc('"', to);
}

static void begin(struct json *j, const char *phase, const char *name, int tid, double us)
{
	fprintf(j->to, "%s{\"ph\":\"%s\",\"pid\":1,\"tid\":%d,\"ts\":%.3f,\"name\":",
		j->comma ? ",\n" : "", phase, tid, us);
	j->comma = true;
	put_string(j->to, name);
}

static void name_thread(struct json *j, const char *what, int tid, const char *name)
{
	fprintf(j->to, "%s{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"%s\",\"args\":{\"name\":",
		j->comma ? ",\n" : "", tid, what);
	j->comma = true;
	put_string(j->to, name);
	fputs("}}", j->to);
}

static void end_slice(struct json *j, double us)
{
	if (!j->open)
		return;
	j->open = false;
	begin(j, "X", j->slice, TID_CPU, j->since);
	fprintf(j->to, ",\"dur\":%.3f}", us > j->since ? us - j->since : 0.0);
}

static void start_slice(struct json *j, double us, const char *what, const char *more)
{
	end_slice(j, us);
	j->open = true;
	j->since = us;
	snprintf(j->slice, sizeof(j->slice), "%s%s%s", what, *more ? ": " : "", more);
}

static void instant(struct json *j, const struct lg_event *e, int tid, double us)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	if (!to)
		return;
	event_words(to, e, j->show->symbols);
	fclose(to);
	begin(j, "i", trace_kind_name(e->kind) ? trace_kind_name(e->kind) : "event", tid, us);
	fputs(",\"s\":\"t\",\"args\":{\"what\":", j->to);
	put_string(j->to, text);
	fputs("}}", j->to);
	free(text);
}

static void counters(struct json *j, double us)
{
	if (us < j->counted + COUNTER_US)
		return;
	j->counted = us;
	begin(j, "C", "so far", 0, us);
	fprintf(j->to,
		",\"args\":{\"hypercalls\":%" PRIu64 ",\"reflected faults\":%" PRIu64
		",\"mapped runs\":%" PRIu64 ",\"interrupts\":%" PRIu64 "}}",
		j->hcalls, j->faults, j->maps, j->irqs);
}

static void count(struct json *j, const struct lg_event *e)
{
	j->hcalls += e->kind == LG_EV_HCALL;
	j->faults += e->kind == LG_EV_TRAP && e->a == 14;
	j->maps += e->kind == LG_EV_SHADOW;
	j->irqs += e->kind == LG_EV_IRQ;
}

static void task(struct json *j, const struct lg_event *e)
{
	const u32 w[] = { e->b, e->c, e->d };

	memset(j->task, 0, sizeof(j->task));
	memcpy(j->task, w, sizeof(w));
	printable(j->task);
}

/* The Host has the CPU from the first event after the guest's on. */
static void host(struct json *j, const struct lg_event *e, double us)
{
	const char *why = e->kind == LG_EV_HCALL			  ? hcall_name(e->a) :
			  e->kind == LG_EV_TRAP || e->kind == LG_EV_FAULT ? vector_name(e->a) :
			  trace_kind_name(e->kind) ? trace_kind_name(e->kind) :
						     "event";

	if (!j->open || strncmp(j->slice, "Host", 4))
		start_slice(j, us, "Host", why);
}

static void one(struct json *j, const struct lg_event *e)
{
	double us = trace_seconds(j->t, e) * 1e6;

	count(j, e);
	counters(j, us);
	if (trace_of_device(e)) {
		instant(j, e, TID_DEVICES, us);
		return;
	}
	switch (e->kind) {
	case LG_EV_ENTER:
		start_slice(j, us, e->b ? "user" : "kernel", j->task);
		break;
	case LG_EV_HALT:
		if (e->a)
			start_slice(j, us, "halted", "");
		else
			start_slice(j, us, "Host", "awake");
		break;
	case LG_EV_TASK:
		task(j, e);
		break;
	case TRACE_BOOT:
	case TRACE_END:
		end_slice(j, us);
		break;
	default:
		host(j, e, us);
		instant(j, e, TID_CPU, us);
		break;
	}
}

void trace_json(const struct trace_file *t, const struct trace_show *show)
{
	struct json j = { .to = show->to, .t = t, .show = show, .counted = -COUNTER_US };
	double last = 0;

	fputs("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"kernel\":", j.to);
	put_string(j.to, t->path);
	fprintf(j.to, ",\"start_ns_since_1970\":\"%" PRIu64 "\"},\"traceEvents\":[\n",
		t->head.wall_ns);
	name_thread(&j, "process_name", 0, t->head.guest);
	name_thread(&j, "thread_name", TID_CPU, "virtual CPU");
	name_thread(&j, "thread_name", TID_DEVICES, "devices");
	for (size_t i = 0; i < t->count; i++) {
		struct lg_event e = t->events[i];

		trace_follow(&e, show->symbols);
		if (!trace_wanted(t, show->filter, &e))
			continue;
		one(&j, &e);
		last = trace_seconds(t, &e) * 1e6;
	}
	end_slice(&j, last);
	fputs("\n]}\n", j.to);
}
