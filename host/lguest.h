/* SPDX-License-Identifier: MIT */
/*
 * What the Launcher and the spaces of one guest share: the state of the
 * virtual CPU, the list of spaces, the words by which they talk.  It is one
 * memfd, mapped at LG_STATE_ADDR in every space and anywhere in the Launcher.
 *
 * A guest can break out of its 32-bit world into its own space (design.md,
 * section 3), so to the Launcher every word here is hostile: read once, check,
 * use the copy.  Nothing in here is a pointer.
 */
#ifndef HOST_LGUEST_H
#define HOST_LGUEST_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "host/generation.h"
#include "lguest/abi.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

/* --- The map of a space ---------------------------------------------------
 *
 * 0 - 4 GiB		the guest's linear addresses (+ base)
 * SWITCHER_ADDR	the page with the gates, the only one of ours below 4 GiB,
 *			because a 32-bit far call cannot reach higher
 * LG_STATE_ADDR	struct lguest (close to the gates: rip-relative)
 * LG_HOST_ADDR		the Host's code and data (the program "space")
 * LG_RAM_ADDR		guest-physical memory, RAM and device pages, all in a row
 * LG_BORROW_ADDR	files pages are borrowed from, one region after another
 */
#define LG_SWITCHER_ADDR	0xffff0000ul
#define LG_STATE_ADDR		0x100000000ul
#define LG_HOST_ADDR		0x110000000ul
#define LG_RAM_ADDR		0x200000000ul
#define LG_BORROW_ADDR		0x300000000ul

/* Descriptors a space holds, and nothing else. */
#define LG_FD_STATE		3	/* memfd: struct lguest */
#define LG_FD_RAM		4	/* memfd: guest RAM and device pages */
#define LG_FD_BELL		5	/* eventfd: space -> Launcher */
#define LG_FD_CLOCK		6	/* timerfd the Launcher waits on */
#define LG_FD_BORROW		7	/* first of LG_BORROWS read-only files */
#define LG_FD_HELLO		11	/* socket: a new space announces itself, closes it */
#define LG_FD_DOORBELL		11	/* + n: eventfd of doorbell n, from 1 on */
#define LG_FD_SHARED		(LG_FD_DOORBELL + LG_DOORBELLS) /* files of shared pages */

#define LG_RESERVE_MEM		0x400000u /* top of every address space: ours */
#define LG_BASE_SHIFT		0x10000u /* the other base */
#define LG_MAX_RAM		(0xc0000000u - 0x1000000u) /* bytes */

#define LG_SPACES		64	/* at most; forked one by one as needed */
#define LG_BORROWS		4
#define LG_SHARED		4	/* pages above RAM that guests have in common */
#define LG_DOORBELLS		32	/* workers that NOTIFY can call; 0 is the Launcher */
#define LG_INVALS		62	/* queued invalidations per space */
#define LG_EVENTS		4096	/* flight recorder; power of 2 */
#define LG_TRACE_EVENTS		65536	/* the same while --trace writes all of them to a file */
#define LG_DEV_EVENTS		4096	/* the recorder of devices */
#define LG_SAMPLES		64	/* of a profile, until the Launcher takes them */
#define LG_SAMPLE_STACK		3072	/* bytes of stack in each */
#define LG_FPU_SIZE		8192	/* bytes of XSAVE area; checked at start */
#define LG_REASON_MAX		256

/* --- The virtual CPU ------------------------------------------------------ */

/* Guest registers.  The Switcher knows these offsets (host/offsets.h). */
struct lg_regs {
	u32 eax, ebx, ecx, edx, esi, edi, ebp, esp;	/* 0 .. 28 */
	u32 eip, eflags;				/* 32, 36: real eflags */
	u16 ds, es, fs, gs, ss, cs;	/* 40: real selectors at the last exit */
	u32 user;		/* 52: 1 = guest user mode, 0 = guest kernel */
	u32 cr2, error, trap;	/* 56: of the last trap */
};

struct lg_gate {			/* a loaded IDT entry */
	u32 handler;			/* gva */
	u8 present;
	u8 type;			/* 0xe or 0xf */
	u8 dpl;
	u8 pad;
};

struct lg_segment {			/* a loaded GDT entry */
	u32 lo, hi;
};

/*
 * What the Switcher needs at its fingertips, kept up to date by the Host.
 * Offsets are in switcher/offsets.h, checked in host/space.c.
 */
