/* SPDX-License-Identifier: MIT */
/* 4.0 - 4.13: no NOTIFY; one address instead of the noirq range. */
#define GEN_CRASH	0
#define GEN_LOAD_GDT	0
#define GEN_PENDING	1
#define GEN_NOIRQ_IRET	1
#define GUEST_DATA_SIZE	1388

struct ring_entry { u32 number, arg1, arg2, arg3, arg4; };

struct guest_data {
	u32 irq_enabled, blocked_interrupts, cr2;
	u32 time_sec, time_nsec;
	u32 irq_pending;
	u8 hcall_status[64];
	struct ring_entry hcalls[64];
	u32 reserve_mem, tsc_khz;
	u32 noirq_iret;
	u32 kernel_address, syscall_vec;
};

#define RING(e, n, a, b, c, d) \
	((e)->number = (n), (e)->arg1 = (a), (e)->arg2 = (b), (e)->arg3 = (c), (e)->arg4 = (d))

static inline u32 hcall(u32 n, u32 a, u32 b, u32 c, u32 d)
{
	__asm__ volatile("int $0x1f" : "+a"(n) : "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
	return n;
}
