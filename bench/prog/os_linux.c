/* SPDX-License-Identifier: MIT */
/*
 * The benchmark program on Linux, 32-bit or 64-bit: natively, or as /init of
 * an initramfs that holds nothing else (QEMU, User-Mode Linux).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "main.h"

#define TINY_STATUS 7

static char tiny_path[64];

u64 os_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

void os_put(const char *buf, u32 n)
{
	if (write(1, buf, n) < 0)
		_exit(3);
}

void os_exit(int status)
{
	_exit(status);
}

u8 *os_fresh(u32 bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		bad("mmap");
	madvise(p, bytes, MADV_NOHUGEPAGE);	/* nine has no huge pages: the same work */
	return p;
}

u8 *os_mem(u32 bytes)
{
	return os_fresh(bytes);
}

void os_drop(u8 *p, u32 bytes)
{
	munmap(p, bytes);
}

void os_null(long n)
{
	for (long i = 0; i < n; i++)
		syscall(SYS_getppid);
}

int os_fork(void)
{
	return fork();
}

int os_fork_shared(void)
{
	return fork();		/* os_shared's mapping is shared anyway */
}

int os_wait(void)
{
	int status;

	if (wait(&status) < 0)
		return -1;
	if (!WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status) == 0 ? ENDED_WELL : WEXITSTATUS(status) == TINY_STATUS ? ENDED_TINY : -1;
}

/* --- The tiny program: an ELF file of one segment, whose code is exit(7) */

static void put(u8 *at, u64 value, u32 bytes)
{
	for (u32 i = 0; i < bytes; i++)
		at[i] = (u8)(value >> (8 * i));
}

#ifdef __x86_64__

static u32 make_elf(u8 *b)
{
	static const u8 code[] = { 0xb8, 60, 0, 0, 0, 0xbf, TINY_STATUS, 0, 0, 0, 0x0f, 0x05 };
	u32 size = 120 + sizeof(code);

	memcpy(b, "\177ELF\2\1\1", 7);
	put(b + 16, 2, 2);		/* executable */
	put(b + 18, 62, 2);		/* x86-64 */
	put(b + 20, 1, 4);
	put(b + 24, 0x400000 + 120, 8);	/* entry */
	put(b + 32, 64, 8);		/* program headers: offset, size, count */
	put(b + 52, 64, 2);
	put(b + 54, 56, 2);
	put(b + 56, 1, 2);
	put(b + 64, 1, 4);		/* load, readable and executable */
	put(b + 68, 5, 4);
	put(b + 80, 0x400000, 8);
	put(b + 88, 0x400000, 8);
	put(b + 96, size, 8);
	put(b + 104, size, 8);
	put(b + 112, 4096, 8);
	memcpy(b + 120, code, sizeof(code));
	return size;
}

#else

static u32 make_elf(u8 *b)
{
	static const u8 code[] = { 0xb8, 1, 0, 0, 0, 0xbb, TINY_STATUS, 0, 0, 0, 0xcd, 0x80 };
	u32 size = 84 + sizeof(code);

	memcpy(b, "\177ELF\1\1\1", 7);
	put(b + 16, 2, 2);		/* executable */
	put(b + 18, 3, 2);		/* 386 */
	put(b + 20, 1, 4);
	put(b + 24, 0x8048000 + 84, 4);	/* entry */
	put(b + 28, 52, 4);		/* program headers: offset, size, count */
	put(b + 40, 52, 2);
	put(b + 42, 32, 2);
	put(b + 44, 1, 2);
	put(b + 52, 1, 4);		/* load, readable and executable */
	put(b + 60, 0x8048000, 4);
	put(b + 64, 0x8048000, 4);
	put(b + 68, size, 4);
	put(b + 72, size, 4);
	put(b + 76, 5, 4);
	put(b + 80, 4096, 4);
	memcpy(b + 84, code, sizeof(code));
	return size;
}

#endif

/* A file system in memory where files may be executed. */
static int tiny_open(void)
{
	static const char *const dirs[] = { "/dev/shm", "/tmp", "" };

	for (u32 i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		int fd;

		snprintf(tiny_path, sizeof(tiny_path), "%s/lguest-bench-%d", dirs[i], (int)getpid());
		fd = open(tiny_path, O_WRONLY | O_CREAT | O_EXCL, 0755);
		if (fd >= 0 && access(tiny_path, X_OK) == 0)
			return fd;
		if (fd >= 0) {
			close(fd);
			unlink(tiny_path);
		}
	}
	return -1;
}

void os_tiny_make(void)
{
	u8 elf[256] = { 0 };
	u32 size = make_elf(elf);
	int fd = tiny_open();

	if (fd < 0 || write(fd, elf, size) != (ssize_t)size)
		bad("tiny program");
	close(fd);
}

void os_tiny_exec(void)
{
	char *argv[] = { tiny_path, NULL }, *envp[] = { NULL };

	execve(tiny_path, argv, envp);
	_exit(99);
}

void os_tiny_remove(void)
{
	unlink(tiny_path);
}

/* --- Pipes and semaphores -------------------------------------------------- */

int os_pipe(int fd[2])
{
	return pipe(fd);
}

int os_read1(int fd, u8 *byte)
{
	return (int)read(fd, byte, 1);
}

int os_write1(int fd, u8 byte)
{
	return (int)write(fd, &byte, 1);
}

void os_close(int fd)
{
	close(fd);
}

struct shared *os_shared(void)
{
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		bad("mmap");
	return p;
}

void os_down(int *sem)
{
	int v;

	for (;;) {
		v = __atomic_load_n(sem, __ATOMIC_SEQ_CST);
		if (v > 0 && __atomic_compare_exchange_n(sem, &v, v - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return;
		if (v <= 0)
			syscall(SYS_futex, sem, FUTEX_WAIT, v, NULL, NULL, 0);
	}
}

void os_up(int *sem)
{
	__atomic_fetch_add(sem, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, sem, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* --- As the first process there is nobody to return to --------------------- */

static void end_machine(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "reboot") == 0)
			reboot(RB_AUTOBOOT);
	reboot(RB_POWER_OFF);
}

int main(int argc, char **argv)
{
	int status = bench_main(argc, argv);

	while (status == BENCH_IDLE)
		pause();
	if (getpid() == 1)
		end_machine(argc, argv);
	return status;
}
