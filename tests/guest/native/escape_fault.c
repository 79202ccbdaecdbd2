/* 64-bit code that faults outside the Switcher's few known places: the end of the guest, with a reason. */
/* expect: status=134 stderr~"diagnosis: the guest ran 64-bit code of its own.*(fault in the Host|broke out)" */
#include "t.h"

/* ud2, in 64-bit mode */
USER(user_escape, "ljmp $0x33, $1f\n1: .byte 0x0f, 0x0b");

int main(void)
{
	t_init();
	t_user(user_escape);
	ok(0, "still alive");
	t_done();
}
