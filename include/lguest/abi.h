/* SPDX-License-Identifier: MIT */
/*
 * The guest-visible interface of lguest: everything a guest kernel may rely
 * on, and the only header guests and Host share.
 *
 * The base is lguest as Linux 2.6.31 - 3.19 knew it (hypercalls by "int
 * $0x1f", struct lguest_data, the device page above RAM, virtqueues).  From
 * number 32 on come our own additions, which a kernel asks for by carrying
 * an ELF note; doc/abi.md tells the whole story in prose.
 *
 * Addresses: gpa = guest-physical, gva = guest-virtual (linear), both bytes.
 * Times: ns.  All integers are little-endian.  Usable from C and assembly.
 */
#ifndef LGUEST_ABI_H
#define LGUEST_ABI_H

#define LG_ABI_VERSION		1

#define LG_PAGE_SIZE		4096

/* --- Traps and interrupts ------------------------------------------------ */

#define LG_TRAP_ENTRY		0x1f	/* int $0x1f: the hypercall */
#define LG_IRQS			32	/* virtual interrupt lines */
#define LG_FIRST_IRQ_VECTOR	32	/* irq n arrives at vector 32 + n */
#define LG_IRQ_CLOCK		0	/* SET_CLOCKEVENT; devices from 1 */
#define LG_IRQ_CONFIG		31	/* the device page changed: a new record, or a config */
#define LG_IDT_ENTRIES		256
#define LG_EFLAGS_IF		0x200	/* the value used in irq_enabled/irq_pending */

/* --- Segments: what frames hold, whatever the hardware really has -------- */

#define LG_GDT_ENTRIES		32
#define LG_GDT_KERNEL_CS	12
#define LG_GDT_KERNEL_DS	13
#define LG_GDT_USER_CS		14
#define LG_GDT_USER_DS		15
#define LG_GDT_TSS		16	/* the Host's; guest values are ignored */
#define LG_GDT_TLS_MIN		6
#define LG_GDT_TLS_ENTRIES	3
#define LG_KERNEL_CS		0x61
#define LG_KERNEL_DS		0x69
#define LG_USER_CS		0x73
#define LG_USER_DS		0x7b

/* --- Hypercalls: eax = number, ebx/ecx/edx/esi = arguments, result in eax  */

#define LHCALL_FLUSH_ASYNC	0	/* () drain the ring */
#define LHCALL_LGUEST_INIT	1	/* (gpa of struct lguest_data) */
#define LHCALL_SHUTDOWN		2	/* (gpa of message, LG_SHUTDOWN_*) */
#define LHCALL_NEW_PGTABLE	4	/* (gpa of page directory) */
#define LHCALL_FLUSH_TLB	5	/* (0: user half of current, 1: everything) */
#define LHCALL_LOAD_IDT_ENTRY	6	/* (vector, low dword, high dword) */
#define LHCALL_SET_STACK	7	/* (ss, esp, pages <= 2) */
#define LHCALL_TS		8	/* (on) the virtual CR0.TS */
#define LHCALL_SET_CLOCKEVENT	9	/* (ns from now, 0 disarms) */
#define LHCALL_HALT		10	/* () sleep until an interrupt */
#define LHCALL_SET_PMD		13	/* PAE only: refused */
#define LHCALL_SET_PTE		14	/* (gpa of page directory, gva, pte) */
#define LHCALL_SET_PGD		15	/* (gpa of page directory, index) */
#define LHCALL_LOAD_TLS		16	/* (gpa of 3 descriptors) */
#define LHCALL_NOTIFY		17	/* (gpa) ring page, device, or early text */
#define LHCALL_LOAD_GDT_ENTRY	18	/* (index, low dword, high dword) */
#define LHCALL_SEND_INTERRUPTS	19	/* () deliver what is pending */

/* Native extension: only for kernels that carry the note. */
#define LHCALL_IRET		32	/* jump to it: see doc/abi.md */
#define LHCALL_EXIT		33	/* (status 0..255, gpa of text or 0) */
#define LHCALL_CLOCK_READ	34	/* (LG_CLOCK_*) ns in edx:eax */
#define LHCALL_SET_PTES		35	/* (gpa of struct lg_pte_update[], count) */
#define LHCALL_FLUSH_RANGE	36	/* (gpa of page directory, gva, bytes) */
#define LHCALL_DROP_PGTABLE	37	/* (gpa of page directory) it is dead */
#define LHCALL_DEBUG_MARK	38	/* (value, value, value) into the flight recorder */

