/* SPDX-License-Identifier: MIT */
/*
 * L:830 The system calls the Launcher keeps.
 *
 * All others fail with EPERM: no sockets are made, no programs but the
 * embedded one are run, nobody is traced.  Of the 32-bit calls only the one a
 * space makes is left (it inherits this filter when a guest restarts).
 */
#include "launcher/syscalls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>

#define NR_I386_SET_THREAD_AREA 243

static const int allowed[] = {
	/* the loop: most frequent first */
	SYS_poll,
	SYS_ppoll,
	SYS_read,
	SYS_write,
	SYS_futex,
	SYS_kill,
	SYS_recvmsg,
	SYS_waitid,
	SYS_timerfd_settime,
	SYS_clock_gettime,
	SYS_sched_yield,
	SYS_restart_syscall,
	/* disks; nbd talks to its socket */
	SYS_preadv,
	SYS_pwritev,
	SYS_preadv2,
	SYS_fdatasync,
	SYS_fallocate,
	SYS_fadvise64,
	SYS_recvfrom,
	/* console */
	SYS_writev,
	SYS_readv,
	SYS_sendto,
	SYS_sendmsg,
	SYS_accept4,
	SYS_ioctl,
	SYS_fcntl,
	SYS_getpgrp,
	/* memory */
	SYS_mmap,
	SYS_munmap,
	SYS_mprotect,
	SYS_mremap,
	SYS_madvise,
	SYS_brk,
	/* crash reports read the kernel image */
	SYS_pread64,
	SYS_lseek,
	SYS_fstat,
	SYS_stat,
	SYS_newfstatat,
	SYS_openat,
	SYS_readlink,
	SYS_access,
	SYS_getcwd,
	/* signals, and the end */
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_sigaltstack,
	SYS_getpid,
	SYS_gettid,
	SYS_tgkill,
	SYS_close,
	SYS_lstat,
	SYS_unlink,
	SYS_pidfd_send_signal,
	SYS_exit,
	SYS_exit_group,
	/* starting again: host/vm.c, host/spawn.c */
	SYS_memfd_create,
	SYS_ftruncate,
	SYS_eventfd2,
	SYS_timerfd_create,
	SYS_sched_getaffinity,
	SYS_socketpair,
	SYS_setsockopt,
	SYS_prctl,
	SYS_dup2,
	SYS_close_range,
	SYS_execveat,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chdir,
	/* what the zygote and the spaces do then, before and under their own filter */
	SYS_clone,
	SYS_seccomp,
	SYS_modify_ldt,
	SYS_sched_setaffinity,
	SYS_arch_prctl,
	SYS_set_tid_address,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_prlimit64,
	SYS_getrandom,
};

#define NALLOWED	   (sizeof(allowed) / sizeof(allowed[0]))
#define LOAD(field)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), yes, no)
#define RETURN(what)	   BPF_STMT(BPF_RET | BPF_K, what)
#define DENY		   RETURN(SECCOMP_RET_ERRNO | EPERM)

_Static_assert(2 * NALLOWED + 16 < SYSCALLS_FILTER_MAX, "room for the filter");

/* x32 calls have bit 30 set in their number, so they match nothing below. */
unsigned syscalls_filter(struct sock_filter filter[SYSCALLS_FILTER_MAX])
{
	static const struct sock_filter head[] = {
		LOAD(arch),
		IF(AUDIT_ARCH_X86_64, 5, 0),
		IF(AUDIT_ARCH_I386, 0, 3),
		LOAD(nr),
		IF(NR_I386_SET_THREAD_AREA, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		DENY,
		LOAD(nr),
	};
	unsigned n = 0;
	size_t i;

	for (i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		filter[n++] = head[i];
	for (i = 0; i < NALLOWED; i++) {
		filter[n++] = (struct sock_filter)IF(allowed[i], 0, 1);
		filter[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	}
	/* Threads: libc falls back to clone, whose flags a filter could see. */
	filter[n++] = (struct sock_filter)IF(SYS_clone3, 0, 1);
	filter[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | ENOSYS);
	filter[n++] = (struct sock_filter)DENY;
	return n;
}