struct lg_switch {
	u64 data;			/* lguest_data as the Host sees it, or 0 */
	u64 ring_status;		/* address of the next hcall_status byte */
	u32 base;			/* of the running space */
	u32 irqs_seen;			/* pending but not deliverable at entry */
	u32 syscall_ok;			/* gates may enter the handler directly */
	u32 syscall_eip;		/* far pointer: the handler ... */
	u16 kernel_cs, udata;		/* ... and the user's data selector */
	u32 syscall_masks;		/* gate type 0xe: clear irq_enabled */
	u32 exit_eip;			/* far pointer: scratch for leaving */
	u16 exit_cs, user_cs;
	u32 iret_slow;			/* IRET has to go through C */
	u32 esp1;			/* SET_STACK */
	u32 user_limit;			/* last gva of the user half */
	u32 syscalls;			/* that came and went without C */
};

struct lg_cpu {
	struct lg_regs regs;
	u32 pad[15];			/* the Switcher's part starts at 128 */
	struct lg_switch sw;
	_Atomic u32 irqs;		/* pending virtual interrupts, one bit each */
	_Atomic s32 running;		/* space to kick + 1, 0 = not in the guest */

	u32 pgdir;			/* gpa; meaningless in linear mode */
	u32 linear;			/* before the first NEW_PGTABLE */
	u32 space;			/* index of the one that runs */
	u32 data_gpa;			/* struct lguest_data; 0 = no INIT yet */
	u32 initialised;
	u32 noirq_start, noirq_end, noirq_iret, kernel_address, syscall_vec;
	u32 drain_always;		/* LG_DRAINS_ALWAYS */
	u32 pae, levels_known;		/* the page tables in use have three levels */
	u32 stack_pages;		/* SET_STACK */
	u32 ts;				/* virtual CR0.TS */
	u32 ring_next;			/* our cursor in the async ring */
	_Atomic u32 halted;

	u32 retry_pf, retry_gva;	/* after a user #PF was reflected */
	_Atomic u32 wake;		/* futex: HALT sleeps on it; bumped to wake */
	_Atomic u32 sleeping;		/* ... or is about to */
	_Atomic u32 rang;		/* doorbells nobody has answered yet, a bit each */
	u32 look_ns;			/* how long HALT looks before it sleeps */
	u32 in_host;			/* regs are the guest's, C code runs */
	u32 syscalls_seen;		/* of sw.syscalls */
	u32 sample_due;			/* a kick found us in the Host, with these: */
	struct lg_regs sample_regs;
	u32 task_gva, task_offset;	/* LG_MARK_TASK */
	u32 task_seen, task_pid, task_name; /* the last one traced */
	_Atomic u64 deadline;		/* CLOCK_MONOTONIC ns of the clock event, 0 none */
	_Atomic u64 armed;		/* what the timerfd is set to */

	struct lg_gate idt[LG_IDT_ENTRIES];
	struct lg_segment gdt[LG_GDT_ENTRIES];
	u32 gdt_gen;			/* bumped when an entry changes */
	u16 fs, gs;			/* on a hand-off */

	u8 fpu[LG_FPU_SIZE] __attribute__((aligned(64)));
};

/* --- Spaces ---------------------------------------------------------------- */

struct lg_inval {
	u32 gva, len;			/* len 0: one directory entry's 4 MiB */
};

struct lg_space {
	_Atomic u32 turn;		/* futex: 1 = this space has the vCPU */
	s32 pid;			/* as the space itself sees it */
	u32 pgdir;			/* gpa, ~0 = free, 0 .. */
	u32 base;			/* 0 or LG_BASE_SHIFT */
	u64 last_used;			/* lguest.space_clock */
	u32 flush_user, flush_all;	/* to do before it next enters the guest */
	u32 fresh;			/* has a new pgdir */
	u32 ninvals;
	struct lg_inval invals[LG_INVALS];
	_Atomic u32 borrow_gen;		/* lguest.borrow_gen it has obeyed */
	u32 vmas;			/* mappings made since the last full flush */
};

/* --- The flight recorder ---------------------------------------------------- */

