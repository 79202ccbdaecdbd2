/* The ring: drained in order by any call, all 64 slots, around the corner, and before user mode. */
#include "t.h"

USER(user_int, "int $0x50; int3");

static unsigned pending(void)
{
	unsigned i, n = 0;

	for (i = 0; i < LG_RING_SIZE; i++)
		n += RD(lguest_data.hcall_status[i]) != LG_RING_FREE;
	return n;
}

/* Opens or closes vector 0x50 for users: an effect whose order shows. */
static void queue_gate(unsigned dpl)
{
	uint32_t entry = (uint32_t)kit_stubs + 0x50 * 16;

	hcall_async(LHCALL_LOAD_IDT_ENTRY, 0x50, LG_KERNEL_CS << 16 | (entry & 0xffff),
		    (entry & 0xffff0000) | 0x8e00 | dpl << 13, 0);
}

int main(void)
{
	unsigned i, round, bad = 0, before, after;

	t_init();
	queue_gate(3);
	before = pending();
	hcall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
	is(before, 1, "queued");
	is(pending(), 0, "drained by FLUSH_ASYNC");
	is(t_user(user_int), 0x50, "done");
	queue_gate(3);
	queue_gate(0);
	is(t_user(user_int), 13, "two, drained in order on the way to user mode");
	is(pending(), 0, "none left");
	queue_gate(0);
	queue_gate(3);
	is(t_user(user_int), 0x50, "the other order");

	for (i = 0; i < LG_RING_SIZE; i++)
		queue_gate(i == LG_RING_SIZE - 1 ? 3 : 0);
	before = pending();	/* (print would drain it) */
	hcall_async(LHCALL_TS, 0, 0, 0, 0);
	after = pending();
	is(before, LG_RING_SIZE, "full");
	is(after, 0, "one more is made at once, and drains it");
	is(t_user(user_int), 0x50, "the last one won");
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 7 + round; i++)
			queue_gate((round + i) & 1 ? 3 : 0);
		hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
		bad += pending() != 0;
		bad += t_user(user_int) != ((round + i - 1) & 1 ? 0x50 : 13);
	}
	is(bad, 0, "around the corner");
	t_done();
}
