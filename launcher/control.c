/* SPDX-License-Identifier: MIT */
/*
 * L:860 The control socket, the running guest's side.
 *
 * Only the user can connect (rundir.c).  Still nothing here blocks and no
 * client can hold the guest up: a request is one short line, an answer fits
 * into a socket's buffer, who does neither send nor read is forgotten.
 */
#include "launcher/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "launcher/plug.h"
#include "launcher/stat.h"

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

/* --- L:862 A name ------------------------------------------------------------- */

/* "/boot/nine.gz" is called nine. */
static void name_after(char *name, const char *kernel)
{
	const char *base = strrchr(kernel, '/');
	size_t len, i;

	base = base ? base + 1 : kernel;
	len = strcspn(base, ".");
	if (!len || len > 32)
		len = strlen(base) < 32 ? strlen(base) : 32;
	for (i = 0; i < len; i++) {
		char one[2] = { base[i], 0 };

		name[i] = rundir_good_name(one) ? base[i] : '_';
	}
	name[len] = 0;
	if (!rundir_good_name(name))
		strcpy(name, "guest");
}

/* Nobody else chooses a name meanwhile; ends with close. */
static int lock_names(struct complaint *c)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int fd, err = rundir_path(dir, sizeof(dir), c);

	if (err)
		return err;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return complain(c, -errno, "%s: %s: set XDG_RUNTIME_DIR to a directory of yours",
				dir, strerror(errno));
	flock(fd, LOCK_EX);
	return fd;
}

static int listen_at(struct control *ctl)
{
	mode_t mask = umask(077);
	struct stat st;
	int err = 0;

	ctl->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ctl->listener < 0 ||
	    bind(ctl->listener, (const struct sockaddr *)&ctl->at, sizeof(ctl->at)) < 0 ||
	    listen(ctl->listener, CONTROL_CLIENTS) < 0)
		err = -errno;
	umask(mask);
	if (!err && !lstat(ctl->at.sun_path, &st))
		ctl->inode = st.st_ino;
	if (err && ctl->listener >= 0) {
		close(ctl->listener);
		ctl->listener = -1;
	}
	return err;
}

/* 0: the name is ours now.  -EADDRINUSE: somebody runs under it. */
static int try_name(struct control *ctl, struct complaint *c)
{
	int fd, err = rundir_address(&ctl->at, ctl->name, c);

	if (err)
		return err;
	fd = rundir_connect(&ctl->at);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || fd == -EAGAIN)
		return -EADDRINUSE;
	if (fd == -ECONNREFUSED)
		unlink(ctl->at.sun_path); /* left by one that was killed */
	err = listen_at(ctl);
	return err ? complain(c, err, "%s: %s", ctl->at.sun_path, strerror(-err)) : 0;
}

static int choose_name(struct control *ctl, const char *kernel, struct complaint *c)
{
	char base[GUEST_NAME_MAX + 1];
	unsigned i, pid = (unsigned)getpid();
	int err;

	name_after(base, kernel);
	strcpy(ctl->name, base);
	err = try_name(ctl, c);
	/* A pid is unique but for pid namespaces. */
	for (i = 0; err == -EADDRINUSE && i < 64; i++) {
		snprintf(ctl->name, sizeof(ctl->name), "%.32s-%u", base, pid + i);
		err = try_name(ctl, c);
	}
	return err;
}

int control_open(struct control *ctl, const struct options *o, const char *kernel, struct tap *tap,
		 struct complaint *c)
{
	int lock, err;
	unsigned i;

	ctl->options = o;
	ctl->kernel = kernel;
	ctl->tap = tap;
	ctl->started = now_ns();
	for (i = 0; i < CONTROL_CLIENTS; i++)
		ctl->client[i].fd = ctl->client[i].passed = -1;
	lock = lock_names(c);
	err = lock < 0 ? lock : 0;
	if (!err && o->name) {
		strcpy(ctl->name, o->name);
		err = try_name(ctl, c);
		if (err == -EADDRINUSE)
			complain(c, err, "--name %s: a guest of that name runs: choose another",
				 o->name);
	} else if (!err) {
		err = choose_name(ctl, kernel, c);
	}
	if (lock >= 0)
		close(lock);
	if (err && !o->name) {
		log_info("no control socket: %s", c->text);
		return 0;
	}
	return err;
}

