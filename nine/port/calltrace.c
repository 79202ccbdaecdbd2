/*
 * The texts of #p/N/syscall: what a process that a debugger lets run with
 * startsyscall is about to ask of the kernel, and what came of it.
 *
 * Going in:	pid program Call pc arguments
 * Coming out:	what was read, then  = result "error" begin end   (ns)
 *
 * Data are shown as address/"text", at most 32 bytes of them.
 */
#include "u.h"
#include "lib.h"
#include "sys.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	Show	= 32,			/* bytes of data that are shown */
	Tracelen = 512,			/* of the text: 5 arguments of Show bytes fit */
	Maxargv	= 8,			/* words of an argv that are shown */
};

/*
 * An argument each: d decimal, x hexadecimal, v 64 bits (two words), s a
 * string, a an array of strings, w data to write, as long as the next says,
 * and r the same to read: it and what follows is shown on the way out.
 */
static char *argfmt[] = {
	[_ERRSTR]	= "x",
	[BIND]		= "ssx",
	[CHDIR]		= "s",
	[CLOSE]		= "d",
	[DUP]		= "dd",
	[ALARM]		= "d",
	[EXEC]		= "sa",
	[EXITS]		= "s",
	[_FSESSION]	= "dx",
	[FAUTH]		= "ds",
	[_FSTAT]	= "dx",
	[SEGBRK]	= "xx",
	[_MOUNT]	= "dsxs",
	[OPEN]		= "sx",
	[_READ]		= "drd",
	[OSEEK]		= "ddd",
	[SLEEP]		= "d",
	[_STAT]		= "sx",
	[RFORK]		= "x",
	[_WRITE]	= "dwd",
	[PIPE]		= "x",
	[CREATE]	= "sxx",
	[FD2PATH]	= "drd",
	[BRK_]		= "x",
	[REMOVE]	= "s",
	[_WSTAT]	= "sx",
	[_FWSTAT]	= "dx",
	[NOTIFY]	= "x",
	[NOTED]		= "d",
	[SEGATTACH]	= "xsxx",
	[SEGDETACH]	= "x",
	[SEGFREE]	= "xx",
	[SEGFLUSH]	= "xx",
	[RENDEZVOUS]	= "xx",
	[UNMOUNT]	= "ss",
	[_WAIT]		= "x",
	[SEMACQUIRE]	= "xd",
	[SEMRELEASE]	= "xd",
	[SEEK]		= "xdvd",
	[FVERSION]	= "ddsd",
	[ERRSTR]	= "rd",
	[STAT]		= "srd",
	[FSTAT]		= "drd",
	[WSTAT]		= "swd",
	[FWSTAT]	= "dwd",
	[MOUNT]		= "ddsxs",
	[AWAIT]		= "rd",
	[PREAD]		= "drdv",
	[PWRITE]	= "dwdv",
	[TSEMACQUIRE]	= "xd",
	[NSEC]		= "x",
};

typedef struct Text Text;
struct Text
{
	char	s[Tracelen];
	char	*p;
	char	*e;
};

/* n bytes of the user's, or up to a NUL; what is not there is not shown. */
static void
showdata(Text *t, ulong addr, long n, int string)
{
	char c, buf[Show+1];
	int i;

	if(n > Show)
		n = Show;
	for(i = 0; i < n && okaddr(addr+i, 1, 0); i++){
		c = *(char*)(addr+i);	/* may sleep, or be the end of it all */
		if(string && c == 0)
			break;
		buf[i] = c > ' ' && c < 0x7F? c: '.';
	}
	buf[i] = 0;
	t->p = seprint(t->p, t->e, " %#lux/\"%s\"", addr, buf);
}

static void
showargv(Text *t, ulong addr)
{
	ulong word;
	int i;

	t->p = seprint(t->p, t->e, " %#lux", addr);
	for(i = 0; i < Maxargv && okaddr(addr, BY2WD, 0); i++, addr += BY2WD){
		word = *(ulong*)addr;
		if(word == 0)
			break;
		showdata(t, word, Show, 1);
	}
}

/* The argument words from arg on, by fmt; where that ends or stops at an r. */
static void
showargs(Text *t, char *fmt, ulong *arg)
{
	for(; *fmt != 0 && *fmt != 'r'; fmt++, arg++)
		switch(*fmt){
		case 'd':
			t->p = seprint(t->p, t->e, " %ld", (long)*arg);
			break;
		case 'x':
			t->p = seprint(t->p, t->e, " %#lux", *arg);
			break;
		case 'v':
			t->p = seprint(t->p, t->e, " %lld", (vlong)((uvlong)arg[1]<<32 | arg[0]));
			arg++;
			break;
		case 's':
			showdata(t, *arg, Show, 1);
			break;
		case 'a':
			showargv(t, *arg);
			break;
		case 'w':
			showdata(t, *arg, (long)arg[1], 0);
			break;
		}
}

static char*
argsof(ulong n)
{
	if(n >= nelem(argfmt) || argfmt[n] == nil)
		return "";
	return argfmt[n];
}

/* up stops with the text for its debugger to read; nil: no memory for one. */
static void
show(Text *t)
{
	char *s;

	s = t == nil? nil: malloc(strlen(t->s)+1);
	if(s != nil)
		strcpy(s, t->s);
	free(t);
	up->syscalltrace = s;
	stopme();
	free(up->syscalltrace);
	up->syscalltrace = nil;
}

static Text*
newtext(void)
{
	Text *t;

	t = malloc(sizeof *t);
	if(t == nil)
		return nil;
	t->p = t->s;
	t->e = t->s + sizeof t->s;
	return t;
}

/* Before the call. */
void
traceenter(ulong pc)
{
	Text *t;
	char *name;

	t = newtext();
	if(t != nil && !waserror()){
		name = (ulong)up->scallnr < (ulong)nsyscall && sysctab[up->scallnr] != nil? sysctab[up->scallnr]: "bad";
		t->p = seprint(t->p, t->e, "%lud %s %s %#lux", up->pid, up->text, name, pc);
		showargs(t, argsof(up->scallnr), up->sargs);
		poperror();
	}
	up->tracens = todget();
	show(t);
}

/* After it, the result at hand; up->syserrstr says what is wrong. */
void
traceleave(long ret)
{
	Text *t;
	char *fmt, *r;
	vlong end;
	ulong *arg;

	end = todget();
	t = newtext();
	fmt = argsof(up->scallnr);
	r = strchr(fmt, 'r');
	if(t != nil && !waserror()){
		if(r != nil){
			arg = up->sargs + (r-fmt);
			showdata(t, arg[0], ret, up->scallnr == FD2PATH || up->scallnr == ERRSTR);
			showargs(t, r+1, arg+1);
		}
		poperror();
	}
	if(t != nil)
		seprint(t->p, t->e, " = %ld \"%s\" %lld %lld\n", ret,
			ret == -1? up->syserrstr: "", up->tracens, end);
	show(t);
}
