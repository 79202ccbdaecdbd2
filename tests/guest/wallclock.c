/* The Host's UTC in lguest_data: there at INIT, moving with every delivery, near the host's date. */
/* run: -p now=@NOW@ */
#include "t.h"

static void fired(struct trap_frame *f)
{
	(void)f;
}

static uint32_t number_after(const char *text, const char *name)
{
	size_t len = strlen(name), i;
	uint32_t n = 0;

	for (; *text; text++) {
		for (i = 0; i < len && text[i] == name[i]; i++)
			;
		if (i == len)
			break;
	}
	for (text += *text ? len : 0; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (uint32_t)(*text - '0');
	return n;
}

int main(void)
{
	uint32_t now, sec, nsec;

	t_init();
	now = number_after(va(LG_CMDLINE_GPA), "now=");
	sec = RD(lguest_data.time_sec);
	ok(sec - now < 10, "at INIT: %u, host said %u", sec, now);
	nsec = RD(lguest_data.time_nsec);
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	hcall(LHCALL_SET_CLOCKEVENT, 20000000, 0, 0, 0);
	halt();
	ok(RD(lguest_data.time_sec) - now < 10, "after an interrupt: %u", lguest_data.time_sec);
	ok(RD(lguest_data.time_nsec) != nsec, "it moved");
	ok(RD(lguest_data.time_nsec) < 1000000000, "0x%x ns", lguest_data.time_nsec);
	ok(RD(lguest_data.time_sec) - sec < 5, "by a little");
	t_done();
}