#define LG_HCALL_SLOTS		128	/* in the hypercall page ... */
#define LG_HCALL_SLOT_SIZE	32	/* ... number n at offset 32 * n */

#define LG_SHUTDOWN_POWEROFF	1
#define LG_SHUTDOWN_RESTART	2

#define LG_CLOCK_MONOTONIC	0
#define LG_CLOCK_REALTIME	1

#define LG_MARK_TASK		0x4b534154 /* "TASK": DEBUG_MARK(this, gva, offset): struct lg_task */
#define LG_TASK_NAME		28	/* bytes of its name that are shown, with the NUL */
#define LG_MARK_TIME		0x454d4954 /* "TIME": DEBUG_MARK(this, my clock in ms): --doctor compares */

#define LG_SET_PTES_MAX		1024	/* entries in one SET_PTES */

/* --- Page tables: i386, two levels, 4 MB pages allowed ------------------- */

#define LG_PTE_PRESENT		0x001
#define LG_PTE_WRITE		0x002
#define LG_PTE_USER		0x004
#define LG_PTE_ACCESSED		0x020
#define LG_PTE_DIRTY		0x040
#define LG_PTE_LARGE		0x080	/* in a directory entry: 4 MB */
#define LG_PTE_GLOBAL		0x100	/* ignored */

/* --- The asynchronous hypercall ring ------------------------------------- */

#define LG_RING_SIZE		64
#define LG_RING_FREE		0xff	/* in hcall_status: Host is done with it */

/* --- Devices -------------------------------------------------------------- */

#define LG_DEV_END		0	/* virtio device types */
#define LG_DEV_NET		1
#define LG_DEV_BLOCK		2
#define LG_DEV_CONSOLE		3
#define LG_DEV_RNG		4
#define LG_DEV_9P		9

#define LG_DEV_S_ACKNOWLEDGE	1	/* status bits, as virtio's */
#define LG_DEV_S_DRIVER		2
#define LG_DEV_S_DRIVER_OK	4
#define LG_DEV_S_NEEDS_RESET	64	/* the Launcher's: broken until status 0 */
#define LG_DEV_S_FAILED		128

#define LG_DEVICE_PAGES		256	/* above RAM: descriptor page, then rings */
#define LG_VRING_ALIGN		4096
#define LG_VRING_NUM		256	/* entries per queue: 3 pages */

#define LG_VRING_DESC_NEXT	1
#define LG_VRING_DESC_WRITE	2
#define LG_VRING_DESC_INDIRECT	4
#define LG_VRING_AVAIL_NO_INTERRUPT 1
#define LG_VRING_USED_NO_NOTIFY	1

#define LG_RING_F_INDIRECT	0x10000000 /* feature bits of rings, as virtio's */
#define LG_RING_F_EVENT_IDX	0x20000000

/* --- Devices of a 4.0 guest: virtio 1 over PCI ------------------------------ */

#define LG_PORT_PCI_ADDRESS	0xcf8	/* dword: the latch; dword at a time */
#define LG_PORT_PCI_DATA	0xcfc	/* .. 0xcff */
#define LG_PORT_KEYBOARD	0x64	/* reads 1 */
#define LG_MMIO_PAGES		256	/* behind the device pages: registers */

#define LG_PCI_COMMON		0	/* offsets in BAR 0 */
#define LG_PCI_NOTIFY		56	/* u16: queue; the same for all queues */
#define LG_PCI_ISR		58	/* u8, cleared by reading */
#define LG_PCI_DEVICE		60	/* the device's own configuration */

#define LG_PCI_ISR_QUEUE	1
#define LG_PCI_ISR_CONFIG	2
#define LG_DEV_S_FEATURES_OK	8	/* virtio 1's status bit */

/* --- Boot ------------------------------------------------------------------ */

#define LG_BOOT_E820_COUNT	0x1e8	/* u8; offsets into the page at gpa 0 */
#define LG_BOOT_VERSION		0x206	/* u16 = 0x0207 */
#define LG_BOOT_LOADER_TYPE	0x210	/* u8 = 0xff with an initrd */
#define LG_BOOT_LOADFLAGS	0x211	/* u8 |= 0x40 */
#define LG_BOOT_INITRD_START	0x218	/* u32 gpa */
#define LG_BOOT_INITRD_SIZE	0x21c	/* u32 bytes */
#define LG_BOOT_CMDLINE		0x228	/* u32 gpa of NUL-terminated text */
#define LG_BOOT_ALIGNMENT	0x230	/* u32 = 0x1000000 */
#define LG_BOOT_SUBARCH		0x23c	/* u32 = 1: lguest */
#define LG_BOOT_E820		0x2d0	/* struct lg_e820[] */
#define LG_CMDLINE_GPA		0x1000
#define LG_CMDLINE_MAX		16384	/* bytes, with the NUL */
#define LG_E820_RAM		1

