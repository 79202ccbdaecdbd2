/* x87, SSE and AVX registers survive traps, faults, interrupts and switches of directory. */
#include "t.h"

#define ROUNDS	200

static USER_DATA __attribute__((used)) uint8_t in[8 * 32 + 16], out[8 * 32 + 16];
static USER_DATA __attribute__((used)) uint32_t have_avx;
static USER_DATA __attribute__((used)) uint32_t rounds;
static USER_DATA __attribute__((used)) double x87_in = 2.718281828, x87_out;

#define EACH(insn) insn(0) insn(1) insn(2) insn(3) insn(4) insn(5) insn(6) insn(7)
#define LOAD_AVX(n)	"vmovups in+" #n "*32, %ymm" #n "\n"
#define SAVE_AVX(n)	"vmovups %ymm" #n ", out+" #n "*32\n"
#define LOAD_SSE(n)	"movups in+" #n "*32, %xmm" #n "\n"
#define SAVE_SSE(n)	"movups %xmm" #n ", out+" #n "*32\n"

USER(user_fpu,
	"fninit; fldl x87_in\n"
	"cmpl $0, have_avx; je 1f\n" EACH(LOAD_AVX) "jmp 2f\n1:" EACH(LOAD_SSE)
	"2: int $" STR(KIT_SYSCALL) "\n"		/* the kernel switches */
	"mov 0x20005000, %eax\n"		/* ... maps this page */
	"3: decl rounds; jns 2b\n"
	"cmpl $0, have_avx; je 4f\n" EACH(SAVE_AVX) "jmp 5f\n4:" EACH(SAVE_SSE)
	"5: fstpl x87_out; int3\n");

static uint32_t other, page;
static unsigned faults, switches, ticks;

/* Runs with the user's registers still in the FPU, and damages none. */
static int disturb(struct trap_frame *f)
{
	if (f->vector == 14) {
		faults++;
		t_map(switches & 1 ? other : T_PGDIR, 0x20005000, page | P | W | U);
		return 1;
	}
	if (f->vector != KIT_SYSCALL)
		return 0;
	t_map(switches & 1 ? other : T_PGDIR, 0x20005000, 0);
	hcall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
	t_switch(++switches & 1 ? other : T_PGDIR);
	return 1;
}

static void tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
	hcall(LHCALL_SET_CLOCKEVENT, 100000, 0, 0, 0);
}

static void see(const char *what, unsigned bytes)
{
	unsigned i, n, bad = 0;

	for (n = 0; n < 8; n++)
		for (i = 0; i < bytes; i++)
			bad += out[n * 32 + i] != in[n * 32 + i];
	is(bad, 0, what);
	for (i = 0; i < sizeof(x87_in); i++)
		bad += ((uint8_t *)&x87_in)[i] != ((uint8_t *)&x87_out)[i];
	is(bad, 0, "x87");
}

int main(void)
{
	uint32_t a = 1, b, c, d;
	unsigned i;

	t_init();
	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	other = t_directory();
	page = t_page();
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 37 + 11);
	on_trap(LG_FIRST_IRQ_VECTOR, tick);
	t_hook = disturb;
	hcall(LHCALL_SET_CLOCKEVENT, 100000, 0, 0, 0);
	for (have_avx = 0; have_avx <= (c >> 28 & 1); have_avx++) {
		rounds = ROUNDS;
		is(t_user(user_fpu), 3, have_avx ? "AVX round trip" : "SSE round trip");
		see(have_avx ? "ymm0-7" : "xmm0-7", have_avx ? 32 : 16);
	}
	ok(faults >= ROUNDS, "%u page faults", faults);
	ok(switches >= ROUNDS, "%u switches", switches);
	ok(ticks > 3, "%u interrupts", ticks);
	t_done();
}
