/* SPDX-License-Identifier: MIT */
/*
 * L:800 The Launcher's own sandbox.
 *
 * The Launcher parses what a hostile guest puts into its queues.  Should that
 * ever go wrong, the way out must still be blocked; so once the guest runs and
 * all files are open, we give up what is not needed to serve it: gaining
 * privileges, the file system (Landlock), and system calls (seccomp).
 *
 * One thing makes the lists longer than they could be: a guest that restarts
 * is started by this same process, so what host/spawn.c does must stay
 * possible; its zygote then inherits both layers under its own.
 */
#include "launcher/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/log.h"
#include "launcher/syscalls.h"

/* --- L:810 Landlock: no files ---------------------------------------------- */

/* Newer than Debian 12's headers; ABI 2, 3, 5. */
#define FS_TRUNCATE  (1ull << 14)
#define FS_IOCTL_DEV (1ull << 15)
#define FS_ABI_1     ((1ull << 13) - 1)

struct ruleset_attr { /* as of ABI 4; older kernels take a prefix */
	u64 fs, net;
};

static int landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static u64 fs_rights(int abi)
{
	u64 rights = FS_ABI_1;

	if (abi >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		rights |= FS_TRUNCATE;
	if (abi >= 5)
		rights |= FS_IOCTL_DEV;
	return rights;
}

static void allow_beneath(int ruleset, const char *path, u64 rights)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = rights,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (rule.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

/* Our sockets are removed at the end. */
static void allow_removing(int ruleset, const char *path)
{
	char dir[PATH_MAX];
	char *slash;

	if ((size_t)snprintf(dir, sizeof(dir), "%s", path) >= sizeof(dir))
		return;
	slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir] = 0;
	allow_beneath(ruleset, slash ? dir : ".", LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

static int enter_landlock(const char *const removable[], unsigned n)
{
	int abi = landlock_abi(), ruleset, err;
	struct ruleset_attr attr = { fs_rights(abi), 3 /* TCP: bind, connect */ };
	size_t size = abi >= 4 ? sizeof(attr) : sizeof(attr.fs);

	if (abi < 1)
		return -ENOSYS;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset < 0)
		return -errno;
	/* Starting again reads /proc/sys/vm/mmap_min_addr. */
	allow_beneath(ruleset, "/proc", LANDLOCK_ACCESS_FS_READ_FILE);
	while (n--)
		allow_removing(ruleset, removable[n]);
	err = syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
	close(ruleset);
	return err;
}

/* --- L:820 seccomp: few system calls ---------------------------------------- */

static int enter_seccomp(void)
{
	struct sock_filter filter[SYSCALLS_FILTER_MAX];
	struct sock_fprog program = { .filter = filter };

	program.len = (unsigned short)syscalls_filter(filter);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ? -errno : 0;
}

static void note_missing(const char *layer, int err)
{
	if (err)
		log_info("sandbox layer missing for the Launcher: %s: %s", layer, strerror(-err));
}

void sandbox_launcher(const char *const removable[], unsigned n)
{
#if defined(__SANITIZE_ADDRESS__)
	(void)removable, (void)n; /* the sanitizers need files and system calls at the end */
	(void)enter_landlock;
	(void)enter_seccomp;
	(void)note_missing;
#else
	int err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;

	note_missing("no_new_privs", err);
	note_missing("Landlock", enter_landlock(removable, n));
	note_missing("seccomp", enter_seccomp());
#endif
}

int sandbox_checks(struct lg_check *checks, int max)
{
	int abi = landlock_abi();

	if (max < 1)
		return 0;
	checks[0] = (struct lg_check){
		.name = "Landlock",
		.ok = abi >= 1,
		.means = "the Launcher keeps the right to open your files while a guest runs",
		.fix = "boot a Linux >= 5.13 with lsm=landlock,...",
	};
	if (abi >= 1)
		snprintf(checks[0].found, sizeof(checks[0].found), "version %d", abi);
	else
		snprintf(checks[0].found, sizeof(checks[0].found), "%s", strerror(errno));
	return 1;
}
