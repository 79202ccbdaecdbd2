/* Interrupt gates (0xE) turn irq_enabled off on entry, trap gates (0xF) leave it; IRET restores it. */
#include "t.h"

USER(user_int, "int $0x50; int3");

static uint32_t on_entry, in_frame;

static int note(struct trap_frame *f)
{
	if (f->vector != 0x50)
		return 0;
	on_entry = t_irq_enabled;
	in_frame = f->eflags & LG_EFLAGS_IF;
	return 1;
}

static void try(unsigned type, uint32_t enabled, uint32_t want)
{
	print("-- gate 0x%x, IF 0x%x\n", type, enabled);
	kit_gate(0x50, type, 3);
	t_user_frame.eflags = enabled | 2;
	is(t_user(user_int), 3, "came back");
	is(on_entry, want, "irq_enabled in the handler");
	is(in_frame, enabled, "IF in its frame");
	is(t_frame.eflags & LG_EFLAGS_IF, enabled, "IF after IRET");
}

int main(void)
{
	t_init();
	t_hook = note;
	try(0xe, LG_EFLAGS_IF, 0);
	try(0xf, LG_EFLAGS_IF, LG_EFLAGS_IF);
	try(0xe, 0, 0);
	try(0xf, 0, 0);
	kit_gate(0x50, 0xe, 0);
	is(t_user(user_int), 13, "DPL 0: general protection for users");
	is(t_frame.error, 0x50 * 8 + 2, "error code");
	is(t_frame.eip, user_int, "eip at the int");
	kit_gate(0x50, 0xe, 3);
	hcall(LHCALL_LOAD_IDT_ENTRY, 2, LG_KERNEL_CS << 16, 0x8e00, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 8, 0, 0, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 15, 0, 0, 0);
	hcall(LHCALL_LOAD_IDT_ENTRY, 31, 0, 0, 0);
	is(t_user(user_int), 3, "vectors 2, 8, 15 and 31 are ignored, hypercalls go on");
	t_done();
}
