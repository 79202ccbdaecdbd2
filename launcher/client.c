/* SPDX-License-Identifier: MIT */
/*
 * L:870 lguest ps, info, stop: about guests that run.
 */
#include "launcher/client.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "launcher/run.h"
#include "launcher/rundir.h"

#define PATIENCE_MS 2000  /* for an answer: guests answer at once or hang */
#define STOP_MS	    10000 /* for the end */
#define PS_MAX	    4096  /* guests */

static int unreachable(const char *name, int err, struct complaint *c)
{
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		return complain(c, err, "%s: no such guest runs: lguest ps lists them", name);
	case -EACCES:
	case -EPERM:
		return complain(c, err, "%s: somebody else's guest", name);
	}
	return complain(c, err, "%s: %s: try again", name, strerror(-err));
}

int client_ask(const char *name, const char *request, struct complaint *c)
{
	struct sockaddr_un at;
	int fd, err;

	if (!rundir_good_name(name))
		return complain(c, -EINVAL, "%s: not a guest's name: lguest ps lists them", name);
	err = rundir_address(&at, name, c);
	if (err)
		return err;
	fd = rundir_connect(&at);
	if (fd < 0)
		return unreachable(name, fd, c);
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0) {
		err = unreachable(name, -errno, c);
		close(fd);
		return err;
	}
	return fd;
}

long client_read(int fd, char *to, unsigned long size, int one_line, const char *name,
		 struct complaint *c)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	while (len < size - 1) {
		ssize_t n = poll(&p, 1, PATIENCE_MS);

		if (n > 0)
			n = read(fd, to + len, one_line ? 1 : size - 1 - len);
		else if (n == 0)
			return complain(c, -ETIMEDOUT, "%s: no answer: is it stopped?", name);
		if (n < 0 && errno != EINTR)
			return unreachable(name, -errno, c);
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
		if (n > 0 && one_line && to[len - 1] == '\n')
			break;
	}
	to[len] = 0;
	if (!strncmp(to, "error ", 6)) {
		to[strcspn(to, "\n")] = 0;
		return complain(c, -EPROTO, "%s: %s", name, to + 6);
	}
	return (long)len;
}

static int failed(const struct complaint *c)
{
	log_error("%s", c->text);
	return STATUS_FAILED;
}

/* The only argument, or NULL and a message. */
static const char *only_name(int argc, char **argv, const char *command)
{
	if (argc == 1 && argv[0][0] != '-')
		return argv[0];
	log_error("%s: give one guest's name: lguest %s NAME; lguest ps lists them", command,
		  command);
	return NULL;
}

static long ask_info(const char *name, char *text, size_t size, struct complaint *c)
{
	int fd = client_ask(name, "info\n", c);
	long n;

	if (fd < 0)
		return fd;
	n = client_read(fd, text, size, 0, name, c);
	close(fd);
	if (!n)
		return complain(c, -EPIPE, "%s: it ended just now", name);
	return n;
}

/* --- L:872 info -------------------------------------------------------------- */

/* The text is the guest's user's own, yet may hold anything, like file names. */
static void print_line(const char *line)
{
	const char *value = line + strcspn(line, " ");
	char key[16];

	snprintf(key, sizeof(key), "%.*s:", (int)(value - line), line);
	printf("%-10s", key);
	if (!strncmp(line, "memory ", 7) || !strncmp(line, "limit ", 6))
		printf("%.1f MiB\n", strtod(value, NULL) / 1024);
	else if (!strncmp(line, "uptime ", 7))
		printf("%s s\n", value + 1);
	else
		puts(*value ? value + 1 : "");
}

int info_command(int argc, char **argv)
{
	const char *name = only_name(argc, argv, "info");
	struct complaint c = { "" };
	char text[8192], *line, *save;

	if (!name)
		return STATUS_FAILED;
	if (ask_info(name, text, sizeof(text), &c) < 0)
		return failed(&c);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		print_line(line);
	return STATUS_OK;
}

/* --- L:874 ps ---------------------------------------------------------------- */

