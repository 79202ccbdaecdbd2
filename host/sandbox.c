/* SPDX-License-Identifier: MIT */
/*
 * H:900 What a space may ask of the host's kernel.  Default deny: a system
 * call that is not in the table kills the process (and with it the guest).  A
 * call from 32-bit code is the guest's int $0x80: it raises SIGSYS and is
 * reflected.  The one exception is our own set_thread_area, known by its
 * address.  SECURITY.md lists the same table; tests/sandbox compares the two.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "host/space.h"
#include "host/sys.h"

#define NR_I386_SET_THREAD_AREA	243
#define DATA(field)		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define DATA_HIGH(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4)
#define IF(value, yes, no)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define JUMP(test, value, yes, no) BPF_JUMP(BPF_JMP | BPF_##test | BPF_K, value, yes, no)
#define RETURN(what)		BPF_STMT(BPF_RET | BPF_K, what)
#define ALLOW(name)		IF(__NR_##name, 0, 1), RETURN(SECCOMP_RET_ALLOW)
/* Allowed for one descriptor only. */
#define ALLOW_FD(name, fd)	IF(__NR_##name, 0, 4), DATA(args[0]), IF(fd, 0, 1), \
				RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS)

/* The bell and the doorbells. */
#define ALLOW_BELLS(name)	IF(__NR_##name, 0, 6), DATA(args[0]), IF(LG_FD_BELL, 2, 0), \
				JUMP(JGE, LG_FD_DOORBELL + 1, 0, 2), \
				JUMP(JGT, LG_FD_DOORBELL + LG_DOORBELLS - 1, 1, 0), \
				RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS)

/* Install the filter; no_new_privs first.  0 or -errno. */
long enter_sandbox(void)
{
	u64 ip = (u64)compat_call_ip;
	struct sock_filter filter[] = {
		DATA(arch),
		IF(AUDIT_ARCH_X86_64, 10, 0),
		IF(AUDIT_ARCH_I386, 0, 8),
		DATA(nr),
		IF(NR_I386_SET_THREAD_AREA, 0, 5),
		DATA(instruction_pointer),
		IF((u32)ip, 0, 3),
		DATA_HIGH(instruction_pointer),
		IF((u32)(ip >> 32), 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_TRAP),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		DATA(nr),
		ALLOW(rt_sigreturn),
		ALLOW(restart_syscall),
		ALLOW(futex),
		ALLOW(mmap),
		ALLOW(munmap),
		ALLOW(mprotect),
		ALLOW(clock_gettime),
		ALLOW(modify_ldt),
		ALLOW(exit_group),
		ALLOW_BELLS(write),
		ALLOW_FD(timerfd_settime, LG_FD_CLOCK),
		RETURN(SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};
	long ret = sys6(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);

	if (ret)
		return ret;
	return sys3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
