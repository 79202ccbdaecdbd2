/* SPDX-License-Identifier: MIT */
/*
 * L:895 lguest add: disks and directories for a guest that runs.
 *
 * A directory's server is started here, confined as always, and outlives us:
 * it ends with its socket, that is with the guest.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/9p_share.h"
#include "launcher/client.h"
#include "launcher/guest.h"
#include "launcher/options.h"
#include "launcher/plug.h"
#include "launcher/run.h"

static int send_with(int sock, const char *line, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { (void *)line, strlen(line) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	return sendmsg(sock, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int ask_with(const char *name, const char *line, int fd, struct complaint *c)
{
	int sock = client_ask(name, "", c), err;
	char reply[1024];

	if (sock < 0)
		return sock;
	err = send_with(sock, line, fd);
	if (err)
		complain(c, err, "%s: %s: try again", name, strerror(-err));
	else if (client_read(sock, reply, sizeof(reply), 1, name, c) < 0)
		err = -EPROTO;
	else if (strcmp(reply, "ok\n") != 0)
		err = complain(c, -EPROTO, "%s: it ended just now", name);
	close(sock);
	return err;
}

/* The guest may run elsewhere in the file system: it is told whole paths. */
static const char *whole(const char *path, char buf[PATH_MAX])
{
	return realpath(path, buf) ? buf : path;
}

static int add_share(const char *name, const struct share_option *so, struct complaint *c)
{
	char line[2 * PATH_MAX], path[PATH_MAX];
	const char *what = "";
	struct share sh;
	int err;

	if (so->net)
		return complain(c, -EINVAL, "--share net: only when a guest starts: lguest run");
	err = share_start_orphan(&sh, so->dir, so->read_only, so->tag, guest_from_parcel,
				 guest_forget, &what);
	if (err)
		return complain(c, err, "--share %s: %s: %s: name an existing directory that you may read",
				so->dir, what, strerror(-err));
	snprintf(line, sizeof(line), "share %s %s %s\n", so->read_only ? "ro" : "rw", so->tag,
		 whole(so->dir, path));
	err = ask_with(name, line, sh.fd, c);
	if (err)
		share_stop(&sh);
	else
		close(sh.fd);
	return err;
}

static int add_disk(const char *name, const char *value, struct complaint *c)
{
	char line[2 * PATH_MAX], path[PATH_MAX];
	struct store_why why = { "" };
	struct disk_option o;
	struct store *s;
	int err = disk_parse(&o, value, c);

	if (err)
		return err;
	if (o.cow || o.nfaults || store_is_nbd(o.path))
		return complain(c, -EINVAL,
				"--disk %s: a guest that runs takes files and block devices, as they are or ,ro",
				value);
	if (raw_open(&s, o.path, o.read_only, &why))
		return complain(c, -EINVAL, "--disk: %s", why.text);
	snprintf(line, sizeof(line), "disk %s %s\n", o.read_only ? "ro" : "rw",
		 whole(o.path, path));
	err = ask_with(name, line, raw_fd(s), c);
	store_close(s);
	return err;
}

/* Only what can be added. */
static int check_words(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i += 2)
		if ((strcmp(argv[i], "--disk") && strcmp(argv[i], "--share")) || i + 1 == argc)
			return -EINVAL;
	return argc >= 3 && argv[0][0] != '-' ? 0 : -EINVAL;
}

int add_command(int argc, char **argv)
{
	static struct options o;
	struct complaint c = { "" };
	char *words[64];
	unsigned i;
	int err;

	if (check_words(argc, argv) || argc > 60) {
		log_error("add: lguest add NAME --disk PATH[,ro] or --share DIR[,ro][,tag=T]; lguest ps lists names");
		return STATUS_FAILED;
	}
	words[0] = (char *)"-"; /* options are parsed as those of run, which wants a kernel */
	memcpy(words + 1, argv + 1, (size_t)(argc - 1) * sizeof(argv[0]));
	err = options_parse(&o, argc, words, &c);
	for (i = 0; i < o.ndisks && !err; i++)
		err = add_disk(argv[0], o.disks[i], &c);
	for (i = 0; i < o.nshares && !err; i++)
		err = add_share(argv[0], &o.shares[i], &c);
	if (!err)
		return STATUS_OK;
	log_error("%s", c.text);
	return STATUS_FAILED;
}
