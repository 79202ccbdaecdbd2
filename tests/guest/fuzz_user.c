/* Thousands of user programs made of random bytes: each ends in a trap, the kernel never notices. */
/* run: -p seed=1 */
/* run: -p seed=2 */
/* run: -p seed=3 --base 64K */
#include "program.h"

#define PROGRAMS	1500

static uint32_t counts[256];

static int done(struct trap_frame *f)
{
	if (f->vector == LG_FIRST_IRQ_VECTOR && f->cs != LG_USER_CS)
		return 1;	/* late: the program had ended */
	return 0;
}

int main(void)
{
	uint32_t gpa, i, odd = 0;
	int vector;

	t_init();
	random_seed();
	gpa = t_page();
	t_map(T_PGDIR, CODE, gpa | P | W | U);
	t_hook = done;
	for (i = 0; i < PROGRAMS; i++) {
		make_program(va(gpa));
		hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
		vector = t_user((void *)CODE);
		hcall(LHCALL_SET_CLOCKEVENT, 0, 0, 0, 0);
		odd += t_frame.cs != LG_USER_CS || vector < 0 || vector > 255;
		counts[vector & 255]++;
		__asm__ volatile("fninit");
	}
	for (i = 0; i < 256; i++)
		if (counts[i])
			print("vector %u: %u\n", i, counts[i]);
	is(odd, 0, "programs that ended otherwise than by a trap from user mode");
	ok(counts[14] && counts[13] && counts[6], "page faults, protection, undefined: all there");
	t_done();
}
