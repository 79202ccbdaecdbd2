/* 64-bit code that a user smuggles in may not make the host's system calls: the end of the guest. */
/* expect: status=134 stderr~"killed|stop|fault in the Host" */
#include "t.h"

/* mov $59, %eax; xor %edi, %edi; xor %esi, %esi; syscall (execve); ud2 */
USER(user_escape, "ljmp $0x33, $1f\n1: .byte 0xb8, 59, 0, 0, 0, 0x31, 0xff, 0x31, 0xf6, 0x0f, 0x05, 0x0f, 0x0b");

int main(void)
{
	t_init();
	t_user(user_escape);
	ok(0, "still alive");
	t_done();
}