enum lg_event_kind {
	LG_EV_NONE,
	LG_EV_HCALL,			/* a = number, b c d = arguments 1..3 */
	LG_EV_TRAP,			/* a = vector, b = eip, c = cr2 or error, d = user */
	LG_EV_IRQ,			/* a = irq, b = interrupted eip */
	LG_EV_SWITCH,			/* a = old space, b = new space, c = pgdir */
	LG_EV_SHADOW,			/* a = gva, b = bytes mapped, c = gpa, d = writable */
	LG_EV_FLUSH,			/* a = gva, b = bytes (0 = all) */
	LG_EV_HALT,			/* a = 1 asleep, 0 awake */
	LG_EV_KICK,			/* a = eip, b = user, c = irq_enabled */
	LG_EV_MARK,			/* a, b from DEBUG_MARK */
	LG_EV_PATCH,			/* a = gva, b = system call */
	LG_EV_REBASE,			/* a = space, b = base */
	LG_EV_DEVICE,			/* a = port or gpa, b = value, c = eip, d = LG_DEVICE_* */

	/* Only while somebody traces: where time goes. */
	LG_EV_FAULT = 16,		/* a = vector, b = eip, c = address, d = user */
	LG_EV_ENTER,			/* a = eip, b = user: the guest goes on */
	LG_EV_TASK,			/* a = pid, b c d = 12 bytes of its name */
	LG_EV_LOST,			/* the writer's: a = how many are missing here */

	/* Of devices; space = doorbell of who says so, 0 the Launcher. */
	LG_EV_RAISE = 24,		/* a = irq, b = 1: was pending already */
	LG_EV_TAKE,			/* a = ring page, b = head, c = bytes to read, d = to write */
	LG_EV_GIVE,			/* a = ring page, b = head, c = bytes written */
	LG_EV_KINDS = 32
};

enum lg_mode {			/* who has the CPU */
	LG_MODE_KERNEL,			/* the guest's */
	LG_MODE_USER,
	LG_MODE_HOST,			/* we, or the host's kernel for us */
	LG_MODES
};

struct lg_event {
	u64 tsc;
	u32 kind;
	u32 space;
	u32 a, b, c, d;
};

/* Devices are many, so each slot says which event it holds: host/view.c, H:055. */
struct lg_dev_event {
	u64 tsc;
	_Atomic u32 state;		/* number << 1, | 1 when it is complete */
	u16 kind, who;
	u32 a, b, c, d;
	u32 check;			/* of all above */
};

/*
 * --- Counters, for lguest stat ---
 *
 * All but irqs_raised have one writer, the space that runs; 64 bits wide, so
 * that nobody has to think of overflow.
 */
struct lg_counts {
	u64 kinds[LG_EV_KINDS];		/* of events, recorded or not */
	u64 traps[LG_IDT_ENTRIES];	/* reflected, by vector */
	u64 hcalls[64];			/* by number; [63]: all above */
	u64 irqs[LG_IRQS];		/* delivered */
	u64 syscalls;			/* up to the last look at sw.syscalls */
	u64 pages;			/* mapped by shadow fills */
	u64 halted;			/* TSC ticks in HALT */
	u64 halted_since;		/* TSC, 0: not in HALT */
	u64 samples[LG_MODES];
	u64 samples_lost;
	_Atomic u64 irqs_raised[LG_IRQS];
};

/*
 * What a sample found: registers, the stack above esp, and whose work it was.
 * One writer, the space that runs; the Launcher reads behind nsamples.
 */
struct lg_sample {
	u64 tsc;
	u32 mode;			/* enum lg_mode */
	u32 user;			/* what the registers belong to */
	u32 pgdir, linear;
	u32 eax, ebx, ecx, edx, esi, edi, ebp, esp, eip;
	u32 pid;			/* of the task, see LG_MARK_TASK; 0: not known */
	char task[LG_TASK_NAME];
	u32 nstack;			/* bytes of it */
	u8 stack[LG_SAMPLE_STACK];	/* from esp upwards */
};

/* How a port or a register was used: bytes, and these. */
#define LG_DEVICE_BYTES		7u
#define LG_DEVICE_WRITE		8u
#define LG_DEVICE_PORT		16u

/* --- Guest memory taken from files ------------------------------------------ */

struct lg_borrow {
	u32 gpa, pages;
	u64 addr;			/* where every space and ... */
	u64 offset;			/* ... the Launcher maps the file */
};

/*
 * A device's registers in guest-physical memory, for a guest with PCI.  The
 * Launcher writes this; a space answers by itself what it can.
 */
