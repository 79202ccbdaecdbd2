/* 64-bit code that a user smuggles in writes all over what it shares with the Launcher: that survives, and ends the guest. */
/* run: --timeout 2 -p seed=1 */
/* run: --timeout 2 -p seed=2 */
/* run: --timeout 2 -p seed=3 */
/* expect: status=any never~"Sanitizer|runtime error|stopped by signal" */
#include "t.h"
#include "random.h"
#include "offsets.h"	/* of struct lguest: made by tests/guest.mk */

/*
 * esi: seed, edi: how far to write from 4 GiB on.  Random words at random
 * places, and many of the small numbers that mean something; now and then the
 * bell, or a timer that has run out.
 */
USER(user_scribble,
	"mov %eax, -64(%esp); ljmp $0x33, $1f\n .code64\n"
	"1: mov $0x100000000, %rbx\n"
	"mov %esi, %r12d; mov %edi, %r13d; xor %r14d, %r14d; sub $64, %esp\n"
	"2: imul $1664525, %r12d; add $1013904223, %r12d\n"
	"mov %r12d, %eax; shr $8, %eax; xor %edx, %edx; div %r13d\n"
	"test $1, %r12d; jz 3f; and $0x3fff, %edx\n"	/* half of it: the beginning */
	"3: mov %r12d, %eax; shr $27, %eax; cmp $16, %eax; jb 4f; mov %r12d, %eax; rol $13, %eax\n"
	"4: and $-4, %edx; mov %eax, (%rbx,%rdx)\n"
	"xor %eax, %eax; mov %rax, " STR(OFF_KICKS) "(%rbx); mov %rax, 8+" STR(OFF_KICKS) "(%rbx)\n"	/* kicks would end it */
	"mov %rax, 16+" STR(OFF_KICKS) "(%rbx); mov %rax, 24+" STR(OFF_KICKS) "(%rbx)\n"
	"mov %eax, " STR(OFF_SYNC_STATE) "(%rbx)\n"
	"inc %r14d; test $0xff, %r14d; jnz 2b\n"
	"movq $1, (%rsp); mov $1, %eax; mov $5, %edi; mov %rsp, %rsi; mov $8, %edx; syscall\n"
	"movl $0, " STR(OFF_STATE) "(%rbx)\n"	/* "I am running" */
	"mov $202, %eax; lea " STR(OFF_WANT_SPACES) "(%rbx), %rdi; mov $1, %esi; mov $64, %edx; syscall\n"	/* wake the zygote */
	"jmp 2b\n .code32");

int main(void)
{
	uint32_t pages = kit_ram / LG_PAGE_SIZE + LG_DEVICE_PAGES;

	t_init();
	random_seed();
	t_user_frame.esi = random32();
	t_user_frame.edi = 0x2b450 + pages;
	t_user(user_scribble);
	ok(0, "still here");
	t_done();
}
