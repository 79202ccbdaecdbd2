/*
 * The console's input, behind #c/cons, with its line discipline; output is in
 * consout.c.
 *
 * The driver hands us characters at interrupt time; they wait in a queue for
 * a kernel process that edits lines, echoes, and queues what is complete for
 * readers.  If nobody reads, that second queue fills, then the first; the
 * driver keeps what consspace has no room for until consmore calls it, and
 * so does, in the end, whoever sends: input for a slow program is not lost.
 *
 * Editing: backspace or delete (what terminals send for that key) takes
 * back a character, ^U the line; ^D ends a read without being part of it;
 * ^C, which is our own addition for people at ordinary terminals, posts
 * "interrupt" to the note group that last read the console.  ^T^T and a
 * letter asks the kernel about itself.  In raw mode all but ^T^T is data.
 *
 * When the kernel runs a command (boot option -c) input is likely to come
 * from a file or pipe.  Then it is not echoed, and bytes that come in bulk
 * are data, whatever they are; only a key, which comes alone, may edit or
 * interrupt.  The end of input is told to us as a ^D after the last byte; it
 * is the end for every read that follows.  So it is without a command, if
 * the ^D comes together with what was before it: nobody types like that.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"
#include "cons.h"

enum
{
	Rawlimit	= 4096,		/* characters a driver should leave us with */
	Rawmax		= 2*Rawlimit,	/* and at most leaves us with */
	Linesize	= 4096,		/* a longer line is passed on in pieces */
	Inlimit		= 32*1024,	/* bytes of complete lines waiting */
	Endwait		= 5,		/* ms without input after a ^D: it was the end */

	Ctlc		= 0x03,
	Ctld		= 0x04,
	Bs		= 0x08,
	Ctlp		= 0x10,
	Ctlt		= 0x14,
	Ctlu		= 0x15,
	Del		= 0x7f,
};

int kquiet;
int cpuserver;
int debugpanic;
void (*consmore)(void);

static struct
{
	Queue	*rawq;			/* as it came */
	int	lost;			/* some did not fit */
	Queue	*q;			/* complete lines */
	char	line[Linesize];
	int	n;			/* bytes of line */
	int	raw;			/* rawon */
	int	ctlpoff;		/* ^P is a character like others */
	int	ctlt;			/* ^Ts just seen */
	int	ended;			/* the end of input was seen, and nothing since */
	int	keys;			/* a byte came alone: somebody types */
	ulong	noteid;			/* of the last reader; at first of process 1 */
} in = { .noteid = 1 };

/* --- input ------------------------------------------------------------------- */

int
consspace(void)
{
	int n;

	n = qlen(in.rawq);
	return n >= Rawlimit? 0: Rawlimit-n;
}

/* From the driver, at interrupt time. */
void
consinput(char *s, int n)
{
	if(n > 0 && qproduce(in.rawq, s, n) < 0)
		in.lost = 1;
}

/*
 * Take what there is (nothing: raw mode was entered in mid-line); tell the
 * driver of the room.  Should input have been lost, that is said when what
 * came before it has been used, and readers find an end of file there: the
 * real one may have been lost, too.
 */
static int
getchars(char *buf, int max)
{
	int n, was;

	was = qlen(in.rawq);
	n = qread(in.rawq, buf, max-1);
	if(was >= Rawlimit/2 && consmore != nil)
		consmore();
	if(in.lost && qlen(in.rawq) == 0){
		in.lost = 0;
		iprint("console: input lost: nobody read it in time\n");
		buf[n++] = Ctld;
	}
	return n;
}

static void
echo(char *s, int n)
{
	if(!kquiet && !in.raw)
		consoutput(s, n);
}

/* Pass the line on as one read; empty, it is an end of file. */
static void
deliver(void)
{
	qwrite(in.q, in.line, in.n);
	in.n = 0;
}

static void
addchar(int c)
{
	in.line[in.n++] = c;
	if(c == '\n' || in.n == Linesize)
		deliver();
}

/* Take back the last character, all bytes of it. */
static void
erase(void)
{
	if(in.n == 0)
		return;
	while(--in.n > 0 && (in.line[in.n] & 0xC0) == 0x80)
		;
	echo("\b \b", 3);
}

static void
cook(int c)
{
	char ch;

	switch(c){
	case Bs:
	case Del:
		erase();
		break;
	case Ctlu:
		in.n = 0;
		echo("^U\n", 3);
		break;
	case Ctld:
		deliver();
		break;
	case Ctlc:
		in.n = 0;
		echo("^C\n", 3);
		postnotepg(in.noteid, "interrupt", NUser);
		break;
	default:
		ch = c;
		echo(&ch, 1);
		addchar(c);
	}
}