#define LG_NOTE_NAME		"lguest"
#define LG_NOTE_TYPE		1

#define LG_WISH_GATES		1	/* patch my users' system call stubs */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* One entry of the ring: a hypercall number and its arguments. */
struct lg_hcall {
	uint32_t number;
	uint32_t arg1, arg2, arg3, arg4;
};

/*
 * Shared between guest kernel and Host from LGUEST_INIT on.  The guest fills
 * the last group, all 64 status bytes (LG_RING_FREE) and irq_enabled first.
 */
struct lguest_data {
	uint32_t irq_enabled;		/* LG_EFLAGS_IF or 0; guest, Host */
	uint32_t blocked_interrupts;	/* bit n masks irq n; guest */
	uint32_t cr2;			/* Host, before it reflects #PF */
	uint32_t time_sec, time_nsec;	/* UTC; Host, at every delivery */
	uint32_t irq_pending;		/* LG_EFLAGS_IF: something waits; Host */
	uint8_t hcall_status[LG_RING_SIZE];
	struct lg_hcall hcalls[LG_RING_SIZE];
	uint32_t reserve_mem;		/* bytes unusable at the top; Host, INIT */
	uint32_t tsc_khz;		/* 0: do not trust the TSC; Host, INIT */
	uint32_t noirq_start, noirq_end; /* gva range never interrupted */
	uint32_t kernel_address;	/* first gva of the kernel half */
	uint32_t syscall_vec;		/* 0x80, or what the note says */
};

/* What "lguest" ELF note type 1 holds.  Absent: a historical guest. */
struct lg_note {
	uint32_t abi_version;		/* LG_ABI_VERSION */
	uint32_t kernel_base;		/* = lguest_data.kernel_address later */
	uint32_t user_low;		/* lowest gva a user page will have */
	uint32_t syscall_vector;	/* e.g. 0x40 */
	uint32_t hcall_page;		/* gpa of the page the Launcher fills, or 0 */
	uint32_t wish;			/* LG_WISH_* */
};

/* For SET_PTES: this entry of the guest's tables was changed to pte. */
struct lg_pte_update {
	uint32_t pgdir;			/* gpa */
	uint32_t gva;
	uint32_t pte;
};

/*
 * DEBUG_MARK(LG_MARK_TASK, gva, offset): the word at this kernel address always
 * holds a pointer to the task that runs, or 0, and offset bytes into a task
 * there is this.  For the porter's tools, which then tell tasks apart; no
 * kernel has to.
 */
struct lg_task {
	uint32_t pid;
	uint32_t name;			/* gva of text, NUL-terminated, or 0 */
};

#define LG_CONSOLE_F_SIZE	1	/* feature: the config is right */

#define LG_CONSOLE_F_EMERG_WRITE 4	/* over PCI: a register for early text */

struct lg_console_config {		/* of the terminal, as virtio's; 0: not known */
	uint16_t cols;
	uint16_t rows;
};

/* Header of a record in the device page; records are packed back to back. */
struct lg_device_desc {
	uint8_t type;			/* LG_DEV_*; LG_DEV_END ends the list */
	uint8_t num_vq;
	uint8_t feature_len;		/* bytes, twice: offered then accepted */
	uint8_t config_len;
	uint8_t status;			/* LG_DEV_S_* */
	/* then lg_vqconfig[num_vq], features, accepted features, config */
} __attribute__((packed));

struct lg_vqconfig {
	uint16_t num;			/* entries */
	uint16_t irq;			/* raised when the Launcher used buffers */
	uint32_t pfn;			/* page frame of the ring */
} __attribute__((packed));

/* The virtio 0.9 split ring: desc, avail, then used on the next 4096 bytes. */
struct lg_vring_desc {
	uint64_t addr;			/* gpa */
	uint32_t len;
	uint16_t flags;			/* LG_VRING_DESC_* */
	uint16_t next;
};

struct lg_vring_avail {
	uint16_t flags;			/* LG_VRING_AVAIL_* */
	uint16_t idx;
	uint16_t ring[];
};

struct lg_vring_used_elem {
	uint32_t id;
	uint32_t len;
};

struct lg_vring_used {
	uint16_t flags;			/* LG_VRING_USED_* */
	uint16_t idx;
	struct lg_vring_used_elem ring[];
};

