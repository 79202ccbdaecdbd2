/* System calls and returns under a storm of interrupts: no register is lost, and no interrupt in any crack between. */
/* run: */
/* run: --no-patch */
#include "t.h"

#define TICKS	100	/* a lost one would be the last: it is armed by the one before */

static USER_DATA volatile uint32_t bad;

/* Six registers hold patterns that change with each round; esi counts. */
USER(user_storm,
	"1: inc %esi; mov %esi, %ebx; not %ebx; lea 3(%esi), %ecx; lea (%esi,%esi,4), %edx\n"
	"lea 7(%ecx), %edi; lea 9(%edx), %ebp\n"
	"call user_stub\n"
	"cmp $0x77, %eax; jne 2f\n"
	"mov %esi, %eax; not %eax; cmp %eax, %ebx; jne 3f\n"
	"lea 3(%esi), %eax; cmp %eax, %ecx; jne 3f\n"
	"lea (%esi,%esi,4), %eax; cmp %eax, %edx; jne 3f\n"
	"lea 7(%ecx), %eax; cmp %eax, %edi; jne 3f\n"
	"lea 9(%edx), %eax; cmp %eax, %ebp; jne 3f\n"
	"jmp 1b\n"
	"2: cmp $0x78, %eax; jne 3f; int3\n"
	"3: incl bad; int3\n"
	".balign 16\n user_stub: mov $9, %eax; int $0x40; ret\n");

static volatile unsigned calls, ticks;
static uint64_t end;

/* As little as possible in here: most of the time is spent crossing. */
static int serve(struct trap_frame *f)
{
	if (f->vector != 0x40)
		return 0;
	calls++;
	if (f->eax != 9 || f->ebx != ~f->esi)
		bad++;
	f->eax = ticks < TICKS && rdtsc() < end ? 0x77 : 0x78;
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
	t_init();
	t_hook = serve;
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	t_user_frame.esi = 0;
	end = rdtsc() + 10000000000ull;
	hcall(LHCALL_SET_CLOCKEVENT, 10000, 0, 0, 0);
	is(t_user(user_storm), 3, "the loop ended");
	is(bad, 0, "wrong registers");
	is(t_frame.esi, calls, "rounds");
	ok(ticks >= TICKS, "%u ticks in %u calls", ticks, calls);
	t_done();
}
