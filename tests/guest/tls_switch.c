/* What was read from gs can be loaded again in another directory, and means the entry as it is then. */
#include "t.h"

#define FLAT	0x00cff200u	/* data, DPL 3, 4 GiB limit */

USER(user_nominal, "mov $0x33, %eax; mov %eax, %gs; mov %gs:0, %ebx; mov %gs, %ecx; int3");
USER(user_again, "mov %esi, %gs; mov %gs:0, %ebx; int3");

/* A page at 0 needs another base on any host. */
USER(user_low, "mov $0x33, %eax; mov %eax, %gs; mov 0, %ebx; mov %gs:0, %ecx; int3");

static uint32_t table[6];

static void load(uint32_t base)
{
	table[0] = base << 16 | 0xffff;
	table[1] = FLAT | (base >> 16 & 0xff) | (base & 0xff000000);
	hcall(LHCALL_LOAD_TLS, pa(table), 0, 0, 0);
}

static void null_gs(void)
{
	__asm__ volatile("mov %0, %%gs" : : "r"(0));
}

int main(void)
{
	uint32_t *words, pgdir[2], page, selector, i;

	t_init();
	page = t_page();
	words = va(page);
	for (i = 0; i < 1024; i++)
		words[i] = i;
	for (i = 0; i < 2; i++) {
		pgdir[i] = t_directory();
		t_map(pgdir[i], T_FREE, page | P | W | U);
	}
	t_switch(pgdir[0]);
	load(T_FREE + 0x40);
	is(t_user(user_nominal), 3, "gs loaded");
	is(t_frame.ebx, 0x10, "its base");
	selector = t_frame.ecx;
	null_gs();
	load(T_FREE + 0x80);
	t_switch(pgdir[1]);
	t_user_frame.esi = selector;
	is(t_user(user_again), 3, "what was read is loaded in another directory");
	is(t_frame.ebx, 0x20, "the new base");
	for (i = 0; i < 6; i++) {
		null_gs();
		load(T_FREE + 0x100 + 0x40 * i);
		t_switch(pgdir[i & 1]);
		is(t_user(user_again), 3, "again");
		is(t_frame.ebx, 0x40 + 0x10 * i, "base");
	}
	t_map(pgdir[1], 0, t_page() | P | W | U);
	is(t_user(user_low), 3, "the base of everything changes on the way");
	is(t_frame.ecx, 0x40 + 0x10 * 5, "and gs with it");
	t_done();
}
