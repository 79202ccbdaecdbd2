/*
 * Traps and interrupts: the IDT, dispatch, and what turns a user program's
 * mistake into a note.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ureg.h"
#include "lg.h"
#include "error.h"

enum
{
	Trapgate	= 0xF,		/* leaves interrupts as they are */
	Intrgate	= 0xE,		/* turns them off */
	PFwrite		= 0x2,		/* page fault error code */
	PFexec		= 0x10,
};

static struct {
	void	(*f)(Ureg*, void*);
	void	*a;
	char	*name;
} irqs[LG_IRQS];

static char *excname[] = {
	"divide error",
	"debug exception",
	"nonmaskable interrupt",
	"breakpoint",
	"overflow",
	"bounds check",
	"invalid opcode",
	"coprocessor not available",
	"double fault",
	"coprocessor segment overrun",
	"invalid TSS",
	"segment not present",
	"stack exception",
	"general protection violation",
	"page fault",
	"15 (reserved)",
	"coprocessor error",
	"alignment check",
	"machine check",
	"simd error",
};

static void
setgate(int v, ulong pc, int type, int dpl)
{
	hcall(LHCALL_LOAD_IDT_ENTRY, v, (KESEL<<16) | (pc&0xFFFF),
		(pc&0xFFFF0000) | 0x8000 | (dpl<<13) | (type<<8));
}

void
trapinit(void)
{
	int v, dpl;

	for(v = 0; v < nelem(vectortab); v++){
		dpl = (v == 3 || v == 4 || v == 5) ? 3 : 0;
		setgate(v, vectortab[v], Intrgate, dpl);
	}
	setgate(VectorSYSCALL, (ulong)vecsyscall, Trapgate, 3);
	lgdata.blocked_interrupts = ~0U;
}

void
intrenable(int irq, void (*f)(Ureg*, void*), void *a, char *name)
{
	if(irq < 0 || irq >= LG_IRQS)
		panic("intrenable: %s wants irq %d", name, irq);
	irqs[irq].f = f;
	irqs[irq].a = a;
	irqs[irq].name = name;
	lgdata.blocked_interrupts &= ~(1U<<irq);
}

char*
irqname(int irq)
{
	return irqs[irq].f == nil ? nil : irqs[irq].name;
}

static void
interrupt(Ureg *ur, int irq)
{
	uvlong t;

	m->intr++;
	t = cycles();
	if(irqs[irq].f)
		irqs[irq].f(ur, irqs[irq].a);
	else
		iprint("spurious interrupt %d\n", irq);
	m->intrcyc += cycles() - t;
}

/*
 * The text of an x87 or SSE exception.  The x87 one stays pending until
 * cleared and would come again at the program's next instruction.
 */
static void
fpnote(char *buf, int n, int simd)
{
	static char *cause[] = {
		"invalid operation", "denormalized operand", "division by zero",
		"numeric overflow", "numeric underflow", "precision loss",
	};
	ushort sw, cw;
	uint csr;
	ulong bits;
	int i;

	if(simd){
		__asm__ volatile("stmxcsr %0" : "=m"(csr));
		bits = csr & ~(csr>>7) & 0x3F;
		csr &= ~0x3FU;
		__asm__ volatile("ldmxcsr %0" : : "m"(csr));
	}else{
		__asm__ volatile("fnstsw %0; fnstcw %1; fnclex" : "=m"(sw), "=m"(cw));
		bits = sw & ~cw & 0x3F;
	}
	for(i = 0; i < nelem(cause)-1 && (bits & (1<<i)) == 0; i++)
		;
	snprint(buf, n, "sys: fp: %s", cause[i]);
}

static void
usertrap(Ureg *ur)
{
	char buf[ERRMAX];
	int v;

	v = ur->trap;
	if(v == VectorBPT){
		ur->pc--;		/* debuggers expect the address of the int3 */
		strcpy(buf, "sys: breakpoint");
	}else if(v == 16 || v == 19)
		fpnote(buf, sizeof buf, v == 19);
	else if(v < nelem(excname))
		snprint(buf, sizeof buf, "sys: trap: %s", excname[v]);
	else
		snprint(buf, sizeof buf, "sys: trap: %d", v);
	postnote(up, 1, buf, NDebug);
}