struct lg_registers {
	u32 gpa, len;			/* len 0: no device */
	u32 queues;			/* a bit for each queue whose notify is ... */
	u32 pfn;			/* ... as NOTIFY of this page */
	u32 isr;			/* gpa of the word to fetch and clear */
};

enum lg_page_state {			/* one byte for each page of RAM */
	LG_PAGE_OWN,			/* in the RAM memfd */
	LG_PAGE_BORROWED,		/* still in a file */
	LG_PAGE_COPYING,		/* somebody is copying it to the memfd */
	LG_PAGE_SHARED,			/* in a file of its own that other guests map, too */
};

/* --- What a space asks the Launcher, and waits for ---------------------------- */

enum lg_op {				/* arguments -> result */
	LG_OP_NOTIFY,			/* gpa: a device's record, or early text */
	LG_OP_SETTLED,			/* generation: INIT has told us -> 0 */
	LG_OP_BIND_DMA,			/* key, gpa of array, count, irq -> 1, or 0: no */
	LG_OP_SEND_DMA,			/* key, gpa of struct lguest_dma */
	LG_OP_PORT_IN,			/* port, bytes -> value */
	LG_OP_PORT_OUT,			/* port, bytes, value */
	LG_OP_MMIO_READ,		/* gpa, bytes -> value */
	LG_OP_MMIO_WRITE,		/* gpa, bytes, value */
	LG_OP_DOCTOR,			/* print doctor.finding */
	LG_OPS
};

#define LG_OP_ARGS		4

/* --- A debugger: host/stop.c ------------------------------------------------ */

#define LG_DEBUG_PAGES		64	/* to be looked at when they are mapped */
#define LG_DEBUG_BREAKS		256	/* int3 in guest memory that is not the guest's */
#define LG_DEBUG_WATCHES	8
#define LG_WATCH_BYTES		256	/* of one watchpoint, at most */

enum lg_why {				/* the vCPU stands still: */
	LG_WHY_ASKED,			/* "ask" was set */
	LG_WHY_STEP,			/* the one instruction is over */
	LG_WHY_BREAK,			/* int3 of the debugger's at eip; a = gpa */
	LG_WHY_CHANGED,			/* watch a has another value */
	LG_WHY_TOUCHED,			/* about watch a, at gva b; was a write: c */
	LG_WHY_PAGE,			/* about to map page gva a = gpa b: registers mean nothing */
};

enum lg_guard { LG_GUARD_NONE, LG_GUARD_WRITE, LG_GUARD_ALL };

struct lg_debug_page {
	u32 gva;			/* of the page */
	u32 guard;			/* enum lg_guard */
	u32 breaks;			/* say LG_WHY_PAGE when it is another gpa than ... */
	u32 gpa;
	u32 open;			/* the Host's: not guarded for one instruction */
};

struct lg_watch {
	u32 gva, len;
	u32 pgdir;			/* only there; ~0: everywhere */
	u32 kind;			/* bit 0: changes, bit 1: any access */
	u32 known;			/* the Host's: "was" is the value */
	u8 was[LG_WATCH_BYTES];
};

/*
 * Up to the gap the Launcher's, written while the vCPU stands still (ask, on:
 * any time); the rest the Host's.
 */
struct lg_debug {
	u32 on;				/* look at all this: somebody debugs */
	_Atomic u32 ask;		/* stand still, please */
	u32 step;			/* go on for one instruction only */
	u32 npages, nbreaks, nwatches;
	struct lg_debug_page pages[LG_DEBUG_PAGES];
	u32 breaks[LG_DEBUG_BREAKS];	/* gpa of each int3 */
	struct lg_watch watches[LG_DEBUG_WATCHES];

	_Atomic u32 standing;		/* futex: 1 = the vCPU stands still */
	u32 why, a, b, c;
	u32 tf;				/* EFLAGS_TF while a step is under way */
	u32 step_asked, stepped;	/* by the Launcher; it trapped */
	u32 step_eip, step_esp, step_user;	/* where it began */
	u32 guest_tf, raw_eflags;	/* TF as the guest has it; what the CPU had */
	u32 opened, touched, wrote;	/* a guarded page is open, since the access there */
};

/* --- One guest --------------------------------------------------------------- */

enum lg_state {
	LG_RUNNING,
	LG_DEAD,			/* reason says why */
	LG_EXITED,			/* exit_status, reason = text or "" */
	LG_RESTART,			/* SHUTDOWN wants a restart */
	LG_STOPPED,			/* lg_freeze: from outside, to be looked at */
};

