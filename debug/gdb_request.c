/* SPDX-License-Identifier: MIT */
/*
 * P:205 Requests of a gdb whose guest stands still: which is which.  Requests that
 * are not known are answered with nothing, as the protocol wants it.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/gdb_impl.h"

/* A dead guest goes nowhere: gdb hears how it ended, and lguest may end too. */
static void resume(struct gdb *g, bool step)
{
	if (g->dead)
		g->ending = true;
	else
		gdb_go(g, step);
}

/*
 * vCont;s:5;c: what the vCPU does is what is said for the thread that runs; the
 * first action that fits counts, as the protocol says.
 */
static void vcont(struct gdb *g, struct packet *pk)
{
	u32 live = gdb_live(g), id;

	while (take_char(pk, ';')) {
		char what = pk->p < pk->end ? *pk->p++ : 0;
		bool fits = true;

		if ((what == 'C' || what == 'S') && !take_hex(pk, &id))
			break;		/* signals are not for kernels: ignored */
		if (take_char(pk, ':'))
			fits = take_word(pk, "-1") || (take_hex(pk, &id) && (id == live || !id));
		if (!strchr("cCsS", what) || !what)
			break;
		if (fits) {
			resume(g, what == 's' || what == 'S');
			return;
		}
	}
	/* A step of a thread that does not run: on, until something happens. */
	resume(g, false);
}

static void set_thread(struct gdb *g, struct packet *pk)
{
	u32 id = 0;

	if (pk->p == pk->end) {
		gdb_answer(g, "E01");
		return;
	}
	pk->p++;			/* g or c */
	if (!take_word(pk, "-1") && !take_hex(pk, &id)) {
		gdb_answer(g, "E01");
		return;
	}
	if (id && id != gdb_live(g) && !gdb_task(g, id)) {
		gdb_answer(g, "E03");
		return;
	}
	if (pk->p && id)
		g->thread = id;
	gdb_answer(g, "OK");
}

static void alive(struct gdb *g, struct packet *pk)
{
	u32 id;

	gdb_answer(g, take_hex(pk, &id) && (id == gdb_live(g) || gdb_task(g, id)) ? "OK" : "E03");
}

/* "annex:offset,length" of a document of len bytes. */
static void transfer(struct gdb *g, struct packet *pk, const char *text, size_t len)
{
	u32 offset, want;

	while (pk->p < pk->end && *pk->p != ':')
		pk->p++;
	if (!take_char(pk, ':') || !take_hex(pk, &offset) || !take_char(pk, ',') ||
	    !take_hex(pk, &want)) {
		gdb_answer(g, "E01");
		return;
	}
	if (offset > len)
		offset = (u32)len;
	if (want > GDB_PACKET - 8)
		want = GDB_PACKET - 8;
	if (want > len - offset)
		want = (u32)(len - offset);
	/* Nothing in these documents needs an escape. */
	gdb_say(g, "%c", offset + want == len ? 'l' : 'm');
	memcpy(g->text + g->reply, text + offset, want);
	g->reply += want;
	gdb_reply(g);
}

static void transfer_threads(struct gdb *g, struct packet *pk)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	if (to) {
		gdb_threads_xml(g, to);
		fclose(to);
	}
	if (text)
		transfer(g, pk, text, len);
	else
		gdb_answer(g, "E0c");
	free(text);
}

static void supported(struct gdb *g, struct packet *pk)
{
	static const char swbreak[] = "swbreak+";

	for (const char *p = pk->p; (size_t)(pk->end - p) >= sizeof(swbreak) - 1; p++)
		if (!memcmp(p, swbreak, sizeof(swbreak) - 1))
			g->swbreak = true;
	gdb_say(g, "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;qXfer:memory-map:read+;"
		"qXfer:threads:read+;swbreak+;vContSupported+", GDB_PACKET);
	gdb_reply(g);
}

