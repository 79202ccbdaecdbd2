/* Random bytes executed as kernel code: the guest may ruin itself, hang or die; the Host must say which. */
/* expect: status=(0|124|134) never~"fault in the Host|Sanitizer|lguest failed" */
/* run: --timeout 1 -p seed=1 */
/* run: --timeout 1 -p seed=2 */
/* run: --timeout 1 -p seed=3 */
/* run: --timeout 1 -p seed=4 */
#include "program.h"

#define PROGRAMS	400

KERNEL(kernel_run,	/* the registers of t_user_frame, but for esp */
	"mov $t_user_frame, %eax\n"
	"mov (%eax), %edi; mov 4(%eax), %esi; mov 8(%eax), %ebp; mov 16(%eax), %ebx\n"
	"mov 20(%eax), %edx; mov 24(%eax), %ecx; mov 28(%eax), %eax\n"
	"jmp 0x20001000");

int main(void)
{
	uint32_t gpa, i;

	t_init();
	random_seed();
	gpa = t_page();
	t_map(T_PGDIR, CODE, gpa | P | W);
	for (i = 0; i < PROGRAMS; i++) {
		make_program(va(gpa));
		hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
		irq_on();
		t_kernel(kernel_run, 0);
		irq_off();
	}
	ok(1, "survived all of them");
	t_done();
}
