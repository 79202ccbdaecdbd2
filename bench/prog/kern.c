/* SPDX-License-Identifier: MIT */
/*
 * Tests of the way into and through the operating system.  Each counts what
 * its operations achieved and calls bad() when that is not what n operations
 * should have done.
 */
#include "bench.h"

#define CHUNK (16u << 20)	/* fresh memory touched at a time */

static u64 null_syscall(long n)
{
	u64 start = os_ns();

	os_null(n);
	return os_ns() - start;
}

/* Writes one byte to each of count pages and returns the ns that took. */
static u64 touch(volatile u8 *p, u32 count)
{
	u64 start = os_ns();

	for (u32 i = 0; i < count; i++)
		p[i * PAGE] = 1;
	return os_ns() - start;
}

static void check_touched(const volatile u8 *p, u32 count)
{
	for (u32 i = 0; i < count; i++)
		if (p[i * PAGE] != 1 || p[i * PAGE + PAGE - 1] != 0)
			bad("page_fault");
}

static u64 page_fault(long n)
{
	u64 ns = 0;

	while (n > 0) {
		u32 count = n < (long)(CHUNK / PAGE) ? (u32)n : CHUNK / PAGE;
		u8 *p = os_fresh(CHUNK);

		ns += touch(p, count);
		check_touched(p, count);
		os_drop(p, CHUNK);
		n -= (long)count;
	}
	return ns;
}

static u64 fork_exit(long n)
{
	u64 start = os_ns();

	for (long i = 0; i < n; i++) {
		int pid = os_fork();

		if (pid == 0)
			os_exit(0);
		if (pid < 0 || os_wait() != ENDED_WELL)
			bad("fork_exit");
	}
	return os_ns() - start;
}

static u64 fork_exec(long n)
{
	u64 start, ns;

	os_tiny_make();
	start = os_ns();
	for (long i = 0; i < n; i++) {
		int pid = os_fork();

		if (pid == 0)
			os_tiny_exec();
		if (pid < 0 || os_wait() != ENDED_TINY)
			bad("fork_exec");
	}
	ns = os_ns() - start;
	os_tiny_remove();
	return ns;
}

/* The other end of pipe_rtt: sends back each byte plus one until the end. */
static void echo_bytes(int in, int out)
{
	u8 c;

	while (os_read1(in, &c) == 1)
		if (os_write1(out, (u8)(c + 1)) != 1)
			os_exit(1);
	os_exit(0);
}

static void exchange(long n, int out, int in)
{
	for (long i = 0; i < n; i++) {
		u8 c = 0;

		if (os_write1(out, (u8)i) != 1 || os_read1(in, &c) != 1 || c != (u8)(i + 1))
			bad("pipe_rtt");
	}
}

static u64 pipe_rtt(long n)
{
	int there[2], back[2], pid;
	u64 start, ns;

	if (os_pipe(there) < 0 || os_pipe(back) < 0)
		bad("pipe");
	pid = os_fork();
	if (pid == 0) {
		os_close(there[1]);
		os_close(back[0]);
		echo_bytes(there[0], back[1]);
	}
	if (pid < 0)
		bad("fork");
	os_close(there[0]);
	os_close(back[1]);
	exchange(10, there[1], back[0]);
	start = os_ns();
	exchange(n, there[1], back[0]);
	ns = os_ns() - start;
	os_close(there[1]);
	os_close(back[0]);
	if (os_wait() != ENDED_WELL)
		bad("pipe_rtt child");
	return ns;
}

/* Takes n turns: waits for sem[me], counts, wakes the other. */
static void take_turns(struct shared *s, int me, long n)
{
	for (long i = 0; i < n; i++) {
		os_down(&s->sem[me]);
		s->turns++;
		os_up(&s->sem[!me]);
	}
}

/* Two processes wake each other in turn; one operation is two switches. */
static u64 ctx_switch(long n)
{
	struct shared *s = os_shared();
	u64 start, ns;
	int pid;

	s->sem[0] = s->sem[1] = 0;
	s->turns = 0;
	pid = os_fork_shared();
	if (pid == 0) {
		take_turns(s, 1, n + 10);
		os_exit(0);
	}
	if (pid < 0)
		bad("fork");
	os_up(&s->sem[0]);
	take_turns(s, 0, 10);
	start = os_ns();
	take_turns(s, 0, n);
	ns = os_ns() - start;
	if (os_wait() != ENDED_WELL || s->turns != 2 * (u32)(n + 10))
		bad("ctx_switch");
	return ns;
}

const struct test kern_tests[] = {
	{ "null_syscall", null_syscall, 1 },
	{ "page_fault", page_fault, 1 },
	{ "fork_exit", fork_exit, 1 },
	{ "fork_exec", fork_exec, 1 },
	{ "pipe_rtt", pipe_rtt, 1 },
	{ "ctx_switch", ctx_switch, 2 },
	{ 0, 0, 0 },
};
