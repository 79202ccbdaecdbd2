/* SPDX-License-Identifier: MIT */
/*
 * L:535 lguest profile NAME: where a guest spends its time, by function.  The guest
 * sends samples over its control socket; names are found here, where files can
 * be opened and time does not matter.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "debug/profile.h"
#include "launcher/client.h"
#include "launcher/options.h"
#include "launcher/run.h"
#include "launcher/stat.h"
#include "launcher/trace.h"

#define DIRS_MAX 16

static const char help[] =
	"usage: lguest profile [options] NAME\n\n"
	"Samples a guest that runs and prints its stacks, one line for each with how often\n"
	"it was seen: \"kernel;main;sched 12\", \"user:ls;main;qsort 3\"; [Host] on top is\n"
	"lguest at work for what is below.  Ctrl-c ends it early.\n\n"
	"  --seconds N       for how long (default 10)\n"
	"  --hz N            samples per second of the guest's time (default 99, at most 1000)\n"
	"  --svg             a flame graph, to look at in a browser\n"
	"  --kernel FILE     symbols of the kernel, if not from the one that runs\n"
	"  --symbols DIR     where ELF files of the guest's programs are; several times\n"
	"                    (default for nine: nine-u/bin beside it)\n"
	"  -o FILE           write to FILE\n";

struct job {
	const char *name, *kernel, *output;
	const char *dirs[DIRS_MAX + 2];
	int ndirs;
	u64 ns;
	u32 hz;
	int svg;
	char kernel_path[PATH_MAX], default_dir[PATH_MAX];
	unsigned long long samples, host;
};

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

static int take_value(struct job *j, const char *name, const char *value, struct complaint *c)
{
	if (!strcmp(name, "--seconds")) {
		if (!options_seconds(value, &j->ns) && j->ns)
			return 0;
		return complain(c, -EINVAL, "profile: --seconds %s: not a time", value);
	}
	if (!strcmp(name, "--hz")) {
		char *stop;
		unsigned long hz = strtoul(value, &stop, 10);

		if (*stop || hz < 1 || hz > PROFILE_HZ_MAX)
			return complain(c, -EINVAL, "profile: --hz %s: a number from 1 to %u",
					value, PROFILE_HZ_MAX);
		j->hz = (u32)hz;
		return 0;
	}
	if (!strcmp(name, "--kernel"))
		j->kernel = value;
	else if (!strcmp(name, "-o"))
		j->output = value;
	else if (!strcmp(name, "--symbols") && j->ndirs < DIRS_MAX)
		j->dirs[j->ndirs++] = value;
	else
		return complain(c, -EINVAL, "profile: %s: what is that: lguest profile --help",
				name);
	return 0;
}

static int parse(struct job *j, int argc, char **argv, struct complaint *c)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--svg")) {
			j->svg = 1;
		} else if (argv[i][0] == '-') {
			if (i + 1 == argc)
				return complain(c, -EINVAL,
						"profile: %s: unknown, or needs a value: "
						"lguest profile --help",
						argv[i]);
			if (take_value(j, argv[i], argv[i + 1], c))
				return -EINVAL;
			i++;
		} else if (j->name) {
			return complain(c, -EINVAL, "profile: two guests: give one");
		} else {
			j->name = argv[i];
		}
	}
	if (!j->name)
		return complain(c, -EINVAL, "profile: give one guest's name; lguest ps lists them");
	return 0;
}

/* --- L:537 The files ---------------------------------------------------------------- */

/* What the guest runs, seen from here: its path may be relative to its Launcher. */
static int find_kernel(struct job *j, struct complaint *c)
{
	char text[8192], *line, *save, path[PATH_MAX] = "";
	int pid = 0, fd = client_ask(j->name, "info\n", c);
	long n;

	if (fd < 0)
		return fd;
	n = client_read(fd, text, sizeof(text), 0, j->name, c);
	close(fd);
	if (n < 0)
		return (int)n;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "pid ", 4))
			pid = atoi(line + 4);
		else if (!strncmp(line, "kernel ", 7))
			snprintf(path, sizeof(path), "%s", line + 7);
	}
	if (path[0] == '/')
		strcpy(j->kernel_path, path);
	else if (snprintf(j->kernel_path, PATH_MAX, "/proc/%d/cwd/%s", pid, path) >= PATH_MAX)
		return complain(c, -ENAMETOOLONG, "profile: %s: the name is too long", path);
	return 0;
}

