/* SPDX-License-Identifier: MIT */
/*
 * L:530 lguest top: all guests that run, or one, every second.  While it looks it
 * has them sampled, 100 times a second of their CPU time; a halted guest is
 * left in peace.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/client.h"
#include "launcher/run.h"
#include "launcher/stat.h"
#include "launcher/terminal.h"

#define GUESTS	    128
#define INTERVAL_MS 1000

static const char help[] =
	"usage: lguest top [-n TIMES] [NAME]\n\n"
	"The guests that run, or one, refreshed each second; q quits.  Into a file or pipe\n"
	"goes one table, or TIMES of them.  In per cent of the time: the guest's kernel, its\n"
	"user programs, the Host (by samples), halted (exact); the rest per second.\n";

struct watched {
	char name[GUEST_NAME_MAX + 1];
	int sampler; /* the connection that has it sampled, or -1 */
	int known;   /* before is filled */
	struct stats before, now;
};

struct top {
	const char *only; /* or NULL: all */
	int screen, times;
	int n;
	struct watched guests[GUESTS];
};

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

static void start_sampling(struct watched *w)
{
	struct complaint c = { "" };
	char ok[64];

	w->sampler = client_ask(w->name, "sample 100\n", &c);
	if (w->sampler >= 0 && client_read(w->sampler, ok, sizeof(ok), 1, w->name, &c) < 0) {
		close(w->sampler);
		w->sampler = -1;
	}
}

static struct watched *find(struct top *t, const char *name)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (!strcmp(t->guests[i].name, name))
			return &t->guests[i];
	return NULL;
}

static void add(struct top *t, const char *name)
{
	struct watched *w = &t->guests[t->n];

	if (t->n == GUESTS || find(t, name))
		return;
	memset(w, 0, sizeof(*w));
	strcpy(w->name, name);
	start_sampling(w);
	t->n++;
}

static void drop(struct top *t, int i)
{
	if (t->guests[i].sampler >= 0)
		close(t->guests[i].sampler);
	memmove(&t->guests[i], &t->guests[i + 1], (size_t)(--t->n - i) * sizeof(t->guests[0]));
}

/* Who runs; 0 or -errno. */
static int list(struct top *t, struct complaint *c)
{
	static char names[GUESTS][GUEST_NAME_MAX + 1];
	int i, n;

	if (t->only) {
		if (!rundir_good_name(t->only))
			return complain(c, -EINVAL,
					"top: %s: not a guest's name: lguest ps lists them",
					t->only);
		add(t, t->only);
		return 0;
	}
	n = client_names(names, GUESTS, c);
	for (i = 0; i < n; i++)
		add(t, names[i]);
	return n < 0 ? n : 0;
}

/* The counters of all; who does not answer is gone. */
static int look(struct top *t, struct complaint *c)
{
	int i, err;

	for (i = 0; i < t->n; i++) {
		struct watched *w = &t->guests[i];

		w->before = w->now;
		err = stat_ask(w->name, &w->now, c);
		if (err) {
			drop(t, i--);
			if (t->only)
				return err;
		}
	}
	return 0;
}

/* --- L:532 The table ---------------------------------------------------------------- */

static u64 sum(const u64 *p, int n)
{
	u64 all = 0;

	while (n--)
		all += *p++;
	return all;
}

static void print_guest(struct top *t, struct watched *w)
{
	struct stats d;
	struct shares sh;
	double s;

	if (!w->known) {
		w->known = 1; /* rates need two looks */
		return;
	}
	stat_between(&d, &w->now, &w->before);
	sh = stat_shares(&d);
	s = (double)d.uptime / 1e9;
	if (s <= 0)
		return;
	printf("%-16s %5.1f %5.1f %5.1f %5.1f %6.1f %9.0f %8.0f %8.0f %8.0f %7.0f %7.1fM%s\n",
	       w->name, (double)d.cpu * 100 / (double)d.uptime, sh.of[LG_MODE_KERNEL],
	       sh.of[LG_MODE_USER], sh.of[LG_MODE_HOST], sh.halted, (double)d.syscalls / s,
	       (double)sum(d.hcalls, 64) / s, (double)(d.kinds[LG_EV_SHADOW] + d.traps[14]) / s,
	       (double)sum(d.irqs, LG_IRQS) / s, (double)d.kinds[LG_EV_SWITCH] / s,
	       (double)w->now.resident / 1048576, t->screen ? "\033[K" : "");
}

static void print(struct top *t)
{
	const char *clear = t->screen ? "\033[K" : "";
	int i;

	if (t->screen)
		printf("\033[Hlguest top: %d guest%s; q quits\033[K\n\033[K\n", t->n,
		       t->n == 1 ? "" : "s");
	printf("%-16s %5s %5s %5s %5s %6s %9s %8s %8s %8s %7s %8s%s\n", "NAME", "CPU%", "KERN%",
	       "USER%", "HOST%", "HALT%", "SYSCALL/s", "HCALL/s", "FAULT/s", "IRQ/s", "SWTCH/s",
	       "MEMORY", clear);
	for (i = 0; i < t->n; i++)
		print_guest(t, &t->guests[i]);
	if (t->screen)
		fputs("\033[J", stdout);
	fflush(stdout);
}

/* A second, or less: 1 if the user has enough. */
static int wait_a_second(const struct top *t)
{
	struct pollfd p = { .fd = t->screen ? STDIN_FILENO : -1, .events = POLLIN };
	char key = 0;

	if (poll(&p, 1, INTERVAL_MS) > 0 && read(STDIN_FILENO, &key, 1) <= 0)
		return 1;
	return ended || key == 'q' || key == 'Q' || key == 3 /* Ctrl-c */;
}

static int watch(struct top *t, struct complaint *c)
{
	int shown = 0, err = list(t, c);

	if (!err)
		err = look(t, c);
	for (int i = 0; i < t->n; i++)
		t->guests[i].known = 1;
	while (!err && (!t->times || shown < t->times)) {
		if (wait_a_second(t))
			break;
		err = list(t, c);
		if (!err)
			err = look(t, c);
		if (!err)
			print(t);
		shown++;
	}
	return err;
}

/* Once, whichever way we leave. */
static void leave_screen(void)
{
	static int left;

	if (left++)
		return;
	fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
}

static void enter_screen(void)
{
	struct sigaction sa = { .sa_handler = end };

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	atexit(leave_screen);
	terminal_raw(STDIN_FILENO);
	fputs("\033[?1049h\033[?25l", stdout);
}

static int parse(struct top *t, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-n") && i + 1 < argc && atoi(argv[i + 1]) > 0)
			t->times = atoi(argv[++i]);
		else if (argv[i][0] == '-' || t->only)
			return -EINVAL;
		else
			t->only = argv[i];
	}
	return 0;
}

int top_command(int argc, char **argv)
{
	static struct top t; /* large */
	struct complaint c = { "" };
	int err;

	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))) {
		fputs(help, stdout);
		return STATUS_OK;
	}
	if (parse(&t, argc, argv)) {
		log_error("top: what is that: lguest top [-n TIMES] [NAME]");
		return STATUS_FAILED;
	}
	t.screen = isatty(STDOUT_FILENO) && isatty(STDIN_FILENO);
	if (!t.screen && !t.times)
		t.times = 1;
	if (t.screen)
		enter_screen();
	err = watch(&t, &c);
	while (t.n)
		drop(&t, 0);
	if (t.screen) {
		leave_screen();
		terminal_restore();
	}
	if (err) {
		log_error("%s", c.text);
		return STATUS_FAILED;
	}
	return STATUS_OK;
}
