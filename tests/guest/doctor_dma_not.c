/* --doctor is silent about buffers that are offered again when they came back, or lie beside a stack. */
/* run: --doctor */
/* expect: status=0 stdout~"PASS" stderr~"doctor: nothing found" never~"stack:|twice|taken" */
#include "queue.h"

#define ROUNDS 1000

static char here[64], there[64];

static void write_line(unsigned n, char *text)
{
	t_describe(&t_transmit, n, pa(text), 1, 0, 0);
	t_offer(&t_transmit, n);
}

/* A buffer that came back, in another descriptor at once; two readers of one buffer. */
static void again(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint16_t used = t_transmit.used->idx;

		write_line(i % 2, here);
		write_line(2 + i % 2, here);
		t_kick(&t_transmit);
		t_wait_used(&t_transmit, (uint16_t)(used + 2));
	}
}

/* Freed when it came back: its page is unmapped, becomes a table, is a stack. */
static void freed(void)
{
	uint32_t gpa = t_page(), *table = va(gpa);

	table[0] = '\n';
	t_map(T_PGDIR, T_KERNEL_FREE, gpa | P | W);
	RD(*(uint32_t *)T_KERNEL_FREE);
	write_line(0, va(gpa));
	t_kick(&t_transmit);
	t_wait_used(&t_transmit, t_transmit.avail->idx);
	*t_pte(T_PGDIR, T_KERNEL_FREE) = 0;
	hcall(LHCALL_SET_PTE, T_PGDIR, T_KERNEL_FREE, 0, 0);
	table[0] = gpa | P | W;
	((uint32_t *)va(T_PGDIR))[T_FREE >> 22] = gpa | P | W;
	RD(*(uint32_t *)T_FREE);
}

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	here[0] = '.';
	t_describe(&t_receive, 0, pa(here), sizeof(here), LG_VRING_DESC_WRITE, 0);
	t_describe(&t_receive, 1, pa(there), sizeof(there), LG_VRING_DESC_WRITE, 0);
	t_offer(&t_receive, 1);
	t_kick(&t_receive);
	again();
	freed();
	t_done();
}
