/* SPDX-License-Identifier: MIT */
/* Notes, errors, and the end. */
#include "rc.h"

enum
{
	Texit,
	Thup,
	Tint,
	Talarm,
	Tfpe,
	Ntrap,
	Toomany	= 32,
};

static const struct
{
	char	*note;
	char	*fn;
} names[Ntrap] =
{
	{ "exit", "sigexit" },
	{ "hangup", "sighup" },
	{ "interrupt", "sigint" },
	{ "alarm", "sigalrm" },
	{ "sys: fp: ", "sigfpe" },
};

int ntrap;
int reading;				/* waiting for input: to be got out of there */
jmp_buf readjmp;

static int trap[Ntrap];

static void
onnote(void *ureg, char *note)
{
	int i;

	for(i = Thup; i < Ntrap; i++)
		if(strncmp(note, names[i].note, strlen(names[i].note)) == 0){
			if(i != Tint || trap[i] == 0){
				trap[i]++;
				ntrap++;
			}
			if(ntrap >= Toomany){
				fprint(2, "rc: too many traps (%s), aborting\n", note);
				_exits(note);
			}
			if(reading){
				reading = 0;
				notejmp(ureg, readjmp, 1);
			}
			noted(NCONT);
		}
	noted(NDFLT);
}

void
trapinit(void)
{
	notify(onnote);
}

/* not with the redirections of whatever command the note happened to meet */
static void
callhandler(Fn *f)
{
	Redir *redirs;

	redirs = sh.redirs;
	sh.redirs = nil;
	callfn(f, var("*")->val);
	sh.redirs = redirs;
}

static void
onetrap(int i)
{
	Fn *f;

	trap[i]--;
	ntrap--;
	if(sh.ischild)
		rcexit(getstatus());
	f = gvar(names[i].fn)->fn;
	if(f){
		callhandler(f);
		return;
	}
	if(i != Tint)
		rcexit(getstatus());
	setstatus("interrupt");
	unwind();
}

/* act on notes that came in */
void
traps(void)
{
	int i;

	while(ntrap > 0)
		for(i = 0; i < Ntrap; i++)
			while(trap[i] > 0)
				onetrap(i);
}

void
message(char *fmt, ...)
{
	char buf[512];
	va_list args;

	va_start(args, fmt);
	vseprint(buf, buf+sizeof buf, fmt, args);
	va_end(args);
	fprint(mapfd(2), "rc: %s\n", buf);
}

void
rcerror(char *fmt, ...)
{
	char buf[512];
	va_list args;

	va_start(args, fmt);
	vseprint(buf, buf+sizeof buf, fmt, args);
	va_end(args);
	message("%s", buf);
	setstatus("error");
	unwind();
}

/* fn sigexit, then the end */
void
rcexit(char *status)
{
	Fn *f;
	char *s;

	s = strdup(status);
	setstatus(s ? s : "");
	if(!sh.ischild && !sh.exiting){
		sh.exiting = 1;
		f = gvar("sigexit")->fn;
		if(f)
			callhandler(f);
	}
	updenv();
	exits(isfalse() ? getstatus() : nil);
}

void*
alloc(ulong n)
{
	void *p;

	p = malloc(n);
	if(p == nil)
		rcerror("out of memory");
	return p;
}
