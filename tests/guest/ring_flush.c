/* Calls in the ring take effect in order: FLUSH_TLB(0) behind NEW_PGTABLE means the new directory. */
#include "t.h"

#define GVA	(T_FREE + 0x5000)

int main(void)
{
	uint32_t a, b, pgdir;

	t_init();
	a = t_page();
	b = t_page();
	*(uint32_t *)va(a) = 0xaaaa;
	*(uint32_t *)va(b) = 0xbbbb;
	pgdir = t_directory();
	t_map(pgdir, GVA, a | P | W);
	t_switch(pgdir);
	is(t_peek(GVA), 0xaaaa, "the first page");
	t_switch(T_PGDIR);
	t_map(pgdir, GVA, b | P | W);
	hcall_async(LHCALL_NEW_PGTABLE, pgdir, 0, 0, 0);
	hcall_async(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	is(t_peek(GVA), 0xbbbb, "the second: flushed");
	t_map(T_PGDIR, GVA, a | P | W);
	hcall_async(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	hcall_async(LHCALL_NEW_PGTABLE, T_PGDIR, 0, 0, 0);
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	is(t_peek(GVA), 0xaaaa, "back in the first directory");
	t_done();
}
