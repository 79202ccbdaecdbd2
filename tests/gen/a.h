/* SPDX-License-Identifier: MIT */
/*
 * 2.6.23, the DMA era: arguments in edx, ebx, ecx; a ring whose entries are
 * eax, edx, ebx, ecx.  GEN_A says which lguest_data: 0, 1 or 2.
 */
#define GEN_CRASH	1		/* hypercall 2 has a text and no reason */
#define GEN_LOAD_GDT	1
#define GEN_PENDING	0
#ifndef GEN_A
#define GEN_A		2
#endif
#define GUEST_DATA_SIZE	(GEN_A == 0 ? 1116 : GEN_A == 1 ? 1120 : 1128)

struct ring_entry { u32 number, arg1, arg2, arg3; };

struct guest_data {
	u32 irq_enabled, blocked_interrupts, cr2;
#if GEN_A == 2
	u32 time_sec, time_nsec;
#endif
	u8 hcall_status[64];
	struct ring_entry hcalls[64];
	u32 reserve_mem;
	u16 guestid, pad;
#if GEN_A >= 1
	u32 tsc_khz;
#endif
	u32 noirq_start, noirq_end;
};

#define RING(e, n, a, b, c, d) \
	((e)->number = (n), (e)->arg1 = (a), (e)->arg2 = (b), (e)->arg3 = (c), (void)(d))

static inline u32 hcall(u32 n, u32 a, u32 b, u32 c, u32 d)
{
	(void)d;
	__asm__ volatile("int $0x1f" : "+a"(n) : "d"(a), "b"(b), "c"(c) : "memory");
	return n;
}