struct lguest {
	struct lg_cpu cpu;		/* first: the Switcher addresses it */

	/* Set by the Launcher before the first space starts. */
	u32 abi_version;
	u32 ram_pages;			/* device page = this page frame */
	u32 pages;			/* all, with LG_DEVICE_PAGES */
	u32 entry;			/* eip at start */
	u32 native;			/* the image carries the note */
	u32 generation;			/* enum lg_generation_id; UNKNOWN until INIT tells */
	u32 generations;		/* which it may be, LG_GEN_BITs */
	u32 pae;			/* --abi VERSION,pae */
	u32 guest_id;			/* of generation A: no two guests have the same */
	struct lg_note note;
	u32 no_patch;
	u32 force_base;			/* 0, or LG_BASE_SHIFT for --base 64K */
	u32 tracing;			/* --trace: record system calls too, wait for the writer */
	u32 doctor;			/* --doctor: where struct lg_doctor is behind this; 0: off */
	u32 cpu_nr;			/* host CPU the spaces are pinned to, ~0 none */
	u32 spin_ns;			/* to look for an answer before sleeping; 0: never */
	u32 mmap_min;			/* vm.mmap_min_addr */
	u32 max_spaces;
	u32 tsc_khz;
	u32 nborrows;
	struct lg_borrow borrows[LG_BORROWS];
	u32 nshared;
	u32 shared_pfn[LG_SHARED];	/* page 0 of descriptor LG_FD_SHARED + i */
	u64 tsc_base, ns_base;		/* rdtsc and CLOCK_MONOTONIC at the same time */

	/* How it ended. */
	_Atomic u32 state;		/* enum lg_state */
	u32 exit_status;
	char reason[LG_REASON_MAX];

	/* Space -> Launcher.  The bell (eventfd) rings after a change. */
	_Atomic u64 kicks[LG_DEVICE_PAGES / 64]; /* bit n: NOTIFY of device page n */
	_Atomic u32 sync_state;		/* futex: 0 idle, 1 asked, back to 0 = done */
	u32 sync_op;			/* enum lg_op: the guest waits for it */
	u32 sync_args[LG_OP_ARGS];
	u32 sync_result;
	_Atomic u32 kick_wanted;	/* by a worker that may not send signals */

	/* Workers: who serves which queue, who is up, and where. */
	struct lg_registers registers[LG_DOORBELLS]; /* by number of device */
	u8 doorbell[LG_DEVICE_PAGES];	/* of the queue in this device page, 0: the bell */
	_Atomic u32 awake;		/* looks at its queues by itself; a bit per doorbell */
	_Atomic u32 worker_cpu[LG_DOORBELLS];

	struct lg_debug debug;

	/* Spaces among themselves. */
	_Atomic u32 want_spaces;	/* futex: zygote forks until have == want */
	_Atomic u32 have_spaces;
	u64 space_clock;
	_Atomic u32 borrow_gen;		/* bumped when a page stopped being borrowed */
	struct lg_space spaces[LG_SPACES];

	/* Launcher -> space: a kick is to take a sample, with the stack or without. */
	_Atomic u32 sample_wanted;	/* LG_SAMPLE_* */
	_Atomic u32 sampler_sleeps;	/* ring the bell when HALT is over */
	_Atomic u32 nsamples;		/* total ever taken with stack */
	_Atomic u32 samples_seen;	/* by the Launcher */

	/* The flight recorder. */
	_Atomic u32 nevents;		/* total ever written */
	u32 event_mask;			/* of the ring: LG_EVENTS - 1, or LG_TRACE_EVENTS - 1 */
	_Atomic u32 traced;		/* futex: events that are in the file */
	_Atomic u32 trace_waits;	/* a space sleeps on it */
	_Atomic u32 ndev_events;	/* total ever begun */
	struct lg_counts counts;
	struct lg_dev_event dev_events[LG_DEV_EVENTS];
	struct lg_event events[LG_TRACE_EVENTS];
	struct lg_sample samples[LG_SAMPLES];

	_Atomic u8 page_state[];	/* enum lg_page_state, one per page */
};

#define LG_SAMPLE_COUNT		1	/* sample_wanted */
#define LG_SAMPLE_TAKE		2	/* with registers and stack */

#define LG_STATE_SIZE(pages)	(sizeof(struct lguest) + (pages))

#endif /* HOST_LGUEST_H */
