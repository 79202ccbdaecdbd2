/* SPDX-License-Identifier: MIT */
/*
 * The benchmark program on nine, over nine's C library.
 */
#include <u.h>
#include <libc.h>

#include "bench.h"
#include "main.h"

#define TINY "/tmp/bench.tiny"

extern void *brk_(void *);	/* system call 24 */

u64 os_ns(void)
{
	return (u64)nsec();
}

void os_put(const char *buf, u32 n)
{
	if (write(1, (void *)buf, (long)n) < 0)
		_exits("write");
}

void os_exit(int status)
{
	_exits(status ? "failed" : nil);
	for (;;)
		;
}

u8 *os_fresh(u32 bytes)
{
	uintptr top = (uintptr)sbrk(0), start = (top + PAGE - 1) & ~(uintptr)(PAGE - 1);

	if (brk((void *)(start + bytes)) < 0)
		bad("brk");
	return (u8 *)start;
}

u8 *os_mem(u32 bytes)
{
	return os_fresh(bytes);
}

void os_drop(u8 *p, u32 bytes)
{
	USED(bytes);
	if (brk(p) < 0)
		bad("brk");
}

/*
 * brk_(0) asks where the bss segment begins: like getppid on Linux it reads
 * one word of the process and changes nothing.  (sysr1, the obvious choice,
 * is a debugging hook no program calls.)
 */
void os_null(long n)
{
	for (long i = 0; i < n; i++)
		brk_(nil);
}

int os_fork(void)
{
	return rfork(RFPROC | RFFDG | RFREND);
}

int os_fork_shared(void)
{
	return rfork(RFPROC | RFMEM | RFFDG | RFREND);
}

/* Does the text end like that? */
static int ends(const char *text, int n, const char *end)
{
	int k = 0;

	while (end[k])
		k++;
	if (n < k)
		return 0;
	for (int i = 0; i < k; i++)
		if (text[n - k + i] != end[i])
			return 0;
	return 1;
}

/* await's text is "pid user sys real 'program pid: message'"; nothing between the quotes is success. */
int os_wait(void)
{
	char buf[256];
	int n = await(buf, sizeof(buf));

	return ends(buf, n, " ''") ? ENDED_WELL : ends(buf, n, ": tiny'") ? ENDED_TINY : -1;
}

/* --- The tiny program: exits("tiny"), linked where nine's own programs are - */

static void put(u8 *at, u32 value)
{
	at[0] = (u8)(value >> 24);
	at[1] = (u8)(value >> 16);
	at[2] = (u8)(value >> 8);
	at[3] = (u8)value;
}

void os_tiny_make(void)
{
	static const u8 code[] = {
		0x68, 0x34, 0, 0x40, 0,			/* push the message's address */
		0xe8, 0, 0, 0, 0,			/* call the stub right here: */
		0xb8, 8, 0, 0, 0, 0xcd, 0x40, 0xc3,	/* exits */
		0x90, 0x90,
		't', 'i', 'n', 'y', 0,			/* at 0x400020 + 20 */
	};
	u8 file[32 + sizeof(code)] = { 0 };
	int fd = create(TINY, OWRITE, 0755);

	put(file, 0x1eb);
	put(file + 4, sizeof(code));
	put(file + 20, 0x400020);
	for (u32 i = 0; i < sizeof(code); i++)
		file[32 + i] = code[i];
	if (fd < 0 || write(fd, file, sizeof(file)) != (long)sizeof(file))
		bad("tiny program");
	close(fd);
}

void os_tiny_exec(void)
{
	char *argv[] = { TINY, nil };

	exec(TINY, argv);
	os_exit(1);
}

void os_tiny_remove(void)
{
	remove(TINY);
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
	static struct shared s;

	return &s;
}

void os_down(int *sem)
{
	while (semacquire((long *)sem, 1) != 1)
		;
}

void os_up(int *sem)
{
	semrelease((long *)sem, 1);
}

void main(int argc, char **argv)
{
	int status = bench_main(argc, argv);

	while (status == BENCH_IDLE)
		sleep(3600 * 1000);
	exits(status ? "failed" : nil);
}