static void drop(struct control_client *cl)
{
	close(cl->fd);
	if (cl->passed >= 0)
		close(cl->passed);
	*cl = (struct control_client){ .fd = -1, .passed = -1 };
}

void control_close(struct control *ctl)
{
	struct stat st;
	unsigned i;

	if (ctl->listener < 0)
		return;
	close(ctl->listener);
	ctl->listener = -1;
	if (ctl->inode && !lstat(ctl->at.sun_path, &st) && st.st_ino == ctl->inode)
		unlink(ctl->at.sun_path);
	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (ctl->client[i].fd >= 0)
			drop(&ctl->client[i]);
}

/* --- L:864 Requests ----------------------------------------------------------- */

static void answer(struct control_client *cl, const char *text, size_t len)
{
	ssize_t n = send(cl->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)n; /* who does not read does not get to know */
}

static void refuse(struct control_client *cl, const char *why)
{
	char text[sizeof(((struct complaint *)0)->text) + 8];
	int n = snprintf(text, sizeof(text), "error %s\n", why);

	answer(cl, text, (size_t)n);
	drop(cl);
}

static size_t add(char *text, size_t len, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static size_t add(char *text, size_t len, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text + len, size - len, fmt, ap);
	va_end(ap);
	return n < 0 || (size_t)n >= size - len ? len : len + (size_t)n;
}

static const char *state(struct lg *lg)
{
	if (!lg)
		return "starting";
	return atomic_load(&lg_shared(lg)->cpu.halted) ? "idle" : "running";
}

static const char *const net_kinds[] = {
	[NET_KIND_USER] = "user", [NET_KIND_SOCKET] = "socket=", [NET_KIND_TAP] = "tap="
};

static void info(struct control *ctl, struct control_client *cl)
{
	const struct options *o = ctl->options;
	size_t n = 0;
	char text[8192];
	unsigned i;

	n = add(text, n, sizeof(text), "name %s\npid %d\nstate %s\nuptime %.1f\n", ctl->name,
		(int)getpid(), state(ctl->lg), (double)(now_ns() - ctl->started) / 1e9);
	n = add(text, n, sizeof(text), "memory %u\nlimit %u\n",
		ctl->lg ? (unsigned)(lg_resident(ctl->lg) >> 10) : 0, o->ram_bytes >> 10);
	n = add(text, n, sizeof(text), "kernel %s\n", ctl->kernel);
	for (i = 0; o->args && o->args[i]; i++)
		n = add(text, n, sizeof(text), "argument %s\n", o->args[i]);
	n = add(text, n, sizeof(text), "console %s\n", o->console);
	for (i = 0; i < o->nserials; i++)
		n = add(text, n, sizeof(text), "serial %s\n", o->serials[i]);
	for (i = 0; i < o->nnets; i++)
		n = add(text, n, sizeof(text), "net %s%s\n", net_kinds[o->nets[i].kind],
			o->nets[i].arg);
	for (i = 0; i < o->ndisks; i++)
		n = add(text, n, sizeof(text), "disk %s\n", o->disks[i]);
	for (i = 0; i < o->nshares; i++)
		n = add(text, n, sizeof(text), "share %s %s%s\n", o->shares[i].tag,
			o->shares[i].dir, o->shares[i].read_only ? " (read-only)" : "");
	answer(cl, text, n);
	drop(cl);
}

static void console(struct control *ctl, struct control_client *cl)
{
	if (ctl->tap->fd >= 0) {
		refuse(cl, "somebody else has this console");
		return;
	}
	answer(cl, "ok\n", 3);
	tap_attach(ctl->tap, cl->fd);
	if (cl->passed >= 0)
		close(cl->passed);
	*cl = (struct control_client){ .fd = -1, .passed = -1 }; /* the tap's now */
}

