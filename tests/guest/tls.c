/* LOAD_TLS and LOAD_GDT_ENTRY: segments with a base, used by users, kept over traps and switches. */
#include "t.h"

#define FLAT	0x00cff200u	/* data, DPL 3, 4 GiB limit */

static uint32_t table[6];

USER(user_tls,
	"mov $0x33, %eax; mov %eax, %gs; mov %gs:0, %ebx\n"
	"mov $0x3b, %eax; mov %eax, %fs; mov %fs:0, %ecx\n"
	"mov $0x43, %eax; mov %eax, %es; mov %es:0, %edx\n"
	"int $" STR(KIT_SYSCALL) "\n"
	"mov %gs:0, %esi; mov %fs:0, %edi\n"
	"int3");
USER(user_other, "mov $0xa3, %eax; mov %eax, %gs; mov %gs:4, %ebx; mov %gs:-4, %ecx; int3");

static uint32_t page, pgdir;

static int on_syscall(struct trap_frame *f)
{
	if (f->vector != KIT_SYSCALL)
		return 0;
	t_switch(pgdir);	/* fs and gs are the user's: they must stay */
	t_switch(T_PGDIR);
	return 1;
}

static void set(uint32_t *entry, uint32_t base)
{
	entry[0] = base << 16 | 0xffff;
	entry[1] = FLAT | (base >> 16 & 0xff) | (base & 0xff000000);
}

static void load(uint32_t base)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		set(&table[2 * i], base + 16 * i);
	hcall(LHCALL_LOAD_TLS, pa(table), 0, 0, 0);
}

int main(void)
{
	uint32_t *words, entry[2];
	unsigned i;

	t_init();
	page = t_page();
	pgdir = t_directory();
	words = va(page);
	for (i = 0; i < 1024; i++)
		words[i] = i;
	t_map(T_PGDIR, T_FREE, page | P | W | U);
	t_hook = on_syscall;
	load(T_FREE + 0x40);
	is(t_user(user_tls), 3, "user");
	is(t_frame.ebx, 16, "gs through slot 6");
	is(t_frame.ecx, 20, "fs through slot 7");
	is(t_frame.edx, 24, "es through slot 8");
	is(t_frame.esi, 16, "gs after a system call and two switches");
	is(t_frame.edi, 20, "fs too");
	load(T_FREE + 0x400);
	is(t_user(user_tls), 3, "another base");
	is(t_frame.ebx, 256, "gs");
	is(t_frame.edx, 264, "es");

	set(entry, T_FREE + 0x100);
	hcall(LHCALL_LOAD_GDT_ENTRY, 20, entry[0], entry[1], 0);
	is(t_user(user_other), 3, "slot 20 by LOAD_GDT_ENTRY");
	is(t_frame.ebx, 65, "above its base");
	is(t_frame.ecx, 63, "and below it, around the end");
	set(entry, 0);
	hcall(LHCALL_LOAD_GDT_ENTRY, 10, entry[0], entry[1], 0);
	hcall(LHCALL_LOAD_GDT_ENTRY, 16, 0, 0, 0);
	hcall(LHCALL_LOAD_GDT_ENTRY, 12, 0x0000ffff, 0x00cf9a00, 0);
	hcall(LHCALL_LOAD_GDT_ENTRY, 13, 0x0000ffff, 0x00cf9200, 0);
	is(t_user(user_other), 3, "the fixed ones do not disturb");
	t_done();
}
