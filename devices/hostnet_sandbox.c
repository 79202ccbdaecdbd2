/* SPDX-License-Identifier: MIT */
/*
 * D:810 What the /net server and its resolver give up.
 *
 * The server opens sockets and nothing else: Landlock knows no file it may
 * touch, and seccomp has no call that opens one.  Should a guest take it
 * over, the guest has what its user may do on the network, and no more.
 * The resolver must read what a resolver reads (/etc, libraries, sockets of
 * name services), so Landlock leaves it reading; it can start no program.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "devices/hostnet_process.h"

/* The superuser keeps the right to listen on small ports. */
static void drop_capabilities(u32 keep)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 }, { 0 } };

	if (!geteuid())
		data[0].effective = data[0].permitted = keep;
	syscall(SYS_capset, &head, data);
}

/* --- Landlock ------------------------------------------------------------------ */

#define FS_ABI_1 ((1ull << 13) - 1)

static int enter_landlock(u64 on_root)
{
	struct landlock_ruleset_attr attr = { FS_ABI_1 };
	struct landlock_path_beneath_attr rule = { .allowed_access = on_root };
	int set, err = 0;

	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1)
		return -ENOSYS;
	set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);
	if (set < 0)
		return -errno;
	if (on_root) {
		rule.parent_fd = open("/", O_PATH | O_CLOEXEC);
		if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
			err = -errno;
		close(rule.parent_fd);
	}
	if (!err && syscall(SYS_landlock_restrict_self, set, 0) < 0)
		err = -errno;
	close(set);
	return err;
}

/* --- seccomp --------------------------------------------------------------------- */

static const int server_calls[] = {
	/* the queue, messages, memory */
	SHARE_SYSCALLS,
	/* events */
	SYS_recvfrom,
	SYS_sendmsg,
	SYS_epoll_wait,
	SYS_epoll_pwait,
	SYS_epoll_ctl,
	/* sockets; socket() itself is looked at more closely */
	SYS_connect,
	SYS_bind,
	SYS_listen,
	SYS_accept4,
	SYS_getsockname,
	SYS_getpeername,
	SYS_getsockopt,
	SYS_setsockopt,
	SYS_shutdown,
	SYS_getpid,
};

static const int resolver_calls[] = {
	SYS_read,
	SYS_write,
	SYS_readv,
	SYS_writev,
	SYS_pread64,
	SYS_lseek,
	SYS_recvfrom,
	SYS_sendto,
	SYS_recvmsg,
	SYS_sendmsg,
	SYS_sendmmsg,
	SYS_recvmmsg,
	SYS_poll,
	SYS_ppoll,
	SYS_select,
	SYS_pselect6,
	SYS_epoll_create1,
	SYS_epoll_wait,
	SYS_epoll_pwait,
	SYS_epoll_ctl,
	SYS_futex,
	SYS_socket,
	SYS_connect,
	SYS_bind,
	SYS_getsockname,
	SYS_getpeername,
	SYS_getsockopt,
	SYS_setsockopt,
	SYS_shutdown,
	SYS_close,
	SYS_openat,
	SYS_open,
	SYS_fstat,
	SYS_stat,
	SYS_newfstatat,
	SYS_statx,
	SYS_access,
	SYS_faccessat,
	SYS_readlink,
	SYS_readlinkat,
	SYS_getcwd,
	SYS_fcntl,
	SYS_ioctl,
	SYS_dup,
	SYS_getdents64,
	SYS_pipe2,
	SYS_eventfd2,
	SYS_timerfd_create,
	SYS_timerfd_settime,
	SYS_brk,
	SYS_mmap,
	SYS_munmap,
	SYS_mprotect,
	SYS_mremap,
	SYS_madvise,
	SYS_clock_gettime,
	SYS_gettimeofday,
	SYS_getpid,
	SYS_gettid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_uname,
	SYS_sysinfo,
	SYS_getrandom,
	SYS_prlimit64,
	SYS_sched_yield,
	SYS_nanosleep,
	SYS_clock_nanosleep,
	SYS_rt_sigprocmask,
	SYS_rt_sigaction,
	SYS_sigaltstack,
	SYS_restart_syscall,
	SYS_rt_sigreturn,
	SYS_exit,
	SYS_exit_group,
	334 /* rseq */,
	SYS_set_robust_list,
	SYS_membarrier,
};

#define MOST		   (sizeof(resolver_calls) / sizeof(resolver_calls[0]))
#define AT(field)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), yes, no)
#define RETURN(what)	   BPF_STMT(BPF_RET | BPF_K, what)

/* Sockets of the Internet, and netlink's to ask for addresses; an interface's MTU. */
static unsigned arguments(struct sock_filter *f)
{
	const struct sock_filter checks[] = {
		IF(SYS_socket, 0, 6),
		AT(args[0]),
		IF(AF_INET, 2, 0),
		IF(AF_INET6, 1, 0),
		IF(AF_NETLINK, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_ERRNO | EAFNOSUPPORT),
		IF(SYS_ioctl, 0, 4),
		AT(args[1]),
		IF(SIOCGIFMTU, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_ERRNO | EPERM),
	};
	unsigned i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		f[i] = checks[i];
	return i;
}

static int enter_seccomp(const int *calls, size_t ncalls, int server)
{
	struct sock_filter filter[2 * MOST + 24] = {
		AT(arch),
		IF(AUDIT_ARCH_X86_64, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		AT(nr),
	};
	struct sock_fprog program = { .filter = filter };
	unsigned n = 4;
	size_t i;

	for (i = 0; i < ncalls; i++) {
		filter[n++] = (struct sock_filter)IF(calls[i], 0, 1);
		filter[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	}
	if (server)
		n += arguments(filter + n);
	filter[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | EPERM);
	program.len = (unsigned short)n;
	/* by the system call, so that all threads are meant */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program))
		return -errno;
	return 0;
}

void hostnet_sandbox(struct share_hello *missing)
{
	int err;

	drop_capabilities(1u << CAP_NET_BIND_SERVICE);
	err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
	missing->landlock = (u32)(err ? -err : -enter_landlock(0));
#if defined(__SANITIZE_ADDRESS__)
	(void)enter_seccomp; /* the sanitizers need more system calls */
	(void)server_calls;
#else
	missing->seccomp =
		(u32)(err ? -err :
			    -enter_seccomp(server_calls,
					   sizeof(server_calls) / sizeof(server_calls[0]), 1));
#endif
}

void hostnet_resolver_confine(void)
{
	drop_capabilities(0);
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		enter_landlock(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
}

void hostnet_resolver_seccomp(void)
{
#if defined(__SANITIZE_ADDRESS__)
	(void)resolver_calls;
#else
	enter_seccomp(resolver_calls, MOST, 0);
#endif
}
