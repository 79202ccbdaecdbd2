/* SPDX-License-Identifier: MIT */
/* 2.6.31 - 3.1, and with GEN_LINEAR 3.2 - 3.19; ring and registers have a fourth argument. */
#define GEN_CRASH	0
#define GEN_LOAD_GDT	0
#define GEN_PENDING	1
#ifdef GEN_LINEAR
#define GUEST_DATA_SIZE	1392
#else
#define GUEST_DATA_SIZE	1396
#endif

struct ring_entry { u32 number, arg1, arg2, arg3, arg4; };

struct guest_data {
	u32 irq_enabled, blocked_interrupts, cr2;
	u32 time_sec, time_nsec;
	u32 irq_pending;
	u8 hcall_status[64];
	struct ring_entry hcalls[64];
	u32 reserve_mem, tsc_khz;
#ifndef GEN_LINEAR
	u32 pgdir;
#endif
	u32 noirq_start, noirq_end;
	u32 kernel_address, syscall_vec;
};

#define RING(e, n, a, b, c, d) \
	((e)->number = (n), (e)->arg1 = (a), (e)->arg2 = (b), (e)->arg3 = (c), (e)->arg4 = (d))

static inline u32 hcall(u32 n, u32 a, u32 b, u32 c, u32 d)
{
	__asm__ volatile(GEN_TRAP : "+a"(n) : "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
	return n;
}
