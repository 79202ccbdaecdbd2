/* SPDX-License-Identifier: MIT */
/* ed's output: lines shown, files read and written, and the end of it all. */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "../cmd/ed.h"

Biobuf bout;
char *file;
int quiet, warned, interrupted;
int msgfd = 1;

static void
listline(char *s)
{
	Rune r;

	while(*s != 0){
		s += chartorune(&r, s);
		if(r == '\t')
			Bprint(&bout, "\\t");
		else if(r == '\b')
			Bprint(&bout, "\\b");
		else if(r == '\\')
			Bprint(&bout, "\\\\");
		else if(r < ' ' || r >= 0x7f)
			Bprint(&bout, "\\x%.4ux", r);
		else
			Bputrune(&bout, r);
	}
	Bprint(&bout, "\n");
}

void
printlines(long a, long b, int how)
{
	if(a < 1 || b > last)
		error("?");
	for(; a <= b && !interrupted; a++){
		if(how == 'n')
			Bprint(&bout, "%ld\t", a);
		if(how == 'l')
			listline(lines[a].s);
		else
			Bprint(&bout, "%s\n", lines[a].s);
		dot = a;
	}
	Bflush(&bout);
}

/* what may follow a command: p l n; then the end */
void
ending(int show)
{
	if(*p == 'p' || *p == 'l' || *p == 'n')
		show = *p++;
	if(*p != 0)
		error("?");
	if(show)
		printlines(dot, dot, show);
}

char*
filename(int remember)
{
	char *s;

	if(*p != 0 && *p != ' ' && *p != '\t')
		error("?");
	blanks();
	if(*p == 0){
		if(file == nil)
			error("?");
		return file;
	}
	s = copyof(p, strlen(p));
	if(remember || file == nil){
		free(file);
		file = copyof(s, strlen(s));
	}
	return s;
}

static void
count(vlong n)
{
	Bflush(&bout);
	if(!quiet)
		fprint(msgfd, "%lld\n", n);
}

static void
openerror(char *name)
{
	char buf[256];

	snprint(buf, sizeof buf, "?%s", name);
	error(buf);
}

void
readfile(char *name, long after)
{
	Biobuf *b;
	char *s;
	vlong n;

	b = Bopen(name, OREAD);
	if(b == nil)
		openerror(name);
	dot = after;
	while((s = Brdstr(b, '\n', 1)) != nil)
		insertline(dot++, s);
	n = Boffset(b);
	Bterm(b);
	count(n);
}

void
writefile(char *name, int append)
{
	Biobuf *b;
	vlong n;
	long i;
	int fd;

	fd = append ? open(name, OWRITE) : -1;
	if(fd < 0)
		fd = create(name, OWRITE, 0666);
	if(fd < 0 || (b = Bfdopen(fd, OWRITE)) == nil)
		openerror(name);
	if(append)
		Bseek(b, 0, 2);
	n = 0;
	for(i = addr1 > 0 ? addr1 : 1; i <= addr2; i++)
		n += Bprint(b, "%s\n", lines[i].s);
	if(Bterm(b) < 0)
		openerror(name);
	count(n);
	if(naddr == 0 || (addr1 <= 1 && addr2 == last))
		changed = 0;
}

void
edit(int force)
{
	char *name;

	noaddress();
	if(changed && !force && !warned){
		warned = 2;
		error("?");
	}
	name = filename(1);
	if(last > 0)
		deletelines(1, last);
	dot = 0;
	changed = 0;
	readfile(name, 0);
	changed = 0;
}

void
quit(int force)
{
	noaddress();
	if(changed && !force && !warned){
		warned = 2;
		error("?");
	}
	Bflush(&bout);
	exits(nil);
}
