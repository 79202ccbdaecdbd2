/* SPDX-License-Identifier: MIT */
/*
 * L:850 The directory of running guests.
 *
 * Its protection is the file system's: the directory is ours and nobody else
 * may enter.  /tmp is the user's last resort, so what is there already must
 * pass the same test, or somebody could have put it there for us.
 */
#include "launcher/rundir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_ours(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return st.st_uid == geteuid() && !(st.st_mode & 077) ? 0 : -EPERM;
}

static int choose(char *path, size_t size)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	struct stat st;
	int n;

	if (run && *run == '/' && !stat(run, &st) && S_ISDIR(st.st_mode) && !access(run, W_OK))
		n = snprintf(path, size, "%s/lguest", run);
	else
		n = snprintf(path, size, "/tmp/lguest-%u", (unsigned)geteuid());
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

int rundir_path(char *path, size_t size, struct complaint *c)
{
	int err = choose(path, size);

	if (err)
		return complain(c, err, "XDG_RUNTIME_DIR: too long: unset it");
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return complain(c, -errno, "%s: %s: set XDG_RUNTIME_DIR to a directory of yours",
				path, strerror(errno));
	err = is_ours(path);
	if (err)
		return complain(c, err,
				"%s: not a directory that is yours alone:"
				" remove it, or set XDG_RUNTIME_DIR to a directory of yours",
				path);
	return 0;
}

int rundir_good_name(const char *name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t len = strlen(name);

	return len && len <= GUEST_NAME_MAX && *name != '.' && strspn(name, good) == len;
}

int rundir_address(struct sockaddr_un *at, const char *name, struct complaint *c)
{
	char dir[sizeof(at->sun_path)];
	int n, err = rundir_path(dir, sizeof(dir), c);

	if (err)
		return err;
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(at->sun_path, sizeof(at->sun_path), "%s/%s.sock", dir, name);
	if (n < 0 || (size_t)n >= sizeof(at->sun_path))
		return complain(c, -ENAMETOOLONG, "%s/%s.sock: too long: choose a shorter name",
				dir, name);
	return 0;
}

int rundir_connect(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)at, sizeof(*at)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}
