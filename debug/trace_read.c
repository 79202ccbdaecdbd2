/* SPDX-License-Identifier: MIT */
/*
 * P:180 Reading a trace file: what of it can be believed, and which of its events
 * are wanted.  No allocation, no file: the fuzzer runs exactly this.
 */
#include <errno.h>
#include <string.h>

#include "debug/internal.h"
#include "debug/trace.h"

static const char *const kinds[] = {
	[LG_EV_HCALL] = "hcall",   [LG_EV_TRAP] = "trap",     [LG_EV_IRQ] = "irq",
	[LG_EV_SWITCH] = "switch", [LG_EV_SHADOW] = "map",    [LG_EV_FLUSH] = "flush",
	[LG_EV_HALT] = "halt",	   [LG_EV_KICK] = "kick",     [LG_EV_MARK] = "mark",
	[LG_EV_PATCH] = "patch",   [LG_EV_REBASE] = "rebase", [LG_EV_FAULT] = "fault",
	[LG_EV_ENTER] = "enter",   [LG_EV_TASK] = "task",     [LG_EV_LOST] = "lost",
	[LG_EV_RAISE] = "raise",   [LG_EV_TAKE] = "take",     [LG_EV_GIVE] = "give",
	[LG_EV_DEVICE] = "device", [TRACE_BOOT] = "boot",     [TRACE_END] = "end",
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *trace_kind_name(u32 kind)
{
	return kind < NKINDS ? kinds[kind] : NULL;
}

bool trace_of_device(const struct lg_event *e)
{
	return e->space & TRACE_DEVICE && e->kind < TRACE_BOOT;
}

static int refuse(char *why, size_t size, const char *text)
{
	snprintf(why, size, "%s", text);
	return -EINVAL;
}

/* A machine without an invariant TSC: the last event tells how long it was. */
static double rate(const struct trace_file *t)
{
	const struct lg_event *last = t->count ? &t->events[t->count - 1] : NULL;
	u64 ns;

	if (t->head.tsc_khz)
		return t->head.tsc_khz;
	if (!t->ended || last->tsc <= t->head.tsc_start)
		return 1e6;
	ns = (u64)last->d << 32 | last->c;
	return ns ? (double)(last->tsc - t->head.tsc_start) * 1e6 / (double)ns : 1e6;
}

int trace_parse(struct trace_file *t, const void *bytes, size_t len, char *why, size_t size)
{
	struct trace_header *h = &t->head;
	size_t room;

	memset(t, 0, sizeof(*t));
	if (len < 8 || memcmp(bytes, TRACE_MAGIC, 8))
		return refuse(why, size, "not a trace file: lguest run --trace FILE writes them");
	if (len < sizeof(*h))
		return refuse(why, size, "the header is cut short: nothing can be read");
	memcpy(h, bytes, sizeof(*h));
	if (h->version != TRACE_VERSION || h->event_bytes != sizeof(struct lg_event)) {
		snprintf(why, size, "version %u of trace files: this lguest reads version %d",
			 h->version, TRACE_VERSION);
		return -EINVAL;
	}
	if (h->header_bytes <= sizeof(*h) || h->header_bytes % 8 ||
	    h->header_bytes > sizeof(*h) + TRACE_PATH_MAX + sizeof(struct lg_event) ||
	    h->header_bytes > len)
		return refuse(why, size, "the header is damaged or cut short");
	room = h->header_bytes - sizeof(*h);
	memcpy(t->path, (const char *)bytes + sizeof(*h),
	       room < sizeof(t->path) ? room : sizeof(t->path));
	t->path[sizeof(t->path) - 1] = 0;
	h->guest[sizeof(h->guest) - 1] = 0;
	printable(h->guest);
	if (h->id_bytes > TRACE_ID_MAX)
		h->id_bytes = 0;
	t->events = (const void *)((const char *)bytes + h->header_bytes);
	t->count = (len - h->header_bytes) / sizeof(struct lg_event);
	t->torn = (len - h->header_bytes) % sizeof(struct lg_event);
	t->ended = t->count && t->events[t->count - 1].kind == TRACE_END;
	t->khz = rate(t);
	return 0;
}

/* A kernel runs at physical addresses until its first page directory. */
void trace_follow(const struct lg_event *e, struct symbols *symbols)
{
	if (e->kind == TRACE_BOOT)
		symbols_linear(symbols, true);
	else if (e->kind == LG_EV_HCALL && e->a == LHCALL_NEW_PGTABLE)
		symbols_linear(symbols, false);
}

double trace_seconds(const struct trace_file *t, const struct lg_event *e)
{
	return (double)(s64)(e->tsc - t->head.tsc_start) / t->khz / 1e3;
}

void trace_notes(const struct trace_file *t, FILE *to)
{
	u64 lost = 0;

	for (size_t i = 0; i < t->count; i++)
		if (t->events[i].kind == LG_EV_LOST)
			lost += t->events[i].a;
	if (lost)
		fprintf(to,
			"lguest: trace: %llu events of devices are missing: they came too fast\n",
			(unsigned long long)lost);
	if (t->torn)
		fprintf(to,
			"lguest: trace: the last event is cut short: its %zu bytes are left out\n",
			t->torn);
	if (!t->ended)
		fprintf(to, "lguest: trace: the end is missing: was lguest killed, or the disk "
			    "full?\n");
	if (!t->head.tsc_khz && !t->ended)
		fprintf(to, "lguest: trace: the clock's rate is not known: times are in units of "
			    "10^9 ticks\n");
}

/* --- P:182 Filters ---------------------------------------------------------------- */

void trace_filter_init(struct trace_filter *f)
{
	*f = (struct trace_filter){ .any_kind = true };
}

bool trace_filter_kinds(struct trace_filter *f, char *list, const char **bad)
{
	char *word, *save;

	for (word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		u32 kind = 0;

		while (kind < NKINDS && (!kinds[kind] || strcmp(kinds[kind], word)))
			kind++;
		if (kind == NKINDS) {
			*bad = word;
			return false;
		}
		f->kinds[kind / 32] |= 1u << kind % 32;
		f->any_kind = false;
	}
	*bad = "";
	return !f->any_kind;
}

struct range {
	u32 low, high;
};

static int ranges_of(const struct lg_event *e, struct range r[4])
{
	const u32 args[] = { e->b, e->c, e->d };
	int n = 0;

	switch (e->kind) {
	case LG_EV_HCALL:
		for (; n < hcall_args(e->a) && n < 3; n++)
			r[n] = (struct range){ args[n], args[n] };
		break;
	case LG_EV_TRAP:
	case LG_EV_FAULT:
		r[n++] = (struct range){ e->b, e->b };
		if (e->a == 14)
			r[n++] = (struct range){ e->c, e->c };
		break;
	case LG_EV_SHADOW:
		r[n++] = (struct range){ e->c, e->c + (e->b ? e->b - 1 : 0) };
		/* fall through */
	case LG_EV_FLUSH:
		r[n++] = (struct range){ e->a, e->b ? e->a + (e->b - 1) : 0xffffffff };
		break;
	case LG_EV_IRQ:
		r[n++] = (struct range){ e->b, e->b };
		break;
	case LG_EV_DEVICE:
		r[n++] = (struct range){ e->a, e->a + (e->d & LG_DEVICE_BYTES) - 1 };
		r[n++] = (struct range){ e->c, e->c };
		break;
	case LG_EV_TAKE:
	case LG_EV_GIVE:
		r[n++] = (struct range){ e->a * LG_PAGE_SIZE,
					 e->a * LG_PAGE_SIZE + LG_PAGE_SIZE - 1 };
		break;
	case LG_EV_SWITCH:
		r[n++] = (struct range){ e->c, e->c };
		break;
	case LG_EV_MARK:
		r[n++] = (struct range){ e->b, e->b };
		/* fall through */
	case LG_EV_KICK:
	case LG_EV_PATCH:
	case LG_EV_ENTER:
		r[n++] = (struct range){ e->a, e->a };
		break;
	}
	return n;
}

static bool touches(const struct lg_event *e, u32 low, u32 high)
{
	struct range r[4];
	int n = ranges_of(e, r);

	for (int i = 0; i < n; i++)
		if (r[i].low <= high && low <= r[i].high)
			return true;
	return false;
}

bool trace_wanted(const struct trace_file *t, const struct trace_filter *f,
		  const struct lg_event *e)
{
	double s = trace_seconds(t, e);

	if (!f->any_kind && (e->kind >= NKINDS || !(f->kinds[e->kind / 32] & 1u << e->kind % 32)))
		return false;
	if (s < f->from || (f->to > 0 && s > f->to))
		return false;
	if (f->by_space && (trace_of_device(e) || e->kind >= TRACE_BOOT || e->space != f->space))
		return false;
	return !f->by_address || touches(e, f->low, f->high);
}
