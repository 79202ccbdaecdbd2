/* SPDX-License-Identifier: MIT */
/* Processes: waiting for them, notes to and from them, who they are. */
#include "u.h"
#include "libc.h"

Waitmsg*
wait(void)
{
	char buf[512], *f[5];
	Waitmsg *w;
	int n;

	n = await(buf, sizeof buf-1);
	if(n < 0)
		return nil;
	buf[n] = 0;
	if(tokenize(buf, f, 5) != 5){
		werrstr("couldn't parse wait message");
		return nil;
	}
	w = malloc(sizeof *w + strlen(f[4])+1);
	if(w == nil)
		return nil;
	w->pid = (int)strtol(f[0], nil, 10);
	for(n = 0; n < 3; n++)
		w->time[n] = strtoul(f[1+n], nil, 10);
	w->msg = strcpy((char*)&w[1], f[4]);
	return w;
}

int
waitpid(void)
{
	char buf[512];
	int n;

	n = await(buf, sizeof buf-1);
	if(n < 0)
		return -1;
	buf[n] = 0;
	return (int)strtol(buf, nil, 10);
}

int
postnote(int group, int pid, char *note)
{
	char file[64];
	int fd, n;

	snprint(file, sizeof file, "/proc/%d/%s", pid, group == PNGROUP ? "notepg" : "note");
	fd = open(file, OWRITE);
	if(fd < 0)
		return -1;
	n = strlen(note);
	if(write(fd, note, n) != n)
		n = -1;
	close(fd);
	return n < 0 ? -1 : 0;
}

enum
{
	Maxnote	= 33,
};

static int (*onnote[Maxnote])(void*, char*);
static Lock notelock;

static void
notifier(void *ureg, char *note)
{
	int i;

	for(i = 0; i < Maxnote; i++)
		if(onnote[i] && onnote[i](ureg, note))
			noted(NCONT);
	noted(NDFLT);
}

/* fn(ureg, note) says whether it took care of the note */
int
atnotify(int (*fn)(void*, char*), int in)
{
	int (*from)(void*, char*);
	int i;
	static int active;

	lock(&notelock);
	from = in ? nil : fn;
	for(i = 0; i < Maxnote && onnote[i] != from; i++)
		;
	if(i < Maxnote)
		onnote[i] = in ? fn : nil;
	if(!active){
		active = 1;
		notify(notifier);
	}
	unlock(&notelock);
	return i < Maxnote;
}

static char*
readfile(char *name, char *buf, int size)
{
	int fd;
	long n;

	n = -1;
	fd = open(name, OREAD);
	if(fd >= 0){
		n = read(fd, buf, size-1);
		close(fd);
	}
	buf[n < 0 ? 0 : n] = 0;
	return n < 0 ? nil : buf;
}

int
getppid(void)
{
	char buf[20];

	if(readfile("#c/ppid", buf, sizeof buf) == nil)
		return 0;
	return (int)strtol(buf, nil, 10);
}

char*
getuser(void)
{
	static char user[KNAMELEN];

	if(readfile("#c/user", user, sizeof user) == nil)
		strcpy(user, "none");
	return user;
}

char*
sysname(void)
{
	static char name[KNAMELEN];

	if(name[0] == 0 && readfile("#c/sysname", name, sizeof name) == nil)
		strcpy(name, "gnot");
	return name;
}

/* to be called in a note handler: leave it, and land in setjmp */
void
notejmp(void *vr, jmp_buf j, int val)
{
	ulong *ureg;

	ureg = vr;
	ureg[0] = j[2];			/* di */
	ureg[1] = j[1];			/* si */
	ureg[2] = j[3];			/* bp */
	ureg[4] = j[0];			/* bx */
	ureg[7] = val ? val : 1;	/* ax */
	ureg[14] = j[JMPBUFPC];
	ureg[17] = j[JMPBUFSP]+4;	/* setjmp has returned */
	noted(NCONT);
	_exits("noted");
}
