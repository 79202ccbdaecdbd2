/* SPDX-License-Identifier: MIT */
/*
 * The Host inside a space: freestanding, no libc, no thread-local storage, no
 * SSE (the vector registers are the guest's).  One guest per program, so the
 * shared state has a fixed address and needs no handle.
 */
#ifndef HOST_SPACE_H
#define HOST_SPACE_H

#include <stdbool.h>

#include "host/lguest.h"
#include "switcher/gates.h"

#pragma GCC visibility push(hidden)	/* one program: no GOT */

#define lg	((struct lguest *)LG_STATE_ADDR)
#define cpu	(&lg->cpu)
#define gdata	((struct lguest_data *)cpu->sw.data)
/* A field of lguest_data at the offset its generation has; only if it has. */
#define gdata_at(offset)	((volatile u32 *)(cpu->sw.data + (u32)(offset)))
#define layout()	(&lg_generation(lg->generation)->at)
#define has(what)	(lg_generation(lg->generation)->has & (what))

#define EFLAGS_TF	0x100u
#define EFLAGS_DF	0x400u
#define EFLAGS_NT	0x4000u
#define EFLAGS_RF	0x10000u
#define EFLAGS_VM	0x20000u
#define EFLAGS_AC	0x40000u
#define EFLAGS_GUEST	0x240cd5u	/* bits a guest may set by iret, + TF */

#define TRAP_DB		1
#define TRAP_BP		3
#define TRAP_OF		4
#define TRAP_UD		6
#define TRAP_NM		7
#define TRAP_NP		11
#define TRAP_SS		12
#define TRAP_GP		13
#define TRAP_PF		14

#define PGDIR_NONE	0xffffffffu	/* no directory: spaces[].pgdir */

/* What only this space knows. */
struct self {
	u32 index;			/* in lg->spaces */
	void *frame_fpu;		/* guest's FPU state is in a signal frame ... */
	u64 fpu_mask;			/* XSAVE components we carry */
	bool low_super;			/* supervisor pages mapped in the user half */
	u32 ldt_loaded;			/* guest GDT entries present in our LDT, a bit each */
	u32 real_base;			/* what our segments were set up for */
	u32 real_limit;
	u32 gdt_gen;
	void *vdso_clock;		/* clock_gettime, or 0 */
	bool kicked;			/* why we are here, for --doctor */
	bool stepping;			/* --doctor: one instruction of the guest's */
	bool fpu_kept;			/* for a look at the dead guest */
	u32 answer_ns;			/* how long to look for the Launcher's answer */
	bool icebp_early;		/* this machine reports int1 with eip before it */
};
extern struct self me;

static inline struct lg_space *my_space(void)
{
	return &lg->spaces[me.index];
}

