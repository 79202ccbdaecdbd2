/* SPDX-License-Identifier: MIT */
/*
 * L:940 --net user.
 *
 * passt is a program of its own that makes ordinary connections of the host
 * out of a guest's packets.  It needs no privileges, and confines itself.  We
 * start it with one end of a socket; it ends when the other is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "launcher/net.h"

#define ARGS	    (16 + 2 * NET_FORWARDS)
#define ROOM	    4096
#define SOCKET_ROOM (4 << 20) /* bytes; the host gives what it allows */

struct command {
	const char *argv[ARGS + 1];
	unsigned n;
	char text[ROOM];
	size_t used;
};

static void add(struct command *cmd, const char *word)
{
	if (cmd->n < ARGS)
		cmd->argv[cmd->n++] = word;
}

/* A word made of two; all fit, for their number and length are limited. */
static void add_made(struct command *cmd, const char *a, const char *b)
{
	int len = snprintf(cmd->text + cmd->used, sizeof(cmd->text) - cmd->used, "%s%s", a, b);

	add(cmd, cmd->text + cmd->used);
	cmd->used += (size_t)len + 1;
}

/* "[udp:][ADDRESS/]PORTS": without an address, only this machine may connect. */
static void add_forward(struct command *cmd, const char *spec)
{
	int udp = !strncmp(spec, "udp:", 4);

	if (udp || !strncmp(spec, "tcp:", 4))
		spec += 4;
	add(cmd, udp ? "-u" : "-t");
	add_made(cmd, strchr(spec, '/') || strchr(spec, '%') ? "" : "127.0.0.1/", spec);
}

static void make_command(struct command *cmd, const struct net_option *o, int fd, u16 mtu)
{
	char number[16];
	unsigned i;

	memset(cmd, 0, sizeof(*cmd));
	add(cmd, "passt");
	add(cmd, "--foreground");
	add(cmd, "--quiet");
	add(cmd, "--stderr");
	add(cmd, "--one-off");
	snprintf(number, sizeof(number), "%d", fd);
	add(cmd, "--fd");
	add_made(cmd, "", number);
	snprintf(number, sizeof(number), "%u", mtu);
	add(cmd, "--mtu");
	add_made(cmd, "", number);
	if (!o->host)
		add(cmd, "--no-map-gw"); /* the gateway is not this machine's loopback */
	for (i = 0; i < o->nforward; i++)
		add_forward(cmd, o->forward[i]);
}

/* In the child: only the standard three and the socket stay open. */
static void become(const struct net_option *o, int sock, int report, int says, u16 mtu)
{
	struct command cmd;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), err;

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(says, STDERR_FILENO);
	fcntl(sock, F_SETFD, 0);
	setpgid(0, 0); /* what the terminal sends is not for it */
	signal(SIGPIPE, SIG_DFL);
	make_command(&cmd, o, sock, mtu);
	execvp(cmd.argv[0], (char *const *)cmd.argv);
	err = errno;
	if (write(report, &err, sizeof(err)) != sizeof(err))
		_exit(1);
	_exit(1);
}

/* 0 when it runs, or why it could not be started. */
static int start(struct net_card *card, const struct net_option *o, int sock, int says, u16 mtu)
{
	int report[2], err = 0;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	card->pid = fork();
	if (!card->pid)
		become(o, sock, report[1], says, mtu);
	err = card->pid < 0 ? errno : 0;
	close(report[1]);
	if (!err && read(report[0], &err, sizeof(err)) != sizeof(err))
		err = 0; /* closed by the exec */
	close(report[0]);
	if (card->pid < 0)
		card->pid = 0;
	return -err;
}

/*
 * passt drops what does not fit in its socket: make it as large as we may,
 * for it sends a whole TCP window at once.
 */
static void room_for_frames(const int pair[2])
{
	int size = SOCKET_ROOM, i;

	for (i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int connect_card(struct net_card *card, const struct net_option *o, u16 mtu,
			struct complaint *c, const int pair[2], const int says[2])
{
	int err;

	fcntl(says[1], F_SETFL, O_NONBLOCK); /* nobody reads before the end: it shall not wait */
	err = start(card, o, pair[1], says[1], mtu);
	if (err == -ENOENT)
		return complain(c, err,
				"--net user: passt is not installed: apt install passt"
				" (or use --share net, which needs no program)");
	if (err)
		return complain(c, err, "--net user: cannot start passt: %s: check that it runs",
				strerror(-err));
	room_for_frames(pair);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	fcntl(says[0], F_SETFL, O_NONBLOCK);
	err = net_open(&card->net, NET_PASST, pair[0], -1, o->mac, mtu, "passt (--net user)");
	if (err)
		return complain(c, err, "--net: no memory for a card: free some");
	card->net.says = says[0];
	return 0;
}

int net_open_passt(struct net_card *card, const struct net_option *o, u16 mtu, struct complaint *c)
{
	int pair[2], says[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return complain(c, -errno, "--net user: socketpair: %s: raise ulimit -n",
				strerror(errno));
	if (pipe2(says, O_CLOEXEC) < 0) {
		err = complain(c, -errno, "--net user: pipe: %s: raise ulimit -n", strerror(errno));
		close(pair[0]);
		close(pair[1]);
		return err;
	}
	err = connect_card(card, o, mtu, c, pair, says);
	close(pair[1]);
	close(says[1]);
	if (err) {
		close(pair[0]);
		close(says[0]);
	}
	return err;
}
