/* System calls, hypercalls and returns under a storm of interrupts: no register is lost, no tick either. */
/* run: */
/* run: --no-patch */
#include "t.h"

#define CALLS	20000
#define TICKS	20	/* on a busy machine kicks come late: go on until so many */

static USER_DATA volatile uint32_t bad;

/* Six registers hold patterns that change with each round; esi counts down. */
USER(user_storm,
	"1: mov %esi, %ebx; not %ebx; lea 3(%esi), %ecx; lea (%esi,%esi,4), %edx\n"
	"lea 7(%ecx), %edi; lea 9(%edx), %ebp\n"
	"call user_stub\n"
	"cmp $0x77, %eax; jne 2f\n"
	"mov %esi, %eax; not %eax; cmp %eax, %ebx; jne 2f\n"
	"lea 3(%esi), %eax; cmp %eax, %ecx; jne 2f\n"
	"lea (%esi,%esi,4), %eax; cmp %eax, %edx; jne 2f\n"
	"lea 7(%ecx), %eax; cmp %eax, %edi; jne 2f\n"
	"lea 9(%edx), %eax; cmp %eax, %ebp; jne 2f\n"
	"dec %esi; jnz 1b; int3\n"
	"2: incl bad; int3\n"
	".balign 16\n user_stub: mov $9, %eax; int $0x40; ret\n");

static unsigned calls, ticks;

static int serve(struct trap_frame *f)
{
	if (f->vector != 0x40)
		return 0;
	calls++;
	if (f->eax != 9 || f->ebx != ~f->esi)
		bad++;
	f->eax = 0x77;
	if (calls % 16 == 0)
		hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	return 1;
}

static void tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
	hcall(LHCALL_SET_CLOCKEVENT, 7000 + ticks % 64 * 100, 0, 0, 0);
}

int main(void)
{
	unsigned rounds = 0;
	int vector;

	t_init();
	t_hook = serve;
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	hcall(LHCALL_SET_CLOCKEVENT, 10000, 0, 0, 0);
	do {
		t_user_frame.esi = CALLS;
		rounds++;
		vector = t_user(user_storm);
	} while (vector == 3 && !bad && ticks < TICKS && rounds < 500);
	is(vector, 3, "the loop ended");
	ok(t_frame.cs == LG_USER_CS, "ended at 0x%x:0x%x esp 0x%x error 0x%x", t_frame.cs,
	   t_frame.eip, t_frame.esp, t_frame.error);
	is(bad, 0, "wrong registers");
	is(t_frame.esi, 0, "rounds left");
	is(calls, rounds * CALLS, "calls");
	ok(ticks >= TICKS, "%u ticks", ticks);
	halt();
	irq_off();
	calls = ticks;
	halt();
	ok(ticks > calls, "and the clock still ticks");
	t_done();
}
