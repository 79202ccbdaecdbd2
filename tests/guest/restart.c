/* SHUTDOWN with reason 2 starts again from the image: memory as it was loaded, the console goes on. */
/* expect: status=0 stdout~"boot .*boot .*PASS" */
/* run: -p until=@SOON@ */
#include "t.h"

static uint32_t boots;	/* in the image: 0 each time */

static void fired(struct trap_frame *f)
{
	(void)f;
}

int main(void)
{
	const char *p = va(LG_CMDLINE_GPA);
	uint32_t until = 0;

	t_init();
	print("boot\n");
	for (; *p; p++)
		if (*p >= '0' && *p <= '9')
			until = until * 10 + (uint32_t)(*p - '0');
	is(boots++, 0, "data is new");
	if (lguest_data.time_sec < until) {
		on_trap(LG_FIRST_IRQ_VECTOR, fired);
		hcall(LHCALL_SET_CLOCKEVENT, 500000000, 0, 0, 0);
		halt();
		hcall(LHCALL_SHUTDOWN, pa(""), LG_SHUTDOWN_RESTART, 0, 0);
	}
	t_done();
}
