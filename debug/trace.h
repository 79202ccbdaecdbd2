/* SPDX-License-Identifier: MIT */
/*
 * A trace file: a header, then events of 32 bytes each, all little-endian;
 * doc/trace.md is the description.  The Launcher writes it, "lguest trace"
 * reads it, and believes nothing in it: it may be cut short or damaged, and the
 * events come from shared state that a hostile guest may have scribbled over.
 */
#ifndef DEBUG_TRACE_H
#define DEBUG_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "debug/debug.h"

#define TRACE_MAGIC    "lguestTR"
#define TRACE_VERSION  1
#define TRACE_ID_MAX   32
#define TRACE_PATH_MAX 4096

/* Kinds of events that only the writer makes, beside enum lg_event_kind. */
enum {
	TRACE_BOOT = 0x100, /* a guest starts (again): a = 1, 2, ... */
	TRACE_END,	    /* a = enum lg_state, b = exit status, d:c = ns it took */
};

#define TRACE_DEVICE 0x10000 /* in "space": a device's event; | its doorbell, 0: Launcher */

struct trace_header {
	char magic[8];
	u32 version;
	u32 header_bytes; /* all of it, with the path: events follow */
	u32 event_bytes;  /* sizeof(struct lg_event) */
	u32 tsc_khz;	  /* 0: not known; the last event helps */
	u64 tsc_start;
	u64 wall_ns;	 /* since 1970, at tsc_start */
	u64 image_bytes; /* of the kernel, unpacked */
	u64 image_hash;	 /* FNV-1a of these bytes */
	u32 kernel_address;
	u32 native;
	u32 id_bytes; /* of the linker's build id, or 0 */
	u8 id[TRACE_ID_MAX];
	char guest[36]; /* its name */
			/* then the path of the kernel, absolute, NUL-terminated */
};

_Static_assert(sizeof(struct lg_event) == 32, "doc/trace.md");
_Static_assert(offsetof(struct trace_header, tsc_start) == 24, "doc/trace.md");
_Static_assert(offsetof(struct trace_header, kernel_address) == 56, "doc/trace.md");
_Static_assert(sizeof(struct trace_header) == 136, "doc/trace.md");

/* Which kernel it is: fills image_bytes, image_hash, id_bytes and id. */
void trace_identify(struct trace_header *h, int image_fd);

/*
 * Symbols of the kernel h tells of, from a descriptor of it (unpacked); NULL and
 * why in *note if it is not the same any more.
 */
struct symbols;
struct symbols *trace_symbols(const struct trace_header *h, int image_fd, const char **note);
void trace_symbols_close(struct symbols *symbols);

/* --- Reading -------------------------------------------------------------------- */

struct trace_file {
	struct trace_header head;
	char path[TRACE_PATH_MAX];     /* of the kernel; printable */
	const struct lg_event *events; /* into the file */
	size_t count;
	bool ended;  /* the last event is TRACE_END */
	size_t torn; /* bytes of an event that was cut */
	double khz;
};

/* bytes stay the caller's.  0, or -EINVAL and what is wrong in why. */
int trace_parse(struct trace_file *t, const void *bytes, size_t len, char *why, size_t size);
double trace_seconds(const struct trace_file *t, const struct lg_event *e);
bool trace_of_device(const struct lg_event *e); /* else of the virtual CPU */

/* Keep the symbols in step with the events: to be called for each, in order. */
void trace_follow(const struct lg_event *e, struct symbols *symbols);

struct trace_filter {
	u32 kinds[(TRACE_END + 32) / 32]; /* a bit each; see any_kind */
	bool any_kind;
	double from, to; /* s; to 0: no end */
	bool by_address, by_space;
	u32 low, high, space; /* addresses low <= x <= high */
};

void trace_filter_init(struct trace_filter *f);
/* "hcall,irq": false and *bad, a word in the list, if it names no kind. */
bool trace_filter_kinds(struct trace_filter *f, char *list, const char **bad);
const char *trace_kind_name(u32 kind); /* NULL: no such kind */
bool trace_wanted(const struct trace_file *t, const struct trace_filter *f,
		  const struct lg_event *e);

struct trace_show {
	struct symbols *symbols; /* of the kernel, or NULL */
	const struct trace_filter *filter;
	bool colours;
	FILE *to;
};

void trace_print(const struct trace_file *t, const struct trace_show *show);
void trace_summary(const struct trace_file *t, const struct trace_show *show);
void trace_json(const struct trace_file *t, const struct trace_show *show);
void trace_notes(const struct trace_file *t, FILE *to); /* what is missing of it */

#endif
