/* A descriptor with a virtual address: the message says what it is physically; so does the death that comes of it. */
/* expect: status=134 stderr~"console: buffer 0xc04[0-9a-f]+.0x10 outside memory in the queue at 0x[0-9a-f]+ .that is a virtual address: physical it is 0x004.*diagnosis: the kernel stopped itself at .*no answer.*the console device stands still" */
#include "queue.h"

static char buffer[16];

int main(void)
{
	t_init();
	t_find_console();
	t_start_console();
	t_describe(&t_transmit, 0, (uint32_t)buffer, 16, 0, 0);
	t_offer(&t_transmit, 0);
	t_kick(&t_transmit);
	t_wait_broken();
	panic("no answer");
}