/* run.c */
_Noreturn void run_guest(void);
_Noreturn void enter_space(void);	/* we have just been given the vCPU */
void ring_bell(void);
u32 ask_launcher(enum lg_op op, u32 a, u32 b, u32 c, u32 d);
void kill_guest(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void stop_running(enum lg_state state, u32 status);
void host_format(char *to, size_t size, const char *fmt, __builtin_va_list ap);
void update_switch(void);

/* count.c */
void record(u32 kind, u32 a, u32 b, u32 c, u32 d);
void count_halt(bool begins);
void trace_fault(u32 vector, u32 address);
void trace_enter(void);
static inline void count_syscalls(void)
{
	u32 n = cpu->sw.syscalls;

	lg->counts.syscalls += n - cpu->syscalls_seen;
	cpu->syscalls_seen = n;
}

/* sample.c */
void take_sample(enum lg_mode mode);	/* if the Launcher wants one */
void finish_sample(void);
void mark_task(u32 gva, u32 offset);
u32 running_task(struct lg_task *task, char name[LG_TASK_NAME]);

/* hypercalls.c */
struct hcall_args {
	u32 number, arg1, arg2, arg3, arg4;
};
void do_hypercall(void);
bool same_text(const char *a, const char *b);
u32 hcall_arg(u32 n);			/* init.c: 1 - 4, of the call in the registers */
void initialise(void);			/* init.c */
void drain_ring(void);
bool is_direct(u32 vector, u32 type);
void notify(u32 gpa);
void load_gate(u32 vector, u32 lo, u32 hi);

/* historical.c */
bool do_historical(const struct hcall_args *a);
void load_descriptors(u32 gpa, u32 first, u32 count);
void crash(u32 gpa);

/* memory.c */
enum { ACCESS_WRITE = 1, ACCESS_USER = 2 };
struct walk {
	u32 pde, pte;			/* as found; pte is made up for 4 MB pages */
	u32 pde_gpa, pte_gpa;		/* where they are; pte_gpa 0 for 4 MB */
	u32 gpa;			/* page frame */
	u32 flags;			/* LG_PTE_* that hold for both */
	u32 top, top_gpa;		/* PAE: the entry above, low word */
	bool bad_top;			/* present, but not as it may be */
};
bool walk(u32 gva, struct walk *w);
bool walk_tables(u32 pgdir, u32 gva, struct walk *w);
void choose_levels(u32 pgdir);
void set_entry_bits(u32 gpa, u32 bits);
void *guest_page(u64 gpa, bool write);	/* NULL outside memory */
void *guest_range(u64 gpa, u64 len);	/* writable, NULL if any byte is outside */
bool copy_from_guest(void *to, u64 gpa, u32 len);
bool read_virtual(u32 gva, void *to, u32 len);
bool write_virtual(u32 gva, const u32 *words, u32 n);
void own_page(u32 pfn);
void own_around(u32 pfn);

/* shadow.c */
bool shadow_fault(u32 gva, u32 access);	/* false: the guest has to see it */
void forget_pages(u32 gva, u64 len);
void flush_range(u32 pgdir, u32 gva, u64 len);
void flush_user(void);
void flush_current(void);
void flush_everything(void);
void obey_flushes(void);
void rebase(u32 base);

/* spaces.c */
struct lg_space *space_for(u32 pgdir);
void drop_pgtable(u32 pgdir);

/* mapped.c */
bool is_mapped(u32 gva);
void note_mapped(u32 gva, u32 pages);
bool note_unmapped(u32 gva, u64 len);

/* interrupts_and_traps.c */
void reflect(u32 vector, bool has_error, u32 error);
void reflect_page_fault(u32 gva, u32 access);
void maybe_do_interrupt(u32 irqs);
void soft_int(u32 vector, u32 insn_len);
void refuse_int(u32 vector);
void guest_trap(u32 vector, u32 error, u64 cr2);
bool went_astray(void);
void signal_entry(void);
void signal_return(void);

/* segments.c */
void load_segments(void);		/* real descriptors for base and limit */
void load_gdt_entry(u32 n, u32 lo, u32 hi);
bool fix_selectors(void);
bool emulate_sreg(u32 sreg, u16 selector, u32 *vector);
u32 nominal_ss(u16 real, bool user);
u16 real_ss(u32 nominal);
u32 segment_base(u32 sreg);
void save_fs_gs(void);
void restore_fs_gs(void);

/* emulate.c */
bool limit_fault(u32 *gva, u32 *access);
bool emulate(u32 *vector);
bool plain_store(u32 *gva, u32 *value, u32 *len);
bool do_iret(u32 frame_esp, bool native);

/* patch.c */
void patch_syscall(void);
bool inside_patched_stub(void);
bool patch_vmcall(void);
bool has_patches(const u8 *page);
void remove_patches(u8 *page);

/* pci.c */
bool device_page_frame(u32 gpa);	/* of a device's registers, in nobody's memory */
bool device_fault(u32 gva, u32 access);
/* int80.c */
void int80_redirect(void);
bool int80_stands_in(u32 vector, bool *again);
void int80_unmapped(u32 gva, u64 len);
/* stop.c: standing still for a debugger; call only with lg->debug.on, .npages, .tf */
void debugged(void);
void debug_asked(void);
bool debug_break(void);
bool debug_step_trap(void);
void debug_untrace(void);
void debug_open(u32 gva, u32 access, bool guest);
#define LG_GUARD_UNKNOWN ~0u		/* nobody cares about this page */
u32 debug_mapping(u32 gva, u32 gpa);	/* enum lg_guard, or LG_GUARD_UNKNOWN */
void debug_clip(u32 gva, u32 *start, u32 *gpa, u32 *pages);

/* clock.c */
u64 clock_ns(int clockid);
void set_clock_event(u32 delta_ns);
void poll_clock(void);
void rekick_soon(u32 ns);
void update_time(void);

/* sandbox.c */
long enter_sandbox(void);

/* switcher.S */
_Noreturn void enter_guest(void);
_Noreturn void restart(void (*function)(void));
long compat_call(long nr, u32 low_pointer);
long vdso_call(void *function, long a, void *b);
void load_fs(u32 selector);
void load_gs(u32 selector);
extern const char host_stack_top[];
extern const char guest_access_start[], guest_access_end[];
extern const char syscall_check[], syscall_check_end[], syscall_again[];
extern const char iret_check[], iret_check_end[], iret_again[];
extern const char enter_check[], enter_check_end[], enter_again[];
extern const char step_check[], step_check_end[];
void probe_icebp(void);
extern const char probe_icebp_at[];
extern const char load_fs_at[], load_gs_at[], load_done[], compat_call_ip[];

/* fpu.c: moving the guest's FPU, SSE and AVX registers */
void fpu_init(void);
void fpu_live(void);			/* make them the CPU's again */
void fpu_save(void);			/* to cpu->fpu, for another space */
void fpu_restore(void);

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);

#pragma GCC visibility pop

#endif /* HOST_SPACE_H */
