/*
 * Start and end of the machine: what the Launcher told us, the order in
 * which things come up, and the ways down.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "lg.h"

enum
{
	Minpages = 144,		/* below, not even init and rc fit beside each other */
};

Conf conf;
char *kargs;
uchar *rootdata;
ulong rootlen;

static Mach mach0;
Mach *m = &mach0;

static char cmdline[LG_CMDLINE_MAX];
static ulong initrd, initrdlen;

static uchar
boot8(ulong off)
{
	return *(volatile uchar*)KADDR(off);
}

static ulong
boot32(ulong off)
{
	return *(volatile ulong*)KADDR(off);
}

/* RAM is one piece from 0. */
static void
findmemory(void)
{
	struct lg_e820 *e;
	ulong i;

	e = KADDR(LG_BOOT_E820);
	for(i = 0; i < boot8(LG_BOOT_E820_COUNT) && i < 32; i++, e++)
		if(e->type == LG_E820_RAM && e->addr == 0 && e->size <= 0xFFFFF000ULL)
			ramsize = e->size;
	conf.memsize = PGTRUNC(ramsize);
	if(conf.memsize > MAXMEM)
		conf.memsize = MAXMEM;
}

static void
findinitrd(void)
{
	ulong a, n;

	a = boot32(LG_BOOT_INITRD_START);
	n = boot32(LG_BOOT_INITRD_SIZE);
	if(n == 0 || a > ramsize || n > ramsize-a)
		return;
	initrd = a;
	initrdlen = n;
}

/* The initrd is at the top of RAM, which may be beyond what we map. */
static void
fetchinitrd(void)
{
	ulong o, k;
	uchar *to;

	if(initrdlen == 0 || initrd+initrdlen <= conf.memsize)
		return;
	to = mallocz(initrdlen, 0);
	if(to == nil)
		panic("no memory for an initrd of %lud bytes", initrdlen);
	for(o = 0; o < initrdlen; o += k){
		k = BY2PG - ((initrd+o) & (BY2PG-1));
		if(k > initrdlen-o)
			k = initrdlen-o;
		memmove(to+o, physwindow(initrd+o), k);
	}
	initrd = PADDR(to);
}

/* The part after " -- " is the first program's, verbatim. */
static void
findcmdline(void)
{
	char *p;
	ulong a;

	a = boot32(LG_BOOT_CMDLINE);
	if(a == 0 || a >= conf.memsize)
		return;
	strecpy(cmdline, cmdline+sizeof cmdline, KADDR(a));
	kargs = "";
	if(strncmp(cmdline, "-- ", 3) == 0)
		p = cmdline;
	else if((p = strstr(cmdline, " -- ")) != nil)
		*p++ = '\0';
	if(p == nil)
		return;
	kargs = p+3;
	if(p == cmdline)
		*p = '\0';
	kquiet = strncmp(kargs, "-c", 2) == 0 && (kargs[2] == ' ' || kargs[2] == '\0');
}

/*
 * name=value pairs to the environment of the kernel and of programs.  They are
 * separated by ';', as lguest's Plan 9 had it; in a line without any, by blanks.
 */
void
bootenv(void)
{
	static char val[1024];
	char name[KNAMELEN], *p, *eq, *sep;
	int k, n;

	sep = strchr(cmdline, ';') != nil? ";\n": " \n";
	for(p = cmdline; *p; p += k + (p[k] != '\0')){
		p += strspn(p, " ");
		k = strcspn(p, sep);
		eq = memchr(p, '=', k);
		if(eq == nil || eq == p)
			continue;
		n = eq-p;
		if(n >= KNAMELEN || memchr(p, '/', n))
			continue;
		memmove(name, p, n);
		name[n] = '\0';
		n = p+k - (eq+1);
		if(n >= (int)sizeof val)
			n = sizeof val-1;
		memmove(val, eq+1, n);
		val[n] = '\0';
		ksetenv(name, val, 1);
		if(strcmp(name, "service") == 0)
			cpuserver = strcmp(val, "cpu") == 0;
		if(name[0] != '*')
			ksetenv(name, val, 0);
	}
}

static void
confinit(void)
{
	conf.nproc = 100 + (conf.memsize>>20)*5;
	if(conf.nproc > 2000)
		conf.nproc = 2000;
	conf.nimage = NIMAGE;
}

static void
rootinit(void)
{
	if(initrdlen){
		rootdata = KADDR(initrd);
		rootlen = initrdlen;
	}else{
		rootdata = rootimg;
		rootlen = erootimg-rootimg;
	}
}

/* Where lguest trace and lguest profile find the name of the process that runs. */
static void
nametasks(void)
{
	_Static_assert(offsetof(Proc, text) == offsetof(Proc, pid)+4, "struct lg_task");

	hcall(LHCALL_DEBUG_MARK, LG_MARK_TASK, (ulong)&up, offsetof(Proc, pid));
}

void
main(void)
{
	ulong top;

	*(ulong*)bootstack = KMAGIC;
	findmemory();
	mmuinit();
	findcmdline();
	findinitrd();
	confinit();
	trapinit();
	top = conf.memsize;
	if(initrdlen && initrd < top)
		top = PGTRUNC(initrd);
	pageinit(PGROUND(PADDR(end)), top);
	xinit();
	fpuinit();
	clockinit();
	consinit();
	procinit0();
	nametasks();
	fetchinitrd();
	rootinit();
	print("\nnine: %lud KB of memory, %lud free\n", conf.memsize>>10, freepages()*(BY2PG>>10));
	if(freepages() < Minpages)
		panic("too little memory to run programs in: give nine more with -m, like -m 64M");
	chandevreset();
	userinit();
	schedinit();
}

/* Power off; lguest ends with the status, and says text on stderr. */
void
lgexit(int status, char *text)
{
	static char buf[512];

	splhi();
	if(text)
		strecpy(buf, buf+sizeof buf, text);
	hcall(LHCALL_EXIT, status & 0xFF, buf[0] ? PADDR(buf) : 0, 0);
	for(;;)
		hcall(LHCALL_HALT, 0, 0, 0);
}

static void NORETURN
shutdown(char *text, int how)
{
	static char buf[256];

	splhi();
	strecpy(buf, buf+sizeof buf, text);
	hcall(LHCALL_SHUTDOWN, PADDR(buf), how, 0);
	for(;;)
		hcall(LHCALL_HALT, 0, 0, 0);
}

void
lghalt(void)
{
	shutdown("", LG_SHUTDOWN_POWEROFF);
}

void
lgreboot(void)
{
	shutdown("", LG_SHUTDOWN_RESTART);
}

/* The Host prints its report: why, where, registers. */
void
lgcrash(char *why)
{
	shutdown(why[0] ? why : "unknown", LG_SHUTDOWN_POWEROFF);
}
