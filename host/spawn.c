/* SPDX-License-Identifier: MIT */
/*
 * H:060 Starting the zygote: its namespaces, its empty root, its descriptors.
 * What this machine does not allow is left out and noted, never silently: see
 * lg_missing_layers() and "lguest preflight".
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/vm.h"

#define NAMESPACES	(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS | \
			 CLONE_NEWUTS)
#define HIGH_FD		64
#define LAST_FD		(LG_FD_SHARED + LG_SHARED - 1)
_Static_assert(LAST_FD + 2 <= HIGH_FD, "the two ranges of descriptors");
#define FDS_MAX		1024	/* where close_range is not there or not allowed */

extern const u8 space_program[], space_program_end[];

/* Note a layer of the sandbox that this machine did not give us. */
void host_missing(struct lg *lg, const char *layer)
{
	size_t n = strlen(lg->missing);

	snprintf(lg->missing + n, sizeof(lg->missing) - n, "%s\n", layer);
}

/* An empty read-only directory for a root, and nothing mounted anywhere. */
static int empty_root(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/tmp", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "size=4k") < 0 ||
	    chdir("/tmp") < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0)
		return -errno;
	return 0;
}

/* Put the descriptors where spaces look for them and close all others. */
static int arrange_fds(struct lg *lg, int hello, int program)
{
	int from[LAST_FD + 1], fd;

	for (fd = 0; fd <= LAST_FD; fd++)
		from[fd] = -1;
	from[LG_FD_STATE] = lg->state_fd;
	from[LG_FD_RAM] = lg->ram_fd;
	from[LG_FD_BELL] = lg->view.bell_fd;
	from[LG_FD_CLOCK] = lg->clock_fd;
	for (u32 i = 0; i < lg->view.nborrows; i++)
		from[LG_FD_BORROW + (int)i] = lg->view.borrows[i].fd;
	from[LG_FD_HELLO] = hello;
	for (int i = 1; i < LG_DOORBELLS; i++)
		from[LG_FD_DOORBELL + i] = lg->view.doorbells[i];
	for (int i = 0; i < LG_SHARED; i++)
		from[LG_FD_SHARED + i] = lg->shared_fds[i];
	program = fcntl(program, F_DUPFD_CLOEXEC, HIGH_FD);
	for (fd = 0; fd <= LAST_FD; fd++)
		if (from[fd] >= 0)
			from[fd] = fcntl(from[fd], F_DUPFD, HIGH_FD);
	for (fd = 0; fd <= LAST_FD; fd++) {
		if (from[fd] >= 0)
			dup2(from[fd], fd);
		else
			close(fd);
	}
	dup2(program, LAST_FD + 1);		/* leaves it open across exec, so: */
	fcntl(LAST_FD + 1, F_SETFD, FD_CLOEXEC);
	if (syscall(SYS_close_range, LAST_FD + 2, ~0u, 0) < 0)
		for (fd = LAST_FD + 2; fd < FDS_MAX; fd++)
			close(fd);
	return LAST_FD + 1;
}

static void zygote(struct lg *lg, int hello, int program, unsigned namespaces)
{
	static const char no_root[] = "empty root\n";
	static char *const argv[] = { "lguest-space", NULL };
	static char *const env[] = { NULL };
	static const struct rlimit no_core = { 1, 1 };	/* 1: not to a program either */

	setrlimit(RLIMIT_CORE, &no_core);	/* it would be all of guest RAM */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setsid();			/* the terminal's signals are the Launcher's */
	if (namespaces & CLONE_NEWNS && empty_root() < 0 &&
	    write(hello, no_root, sizeof(no_root)) < 0)
		_exit(126);
	program = arrange_fds(lg, hello, program);
	syscall(SYS_execveat, program, "", argv, env, AT_EMPTY_PATH);
	_exit(127);
}

static int program_file(void)
{
	size_t size = (size_t)(space_program_end - space_program);
	int fd = memfd_create("lguest-space", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, space_program, size) != (ssize_t)size) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * clone and not clone3: the filters of containers look at the flags of clone,
 * and answer clone3, whose flags they cannot see, with ENOSYS.
 */
static pid_t clone_zygote(struct lg *lg, unsigned namespaces)
{
	return (pid_t)syscall(SYS_clone, CLONE_PIDFD | namespaces | SIGCHLD, NULL, &lg->pidfd, NULL, 0);
}

int host_spawn_zygote(struct lg *lg, const char **what)
{
	unsigned namespaces = NAMESPACES;
	int hello[2], program, one = 1, ret;
	pid_t pid;

	*what = "socketpair";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, hello) < 0)
		return -errno;
	lg->hello_fd = hello[0];
	setsockopt(hello[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
	*what = "memfd_create for the space program";
	program = program_file();
	if (program < 0) {
		ret = -errno;
		close(hello[1]);
		return ret;
	}
	*what = "clone";
	pid = clone_zygote(lg, namespaces);
	if (pid < 0 && errno != EAGAIN && errno != ENOMEM) {
		host_missing(lg, "namespaces: spaces share yours (user, pid, net, ipc, mount)");
		namespaces = 0;
		pid = clone_zygote(lg, 0);
	}
	if (pid == 0)
		zygote(lg, hello[1], program, namespaces);
	ret = pid < 0 ? -errno : 0;
	lg->zygote = pid;
	lg->own_pidns = namespaces != 0;
	close(hello[1]);
	close(program);
	return ret;
}
