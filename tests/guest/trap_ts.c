/* With TS set, vector 7 comes when user mode is entered next; cleared, it does not. */
#include "t.h"

USER(user_nop, "nop; int3");

static int nm_count;
static uint32_t nm_eip;

static int clear_ts(struct trap_frame *f)
{
	if (f->vector != 7)
		return 0;
	nm_count++;
	nm_eip = f->eip;
	hcall(LHCALL_TS, 0, 0, 0, 0);
	return 1;
}

int main(void)
{
	t_init();
	is(t_user(user_nop), 3, "TS is clear at the start");
	hcall(LHCALL_TS, 8, 0, 0, 0);
	is(t_user(user_nop), 7, "TS set: vector");
	is(t_frame.eip, user_nop, "before the first instruction");
	is(t_frame.cs, LG_USER_CS, "from user mode");
	is(t_frame.error, 0, "no error code");
	is(t_user(user_nop), 7, "again, as nobody cleared it");
	t_hook = clear_ts;
	is(t_user(user_nop), 3, "the handler clears it: user code runs");
	is(nm_count, 1, "one #NM");
	is(nm_eip, user_nop, "at the entry");
	hcall_async(LHCALL_TS, 1, 0, 0, 0);
	is(t_user(user_nop), 3, "set through the ring: user code runs");
	is(nm_count, 2, "after a second #NM");
	t_done();
}
