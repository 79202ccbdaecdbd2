/* FPU registers, control words and flags of the kernel stay what they are over every kind of hypercall and switch. */
#include "t.h"

static uint8_t in[8 * 32] __attribute__((aligned(32))), out[8 * 32] __attribute__((aligned(32)));
static uint32_t have_avx, other, mxcsr = 0x9f80, mxcsr_out;
static uint16_t fcw = 0x027f, fcw_out;
static double x87_in = 1.5, x87_out;

#define REGS(insn) insn(0) insn(1) insn(2) insn(3) insn(4) insn(5) insn(6) insn(7)
#define LOAD_AVX(n)	"vmovups " #n "*32(%0), %%ymm" #n "\n"
#define SAVE_AVX(n)	"vmovups %%ymm" #n ", " #n "*32(%0)\n"
#define LOAD_SSE(n)	"movups " #n "*32(%0), %%xmm" #n "\n"
#define SAVE_SSE(n)	"movups %%xmm" #n ", " #n "*32(%0)\n"

static void load(void)
{
	memset(out, 0, sizeof(out));
	__asm__ volatile("fninit; fldcw %0; fldl %1; ldmxcsr %2" : : "m"(fcw), "m"(x87_in), "m"(mxcsr));
	if (have_avx)
		__asm__ volatile(REGS(LOAD_AVX) : : "r"(in) : "memory");
	else
		__asm__ volatile(REGS(LOAD_SSE) : : "r"(in) : "memory");
}

static void see(const char *what)
{
	unsigned n, i, bad = 0;

	if (have_avx)
		__asm__ volatile(REGS(SAVE_AVX) : : "r"(out) : "memory");
	else
		__asm__ volatile(REGS(SAVE_SSE) : : "r"(out) : "memory");
	__asm__ volatile("fnstcw %0; fstpl %1; stmxcsr %2; fninit"
			 : "=m"(fcw_out), "=m"(x87_out), "=m"(mxcsr_out));
	for (n = 0; n < 8; n++)
		for (i = 0; i < (have_avx ? 32 : 16); i++)
			bad += out[n * 32 + i] != in[n * 32 + i];
	is(bad, 0, what);
	ok(fcw_out == fcw && mxcsr_out == mxcsr && !((uint32_t *)&x87_out)[0] &&
	   ((uint32_t *)&x87_out)[1] == 0x3ff80000, "x87 and control words");
}

static void fired(struct trap_frame *f)
{
	(void)f;
}

static void all(void)
{
	load();
	hcall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
	see("a hypercall");
	load();
	early_print("(a text)\n");
	see("NOTIFY");
	load();
	t_switch(other);
	t_switch(T_PGDIR);
	see("two switches of directory");
	load();
	hcall(LHCALL_SET_CLOCKEVENT, 2000000, 0, 0, 0);
	halt();
	irq_off();
	see("HALT and an interrupt");
	load();
	t_peek(T_FREE);
	see("a page fault");
	load();
	hcall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
	see("FLUSH_TLB");
}

int main(void)
{
	uint32_t a = 1, b, c, d;
	unsigned i;

	t_init();
	other = t_directory();
	on_trap(LG_FIRST_IRQ_VECTOR, fired);
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 29 + 3);
	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	all();
	have_avx = c >> 28 & 1;
	if (have_avx)
		all();
	t_done();
}