/* What "key " starts in an info text, up to the end of the line. */
static void value_of(const char *text, const char *key, char *to, size_t size)
{
	size_t len = strlen(key);
	const char *p;

	*to = 0;
	for (p = text; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
		if (!strncmp(p, key, len) && p[len] == ' ') {
			snprintf(to, size, "%.*s", (int)strcspn(p + len + 1, "\n"), p + len + 1);
			return;
		}
}

static void print_time(char *to, size_t size, double s)
{
	if (s < 60)
		snprintf(to, size, "%.1fs", s);
	else if (s < 3600)
		snprintf(to, size, "%dm%02ds", (int)s / 60, (int)s % 60);
	else
		snprintf(to, size, "%dh%02dm", (int)(s / 3600), (int)s / 60 % 60);
}

static void print_guest(const char *name)
{
	char text[8192] = "", pid[16], state[16], uptime[24], memory[24], kernel[256];
	struct complaint c = { "" };
	long n = ask_info(name, text, sizeof(text), &c);

	if (n == -ENOENT || n == -EPIPE)
		return; /* it ended meanwhile */
	if (n < 0) {
		printf("%-16s %8s %-8s\n", name, "-", "silent");
		return;
	}
	value_of(text, "pid", pid, sizeof(pid));
	value_of(text, "state", state, sizeof(state));
	value_of(text, "uptime", uptime, sizeof(uptime));
	value_of(text, "memory", memory, sizeof(memory));
	value_of(text, "kernel", kernel, sizeof(kernel));
	print_time(uptime, sizeof(uptime), strtod(uptime, NULL));
	printf("%-16s %8s %-8s %8s %8.1fM  %s\n", name, pid, state, uptime,
	       strtod(memory, NULL) / 1024, kernel);
}

/* 1: NAME.sock, and NAME is cut out of it. */
static int is_socket_name(char *name)
{
	size_t len = strlen(name);

	if (len < 6 || strcmp(name + len - 5, ".sock"))
		return 0;
	name[len - 5] = 0;
	return rundir_good_name(name);
}

/* What a guest that was killed could not remove itself. */
static int is_left_over(const char *name)
{
	struct complaint c = { "" };
	struct sockaddr_un at;
	int fd;

	if (rundir_address(&at, name, &c))
		return 0;
	fd = rundir_connect(&at);
	if (fd >= 0)
		close(fd);
	if (fd != -ECONNREFUSED)
		return 0;
	unlink(at.sun_path);
	return 1;
}

int client_names(char found[][GUEST_NAME_MAX + 1], int max, struct complaint *c)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct dirent **names;
	int i, n, out = 0, err = rundir_path(dir, sizeof(dir), c);

	if (err)
		return err;
	n = scandir(dir, &names, NULL, alphasort);
	if (n < 0)
		return complain(c, -errno, "%s: %s", dir, strerror(errno));
	for (i = 0; i < n; i++) {
		if (is_socket_name(names[i]->d_name) && !is_left_over(names[i]->d_name) && out < max)
			strcpy(found[out++], names[i]->d_name); /* a good name: short enough */
		free(names[i]);
	}
	free(names);
	return out;
}

int ps_command(int argc, char **argv)
{
	static char names[PS_MAX][GUEST_NAME_MAX + 1];
	struct complaint c = { "" };
	int i, n;

	(void)argv;
	if (argc) {
		log_error("ps: takes no arguments: lguest ps");
		return STATUS_FAILED;
	}
	n = client_names(names, PS_MAX, &c);
	if (n < 0)
		return failed(&c);
	printf("%-16s %8s %-8s %8s %9s  %s\n", "NAME", "PID", "STATE", "UPTIME", "MEMORY",
	       "KERNEL");
	for (i = 0; i < n; i++)
		print_guest(names[i]);
	return STATUS_OK;
}

/* --- L:876 stop --------------------------------------------------------------- */

/* Until the connection ends: then so has the guest. */
static int wait_for_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;
	int n;

	do
		n = poll(&p, 1, STOP_MS);
	while (n < 0 && errno == EINTR);
	return n > 0 && read(fd, &byte, 1) <= 0 ? 0 : -ETIMEDOUT;
}

int stop_command(int argc, char **argv)
{
	const char *name = only_name(argc, argv, "stop");
	struct complaint c = { "" };
	int fd, err;

	if (!name)
		return STATUS_FAILED;
	fd = client_ask(name, "stop\n", &c);
	if (fd < 0)
		return failed(&c);
	err = wait_for_end(fd);
	close(fd);
	if (!err)
		return STATUS_OK;
	log_error("%s: still there after %d s: kill its process, lguest info %s has the pid", name,
		  STOP_MS / 1000, name);
	return STATUS_FAILED;
}
