/* SPDX-License-Identifier: MIT */
/*
 * P:200 A server for gdb.
 *
 * One client, one vCPU.  While the guest runs the client waits, and all it may
 * say is Ctrl-C; while it stands still the client asks and sets.  Every byte
 * of it is untrusted, as is all that the shared state says: the worst that
 * either can do here is to get a wrong answer.
 *
 * Some stops are none of the client's business: a page of a breakpoint is
 * about to be mapped, an int3 was hit by somebody it is not meant for, a watch
 * was not really touched.  They are dealt with here and the guest goes on.
 */
#include "debug/gdb.h"

#include <stdlib.h>
#include <string.h>

#include "debug/gdb_impl.h"

#define DETACH_MS	1000
#define AGAIN_MS	5		/* between two kicks of a vCPU that is to stop */

struct gdb *gdb_new(const struct debug_image *image)
{
	struct gdb *g = calloc(1, sizeof(*g));

	if (g)
		g->image = image;
	return g;
}

void gdb_free(struct gdb *g)
{
	if (!g)
		return;
	symbols_close(g->symbols);
	free(g);
}

/* --- P:202 Stopping and going on ---------------------------------------------------- */

static void forget_tasks(struct gdb *g)
{
	g->ntasks = 0;
	g->have_tasks = false;
}

/* SIGSEGV and so on, from what the guest died of. */
static int signal_of_death(struct gdb *g)
{
	static const u8 signals[32] = {
		[0] = GDB_SIGFPE, [1] = GDB_SIGTRAP, [3] = GDB_SIGTRAP, [6] = GDB_SIGILL,
		[13] = GDB_SIGSEGV, [14] = GDB_SIGSEGV, [16] = GDB_SIGFPE, [17] = GDB_SIGBUS,
		[19] = GDB_SIGFPE,
	};
	u32 trap = lg_shared(g->lg)->cpu.regs.trap;
	char reason[LG_REASON_MAX];

	memcpy(reason, lg_shared(g->lg)->reason, sizeof(reason));
	reason[sizeof(reason) - 1] = 0;
	if (strncmp(reason, "unhandled trap", 14) || trap >= 32 || !signals[trap])
		return GDB_SIGABRT;
	return signals[trap];
}

void gdb_say_stop(struct gdb *g)
{
	gdb_say(g, "T%02x%sthread:%x;", (unsigned)g->signal, g->why, gdb_live(g));
	gdb_reply(g);
}

/* The client hears of it, unless it has yet to ask. */
static void stopped(struct gdb *g, int signal)
{
	bool waiting = g->state == GDB_RUNNING || g->interrupted;

	forget_tasks(g);
	g->signal = signal;
	g->state = GDB_STOPPED;
	g->interrupted = false;
	g->over = false;
	g->thread = gdb_live(g);
	if (waiting)
		gdb_say_stop(g);
}

static void stop(struct gdb *g)
{
	g->state = GDB_STOPPING;
	lg_pause(g->lg);
}

void gdb_go(struct gdb *g, bool step)
{
	struct lg_stop now;

	g->step = step;
	g->why[0] = 0;
	gdb_sync(g, step);
	if (!g->dead && lg_paused(g->lg, &now))
		lg_resume(g->lg, step);
	g->state = GDB_RUNNING;
}

/* Past an int3 that was hit but not meant: out, one instruction, back in. */
static void step_over(struct gdb *g, u32 gpa)
{
	g->over = true;
	g->over_gpa = gpa;
	gdb_lift(g, gpa);
	lg_resume(g->lg, 1);
}

/* It stands again after that instruction.  True: nobody needs to know. */
static bool stepped_over(struct gdb *g, const struct lg_stop *now)
{
	g->over = false;
	gdb_put_back(g, g->over_gpa);
	if (now->why != LG_WHY_STEP || g->step)
		return false;
	lg_resume(g->lg, 0);
	return true;
}

/* True: that was ours alone, and the guest goes on. */
static bool private_stop(struct gdb *g, const struct lg_stop *now)
{
	if (now->why == LG_WHY_PAGE) {
		gdb_page(g, now->a & ~0xfffu, now->b & ~0xfffu);
		lg_resume(g->lg, 0);
		return true;
	}
	forget_tasks(g);
	if (g->over && stepped_over(g, now))
		return true;
	if (now->why == LG_WHY_BREAK) {
		if (gdb_break_here(g)) {
			snprintf(g->why, sizeof(g->why), "%s", g->swbreak ? "swbreak:;" : "");
			return false;
		}
		step_over(g, now->a);
		return true;
	}
	if ((now->why == LG_WHY_CHANGED || now->why == LG_WHY_TOUCHED) && !gdb_watched(g, now)) {
		lg_resume(g->lg, g->step);
		return true;
	}
	return false;
}

