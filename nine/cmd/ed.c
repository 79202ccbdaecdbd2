/* SPDX-License-Identifier: MIT */
/*
 * ed - text editor.  Here: the loop, and what commands do.  They come from the
 * standard input or, for g and v, from their list.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "regexp.h"
#include "ed.h"

jmp_buf toplevel;
static Biobuf bin;
static char *list;			/* of g: what is left to run */
static int global;			/* in it */
static int prompt;
static int browse = 20;

static void docommand(void);

void
error(char *s)
{
	Bflush(&bout);
	fprint(msgfd, "%s\n", s);
	global = 0;
	list = nil;
	/* the rest of a script would do to the text what it was not meant to */
	if(seek(0, 0, 2) > 0)
		Bseek(&bin, 0, 2);
	longjmp(toplevel, 1);
}

/* a line of input, malloced; nil at the end */
static char*
inputline(void)
{
	char *s, *e;

	if(!global){
		Bflush(&bout);
		return Brdstr(&bin, '\n', 1);
	}
	if(list == nil)
		return nil;
	for(e = list; *e != 0 && *e != '\n'; e++)
		;
	s = copyof(list, e-list);
	list = *e == 0 ? nil : e+1;
	return s;
}

/* is the last character a backslash that is not itself quoted? */
static int
continued(char *s)
{
	int n;
	char *e;

	e = s + strlen(s);
	for(n = 0; e > s && e[-1] == '\\'; e--)
		n++;
	return n & 1;
}

/* a command may go on behind a backslash */
static char*
commandline(void)
{
	char *s, *more, *t;

	s = inputline();
	while(s != nil && continued(s) && (more = inputline()) != nil){
		t = smprint("%s\n%s", s, more);
		free(s);
		free(more);
		s = t;
	}
	return s;
}

/* --- commands --- */

static void
text(long after)
{
	char *s;

	dot = after;
	while((s = inputline()) != nil && strcmp(s, ".") != 0)
		insertline(dot++, s);
	free(s);
}

static void
shell(char *cmd)
{
	Bflush(&bout);
	switch(fork()){
	case -1:
		error("?");
	case 0:
		execl("/bin/rc", "rc", "-c", cmd, nil);
		exits("exec");
	}
	waitpid();
	if(!quiet)
		fprint(msgfd, "!\n");
}

static void
doglobal(int match)
{
	Reprog *re;
	char *cmds;
	long i;
	int delim;

	if(global)
		error("?");
	alllines();
	delim = *p++;
	if(delim == 0 || delim == ' ')
		error("?");
	re = pattern(&p, delim);
	cmds = *p == 0 ? copyof("p", 1) : copyof(p, strlen(p));
	/* the backslashes that joined the lines of the list */
	for(char *s = cmds; (s = strstr(s, "\\\n")) != nil;)
		memmove(s, s+1, strlen(s));
	for(i = 1; i <= last; i++)
		lines[i].hit = addr1 <= i && i <= addr2 && (regexec(re, lines[i].s, nil, 0) != 0) == match;
	for(i = 1; i <= last; ){
		if(!lines[i].hit){
			i++;
			continue;
		}
		lines[i].hit = 0;
		dot = i;
		global = 1;
		list = cmds;
		while(list != nil)
			docommand();
		global = 0;
		i = 1;			/* lines may have moved anywhere */
	}
	free(cmds);
}

static void
moveorcopy(int c)
{
	long to;

	needlines();
	to = address();
	if(to < 0)
		error("?");
	if(c == 'm')
		movelines(addr1, addr2, to);
	else
		copylines(addr1, addr2, to);
	ending(0);
}

static void
page(void)
{
	long a;

	if('0' <= *p && *p <= '9')
		browse = strtol(p, &p, 10);
	a = naddr ? addr2 : dot+1;
	if(a < 1)
		a = 1;
	if(a > last || browse < 1)
		error("?");
	printlines(a, a+browse-1 < last ? a+browse-1 : last, 'p');
}

static void
filecommand(int c)
{
	char *name;

	switch(c){
	case 'f':
		noaddress();
		if(*p != 0)
			filename(1);
		Bflush(&bout);
		fprint(msgfd, "%s\n", file != nil ? file : "");
		break;
	case 'r':
		name = filename(0);
		readfile(name, naddr ? addr2 : last);
		break;
	case 'w': case 'W':
		alllines();
		if(*p == 'q'){
			p++;
			writefile(filename(0), 0);
			exits(nil);
		}
		writefile(filename(0), c == 'W');
		break;
	}
}