static void default_dir(struct job *j)
{
	char *slash;

	if (j->ndirs)
		return;
	strcpy(j->default_dir, j->kernel_path);
	slash = strrchr(j->default_dir, '/');
	if (slash && (size_t)(slash - j->default_dir) + sizeof("/nine-u/bin") < PATH_MAX) {
		strcpy(slash, "/nine-u/bin");
		j->dirs[j->ndirs++] = j->default_dir;
	}
}

static struct profile_stacks *open_stacks(struct job *j, struct complaint *c)
{
	const char *path = j->kernel ? j->kernel : j->kernel_path, *note;
	struct profile_stacks *p;
	int fd = kernel_file(path);

	p = profile_open(fd, j->dirs, &note);
	if (fd >= 0)
		close(fd);
	if (!p)
		complain(c, -ENOMEM, "profile: no memory");
	else if (note)
		log_warn("profile: no symbols: %s: %s: --kernel FILE says where they are", path,
			 note);
	return p;
}

/* --- L:539 Samples ------------------------------------------------------------------ */

/* All of it, before the deadline: 1; 0: no more, or no more time. */
static int receive(int fd, void *to, size_t len, u64 deadline)
{
	char *at = to;

	while (len) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		u64 now = now_ns();
		ssize_t n;

		if (ended || now >= deadline ||
		    poll(&p, 1, (int)((deadline - now) / 1000000 + 1)) <= 0)
			return 0;
		n = read(fd, at, len);
		if (n <= 0)
			return 0;
		at += n;
		len -= (size_t)n;
	}
	return 1;
}

static void collect(struct job *j, int fd, struct profile_stacks *stacks)
{
	u64 deadline = now_ns() + j->ns;
	size_t head = offsetof(struct lg_sample, stack);
	struct lg_sample s;
	u32 len;

	while (receive(fd, &len, 4, deadline)) {
		if (len < head || len > sizeof(s))
			break; /* lguest of another version */
		memset(&s, 0, head);
		if (!receive(fd, &s, len, deadline))
			break;
		if (s.nstack > len - head)
			s.nstack = (u32)(len - head);
		profile_add(stacks, &s);
		j->samples++;
		j->host += s.mode == LG_MODE_HOST;
	}
}

static int sample(struct job *j, struct profile_stacks *stacks, struct complaint *c)
{
	struct sigaction sa = { .sa_handler = end };
	struct stats before, after, d;
	char request[32], ok[64];
	int fd, err = stat_ask(j->name, &before, c);

	if (err)
		return err;
	snprintf(request, sizeof(request), "profile %u\n", j->hz);
	fd = client_ask(j->name, request, c);
	if (fd < 0)
		return fd;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	err = (int)client_read(fd, ok, sizeof(ok), 1, j->name, c);
	if (err >= 0)
		collect(j, fd, stacks);
	close(fd);
	if (err < 0)
		return err;
	if (stat_ask(j->name, &after, c)) {
		log_warn("profile: %s ended meanwhile: %llu samples", j->name, j->samples);
		return 0;
	}
	stat_between(&d, &after, &before);
	if (d.samples[LG_MODE_HOST] > j->host)
		profile_add_bare(stacks, "[Host]", d.samples[LG_MODE_HOST] - j->host);
	fprintf(stderr,
		"lguest: profile: %.1f s, of which %.1f s halted; %llu samples with a stack\n",
		(double)d.uptime / 1e9, (double)d.halted / 1e9, j->samples);
	return 0;
}

static int write_out(struct job *j, struct profile_stacks *stacks, struct complaint *c)
{
	FILE *to = j->output ? fopen(j->output, "we") : stdout;

	if (!to)
		return complain(c, -errno, "profile: -o %s: %s", j->output, strerror(errno));
	if (j->svg)
		profile_svg(stacks, j->name, to);
	else
		profile_folded(stacks, to);
	if (to != stdout && fclose(to))
		return complain(c, -errno, "profile: -o %s: %s: it is incomplete", j->output,
				strerror(errno));
	return 0;
}

int profile_command(int argc, char **argv)
{
	static struct job j = { .ns = 10000000000u, .hz = 99 };
	struct profile_stacks *stacks = NULL;
	struct complaint c = { "" };
	int err;

	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))) {
		fputs(help, stdout);
		return STATUS_OK;
	}
	err = parse(&j, argc, argv, &c);
	if (!err)
		err = find_kernel(&j, &c);
	if (!err) {
		default_dir(&j);
		stacks = open_stacks(&j, &c);
		err = stacks ? sample(&j, stacks, &c) : -ENOMEM;
	}
	if (!err)
		err = write_out(&j, stacks, &c);
	if (stacks)
		profile_free(stacks);
	if (!err)
		return STATUS_OK;
	log_error("%s", c.text);
	return STATUS_FAILED;
}