static void add_device(struct control *ctl, struct control_client *cl)
{
	struct complaint c = { "" };

	if (!ctl->lg) {
		refuse(cl, "the guest is just starting: try again");
	} else if (plug(ctl->site, cl->line, cl->passed, &c)) {
		refuse(cl, c.text);
	} else {
		cl->passed = -1; /* the device's now */
		answer(cl, "ok\n", 3);
		drop(cl);
	}
}

static void counters(struct control *ctl, struct control_client *cl)
{
	char text[STAT_TEXT];

	if (!ctl->lg) {
		refuse(cl, "the guest is just starting: try again");
		return;
	}
	answer(cl, text, stat_text(ctl->lg, now_ns() - ctl->started, text, sizeof(text)));
	drop(cl);
}

/* The connection is the profile's now. */
static void watch(struct control *ctl, struct control_client *cl)
{
	if (profile_attach(ctl->profile, cl->line, cl->fd)) {
		refuse(cl, "others sample this guest already: try again when they are done");
		return;
	}
	if (cl->passed >= 0)
		close(cl->passed);
	*cl = (struct control_client){ .fd = -1, .passed = -1 };
}

static void request(struct control *ctl, struct control_client *cl)
{
	if (!strcmp(cl->line, "info")) {
		info(ctl, cl);
	} else if (!strcmp(cl->line, "console")) {
		console(ctl, cl);
	} else if (!strcmp(cl->line, "stop")) {
		cl->stopping = 1;
		ctl->stop = 1;
	} else if (!strcmp(cl->line, "stat")) {
		counters(ctl, cl);
	} else if (profile_wanted(cl->line)) {
		watch(ctl, cl);
	} else if (plug_wanted(cl->line)) {
		add_device(ctl, cl);
	} else {
		refuse(cl, "no such request: is this lguest of another version?");
	}
}

/* As read, but a descriptor may come along. */
static ssize_t read_with(struct control_client *cl, void *to, size_t size)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { to, size };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = CMSG_LEN(sizeof(int)) }; /* not two */
	ssize_t n = recvmsg(cl->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *h = n >= 0 ? CMSG_FIRSTHDR(&m) : NULL;

	if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
		if (cl->passed >= 0)
			close(cl->passed);
		memcpy(&cl->passed, CMSG_DATA(h), sizeof(cl->passed));
	}
	return n;
}

static void receive(struct control *ctl, struct control_client *cl)
{
	ssize_t n = read_with(cl, cl->line + cl->len, sizeof(cl->line) - cl->len);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(cl);
		return;
	}
	cl->len += (unsigned)n;
	end = memchr(cl->line, '\n', cl->len);
	if (end) {
		*end = 0;
		request(ctl, cl);
	} else if (cl->len == sizeof(cl->line)) {
		refuse(cl, "the request is too long");
	}
}

/* --- L:866 In the loop -------------------------------------------------------- */

/* Room for one more: a free place, or that of somebody who says nothing. */
static struct control_client *make_room(struct control *ctl)
{
	struct control_client *silent = NULL;
	unsigned i;

	for (i = 0; i < CONTROL_CLIENTS; i++) {
		if (ctl->client[i].fd < 0)
			return &ctl->client[i];
		if (!ctl->client[i].stopping)
			silent = &ctl->client[i];
	}
	if (silent)
		drop(silent);
	return silent;
}

void control_poll(const struct control *ctl, struct pollfd *fds)
{
	unsigned i;

	fds[0] = (struct pollfd){ .fd = ctl->listener, .events = POLLIN };
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		const struct control_client *cl = &ctl->client[i];

		fds[1 + i] = (struct pollfd){ .fd = ctl->listener < 0 || cl->stopping ? -1 : cl->fd,
					      .events = POLLIN };
	}
}

void control_ready(struct control *ctl, const struct pollfd *fds)
{
	struct control_client *cl;
	unsigned i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (fds[1 + i].fd >= 0 && fds[1 + i].revents)
			receive(ctl, &ctl->client[i]);
	if (fds[0].fd < 0 || !fds[0].revents || !(cl = make_room(ctl)))
		return;
	*cl = (struct control_client){
		.passed = -1, .fd = accept4(ctl->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)
	};
}