static void thread_list(struct gdb *g)
{
	u32 live = gdb_live(g);

	gdb_say(g, "m");
	if (live == GDB_VCPU)
		gdb_say(g, "%x%s", GDB_VCPU, g->ntasks ? "," : "");
	for (unsigned i = 0; i < g->ntasks; i++)
		gdb_say(g, "%s%x", i ? "," : "", g->tasks[i].id);
	gdb_reply(g);
}

static void query(struct gdb *g, struct packet *pk)
{
	/* All addresses are memory: what is mapped changes as the guest runs. */
	static const char map[] = "<?xml version=\"1.0\"?><memory-map>"
		"<memory type=\"ram\" start=\"0x0\" length=\"0x100000000\"/></memory-map>";

	if (take_word(pk, "Supported"))
		supported(g, pk);
	else if (take_word(pk, "Attached"))
		gdb_answer(g, "1");
	else if (take_word(pk, "Rcmd,"))
		gdb_monitor(g, pk);
	else if (take_word(pk, "Xfer:features:read:"))
		transfer(g, pk, gdb_target_xml(), strlen(gdb_target_xml()));
	else if (take_word(pk, "Xfer:memory-map:read:"))
		transfer(g, pk, map, sizeof(map) - 1);
	else if (take_word(pk, "Xfer:threads:read:"))
		transfer_threads(g, pk);
	else if (take_word(pk, "fThreadInfo"))
		thread_list(g);
	else if (take_word(pk, "sThreadInfo"))
		gdb_answer(g, "l");
	else if (take_word(pk, "Symbol:"))
		gdb_answer(g, "OK");
	else if (pk->end - pk->p == 1 && *pk->p == 'C')
		gdb_say(g, "QC%x", gdb_live(g)), gdb_reply(g);
	else
		gdb_answer(g, "");
}

static void verbose_request(struct gdb *g, struct packet *pk)
{
	if (take_word(pk, "Cont?")) {
		gdb_answer(g, "vCont;c;C;s;S");
	} else if (take_word(pk, "Cont")) {
		vcont(g, pk);
	} else if (take_word(pk, "Kill")) {
		g->killed = true;
		gdb_answer(g, "OK");
	} else {
		gdb_answer(g, "");
	}
}

/* "c", "s", and "c ADDRESS". */
static void old_resume(struct gdb *g, struct packet *pk, bool step)
{
	u32 eip;

	if (!g->dead && take_hex(pk, &eip))
		lg_shared(g->lg)->cpu.regs.eip = eip;
	resume(g, step);
}

static void no_ack(struct gdb *g, struct packet *pk)
{
	bool known = take_word(pk, "StartNoAckMode");

	gdb_answer(g, known ? "OK" : "");
	g->noack = g->noack || known;
}

void gdb_request(struct gdb *g, struct packet *pk)
{
	char what = pk->p < pk->end ? *pk->p++ : 0;

	g->reply = 0;
	switch (what) {
	case '?': gdb_say_stop(g); break;
	case 'g': gdb_read_all(g); break;
	case 'G': gdb_write_all(g, pk); break;
	case 'p': gdb_read_one(g, pk); break;
	case 'P': gdb_write_one(g, pk); break;
	case 'm': gdb_read_memory(g, pk); break;
	case 'M': gdb_write_memory(g, pk, false); break;
	case 'X': gdb_write_memory(g, pk, true); break;
	case 'Z': gdb_insert(g, pk); break;
	case 'z': gdb_remove(g, pk); break;
	case 'c': old_resume(g, pk, false); break;
	case 's': old_resume(g, pk, true); break;
	case 'H': set_thread(g, pk); break;
	case 'T': alive(g, pk); break;
	case 'q': query(g, pk); break;
	case 'v': verbose_request(g, pk); break;
	case 'k': g->killed = true; break;
	case 'D':
		gdb_answer(g, "OK");
		g->gone = true;
		break;
	case 'Q':
		no_ack(g, pk);
		break;
	default:
		gdb_answer(g, "");
	}
}
