/* --doctor: a clock that runs 4.29 times as fast, and a stack that overflows. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: the guest's clock runs 4[.][0-9]+ times as fast as time: .*fix: 4.29 is 2.32.*doctor: kernel stack overflow: esp 0x[0-9a-f]+ is 0x[0-9a-f]+ bytes below the stack 0xc[0-9a-f]+ - 0xc[0-9a-f]+ of SET_STACK.* deeper\+.*doctor: 2 findings.*kernel stack: 0x[0-9a-f]+ of 0x1000 bytes" */
#include "t.h"

static uint8_t stacks[3 * 4096] __attribute__((aligned(4096)));
static uint32_t sum;

static uint32_t rate(uint32_t us)	/* the mistake: 32-bit fraction for nanoseconds */
{
	return us / 1000 * 4295 / 1000;
}

static __attribute__((noinline)) uint32_t deeper(unsigned n)
{
	volatile uint32_t here[40];

	here[n] = n;
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	return n == 30 ? here[n] : deeper(n + 1) + here[n];
}

static void recurse(void)
{
	sum = deeper(0);
}

static void call_on(uint8_t *top, void (*f)(void))
{
	__asm__ volatile("xchg %0, %%esp\n\tcall *%1\n\txchg %0, %%esp"
			 : "+b"(top) : "r"(f) : "eax", "ecx", "edx", "memory", "cc");
}

int main(void)
{
	uint64_t start, cycles = 0;
	uint32_t us, khz = lguest_data.tsc_khz ? lguest_data.tsc_khz : 2000000;

	t_init();
	start = rdtsc();
	for (us = 0; us < 1500000; us = (uint32_t)(cycles >> 10) / (khz >> 10) * 1000) {
		hcall(LHCALL_DEBUG_MARK, LG_MARK_TIME, rate(us), 0, 0);
		for (volatile int i = 0; i < 100000; i++)
			;
		cycles = rdtsc() - start;
	}
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)(stacks + 8192), 1, 0);
	call_on(stacks + 8192, recurse);
	is(sum, 465, "and yet it works");
	t_done();
}
