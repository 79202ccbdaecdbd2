/* A driver that breaks its ring loses the device until it resets it, and nothing else. */
/* expect: status=0 stdout~"after 0.*after 1.*after 2.*after 3.*after 4.*PASS" stderr~"console: .*it stands still until the guest resets it" */
#include "queue.h"

static uint32_t text(const char *s)
{
	uint32_t gpa = t_page();

	memcpy(va(gpa), s, strlen(s));
	return gpa;
}

static void break_it(int how)
{
	struct t_queue *q = &t_transmit;

	switch (how) {
	case 0:		/* a chain without end */
		t_describe(q, 0, 0x1000, 1, LG_VRING_DESC_NEXT, 0);
		t_offer(q, 0);
		break;
	case 1:		/* memory that is nobody's */
		t_describe(q, 0, 0xfffff000, 4096, 0, 0);
		t_offer(q, 0);
		break;
	case 2:		/* no such descriptor */
		t_offer(q, LG_VRING_NUM);
		break;
	case 3:		/* more than fit */
		q->avail->idx = (uint16_t)(q->avail->idx + LG_VRING_NUM + 1);
		break;
	default:	/* a table nobody agreed upon */
		t_describe(q, 0, 0x1000, 16, LG_VRING_DESC_INDIRECT, 0);
		t_offer(q, 0);
	}
	t_kick(q);
}

int main(void)
{
	char line[] = "after 0\n";
	int how;

	t_init();
	t_find_console();
	for (how = 0; how < 5; how++) {
		t_start_console();
		break_it(how);
		ok(t_wait_broken(), "it wants a reset");
		t_kick(&t_transmit);	/* in vain, and no harm */
		t_console->status = 0;
		hcall(LHCALL_NOTIFY, pa(t_console), 0, 0, 0);
		is(t_console->status, 0, "status after the reset");
		t_start_console();
		line[6] = (char)('0' + how);
		t_describe(&t_transmit, 5, text(line), 8, 0, 0);
		t_offer(&t_transmit, 5);
		t_kick(&t_transmit);
		ok(t_wait_used(&t_transmit, 1), "used after the reset");
		t_console->status = 0;
		hcall(LHCALL_NOTIFY, pa(t_console), 0, 0, 0);
	}
	t_done();
}
