/* SPDX-License-Identifier: MIT */
/*
 * A trace file of any bytes: read, filtered, printed, summed up, exported.  The
 * first byte chooses a filter; half of the inputs get a good header, so that
 * the events behind it are reached.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/internal.h"
#include "debug/trace.h"

/* Symbols have a library of their own, and are not of the file. */
void print_place(FILE *to, struct symbols *symbols, u32 gva)
{
	(void)to, (void)symbols, (void)gva;
}

void symbols_linear(struct symbols *symbols, bool linear)
{
	(void)symbols, (void)linear;
}

static void read_it(const u8 *bytes, size_t len, u8 how)
{
	char kinds[] = "hcall,trap,irq,map,halt,task,enter,take,end", why[128];
	const char *bad;
	struct trace_file t;
	struct trace_filter f;
	struct trace_show show = { .filter = &f, .colours = how & 1 };

	if (trace_parse(&t, bytes, len, why, sizeof(why))) {
		if (!memchr(why, 0, sizeof(why)) || !why[0])
			abort();
		return;
	}
	trace_filter_init(&f);
	if (how & 2 && !trace_filter_kinds(&f, kinds, &bad))
		abort();
	f.by_address = how & 4;
	f.high = 0x7fffffff;
	f.by_space = how & 8;
	f.to = how & 16 ? 1 : 0;
	show.to = fopen("/dev/null", "w");
	if (!show.to)
		abort();
	trace_print(&t, &show);
	trace_summary(&t, &show);
	trace_json(&t, &show);
	trace_notes(&t, show.to);
	fclose(show.to);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct trace_header good = { .version = TRACE_VERSION,
				     .header_bytes = sizeof(good) + 8,
				     .event_bytes = sizeof(struct lg_event),
				     .tsc_khz = 1000000 };
	u8 how = size ? *data : 0;
	size_t head = how & 128 ? sizeof(good) + 8 : 0;
	u8 *copy;

	if (!size)
		return 0;
	copy = calloc(1, head + size);
	if (!copy)
		abort();
	memcpy(good.magic, TRACE_MAGIC, sizeof(good.magic));
	if (head)
		memcpy(copy, &good, sizeof(good));
	memcpy(copy + head, data + 1, size - 1);
	read_it(copy, head + size - 1, how);
	free(copy);
	return 0;
}
