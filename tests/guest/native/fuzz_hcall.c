/* Hypercalls with random numbers and arguments: the guest may die of them, with a reason; the Host may not. */
/* expect: status=(0|134|124) never~"fault in the Host|Segmentation|Sanitizer|lguest failed" */
/* run: -p seed=1 */
/* run: -p seed=2 */
/* run: -p seed=3 */
/* run: -p seed=4 */
/* run: -p seed=5 */
/* run: -p seed=6 */
#include "random.h"

static uint32_t argument(void)
{
	switch (random_below(6)) {
	case 0: return random_below(300);
	case 1: return random32();
	case 2: return random_below(kit_ram) & ~0xfffu;
	case 3: return T_FREE + random_below(0x400000);
	case 4: return T_PGDIR;
	default: return kit_ram + random_below(0x110000) - 0x1000;
	}
}

/* All but those that end the guest at once, and HALT. */
static const uint8_t calls[] = {
	LHCALL_FLUSH_ASYNC, LHCALL_FLUSH_TLB, LHCALL_LOAD_IDT_ENTRY, LHCALL_SET_STACK, LHCALL_TS,
	LHCALL_SET_CLOCKEVENT, LHCALL_SET_PTE, LHCALL_SET_PGD, LHCALL_LOAD_TLS, LHCALL_NOTIFY,
	LHCALL_LOAD_GDT_ENTRY, LHCALL_SEND_INTERRUPTS, LHCALL_CLOCK_READ, LHCALL_SET_PTES,
	LHCALL_FLUSH_RANGE, LHCALL_DROP_PGTABLE, LHCALL_DEBUG_MARK, LHCALL_SET_PTE,
	LHCALL_FLUSH_RANGE, LHCALL_FLUSH_TLB, LHCALL_DEBUG_MARK, LHCALL_SET_PTES,
};

/* Arguments a call takes without harm, most of the time. */
static void tame(uint32_t n, uint32_t *a)
{
	if (random_below(3000) == 0)
		return;
	if (n == LHCALL_SET_STACK)
		a[0] = LG_KERNEL_DS, a[1] = (uint32_t)kit_trap_stack_top, a[2] %= 3;
	else if (n == LHCALL_LOAD_IDT_ENTRY)
		a[0] = 0x90 + a[0] % 64, a[2] = 0x8e00 | (a[2] & 0xffff6000);
	else if (n == LHCALL_SET_PGD)
		a[1] %= 1024;
	else if (n == LHCALL_LOAD_GDT_ENTRY)
		a[0] %= 32;
	else if (n == LHCALL_LOAD_TLS || n == LHCALL_SET_PTES || n == LHCALL_NOTIFY)
		a[0] %= kit_ram - 0x10000, a[1] %= LG_SET_PTES_MAX;
	else if (n == LHCALL_DROP_PGTABLE && a[0] == T_PGDIR)
		a[0] += LG_PAGE_SIZE;
}

int main(void)
{
	uint32_t i, n, a[4];

	t_init();
	random_seed();
	for (i = 0; i < 5000; i++) {
		n = calls[random_below(sizeof(calls))];
		a[0] = argument();
		a[1] = argument();
		a[2] = argument();
		a[3] = argument();
		tame(n, a);
		if (n == LHCALL_NOTIFY && a[0] < kit_ram)
			continue;	/* no garbage on terminals */
		if (random_below(4))
			hcall(n, a[0], a[1], a[2], a[3]);
		else
			hcall_async(n, a[0], a[1], a[2], a[3]);
	}
	ok(1, "survived");
	t_done();
}