/* Until the vCPU runs again by our own doing, or stands for the client. */
static int look_at_vcpu(struct gdb *g)
{
	bool asked = g->state == GDB_STOPPING;
	struct lg_stop now;

	if (!lg_paused(g->lg, &now)) {
		if (asked)
			lg_pause(g->lg);	/* again: see host/stop.c */
		return asked ? AGAIN_MS : -1;
	}
	if (private_stop(g, &now)) {
		if (asked)
			lg_pause(g->lg);
		return asked ? AGAIN_MS : 0;
	}
	stopped(g, now.why == LG_WHY_ASKED && g->interrupted ? GDB_SIGINT : GDB_SIGTRAP);
	return -1;
}

/* --- P:204 A guest, a client --------------------------------------------------------- */

void gdb_guest(struct gdb *g, struct lg *lg, int wait)
{
	g->lg = lg;
	g->dead = false;
	g->over = false;
	forget_tasks(g);
	memset(g->int3, 0, sizeof(g->int3));
	g->npages = 0;
	if (g->attached) {		/* it was debugging the one before */
		lg_debug(lg, 1);
		gdb_sync(g, false);
		g->state = GDB_RUNNING;
	} else if (wait) {
		g->state = GDB_AWAY;
		lg_pause(lg);
	} else {
		g->state = GDB_AWAY;
	}
}

void gdb_guest_ends(struct gdb *g, int status)
{
	if (!g->lg)
		return;
	gdb_unset(g, false);
	if (g->attached && status >= 0 && g->state != GDB_AWAY) {
		gdb_say(g, status > 128 && status < 160 ? "X%02x" : "W%02x",
			(unsigned)(status > 128 && status < 160 ? status - 128 : status) & 0xffu);
		gdb_reply(g);
	}
	g->lg = NULL;
}

void gdb_attach(struct gdb *g)
{
	g->attached = true;
	g->gone = g->noack = g->swbreak = g->interrupted = g->ending = false;
	g->nin = g->nout = g->nlast = g->taken = g->reply = 0;
	g->thread = 0;
	g->why[0] = g->user_scope[0] = 0;
	if (!g->lg)
		return;
	lg_debug(g->lg, 1);
	stop(g);
}

void gdb_detach(struct gdb *g)
{
	g->attached = false;
	g->state = GDB_AWAY;
	g->ending = true;
	if (!g->lg)
		return;
	/* int3s are taken out while it stands, or it would trip over one just now. */
	if (!g->dead)
		lg_pause_wait(g->lg, DETACH_MS);
	gdb_unset(g, true);
	lg_debug(g->lg, 0);
}

int gdb_look(struct gdb *g, int dead)
{
	int again = -1;

	if (!g->lg || !g->attached || g->ending)
		return -1;
	if (dead && !g->dead) {
		g->dead = true;
		if (atomic_load(&lg_shared(g->lg)->state) != LG_DEAD) {
			g->ending = true;
			return -1;
		}
		gdb_unset(g, false);
		g->why[0] = 0;
		stopped(g, signal_of_death(g));
	}
	while (!g->dead && (g->state == GDB_STOPPING || g->state == GDB_RUNNING)) {
		again = look_at_vcpu(g);
		if (again)
			break;
	}
	gdb_input(g, NULL, 0);
	return g->state == GDB_STOPPING ? AGAIN_MS : again;
}

int gdb_stopped(const struct gdb *g)
{
	return g->attached && !g->ending && (g->state == GDB_STOPPED || g->state == GDB_STOPPING);
}

int gdb_gone(const struct gdb *g)
{
	return g->gone;
}

int gdb_killed(const struct gdb *g)
{
	return g->killed;
}

const void *gdb_output(struct gdb *g, size_t *len)
{
	*len = g->nout;
	return g->out;
}

void gdb_sent(struct gdb *g, size_t len)
{
	if (len > g->nout)
		len = g->nout;
	memmove(g->out, g->out + len, g->nout - len);
	g->nout -= len;
}

/* --- P:206 What the client says ------------------------------------------------------------ */

static void take_requests(struct gdb *g)
{
	struct packet pk;

	while (g->state == GDB_STOPPED && !g->gone && !g->killed && !g->ending && gdb_take(g, &pk)) {
		gdb_request(g, &pk);
		gdb_drop_taken(g);
	}
	g->interrupt = g->interrupt && g->state == GDB_RUNNING;
}

/* While it runs there is only Ctrl-C, and acknowledgements. */
static void take_interrupt(struct gdb *g)
{
	size_t n = 0;

	for (; n < g->nin && g->in[n] != '$'; n++)
		if (g->in[n] == 3)
			g->interrupt = true;
	memmove(g->in, g->in + n, g->nin - n);
	g->nin -= n;
	if (!g->interrupt || g->state != GDB_RUNNING || g->dead)
		return;
	g->interrupt = false;
	g->interrupted = true;
	stop(g);
}

void gdb_input(struct gdb *g, const void *bytes, size_t len)
{
	if (len > sizeof(g->in) - g->nin) {
		g->gone = true;
		return;
	}
	if (len)
		memcpy(g->in + g->nin, bytes, len);
	g->nin += len;
	if (g->gone || !g->attached || !g->lg)
		return;
	take_requests(g);
	if (g->state == GDB_RUNNING)
		take_interrupt(g);
}
