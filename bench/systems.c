/* SPDX-License-Identifier: MIT */
/*
 * The systems the benchmark runs on, and how each is started.  Everything is
 * relative to the top of the source tree, where "make bench" runs.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define OUT "out/bench/"

const char *const system_names[SYSTEMS] = { "native", "nine", "nine_trap", "tcg", "uml", "native64" };
const char *const system_titles[SYSTEMS] = { "native", "nine", "nine --no-patch", "QEMU TCG", "UML",
					     "native 64-bit" };

/* Appends one argument, made as by printf. */
static void __attribute__((format(printf, 2, 3))) word(struct command *c, const char *fmt, ...)
{
	size_t room = sizeof(c->text) - c->used;
	va_list ap;
	int n, i = 0;

	while (c->argv[i])
		i++;
	va_start(ap, fmt);
	n = vsnprintf(c->text + c->used, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room || i + 1 >= MAX_ARGS)
		return;
	c->argv[i] = c->text + c->used;
	c->used += (size_t)n + 1;
}

/* Appends words separated by blanks. */
static void words(struct command *c, const char *list)
{
	while (*list) {
		int n = (int)strcspn(list, " ");

		if (n > 0)
			word(c, "%.*s", n, list);
		list += n + (list[n] == ' ');
	}
}

static bool native(struct command *c, const char *program, enum job job, const char *arg)
{
	if (job != JOB_TESTS)
		return false;
	c->pinned = true;
	words(c, program);
	words(c, arg);
	return true;
}

/* rc takes "=" for an assignment, so each word is quoted. */
static void nine_tests(struct command *c, const char *arg)
{
	char line[256] = "/bin/bench";

	while (*arg) {
		int n = (int)strcspn(arg, " ");
		size_t at = strlen(line);

		if (n > 0)
			snprintf(line + at, sizeof(line) - at, " '%.*s'", n, arg);
		arg += n + (arg[n] == ' ');
	}
	words(c, "-m 256M -i " OUT "root.img out/nine -- -c");
	word(c, "%s", line);
}

static bool nine(struct command *c, enum job job, const char *arg, bool patch)
{
	if (job == JOB_ECHO) {
		if (access("./boot", X_OK) == 0)
			words(c, "./boot -c");
		else
			words(c, "out/lguest run out/nine -- -c");
		word(c, "echo BENCH-START");
		return true;
	}
	words(c, "out/lguest run");
	if (!patch)
		words(c, "--no-patch");
	switch (job) {
	case JOB_TESTS:
		nine_tests(c, arg);
		return true;
	case JOB_BOOT:
		words(c, "-m 64M -i " OUT "init.img out/nine");
		return true;
	case JOB_IDLE:
		words(c, "-m 64M out/nine");
		return true;
	case JOB_FIRST:
		words(c, "-m 64M " OUT "first");
		return true;
	default:
		return false;
	}
}

static const char *guest_args(enum job job, const char *arg)
{
	return job == JOB_TESTS ? arg : job == JOB_BOOT ? "hello" : "idle";
}

/*
 * The rate of our time stamp counter, which TCG's guests read: left alone,
 * their kernel measures it at boot, and gets it wrong by 20 % when QEMU has to
 * wait for a CPU meanwhile.
 */
static unsigned tsc_khz(void)
{
	uint64_t ns = now_ns(), ticks = __builtin_ia32_rdtsc();

	while (now_ns() - ns < 20000000)
		;
	ticks = __builtin_ia32_rdtsc() - ticks;
	return (unsigned)(ticks * 1000000 / (now_ns() - ns));
}

static bool tcg(struct command *c, enum job job, const char *arg)
{
	if (job > JOB_IDLE)
		return false;
	words(c, "qemu-system-x86_64 -M microvm,acpi=off,memory-backend=ram -accel tcg -cpu qemu64");
	words(c, "-nodefaults -no-user-config -display none -no-reboot -serial stdio -kernel " OUT "vmlinux");
	words(c, "-initrd " OUT "initrd32 -m 256M");
	/* For memory, a file of RAM can be told from QEMU's own; for speed, QEMU's default is better. */
	words(c, "-object");
	word(c, "memory-backend-%s,id=ram,size=256M", job == JOB_IDLE ? "memfd" : "ram");
	words(c, "-append");
	word(c, "console=ttyS0 quiet reboot=t panic=-1 tsc_early_khz=%u tsc=reliable -- reboot %s", tsc_khz(),
	     guest_args(job, arg));
	return true;
}

/* Pinned: on two cores UML is 4-7 times slower. */
static bool uml(struct command *c, enum job job, const char *arg)
{
	if (job > JOB_IDLE)
		return false;
	c->pinned = job != JOB_IDLE;
	words(c, "linux.uml mem=256M initrd=" OUT "initrd64 con=null con0=null,fd:1 quiet panic=1 --");
	words(c, guest_args(job, arg));
	return true;
}

bool system_command(struct command *c, enum system s, enum job job, const char *arg)
{
	memset(c, 0, sizeof(*c));
	switch (s) {
	case NATIVE:	return native(c, OUT "linux32", job, arg);
	case NATIVE64:	return native(c, OUT "linux64", job, arg);
	case NINE:	return nine(c, job, arg, true);
	case NINE_TRAP:	return job == JOB_TESTS && nine(c, job, arg, false);
	case TCG:	return tcg(c, job, arg);
	case UML:	return uml(c, job, arg);
	default:	return false;
	}
}

static bool in_path(const char *program)
{
	static const char *const dirs[] = { "/usr/local/bin", "/usr/bin", "/bin" };
	char path[128];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], program);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static bool need(bool there, enum system s, const char *why)
{
	if (!there)
		fprintf(stderr, "bench: %s is left out: %s\n", system_titles[s], why);
	return there;
}

bool system_present(enum system s)
{
	switch (s) {
	case NATIVE:
		return need(access(OUT "linux32", X_OK) == 0, s, "no 32-bit compiler: apt-get install gcc-multilib");
	case NINE:
	case NINE_TRAP:
		return need(access("out/lguest", X_OK) == 0 && access("out/nine", R_OK) == 0 &&
			    access(OUT "root.img", R_OK) == 0, s, "it is not built: make");
	case TCG:
		return need(in_path("qemu-system-x86_64"), s, "apt-get install qemu-system-x86") &&
		       need(access(OUT "vmlinux", R_OK) == 0, s,
			    "no kernel for it: apt-get install linux-image-cloud-amd64 lz4");
	case UML:
		return need(in_path("linux.uml"), s, "apt-get install user-mode-linux");
	default:
		return true;
	}
}

bool is_guest_ram(const char *name)
{
	/* UML's is a file it removed, wherever TMPDIR is; the others say what they are. */
	return strstr(name, "memfd:lguest-ram") || strstr(name, "memfd:memory-backend") ||
	       (strstr(name, "(deleted)") && !strstr(name, "memfd:"));
}
