/* Unmasked x87 and SSE exceptions: vectors 16 and 19, at the right instruction. */
#include "t.h"

static USER_DATA __attribute__((used)) uint16_t x87_unmasked = 0x037b;	/* zero divide */
static USER_DATA __attribute__((used)) uint32_t sse_unmasked = 0x1d80;
static USER_DATA __attribute__((used)) float sse_ones[4] = { 1, 1, 1, 1 };

USER(user_x87,
	"fninit; fldcw x87_unmasked\n fld1; fldz; .byte 0xde, 0xf9\n"	/* st1 / st0 */
	"user_x87_at: fwait; int3\n");
extern char user_x87_at[];
USER(user_sse,
	"ldmxcsr sse_unmasked\n movups sse_ones, %xmm0\n xorps %xmm1, %xmm1\n"
	"user_sse_at: divps %xmm1, %xmm0; int3\n");
extern char user_sse_at[];

int main(void)
{
	uint32_t mxcsr = 0x1f80;

	t_init();
	is(t_user(user_x87), 16, "x87 zero divide: vector");
	is(t_frame.eip, user_x87_at, "eip of the waiting instruction");
	is(t_frame.error, 0, "no error code");
	__asm__ volatile("fnclex; fninit");
	is(t_user(user_sse), 19, "SSE zero divide: vector");
	is(t_frame.eip, user_sse_at, "eip of the dividing instruction");
	is(t_frame.error, 0, "no error code");
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	t_done();
}
