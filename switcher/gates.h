/* SPDX-License-Identifier: MIT */
/*
 * Where the gates are, for everyone who writes a far call to one: the code
 * that fills the hypercall page, the code that patches system calls, and the
 * Switcher itself, whose linker script and .org directives must agree.
 */
#ifndef SWITCHER_GATES_H
#define SWITCHER_GATES_H

#define GATE_CS			0x33		/* Linux's 64-bit user code segment */
#define GATE_PAGE		0xffff0000	/* = LG_SWITCHER_ADDR */
#define GATE_SYSCALLS		128		/* gate n at GATE_PAGE + 16 * n */
#define GATE_SYSCALL_SIZE	16
#define GATE_HCALL		0xffff0800	/* ljmp: eax = number, return eip on the stack */
#define GATE_IRET		0xffff0a00	/* ljmp: frame on the stack */
#define GATE_DATA		0xffff8000	/* private page: int $0x80 arguments */

/* Selectors we run guests with.  TLS slots are GDT entries 12 and 14. */
#define SEL_UDATA		0x63		/* slot 12: limit below the kernel */
#define SEL_KDATA		0x73		/* slot 14: everything */
#define SEL_CODE_FLAT		0x23		/* Linux's 32-bit user code segment */
#define SEL_LDT(n)		((n) * 8 + 7)
#define LDT_CODE		1		/* where the base is not 0 */
#define LDT_GUEST		8		/* 8 + n: the guest's GDT entry n */

#endif /* SWITCHER_GATES_H */
