/* SPDX-License-Identifier: MIT */
/*
 * D:620 The server's sandbox.
 *
 * The server can do what its user can do in one directory.  Should a guest
 * ever take it over, that is still so: its root is the directory (by chroot,
 * in a user namespace where that takes one), Landlock says the same once more,
 * it has no capabilities beyond those that concern the modes of files, and
 * seccomp leaves it the system calls it needs.
 */
#include "devices/9p_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- The root directory -------------------------------------------------------- */

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* In a namespace of our own we may chroot; we stay who we are. */
static int own_namespace(void)
{
	unsigned uid = geteuid(), gid = getegid();
	char text[64];
	int err;

	if (unshare(CLONE_NEWUSER) < 0)
		return -errno;
	snprintf(text, sizeof(text), "%u %u 1", uid, uid);
	err = write_text("/proc/self/uid_map", text);
	if (!err)
		err = write_text("/proc/self/setgroups", "deny");
	snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	return err ? err : write_text("/proc/self/gid_map", text);
}

static int enter_root(int dir_fd)
{
	int err = geteuid() ? own_namespace() : 0;

	if (err)
		return err;
	/* An O_PATH descriptor will do for fchdir. */
	return fchdir(dir_fd) < 0 || chroot(".") < 0 ? -errno : 0;
}

/* The superuser keeps what makes modes of files not concern him. */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 }, { 0 } };

	if (!geteuid())
		data[0].effective = data[0].permitted = 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER;
	syscall(SYS_capset, &head, data);
}

/* --- Landlock --------------------------------------------------------------------- */

#define FS_TRUNCATE (1ull << 14) /* ABI 3; newer than some headers */
#define FS_ABI_1    ((1ull << 13) - 1)
#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_RIGHTS \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_REG)

static int enter_landlock(int dir_fd, int read_only)
{
	int abi =
		(int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr attr = { FS_ABI_1 | (abi >= 3 ? FS_TRUNCATE : 0) };
	struct landlock_path_beneath_attr rule = { .parent_fd = dir_fd };
	int set, err = 0;

	if (abi < 1)
		return -ENOSYS;
	rule.allowed_access = READ_RIGHTS;
	if (!read_only)
		rule.allowed_access |= (WRITE_RIGHTS | FS_TRUNCATE) & attr.handled_access_fs;
	set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);
	if (set < 0)
		return -errno;
	if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, set, 0) < 0)
		err = -errno;
	close(set);
	return err;
}

/* --- seccomp ------------------------------------------------------------------------ */

static const int allowed[] = {
	/* the queue, messages, memory */
	SHARE_SYSCALLS,
	/* files */
	SYS_openat2,
	SYS_fstat,
	SYS_newfstatat,
	SYS_pread64,
	SYS_pwrite64,
	SYS_getdents64,
	SYS_lseek,
	SYS_ftruncate,
	SYS_fsync,
	SYS_fchmod,
	452 /* fchmodat2 */,
	SYS_mkdirat,
	SYS_unlinkat,
	SYS_renameat,
	SYS_renameat2,
	SYS_utimensat,
	/* who we are, for stat */
	SYS_geteuid,
	SYS_getegid,
};

#define NALLOWED	   (sizeof(allowed) / sizeof(allowed[0]))
#define LOAD(field)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), yes, no)
#define RETURN(what)	   BPF_STMT(BPF_RET | BPF_K, what)

static int enter_seccomp(void)
{
	struct sock_filter filter[2 * NALLOWED + 8] = {
		LOAD(arch),
		IF(AUDIT_ARCH_X86_64, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
	};
	struct sock_fprog program = { .filter = filter };
	unsigned n = 4;
	size_t i;

	for (i = 0; i < NALLOWED; i++) {
		filter[n++] = (struct sock_filter)IF(allowed[i], 0, 1);
		filter[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	}
	filter[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | EPERM);
	program.len = (unsigned short)n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ? -errno : 0;
}

void p9_sandbox(int dir_fd, int read_only, struct share_hello *missing)
{
	int err = enter_root(dir_fd);

	missing->chroot = (u32)-err;
	drop_capabilities();
	err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
	missing->landlock = (u32)(err ? -err : -enter_landlock(dir_fd, read_only));
#if defined(__SANITIZE_ADDRESS__)
	(void)enter_seccomp; /* the sanitizers need more system calls */
#else
	missing->seccomp = (u32)(err ? -err : -enter_seccomp());
#endif
}
