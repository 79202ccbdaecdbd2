/* SPDX-License-Identifier: MIT */
/*
 * P:160 The flight recorder in words.  Events come from shared state that a hostile
 * guest may have scribbled over: every field may hold anything.
 */
#include <string.h>

#include "debug/internal.h"

static void at(FILE *to, struct symbols *symbols, u32 gva)
{
	fprintf(to, " at 0x%08x", gva);
	if (symbols) {
		fputc(' ', to);
		print_place(to, symbols, gva);
	}
}

static void hcall_words(FILE *to, const struct lg_event *e)
{
	const u32 args[] = { e->b, e->c, e->d };

	fprintf(to, "hypercall  %u %s(", e->a, hcall_name(e->a));
	for (int i = 0; i < hcall_args(e->a) && i < 3; i++)
		fprintf(to, "%s0x%x", i ? ", " : "", args[i]);
	fputc(')', to);
}

static void trap_words(FILE *to, const struct lg_event *e, struct symbols *symbols)
{
	fprintf(to, "trap       %u %s, %s mode", e->a, vector_name(e->a),
		e->d ? "user" : "kernel");
	if (e->a == 14)
		fprintf(to, ", address 0x%08x", e->c);
	else if (vector_has_error(e->a))
		fprintf(to, ", error 0x%x", e->c);
	else if (e->a >= LG_FIRST_IRQ_VECTOR)
		fprintf(to, ", eax 0x%x", e->c);
	at(to, e->d ? NULL : symbols, e->b);
}

/* Twelve bytes of a name, in the guest's hands. */
static void task_words(FILE *to, const struct lg_event *e)
{
	const u32 words[] = { e->b, e->c, e->d };
	char name[sizeof(words) + 1] = "";

	memcpy(name, words, sizeof(words));
	fprintf(to, "task       %u %s", e->a, printable(name));
}

static void flush_words(FILE *to, const struct lg_event *e)
{
	if (e->b)
		fprintf(to, "flush      0x%08x, 0x%x bytes", e->a, e->b);
	else
		fprintf(to, "flush      everything");
}

void event_words(FILE *to, const struct lg_event *e, struct symbols *symbols)
{
	switch (e->kind) {
	case LG_EV_HCALL:
		hcall_words(to, e);
		break;
	case LG_EV_TRAP:
		trap_words(to, e, symbols);
		break;
	case LG_EV_IRQ:
		fprintf(to, "interrupt  %u (vector %u)", e->a, e->a + LG_FIRST_IRQ_VECTOR);
		at(to, symbols, e->b);
		break;
	case LG_EV_SWITCH:
		fprintf(to, "switch     space %u -> %u, page directory 0x%08x", e->a, e->b, e->c);
		break;
	case LG_EV_SHADOW:
		fprintf(to, "map        0x%08x -> 0x%08x, 0x%x bytes, %s", e->a, e->c, e->b,
			e->d ? "writable" : "read-only");
		break;
	case LG_EV_FLUSH:
		flush_words(to, e);
		break;
	case LG_EV_HALT:
		fprintf(to, "halt       %s", e->a ? "asleep" : "awake");
		break;
	case LG_EV_KICK:
		fprintf(to, "kick      ");
		at(to, e->b ? NULL : symbols, e->a);
		fprintf(to, e->b ? ", user mode" : e->c ? "" : ", interrupts off");
		break;
	case LG_EV_MARK:
		fprintf(to, "mark       0x%x 0x%x 0x%x", e->a, e->b, e->c);
		break;
	case LG_EV_PATCH:
		fprintf(to, "patch      system call %u at 0x%08x became a gate", e->b, e->a);
		break;
	case LG_EV_FAULT:
		fprintf(to, "fault      %u %s, %s mode", e->a, vector_name(e->a),
			e->d ? "user" : "kernel");
		if (e->a == 14)
			fprintf(to, ", address 0x%08x", e->c);
		at(to, e->d ? NULL : symbols, e->b);
		break;
	case LG_EV_ENTER:
		fprintf(to, "enter      %s mode", e->b ? "user" : "kernel");
		at(to, e->b ? NULL : symbols, e->a);
		break;
	case LG_EV_TASK:
		task_words(to, e);
		break;
	case LG_EV_LOST:
		fprintf(to, "lost       %u events are missing here", e->a);
		break;
	case LG_EV_RAISE:
		fprintf(to, "raise      interrupt %u%s", e->a, e->b ? ", pending already" : "");
		break;
	case LG_EV_TAKE:
		fprintf(to, "take       queue 0x%08x, buffers %u: 0x%x bytes to read, 0x%x to write",
			e->a * LG_PAGE_SIZE, e->b, e->c, e->d);
		break;
	case LG_EV_GIVE:
		fprintf(to, "give       queue 0x%08x, buffers %u: 0x%x bytes written",
			e->a * LG_PAGE_SIZE, e->b, e->c);
		break;
	case LG_EV_DEVICE:
		fprintf(to, "device     %u bytes %s %s 0x%x: 0x%x", e->d & LG_DEVICE_BYTES,
			e->d & LG_DEVICE_WRITE ? "to" : "from",
			e->d & LG_DEVICE_PORT ? "port" : "register", e->a, e->b);
		at(to, symbols, e->c);
		break;
	case LG_EV_REBASE:
		fprintf(to, "rebase     space %u to base 0x%x", e->a, e->b);
		break;
	default:
		fprintf(to, "event %u   0x%x 0x%x 0x%x 0x%x", e->kind, e->a, e->b, e->c, e->d);
		break;
	}
}
