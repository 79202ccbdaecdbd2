/* --doctor: buffers of a device on a stack, offered twice, and taken away while the device owns them. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: device memory on a kernel stack: the buffer at gpa 0x[0-9a-f]+, 0x40 bytes, offered to queue 0 of the console .descriptor 0., is 0xc[0-9a-f]+ on the stack .esp 0xc[0-9a-f]+.* receive_on_stack.*device memory on a kernel stack: .*descriptor 1.* on_declared_stack.*buffer offered twice: gpa 0x[0-9a-f]+, 0x[0-9a-f]+ bytes, offered to queue 0 of the console .descriptor 3., is already owned by queue 0 of the console .descriptor 2.*first offered by 0x.*device memory touched before it came back: 0xe0000000 is written, but the buffer at gpa 0x[0-9a-f]+, which queue 0 of the console writes, is still owned by it .descriptor 2.*memory taken from a device: the buffer at gpa 0x[0-9a-f]+ is still owned by queue 0 of the console .descriptor 3. and the kernel unmaps it at 0xe0000000.*and its page becomes a page table.*doctor: 6 findings" */
#include "queue.h"

static uint32_t kernel_stack[2048] __attribute__((aligned(4096)));

static __attribute__((noinline)) void receive_on_stack(void)
{
	char line[64];

	t_describe(&t_receive, 0, pa(line), sizeof(line), LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 0);
	t_kick(&t_receive);
	__asm__ volatile("" : : "r"(line) : "memory");
}

/* What SET_STACK named, from somewhere else. */
static __attribute__((noinline)) void on_declared_stack(void)
{
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)(kernel_stack + 2048), 2, 0);
	t_describe(&t_receive, 1, pa(kernel_stack + 100), 16, LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 1);
	t_kick(&t_receive);
}

static void offered_twice(uint32_t gpa)
{
	t_describe(&t_receive, 2, gpa, 256, LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 2);
	t_kick(&t_receive);
	t_describe(&t_receive, 3, gpa + 128, 256, LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 3);
	t_kick(&t_receive);
}

/* The buffer of descriptor 2, mapped elsewhere in the kernel half, and unmapped. */
static void unmapped(uint32_t gpa)
{
	t_map(T_PGDIR, T_KERNEL_FREE, gpa | P | W);
	RD(*(uint32_t *)T_KERNEL_FREE) = 0;
	*t_pte(T_PGDIR, T_KERNEL_FREE) = 0;
	hcall(LHCALL_SET_PTE, T_PGDIR, T_KERNEL_FREE, 0, 0);
}

static void becomes_table(uint32_t gpa)
{
	uint32_t *table = va(gpa);

	table[0] = gpa | P | W;
	((uint32_t *)va(T_PGDIR))[T_FREE >> 22] = gpa | P | W;
	RD(*(uint32_t *)T_FREE);
}

int main(void)
{
	uint32_t gpa;

	t_init();
	t_find_console();
	t_start_console();
	gpa = t_page();
	receive_on_stack();
	on_declared_stack();
	offered_twice(gpa);
	unmapped(gpa);
	becomes_table(gpa);
	t_done();
}
