// SPDX-License-Identifier: MIT
/*
 * Chapter 2: the first hypercalls.  LGUEST_INIT tells lguest where our shared
 * data is; then we can ask for something: to stop, with a text.
 */
#include <lguest/abi.h>

/*
 * lguest reads and writes this as long as we run.  It looks at it during
 * LGUEST_INIT, so it is filled in here, before the first instruction.
 */
struct lguest_data lguest_data = {
	.hcall_status = { [0 ... LG_RING_SIZE - 1] = LG_RING_FREE },
	.kernel_address = 0xC0000000, /* users below, we above; some day */
	.syscall_vec = 0x80,
};

/* eax: the number; ebx, ecx, edx, esi: arguments; the answer in eax. */
static uint32_t hcall(uint32_t n, uint32_t a, uint32_t b, uint32_t c)
{
#if MISTAKE == 2
	/* Lguest of 2007 wanted edx, ebx, ecx. */
	__asm__ volatile("int $0x1f" : "+a"(n) : "d"(a), "b"(b), "c"(c) : "memory");
#else
	__asm__ volatile("int $0x1f" : "+a"(n) : "b"(a), "c"(b), "d"(c) : "memory");
#endif
	return n;
}

/* We have no page tables: an address is a guest-physical address already. */
static uint32_t gpa(const void *p)
{
	return (uint32_t)p;
}

int main(void)
{
#if MISTAKE != 1
	hcall(LHCALL_LGUEST_INIT, gpa(&lguest_data), 0, 0);
#endif
#if MISTAKE == 3
	/* The kernel half begins at 0xC0000000, so this is ... not right. */
	hcall(LHCALL_SHUTDOWN, gpa("so far, so good") + 0xC0000000, LG_SHUTDOWN_POWEROFF, 0);
#endif
	hcall(LHCALL_SHUTDOWN, gpa("so far, so good"), LG_SHUTDOWN_POWEROFF, 0);
	for (;;)
		;
}
