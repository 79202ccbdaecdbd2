// SPDX-License-Identifier: MIT
/*
 * Chapter 3: say something.  NOTIFY with the address of a text prints it: no
 * device, no driver.  Before we trust our own texts we look whether the data
 * segment is where the linker thinks it is.
 */
#include <lguest/abi.h>

struct lguest_data lguest_data = {
	.hcall_status = { [0 ... LG_RING_SIZE - 1] = LG_RING_FREE },
	.kernel_address = 0xC0000000,
	.syscall_vec = 0x80,
};

static volatile uint32_t canary = 0xdeadbeef;

static uint32_t hcall(uint32_t n, uint32_t a, uint32_t b, uint32_t c)
{
	__asm__ volatile("int $0x1f" : "+a"(n) : "b"(a), "c"(b), "d"(c) : "memory");
	return n;
}

static uint32_t gpa(const void *p)
{
	return (uint32_t)p;
}

static __attribute__((noreturn)) void shutdown(const char *text)
{
	for (;;)
		hcall(LHCALL_SHUTDOWN, gpa(text), LG_SHUTDOWN_POWEROFF, 0);
}

static void print(const char *text)
{
	hcall(LHCALL_NOTIFY, gpa(text), 0, 0);
}

int main(void)
{
	/* A constant in the text against a variable in the data (the paper's). */
	int loaded = canary == 0xdeadbeef;

	if (!loaded)
		lguest_data =
			(struct lguest_data){ .kernel_address = 0xC0000000, .syscall_vec = 0x80 };
	hcall(LHCALL_LGUEST_INIT, gpa(&lguest_data), 0, 0);
	if (!loaded)
		shutdown("data is not aligned");
	print("hello from a kernel of forty lines\n");
#if MISTAKE == 2
	print("a text beyond RAM\n" + 0x4000000);
#endif
	shutdown("Power down"); /* with this text it is no crash */
}
