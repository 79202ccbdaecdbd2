/* SPDX-License-Identifier: MIT */
/*
 * L:100 The Launcher.
 *
 * This is the program the user starts.  It loads a kernel image into memory,
 * hands it to the Host to run, and plays the devices meanwhile: it owns the
 * terminal and all files, runs no guest code, and believes nothing that is in
 * guest memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "launcher/client.h"
#include "launcher/log.h"
#include "launcher/options.h"
#include "launcher/plug.h"
#include "launcher/run.h"
#include "launcher/stat.h"

#define VERSION "0.1"

struct subcommand {
	const char *name;
	const char *usage;
	int (*run)(int argc, char **argv);
	int helps; /* it has a --help of its own */
};

static int help_command(int argc, char **argv);
static int version_command(int argc, char **argv);

static const struct subcommand table[] = {
	{ "run", "boot a kernel (lguest run --help: its options)", run_command, 1 },
	{ "ps", "list the guests that run", ps_command, 0 },
	{ "info", "say what is known about one (lguest info NAME)", info_command, 0 },
	{ "console", "go to its console as well (Ctrl-a x leaves)", console_command, 0 },
	{ "add", "give it a disk or a directory (lguest add NAME --disk PATH)", add_command, 0 },
	{ "stop", "end it, as SIGTERM would", stop_command, 0 },
	{ "trace", "show what --trace wrote (lguest trace --help)", trace_command, 1 },
	{ "stat", "its counters: hypercalls, traps, faults, who has the CPU (lguest stat NAME)", stat_command, 1 },
	{ "top", "the guests that run and who has the CPU, every second", top_command, 1 },
	{ "profile", "where it spends its time, by function (lguest profile NAME)", profile_command, 1 },
	{ "preflight", "say what this machine has of what lguest needs", preflight_command, 0 },
	{ "help", "this text, or that of a command", help_command, 0 },
	{ "version", "version of lguest and of its interface to guests", version_command, 0 },
};

#define NCOMMANDS (sizeof(table) / sizeof(table[0]))

static const struct subcommand *find(const char *name)
{
	size_t i;

	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		name = "help";
	else if (!strcmp(name, "--version") || !strcmp(name, "-V"))
		name = "version";
	for (i = 0; i < NCOMMANDS; i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

static int unknown(const char *name)
{
	log_error("unknown command %s: lguest help lists them", name);
	return STATUS_FAILED;
}

static int help_of(const char *name)
{
	const struct subcommand *c = find(name);
	char *help[] = { "--help", NULL };

	if (!c)
		return unknown(name);
	if (c->helps)
		return c->run(1, help);
	printf("lguest %s: %s\nMore is in lguest(1).\n", c->name, c->usage);
	return STATUS_OK;
}

static int help_command(int argc, char **argv)
{
	size_t i;

	if (argc)
		return help_of(argv[0]);
	fputs("usage: lguest COMMAND ...\n\n"
	      "Boots 32-bit kernels as ordinary programs: no KVM, no root.\n\n",
	      stdout);
	for (i = 0; i < NCOMMANDS; i++)
		printf("  %-12s%s\n", table[i].name, table[i].usage);
	fputs("\nExamples:\n"
	      "  lguest run nine                boot nine on this terminal (Ctrl-a x quits)\n"
	      "  lguest run -m 128M kernel.gz -- -v\n"
	      "  lguest run --name web --console none nine &   and then: lguest console web\n"
	      "  lguest preflight\n",
	      stdout);
	return STATUS_OK;
}

static int version_command(int argc, char **argv)
{
	(void)argc, (void)argv;
	printf("lguest %s, interface %d\n", VERSION, LG_ABI_VERSION);
	return STATUS_OK;
}

/*
 * With a standard descriptor closed, the next file we open would take its
 * place and the guest's output might end up there.
 */
static int open_standard_fds(void)
{
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	const struct subcommand *c;
	int status;

	if (open_standard_fds() < 0)
		return STATUS_FAILED;
	c = argc > 1 ? find(argv[1]) : NULL;
	if (!c) {
		if (argc > 1)
			return unknown(argv[1]);
		log_error("no command given: lguest run KERNEL, or lguest help");
		return STATUS_FAILED;
	}
	if (!c->helps && argc == 3 && (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h")))
		return help_of(c->name);
	status = c->run(argc - 2, argv + 2);
	if (fflush(stdout) && errno != EPIPE) {
		log_error("standard output: %s", strerror(errno));
		return STATUS_FAILED;
	}
	return status;
}