static void
linecommand(int c)
{
	int show;

	switch(c){
	case 'c':
		needlines();
		if(*p != 0)
			error("?");
		deletelines(addr1, addr2);
		text(addr1-1);
		break;
	case 'd':
		needlines();
		deletelines(addr1, addr2);
		ending(0);
		break;
	case 'j':
		if(naddr == 0)
			addr2 = dot+1;
		needlines();
		joinlines(addr1, addr2);
		ending(0);
		break;
	case 'k':
		needlines();
		if(*p < 'a' || *p > 'z')
			error("?");
		lines[addr2].mark = *p++;
		ending(0);
		break;
	case 's':
		needlines();
		show = 0;
		substitutelines(addr1, addr2, &p, &show);
		ending(show);
		break;
	case 'p': case 'l': case 'n':
		if(*p == 'p' || *p == 'l' || *p == 'n')
			c = *p++;
		printlines(addr1, addr2, c);
		ending(0);
		break;
	}
}

static void
command(int c)
{
	switch(c){
	case 'a': case 'i':
		if(*p != 0)
			error("?");
		text(c == 'a' ? addr2 : addr2 > 0 ? addr2-1 : 0);
		break;
	case 'b':
		page();
		break;
	case 'c': case 'd': case 'j': case 'k': case 's': case 'p': case 'l': case 'n':
		linecommand(c);
		break;
	case 'E': case 'e':
		edit(c == 'E');
		break;
	case 'f': case 'r': case 'w': case 'W':
		filecommand(c);
		break;
	case 'g': case 'v':
		doglobal(c == 'g');
		break;
	case 'm': case 't':
		moveorcopy(c);
		break;
	case 'P':
		noaddress();
		prompt = !prompt;
		break;
	case 'Q': case 'q':
		quit(c == 'Q');
		break;
	case 'u':
		undo();
		ending(0);
		break;
	case '=':
		Bprint(&bout, "%ld\n", naddr ? addr2 : last);
		Bflush(&bout);
		break;
	case '!':
		shell(p);
		break;
	case 0:
		if(naddr == 0)
			addr1 = addr2 = dot+1;
		printlines(naddr ? addr2 : addr1, addr2, 'p');
		break;
	default:
		error("?");
	}
}

static void
docommand(void)
{
	static char *line[2];		/* g's own line stays while its list runs */
	int c;

	if(prompt && !global){
		Bflush(&bout);
		fprint(msgfd, "*");
	}
	free(line[global]);
	line[global] = commandline();
	if(line[global] == nil){
		if(global)
			return;
		naddr = 0;
		quit(0);
	}
	p = line[global];
	addresses();
	blanks();
	c = *p;
	if(c != 0)
		p++;
	if(warned > 0)
		warned--;
	command(c);
}

/* an interrupt ends what is being done; hanging up saves the text */
static int
note(void *ureg, char *msg)
{
	USED(ureg);
	if(strcmp(msg, "interrupt") == 0){
		interrupted = 1;
		return 1;
	}
	if(strcmp(msg, "hangup") == 0 && changed && last > 0){
		addr1 = 1;
		addr2 = last;
		quiet = 1;
		writefile("ed.hup", 0);
	}
	return 0;
}

static void NORETURN
edloop(int load)
{
	if(setjmp(toplevel) == 0){
		insertline(0, copyof("", 0));	/* lines is never nil again */
		deletelines(1, 1);
		if(load)
			readfile(file, 0);
	}
	changed = 0;
	dot = last;
	setjmp(toplevel);
	for(;;){
		interrupted = 0;
		docommand();
	}
}

int
main(int argc, char *argv[])
{
	argv0 = "ed";
	if(argc > 1 && strcmp(argv[1], "-") == 0){
		quiet = 1;
		argc--;
		argv++;
	}
	ARGBEGIN{
	case 'o':
		msgfd = 2;
		file = strdup("/fd/1");
		break;
	default:
		fprint(2, "usage: ed [-] [-o] [file]\n");
		exits("usage");
	}ARGEND
	Binit(&bin, 0, OREAD);
	Binit(&bout, msgfd, OWRITE);
	atnotify(note, 1);
	if(argc > 0){
		free(file);
		file = strdup(argv[0]);
	}
	edloop(argc > 0);
}
