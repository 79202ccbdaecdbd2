// SPDX-License-Identifier: MIT
/*
 * Chapter 9: a user process.  Three things make one: a directory with pages
 * that have the user bit, a kernel stack for its traps (SET_STACK), and a
 * trap frame, through which we "return" to where we never were.
 */
#include "kit.h"

#define RW	   (LG_PTE_PRESENT | LG_PTE_WRITE | LG_PTE_ACCESSED | LG_PTE_DIRTY)
#define USER_TEXT  0x00400000u /* also in user.S */
#define USER_STACK 0x00800000u /* grows down from here */

enum { EXIT, PRINT };

extern char user_start[], user_end[]; /* the program, in user.S */

static uint8_t stack[LG_PAGE_SIZE] __attribute__((aligned(LG_PAGE_SIZE)));

/* A fresh user page at gva; returns where the kernel sees it. */
static void *user_page(uint32_t pgdir, uint32_t gva)
{
	uint32_t gpa = page_alloc();

#if MISTAKE == 3
	*pgdir_entry(pgdir, gva, 1) = gpa | RW;
#else
	*pgdir_entry(pgdir, gva, 1) = gpa | RW | LG_PTE_USER;
#endif
	return va(gpa);
}

/* A text of the user's: on its pages, and nowhere else. */
static int readable(uint32_t text, uint32_t len)
{
	return text >= USER_TEXT && text - USER_TEXT < LG_PAGE_SIZE &&
	       len <= LG_PAGE_SIZE - (text - USER_TEXT);
}

static void system_call(struct trap_frame *f)
{
	switch (f->eax) {
	case EXIT:
		print("the process says good bye: %u\n", f->ebx);
		power_off();
	case PRINT:
		f->eax = readable(f->ebx, f->ecx) ? 0 : (uint32_t)-1;
		if (!f->eax)
			console_write((char *)f->ebx, f->ecx);
		break;
	default:
		f->eax = (uint32_t)-1;
	}
}

/* The way back from a trap that was none. */
static void enter_user(uint32_t eip, uint32_t esp)
{
	static struct trap_frame f;

	f.eip = eip;
	f.cs = LG_USER_CS;
	f.eflags = LG_EFLAGS_IF;
	f.esp = esp;
	f.ss = LG_USER_DS;
	__asm__ volatile("mov %0, %%esp; jmp kit_trap_return" : : "r"(&f) : "memory");
	__builtin_unreachable();
}

int main(void)
{
	uint32_t pgdir;

	kit_init();
	pgdir = pgdir_alloc();
	memcpy(user_page(pgdir, USER_TEXT), user_start, (uint32_t)(user_end - user_start));
	user_page(pgdir, USER_STACK - LG_PAGE_SIZE);
	hcall(LHCALL_NEW_PGTABLE, pgdir, 0, 0, 0);
#if MISTAKE == 1
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, pa(stack + sizeof(stack)), 1, 0);
#else
	hcall(LHCALL_SET_STACK, LG_KERNEL_DS, (uint32_t)(stack + sizeof(stack)), 1, 0);
#endif
	on_trap(KIT_SYSCALL, system_call);
#if MISTAKE == 2
	kit_gate(KIT_SYSCALL, 0xF, 0); /* type, and who may: not users */
#else
	kit_gate(KIT_SYSCALL, 0xF, 3);
#endif
	enter_user(USER_TEXT, USER_STACK);
	return 0;
}
