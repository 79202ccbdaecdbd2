// SPDX-License-Identifier: MIT
/*
 * Results, and traps caught for the test that provoked them.
 */

#include "t.h"

struct trap_frame t_frame, t_user_frame;
uint32_t t_frame_at, t_cr2, t_irq_enabled;
int (*t_hook)(struct trap_frame *f);
int t_trap;

int t_enter_user(const struct trap_frame *f);
int t_enter_kernel(const void *fn, uint32_t arg);
void t_leave(int vector) __attribute__((noreturn));
extern uint32_t t_result;

static int failures;

void t_ok(int good, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(good ? "ok " : "FAIL line %d: ", line);
	vprint(fmt, ap);
	print("\n");
	va_end(ap);
	failures += !good;
}

void t_is(uint32_t got, uint32_t want, const char *what, int line)
{
	if (got == want)
		print("ok %s\n", what);
	else
		print("FAIL line %d: %s: 0x%x, expected 0x%x\n", line, what, got, want);
	failures += got != want;
}

void t_done(void)
{
	if (failures)
		print("FAILED %d\n", failures);
	else
		print("PASS\n");
	power_off();
}

/* Every vector comes here unless the test took it with on_trap. */
static void caught(struct trap_frame *f)
{
	t_irq_enabled = RD(lguest_data.irq_enabled);
	t_cr2 = RD(lguest_data.cr2);
	t_frame_at = (uint32_t)&f->eip;
	if (t_hook && t_hook(f))
		return;
	t_frame = *f;
	irq_off();
	t_leave((int)f->vector);
}

int t_user(const void *eip)
{
	t_user_frame.eip = (uint32_t)eip;
	return t_enter_user(&t_user_frame);
}

int t_kernel(const void *fn, uint32_t arg)
{
	return t_enter_kernel(fn, arg);
}

static uint32_t peek(uint32_t gva)
{
	return *(volatile uint32_t *)gva;
}

uint32_t t_peek(uint32_t gva)
{
	t_trap = t_kernel(peek, gva);
	return t_result;
}

static uint32_t poke_value;

static void poke(uint32_t gva)
{
	*(volatile uint32_t *)gva = poke_value;
}

void t_poke(uint32_t gva, uint32_t value)
{
	poke_value = value;
	t_trap = t_kernel(poke, gva);
}

int t_same_registers(const struct trap_frame *f, const struct trap_frame *g)
{
	return f->edi == g->edi && f->esi == g->esi && f->ebp == g->ebp &&
	       f->ebx == g->ebx && f->edx == g->edx && f->ecx == g->ecx &&
	       f->eax == g->eax;
}

void t_memory_init(void);	/* memory.c */

void t_init(void)
{
	unsigned v;

	kit_init();
	t_memory_init();
	for (v = 0; v < LG_IDT_ENTRIES; v++) {
		if (v >= LG_FIRST_IRQ_VECTOR + LG_IRQS && v != KIT_SYSCALL)
			kit_gate(v, 0xe, 0);
		on_trap(v, caught);
	}
	t_user_frame = (struct trap_frame){
		.edi = 0xd1d1d1d1, .esi = 0x51515151, .ebp = 0xb9b9b9b9,
		.ebx = 0xbbbbbbbb, .edx = 0xdddddddd, .ecx = 0xcccccccc,
		.eax = 0xaaaaaaaa, .cs = LG_USER_CS, .eflags = LG_EFLAGS_IF | 2,
		.esp = T_STACK_TOP, .ss = LG_USER_DS,
	};
}