/*
 * A fault on a user address, by the user or by the kernel on the user's
 * behalf.  In the latter case a bad address unwinds the system call.
 */
static void
pagefault(Ureg *ur, int user)
{
	char buf[ERRMAX];
	ulong addr;
	int read;

	addr = lgdata.cr2;
	read = !(ur->ecode & PFwrite);
	m->pfault++;
	if(up == nil || (!user && (addr >= KZERO || up->kp))){
		dumpregs(ur);
		panic("fault %s addr=0x%lux pc=0x%lux", read ? "read" : "write", addr, ur->pc);
	}
	if(user || (ur->flags & 0x200))
		spllo();
	if(addr < KZERO && fault(addr, read) == 0)
		return;
	if(user){
		snprint(buf, sizeof buf, "sys: trap: fault %s addr=0x%lux",
			read ? "read" : "write", addr);
		postnote(up, 1, buf, NDebug);
		return;
	}
	if(up->nerrlab == 0){
		dumpregs(ur);
		panic("fault %s addr=0x%lux pc=0x%lux", read ? "read" : "write", addr, ur->pc);
	}
	postnote(up, 1, "sys: bad address in syscall", NDebug);
	error(Ebadarg);
}

void
trap(Ureg *ur)
{
	int user, v;

	v = ur->trap;
	user = (ur->cs & 3) == 3;
	if(user){
		up->dbgreg = ur;
		kenter();
	}
	if(v == VectorPF)
		pagefault(ur, user);
	else if(v >= VectorIRQ && v < VectorIRQ+LG_IRQS)
		interrupt(ur, v-VectorIRQ);
	else if(user){
		spllo();
		usertrap(ur);
	}else{
		dumpregs(ur);
		panic("trap %d: %s", v, v < nelem(excname) ? excname[v] : "unknown");
	}
	if(user)
		kleave(ur);
}

/*
 * On the way back to user mode: debuggers, notes, other processes.  Ends
 * with interrupts off so that nothing slips in before the IRET.  A note
 * that has to wait for the one in progress stays in the queue.
 */
void
kleave(Ureg *ur)
{
	int waits;

	waits = 0;
	for(;;){
		splhi();
		if((up->procctl || up->nnote) && !waits){
			spllo();
			waits = !notify(ur);
		}else if(m->resched){
			spllo();
			yield();
			waits = 0;	/* a debugger may have had his turn */
		}else
			break;
	}
	kexit();
	fprestore(up);
}

void
dumpregs(Ureg *ur)
{
	iprint("registers of %s %lud\n", up ? up->text : "kernel", up ? up->pid : 0);
	iprint("trap %lud ecode %#lux flags %#lux pc %#lux cs %#lux\n",
		ur->trap, ur->ecode, ur->flags, ur->pc, ur->cs);
	iprint("ax %#.8lux bx %#.8lux cx %#.8lux dx %#.8lux\n", ur->ax, ur->bx, ur->cx, ur->dx);
	iprint("si %#.8lux di %#.8lux bp %#.8lux cr2 %#.8ux\n", ur->si, ur->di, ur->bp, lgdata.cr2);
	if((ur->cs & 3) == 3)
		iprint("usp %#.8lux ss %#lux\n", ur->usp, ur->ss);
}

/* Return addresses along the frame pointers of this kernel stack. */
void
dumpstack(void)
{
	ulong *bp, *lim;
	int i;

	bp = __builtin_frame_address(0);
	lim = (ulong*)(((ulong)bp & ~(ulong)(KSTACK-1)) + KSTACK - 8);
	iprint("called from");
	for(i = 0; i < 16 && bp < lim && ((ulong)bp & 3) == 0; i++){
		iprint(" %#lux", bp[1]);
		if(bp[0] <= (ulong)bp)
			break;
		bp = (ulong*)bp[0];
	}
	iprint("\n");
}
