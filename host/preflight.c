/* SPDX-License-Identifier: MIT */
/*
 * H:080 What does this machine offer?  Each check tries the real thing, in a
 * child process where trying would leave traces.
 */
#include <asm/ldt.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/vm.h"

struct probe {
	const char *name;
	int needed;
	int (*try)(void);		/* in a child: 0 or errno */
	const char *means, *fix;
};

static int try_ldt(void)
{
	struct user_desc d = { .entry_number = 0, .limit = 0xfffff, .seg_32bit = 1, .contents = 2,
			       .limit_in_pages = 1, .useable = 1 };

	return syscall(SYS_modify_ldt, 0x11, &d, sizeof(d)) == 0 ? 0 : ENOSYS;
}

/* set_thread_area: only int $0x80 has it, and it wants a pointer below 4 GiB. */
static int try_compat(void)
{
	struct user_desc *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int ret;

	if (low == MAP_FAILED)
		return errno;
	*low = (struct user_desc){ .entry_number = 12, .limit = 0xfffff, .seg_32bit = 1,
				   .limit_in_pages = 1, .useable = 1 };
	asm volatile("int $0x80" : "=a"(ret) : "0"(243), "b"(low)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret < 0 ? -ret : 0;
}

static int try_memfd(void)
{
	int fd = memfd_create("lguest-preflight", MFD_CLOEXEC);

	return fd < 0 || ftruncate(fd, 4096) < 0 ? errno : 0;
}

static int try_seccomp(void)
{
	u32 action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0 ? errno : 0;
}

static int try_namespaces(void)
{
	return unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS) < 0
		? errno : 0;
}

static const struct probe probes[] = {
	{ "32-bit code", 1, try_compat, "guest code is 32-bit x86 run directly on the CPU",
	  "boot the host without ia32_emulation=0; allow i386 system calls in the container's seccomp profile" },
	{ "LDT", 1, try_ldt, "user mode's code segment, bases other than 0",
	  "a host kernel with CONFIG_MODIFY_LDT_SYSCALL; allow modify_ldt in the container" },
	{ "memfd", 1, try_memfd, "guest memory shared by the spaces", "allow memfd_create in the container" },
	{ "seccomp", 1, try_seccomp, "spaces may make 11 system calls and no others",
	  "a host kernel with CONFIG_SECCOMP_FILTER" },
	{ "namespaces", 0, try_namespaces,
	  "spaces see no other process, no network, an empty root; without: seccomp alone protects",
	  "sysctl kernel.unprivileged_userns_clone=1, or allow user namespaces in the container" },
};

/* Run a probe in a child; its errno is the exit status, death is EFAULT. */
static int run_probe(const struct probe *p)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(p->try() & 0x7f);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT;
}

static void check_numbers(struct lg_check *c, int max, int *n)
{
	unsigned long mmap_min = 65536;
	FILE *f = fopen("/proc/sys/vm/mmap_min_addr", "re");
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (f && fscanf(f, "%lu", &mmap_min) != 1)
		mmap_min = 65536;
	if (f)
		fclose(f);
	if (*n < max) {
		c[*n] = (struct lg_check){ .name = "mmap_min_addr", .ok = mmap_min <= 4096,
			.means = "programs linked at 0x1000 (Plan 9's own) run at base 64 KiB, up to 10 times slower; nine's own do not care",
			.fix = "sysctl vm.mmap_min_addr=4096" };
		snprintf(c[*n].found, sizeof(c[*n].found), "%lu", mmap_min);
		(*n)++;
	}
	if (*n < max) {
		c[*n] = (struct lg_check){ .name = "cores", .ok = cores > 1,
			.means = "with one core Launcher and guest take turns: input and timers come a little later",
			.fix = "give the machine a second CPU" };
		snprintf(c[*n].found, sizeof(c[*n].found), "%ld", cores);
		(*n)++;
	}
}

int lg_preflight(struct lg_check *checks, int max)
{
	struct utsname u;
	int n = 0;

	if (max > 0 && uname(&u) == 0) {
		int ok = !strcmp(u.machine, "x86_64");

		checks[n] = (struct lg_check){ .name = "machine", .ok = ok ? 1 : -1,
			.means = "guest code runs directly on the CPU",
			.fix = "an x86-64 machine with Linux 5.10 or later" };
		snprintf(checks[n].found, sizeof(checks[n].found), "%.40s, Linux %.40s", u.machine,
			 u.release);
		n++;
	}
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]) && n < max; i++) {
		const struct probe *p = &probes[i];
		int err = run_probe(p);

		checks[n] = (struct lg_check){ .name = p->name, .ok = !err ? 1 : p->needed ? -1 : 0,
					       .means = p->means, .fix = p->fix };
		snprintf(checks[n].found, sizeof(checks[n].found), "%s", err ? strerror(err) : "found");
		n++;
	}
	check_numbers(checks, max, &n);
	return n;
}
