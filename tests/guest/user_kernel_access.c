/* User mode at or above kernel_address: a page fault with the right cr2 and error, by any segment. */
#include "t.h"

#define ADDRESS	(KIT_BASE + KIT_PHYS + 0x1234)
#define LAST	(KIT_BASE - 2)

/* Kernel code a user may end up in: it gets no further than its first access. */
static uint32_t secret = 7;
uint32_t *const secret_at = &secret;
KERNEL(victim, "mov secret_at, %eax; mov (%eax), %eax; ret");
KERNEL(spinner, "1: jmp 1b");

USER(user_read, "mov (%esi), %eax; int3");
USER(user_write, "mov %eax, (%esi); int3");
USER(user_es, "mov %es:(%esi), %eax; int3");
USER(user_fs, "mov $0x7b, %eax; mov %eax, %fs; mov %eax, %fs:(%esi); int3");
USER(user_gs, "mov $0x7b, %eax; mov %eax, %gs; mov %eax, %gs:(%esi); int3");
USER(user_ss, "mov %ss:(%esi), %eax; int3");
USER(user_jump, "jmp *%esi");
USER(user_push, "lea 4(%esi), %esp; push %eax; int3");
USER(user_movs, "mov $0x10010000, %edi; mov $1, %ecx; cld; rep movsl; int3");

static void fault(const void *code, uint32_t gva, uint32_t error, const char *what)
{
	t_user_frame.esi = gva;
	RD(lguest_data.cr2) = 0;
	is(t_user(code), 14, what);
	is(t_frame.error, error, "error code");
	is(t_cr2, gva, "cr2");
	if (code == (void *)user_jump)
		is(t_frame.eip, gva, "eip");
}

static void ignore(struct trap_frame *f)
{
	(void)f;
}

int main(void)
{
	t_init();
	on_trap(LG_FIRST_IRQ_VECTOR, ignore);
	t_map(T_PGDIR, KIT_BASE - 4096, t_page() | P | W | U);
	t_map(T_PGDIR, T_USER_DATA, t_page() | P | W | U);
	fault(user_read, ADDRESS, PF_USER | PF_PRESENT, "read");
	fault(user_write, ADDRESS, PF_USER | PF_PRESENT | PF_WRITE, "write");
	fault(user_es, ADDRESS, PF_USER | PF_PRESENT, "through es");
	fault(user_fs, ADDRESS, PF_USER | PF_PRESENT | PF_WRITE, "written through fs");
	fault(user_gs, ADDRESS, PF_USER | PF_PRESENT | PF_WRITE, "written through gs");
	fault(user_ss, ADDRESS, PF_USER | PF_PRESENT, "through ss");
	fault(user_jump, (uint32_t)victim, PF_USER | PF_PRESENT, "jump into the kernel");
	fault(user_jump, T_KERNEL_FREE, PF_USER, "jump to where it has nothing");
	hcall(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
	fault(user_jump, (uint32_t)spinner, PF_USER | PF_PRESENT, "a loop there ends with the next kick");
	hcall(LHCALL_SET_CLOCKEVENT, 0, 0, 0, 0);
	fault(user_push, ADDRESS & -4, PF_USER | PF_PRESENT | PF_WRITE, "push");
	fault(user_movs, ADDRESS, PF_USER | PF_PRESENT, "string move");
	fault(user_read, KIT_BASE, PF_USER | PF_PRESENT, "the first byte");
	fault(user_read, T_KERNEL_FREE, PF_USER, "where the kernel has nothing");
	fault(user_read, 0xfffff000, PF_USER, "where the Host is");
	fault(user_write, 0xfffffffc, PF_USER | PF_WRITE, "the last word");
	t_user_frame.esi = KIT_BASE + kit_ram + 0x300000;
	is(t_user(user_read), 14, "where the kernel's last 4 MB entry is longer than memory");
	is(t_cr2, t_user_frame.esi, "cr2");
	t_user_frame.esi = LAST;
	is(t_user(user_read), 14, "a word across the border");
	is(t_cr2, KIT_BASE, "cr2 is the first byte that is not the user's");
	t_user_frame.esi = KIT_BASE - 4;
	is(t_user(user_read), 3, "the last word below is the user's");
	t_done();
}