struct lg_e820 {
	uint64_t addr;
	uint64_t size;
	uint32_t type;			/* LG_E820_RAM */
} __attribute__((packed));

#define LG_ASSERT_OFFSET(type, field, off) \
	_Static_assert(offsetof(type, field) == (off), #type "." #field)
#define LG_ASSERT_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), #type)

LG_ASSERT_SIZE(struct lg_hcall, 20);
LG_ASSERT_OFFSET(struct lg_hcall, arg1, 4);
LG_ASSERT_OFFSET(struct lg_hcall, arg2, 8);
LG_ASSERT_OFFSET(struct lg_hcall, arg3, 12);
LG_ASSERT_OFFSET(struct lg_hcall, arg4, 16);
LG_ASSERT_OFFSET(struct lguest_data, irq_enabled, 0);
LG_ASSERT_OFFSET(struct lguest_data, blocked_interrupts, 4);
LG_ASSERT_OFFSET(struct lguest_data, cr2, 8);
LG_ASSERT_OFFSET(struct lguest_data, time_sec, 12);
LG_ASSERT_OFFSET(struct lguest_data, time_nsec, 16);
LG_ASSERT_OFFSET(struct lguest_data, irq_pending, 20);
LG_ASSERT_OFFSET(struct lguest_data, hcall_status, 24);
LG_ASSERT_OFFSET(struct lguest_data, hcalls, 88);
LG_ASSERT_OFFSET(struct lguest_data, reserve_mem, 1368);
LG_ASSERT_OFFSET(struct lguest_data, tsc_khz, 1372);
LG_ASSERT_OFFSET(struct lguest_data, noirq_start, 1376);
LG_ASSERT_OFFSET(struct lguest_data, noirq_end, 1380);
LG_ASSERT_OFFSET(struct lguest_data, kernel_address, 1384);
LG_ASSERT_OFFSET(struct lguest_data, syscall_vec, 1388);
LG_ASSERT_SIZE(struct lguest_data, 1392);
LG_ASSERT_OFFSET(struct lg_note, abi_version, 0);
LG_ASSERT_OFFSET(struct lg_note, kernel_base, 4);
LG_ASSERT_OFFSET(struct lg_note, user_low, 8);
LG_ASSERT_OFFSET(struct lg_note, syscall_vector, 12);
LG_ASSERT_OFFSET(struct lg_note, hcall_page, 16);
LG_ASSERT_OFFSET(struct lg_note, wish, 20);
LG_ASSERT_SIZE(struct lg_note, 24);
LG_ASSERT_OFFSET(struct lg_pte_update, gva, 4);
LG_ASSERT_OFFSET(struct lg_pte_update, pte, 8);
LG_ASSERT_SIZE(struct lg_pte_update, 12);
LG_ASSERT_OFFSET(struct lg_task, name, 4);
LG_ASSERT_SIZE(struct lg_task, 8);
LG_ASSERT_OFFSET(struct lg_device_desc, num_vq, 1);
LG_ASSERT_OFFSET(struct lg_device_desc, feature_len, 2);
LG_ASSERT_OFFSET(struct lg_device_desc, config_len, 3);
LG_ASSERT_OFFSET(struct lg_device_desc, status, 4);
LG_ASSERT_SIZE(struct lg_device_desc, 5);
LG_ASSERT_OFFSET(struct lg_vqconfig, irq, 2);
LG_ASSERT_OFFSET(struct lg_vqconfig, pfn, 4);
LG_ASSERT_SIZE(struct lg_vqconfig, 8);
LG_ASSERT_OFFSET(struct lg_vring_desc, len, 8);
LG_ASSERT_OFFSET(struct lg_vring_desc, flags, 12);
LG_ASSERT_OFFSET(struct lg_vring_desc, next, 14);
LG_ASSERT_SIZE(struct lg_vring_desc, 16);
LG_ASSERT_OFFSET(struct lg_vring_avail, idx, 2);
LG_ASSERT_OFFSET(struct lg_vring_avail, ring, 4);
LG_ASSERT_OFFSET(struct lg_vring_used_elem, len, 4);
LG_ASSERT_SIZE(struct lg_vring_used_elem, 8);
LG_ASSERT_OFFSET(struct lg_vring_used, idx, 2);
LG_ASSERT_OFFSET(struct lg_vring_used, ring, 4);
LG_ASSERT_OFFSET(struct lg_e820, size, 8);
LG_ASSERT_OFFSET(struct lg_e820, type, 16);
LG_ASSERT_SIZE(struct lg_e820, 20);

#endif /* !__ASSEMBLER__ */
#endif /* LGUEST_ABI_H */
