/* HALT for a device whose interrupt has no gate. */
/* expect: status=124 stderr~"diagnosis: the kernel waits in HALT at .*for the console device \(queue 0\), whose irq [0-9]+ has no gate: irq ([0-9]+) arrives at vector 32" */
/* run: --timeout 0.5 --console none */
#include "queue.h"

static uint32_t i;

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_receive, 0, t_page(), 16, LG_VRING_DESC_WRITE, 0);
	for (i = 0; i < 3; i++)
		hcall(LHCALL_LOAD_IDT_ENTRY, 32 * i + t_receive.irq, 0, 0, 0);
	t_offer(&t_receive, 0);
	t_kick(&t_receive);
	halt();
	ok(0, "still alive");
	t_done();
}
