/* SPDX-License-Identifier: MIT */
/*
 * The benchmark program: what its parts share.
 *
 * cpu.c, kern.c and main.c are the same everywhere, down to the object files:
 * the native 32-bit program and the one for nine are linked from the very
 * same ones.  Everything an operating system does is behind the os_*
 * functions; os_linux.c and os_nine.c are the only files that differ.
 */
#ifndef BENCH_H
#define BENCH_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define PAGE 4096u

/*
 * Runs n operations and returns the ns they took; preparations are not
 * timed.  Wrong results are reported through bad().
 */
typedef u64 (*testfn)(long n);

struct test {
	const char *name;
	testfn run;
	u32 ops;	/* what one operation counts for, e.g. steps of a chain */
};

extern const struct test kern_tests[], cpu_tests[];	/* end: name == 0 */

void bad(const char *what);	/* this test's result is wrong: ends the process */
void say(const char *text);

/* --- The operating system ------------------------------------------------- */

u64 os_ns(void);			/* monotonic */
void os_put(const char *buf, u32 n);	/* to standard output */
void os_exit(int status) __attribute__((noreturn));

/* Page-aligned zeroed memory of 4 KiB pages, never given back. */
u8 *os_mem(u32 bytes);

/* The same, but not touched by anyone yet, and given back by os_drop. */
u8 *os_fresh(u32 bytes);
void os_drop(u8 *p, u32 bytes);

/* The cheapest real system call that does not change anything, n times. */
void os_null(long n);

int os_fork(void);			/* as fork(): 0 in the child, -1 failed */
int os_fork_shared(void);		/* memory of os_shared() is common to both */

/* Waits for one child; -1 if it failed. */
#define ENDED_WELL 0
#define ENDED_TINY 1			/* by the status only the tiny program has */
int os_wait(void);

/* A program that does nothing but end: make the file, become it, remove it. */
void os_tiny_make(void);
void os_tiny_exec(void) __attribute__((noreturn));
void os_tiny_remove(void);

int os_pipe(int fd[2]);			/* fd[0] reads what fd[1] is given */
int os_read1(int fd, u8 *byte);		/* 1 if it got one */
int os_write1(int fd, u8 byte);		/* 1 if it took it */
void os_close(int fd);

/* Two semaphores and a counter two processes share. */
struct shared {
	int sem[2];
	volatile u32 turns;
};

struct shared *os_shared(void);		/* all zero */
void os_down(int *sem);			/* sleeps until it can take one */
void os_up(int *sem);

#endif
