/*
 * What becomes of a program that does what it must not: one child for each
 * deed, and the message it leaves.  Pids are left out, and where the pc
 * depends on the compiler, so is it; the kernel must of course live on.
 */
#include <u.h>
#include <libc.h>

#define deed(name, code)	static void name(void) { __asm__ volatile(code); }
#define kernel	"0xc0100000"

/* addresses */
deed(nullread,		"xor %eax, %eax; mov (%eax), %eax")
deed(nullwrite,		"xor %eax, %eax; mov %eax, 8(%eax)")
deed(nulljump,		"xor %eax, %eax; call *%eax")
deed(kernelread,	"mov " kernel ", %eax")
deed(kernelwrite,	"incl " kernel)
deed(kerneljump,	"mov $0xf8000000, %eax; jmp *%eax")
deed(kernelcall,	"mov $0xc0400000, %esp; call 1f; 1:")
deed(kernelpush,	"mov $0xffffe000, %esp; push $0")
deed(kernelcopy,	"mov $0xbffffff0, %edi; mov $8, %ecx; cld; rep stosl")
deed(hostread,		"mov 0xffff0000, %eax")
deed(topjump,		"mov $0xffc00000, %eax; jmp *%eax")
deed(textwrite,		"call 1f; 1: pop %eax; incl (%eax)")
deed(nostack,		"xor %esp, %esp; push %eax")
deed(belowstack,	"mov $0xaeffeffc, %eax; mov %eax, (%eax)")
deed(abovestack,	"mov $0xaffff000, %eax; mov %eax, (%eax)")
deed(nosegment,		"mov $0x70000000, %eax; mov %eax, (%eax)")

/* instructions */
deed(halt,		"hlt")
deed(disable,		"cli")
deed(enable,		"sti")
deed(input,		"mov $0x60, %dx; in %dx, %al")
deed(output,		"mov $0x60, %dx; out %al, %dx")
deed(inputstring,	"mov $0x60, %dx; insb")
deed(loadcr3,		"mov %eax, %cr3")
deed(readcr0,		"mov %cr0, %eax")
deed(loadidt,		"push $0; push $0; lidt (%esp)")
deed(loadldt,		"xor %eax, %eax; mov $8, %ax; lldt %ax")
deed(loadtr,		"mov $8, %ax; ltr %ax")
deed(invalidate,	"invlpg (%esp)")
deed(flushcache,	"wbinvd")
deed(readmsr,		"mov $0x10, %ecx; rdmsr")
deed(writemsr,		"mov $0x10, %ecx; wrmsr")
deed(cleartask,		"clts")
deed(undefined,		"ud2")
deed(locked,		".byte 0xf0, 0x90")
deed(toolong,		".fill 15, 1, 0x66; nop")
deed(divide,		"xor %ecx, %ecx; div %ecx")
deed(tiny,		"mov $-1, %eax; mov $1, %ecx; mov $5, %edx; div %ecx")
deed(overflow,		"mov $0x7f, %al; add $1, %al; into")
deed(bounds,		"push $1; push $0; mov $7, %eax; bound %eax, (%esp)")
deed(step,		"push $0x102; popf; nop; nop")
deed(alignment,		"push $0x40002; popf; mov 1(%esp), %eax")
deed(interruptflag,	"push $2; popf; pushf; pop %eax; test $0x200, %eax; jnz 1f; ud2; 1: hlt")

/* vectors */
deed(breakpoint,	"int3")
deed(longbreakpoint,	"int $3")
deed(icebp,		".byte 0xf1")
deed(pagefault,		"int $14")
deed(hypercall,		"mov $2, %eax; xor %ebx, %ebx; mov $1, %edx; int $0x1f")
deed(clockint,		"int $0x20")
deed(linuxcall,		"mov $1, %eax; int $0x80")
deed(lastvector,	"int $0xff")

/* segments */
deed(kerneldata,	"mov $0x68, %ax; mov %ax, %ds; mov " kernel ", %eax")
deed(badselector,	"mov $0x1003, %ax; mov %ax, %es")
deed(nullstack,		"xor %eax, %eax; mov %ax, %ss")
deed(nullsegment,	"xor %eax, %eax; mov %ax, %gs; mov %gs:0x400020, %eax")
deed(farjump,		"ljmp $0x0b, $0x400020")
deed(wildreturn,	"push $0x2; push $0x60; push $0x400020; iret")

/* The processor's maker decides whether these exist; lguest, what comes of it. */
deed(sysenter,		"mov $1, %eax; mov %esp, %ebp; sysenter")
deed(syscall,		"mov $1, %eax; syscall")

static int
deep(int n)
{
	volatile char room[60000];

	room[n&7] = n;
	return n < 0 ? 0 : deep(n+1) + room[n&7];
}

/* Through 16 MB of stack; the last page of it may be used. */
static void
wholestack(void)
{
	memset((char*)0xaefff000, 1, 4096);
	deep(0);
}

static struct {
	char	*name;
	void	(*f)(void);
} deeds[] = {
#define d(n)	{ #n, n }
	d(nullread), d(nullwrite), d(nulljump), d(kernelread), d(kernelwrite), d(kerneljump),
	d(kernelcall), d(kernelpush), d(kernelcopy), d(hostread), d(topjump), d(textwrite), d(nostack),
	d(belowstack), d(abovestack), d(nosegment), d(wholestack),
	d(halt), d(disable), d(enable), d(input), d(output), d(inputstring), d(loadcr3), d(readcr0),
	d(loadidt), d(loadldt), d(loadtr), d(invalidate), d(flushcache), d(readmsr), d(writemsr),
	d(cleartask), d(undefined), d(locked), d(toolong), d(divide), d(tiny), d(overflow), d(bounds),
	d(step), d(alignment), d(interruptflag),
	d(breakpoint), d(longbreakpoint), d(icebp), d(pagefault), d(hypercall), d(clockint),
	d(linuxcall), d(lastvector), d(sysenter), d(syscall),
	d(kerneldata), d(badselector), d(nullstack), d(nullsegment), d(farjump), d(wildreturn),
};

/* "traps 12: sys: ... pc=0x00400123" without program, pid, pc and addresses that may change. */
static char*
said(char *name, char *msg)
{
	char *p;

	p = strstr(msg, " pc=0x");
	if(p)
		*p = 0;
	p = strstr(msg, "addr=0x4");
	if(p)
		strcpy(p, "addr=text");
	p = strstr(msg, "addr=0xaef");
	if(p)
		strcpy(p, "addr=below the stack");
	p = strstr(msg, ": ");
	msg = p ? p+2 : msg;
	if(strncmp(name, "sys", 3) == 0
	&& (strcmp(msg, "sys: trap: invalid opcode") == 0
	|| strcmp(msg, "sys: trap: general protection violation") == 0))
		return "ended";
	return msg;
}

void
main(int argc, char **argv)
{
	Waitmsg *w;
	int i;

	for(i = 0; i < nelem(deeds); i++){
		if(argc > 1 && strcmp(argv[1], deeds[i].name) != 0)
			continue;
		if(fork() == 0){
			close(2);
			deeds[i].f();
			_exits("lived");
		}
		w = wait();
		if(w == nil)
			sysfatal("wait: %r");
		print("%s: %s\n", deeds[i].name, said(deeds[i].name, w->msg));
		free(w);
	}
	exits(nil);
}
