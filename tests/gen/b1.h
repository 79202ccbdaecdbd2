/* SPDX-License-Identifier: MIT */
/* 2.6.24 - 2.6.30: arguments in edx, ebx, ecx, or (GEN_NEW_REGS) ebx, ecx, edx. */
#define GEN_CRASH	GEN_TLV		/* 2.6.24: CRASH; later SHUTDOWN(text, reason) */
#define GEN_LOAD_GDT	1
#define GEN_PENDING	0
#define GUEST_DATA_SIZE	1136

#ifdef GEN_NEW_REGS
struct ring_entry { u32 number, arg1, arg2, arg3; };
#else
struct ring_entry { u32 number, arg2, arg3, arg1; };
#endif

struct guest_data {
	u32 irq_enabled, blocked_interrupts, cr2;
	u32 time_sec, time_nsec;
	u8 hcall_status[64];
	struct ring_entry hcalls[64];
	u32 reserve_mem, tsc_khz, pgdir;
	u32 noirq_start, noirq_end;
	u32 kernel_address, syscall_vec;
};

#define RING(e, n, a, b, c, d) \
	((e)->number = (n), (e)->arg1 = (a), (e)->arg2 = (b), (e)->arg3 = (c), (void)(d))

static inline u32 hcall(u32 n, u32 a, u32 b, u32 c, u32 d)
{
	(void)d;
#ifdef GEN_NEW_REGS
	__asm__ volatile(GEN_TRAP : "+a"(n) : "b"(a), "c"(b), "d"(c) : "memory");
#else
	__asm__ volatile("int $0x1f" : "+a"(n) : "d"(a), "b"(b), "c"(c) : "memory");
#endif
	return n;
}
