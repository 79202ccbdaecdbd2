/* Page faults: all error code bits and the exact cr2, from user mode and from the kernel. */
#include "t.h"

#define ABSENT	(T_FREE + 0x0123)
#define RO	(T_FREE + 0x1ffc)
#define SUPER	(T_FREE + 0x2010)
#define NOTABLE	(T_FREE + 0x40000004)

USER(user_read, "mov (%esi), %eax; int3");
USER(user_write, "mov %eax, (%esi); int3");
USER(user_jump, "jmp *%esi");
USER(user_push, "mov %esi, %esp; push %eax; int3");

static void user(const void *code, uint32_t gva, int error, const char *what)
{
	t_user_frame.esi = gva;
	RD(lguest_data.cr2) = 0;
	if (error == NONE) {
		is(t_user(code), 3, what);
		return;
	}
	is(t_user(code), 14, what);
	is(t_frame.error, error, "error code");
	is(t_cr2, code == (void *)user_push ? gva - 4 : gva, "cr2");
	is(t_frame.eip, code == (void *)user_jump ? gva : t_frame.eip, "eip");
}

static void kernel(int write, uint32_t gva, int error, const char *what)
{
	RD(lguest_data.cr2) = 0;
	if (write)
		t_poke(gva, 1);
	else
		t_peek(gva);
	is(t_trap, error == NONE ? NONE : 14, what);
	if (error == NONE)
		return;
	is(t_frame.error, error, "error code");
	is(t_cr2, gva, "cr2");
}

int main(void)
{
	t_init();
	t_map(T_PGDIR, RO, t_page() | P | U);
	t_map(T_PGDIR, SUPER, t_page() | P | W);

	user(user_read, ABSENT, PF_USER, "user reads what is absent");
	user(user_write, ABSENT, PF_USER | PF_WRITE, "user writes what is absent");
	user(user_jump, ABSENT, PF_USER, "user jumps to what is absent");
	user(user_push, ABSENT + 5, PF_USER | PF_WRITE, "user pushes to what is absent");
	user(user_read, NOTABLE, PF_USER, "no page table there");
	user(user_read, RO, NONE, "user reads a read-only page");
	user(user_write, RO, PF_USER | PF_WRITE | PF_PRESENT, "user writes a read-only page");
	user(user_read, SUPER, PF_USER | PF_PRESENT, "user reads a kernel page");
	user(user_write, SUPER, PF_USER | PF_WRITE | PF_PRESENT, "user writes a kernel page");
	user(user_jump, SUPER, PF_USER | PF_PRESENT, "user jumps to a kernel page");

	kernel(0, ABSENT, 0, "kernel reads what is absent");
	kernel(1, ABSENT, PF_WRITE, "kernel writes what is absent");
	kernel(0, RO, NONE, "kernel reads a read-only page");
	kernel(1, RO, PF_WRITE | PF_PRESENT, "kernel writes a read-only page");
	kernel(1, SUPER, NONE, "kernel writes its own page");
	user(user_read, SUPER, PF_USER | PF_PRESENT, "user reads the page the kernel has just used");
	t_done();
}