/* All we know, for somebody who looks for the fault. */
void
consdebug(void)
{
	procdump();
	scheddump();
	mallocsummary();
	dumpstack();
}

/* ^P on a CPU server, unless somebody said ctlpoff. */
static void
shutdown(void)
{
	print("^P: halting\n");
	chandevshutdown();
	lghalt();
}

/* ^T^T c */
static void
ask(int c)
{
	switch(c){
	case 'p':
		procdump();
		break;
	case 's':
	case 'S':
		dumpstack();
		break;
	case 'x':
		mallocsummary();
		break;
	case 'd':
		debugpanic = !debugpanic;
		print("a panic will %slist processes\n", debugpanic? "": "not ");
		break;
	case 'D':
		consdebug();
		break;
	case 'q':
		scheddump();
		break;
	case 'k':
		killbig("^t ^t k");
		break;
	case 'r':
		lgreboot();
	default:
		print("^T^T: p processes, s stack, x memory, q run queue, d and D all of that at a panic and now,"
			" k kill biggest, r reboot\n");
	}
}

/* Is it part of a ^T^T sequence?  A single ^T turns out to be data. */
static int
asking(int c)
{
	if(c == Ctlt){
		if(++in.ctlt > 2)
			in.ctlt = 2;
		return 1;
	}
	if(in.ctlt == 2){
		in.ctlt = 0;
		ask(c);
		return 1;
	}
	if(in.ctlt == 1){
		in.ctlt = 0;
		addchar(Ctlt);
	}
	return 0;
}

static void
onechar(int c)
{
	if(asking(c))
		return;
	if(c == Ctlp && cpuserver && !in.ctlpoff)
		shutdown();
	if(c == '\r')
		c = '\n';
	if(in.raw)
		addchar(c);
	else
		cook(c);
}

/* The end, or a byte of a file that happens to be ^D? */
static int
nomore(void)
{
	tsleep(&up->sleep, return0, nil, Endwait);
	return !qcanread(in.rawq);
}

static int
iskey(int c)
{
	return c == Bs || c == Del || c == Ctlu || c == Ctlc;
}

/* A single one is a key: lines are collected. */
static void
onekey(int c)
{
	if(iskey(c))
		cook(c);
	else
		addchar(c == '\r'? '\n': c);
}

/* What was left of a line, and then nothing, now and later. */
static void
finish(void)
{
	if(in.n > 0)
		deliver();
	in.ended = 1;
	deliver();
}

/* Input while a command runs, n bytes that came together; more than one are read together. */
static void
bulk(char *s, int n)
{
	int end;

	in.ended = 0;
	end = n > 0 && s[n-1] == Ctld && nomore();
	if(end)
		n--;
	if(n == 1 && !end)
		onekey(s[0] & 0xff);
	else{
		if(in.n > 0)
			deliver();
		if(n > 0)
			qwrite(in.q, s, n);
	}
	if(end)
		finish();
}

/* Lines with echo and editing, from a terminal or, it seems, from a file. */
static void
lines(char *s, int n)
{
	int i, end;

	in.ended = 0;
	if(n == 1)
		in.keys = 1;
	end = !in.raw && !in.keys && n > 1 && s[n-1] == Ctld && nomore();
	if(end)
		n--;
	for(i = 0; i < n; i++)
		onechar(s[i] & 0xff);
	if(end)
		finish();
	else if(in.raw && in.n > 0)
		deliver();
}

static void
kbdproc(void *a)
{
	static char buf[512+1];
	int n;

	(void)a;
	for(;;){
		if(waserror())
			continue;	/* no memory for a line: it is lost, the next may not be */
		n = getchars(buf, sizeof buf);
		if(kquiet && !in.raw)
			bulk(buf, n);
		else
			lines(buf, n);
		poperror();
	}
}

/* Before the first interrupt. */
void
consqueues(void)
{
	in.rawq = qopen(Rawmax, 0, nil, nil);
	in.q = qopen(Inlimit, 0, nil, nil);
	if(in.rawq == nil || in.q == nil)
		panic("no memory for the console");
}

void
consstart(void)
{
	kproc("kbd", kbdproc, nil);
}

/* An unfinished line is passed on at once when raw mode begins: an empty block wakes kbdproc. */
void
consraw(int on)
{
	in.raw = on;
	qproduce(in.rawq, "", 0);
}

void
consctlp(int on)
{
	in.ctlpoff = !on;
}

long
consread(void *buf, long n)
{
	in.noteid = up->noteid;
	if(in.ended && !qcanread(in.q))
		return 0;
	return qread(in.q, buf, n);
}
