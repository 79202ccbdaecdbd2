/* SPDX-License-Identifier: MIT */
/*
 * Name spaces from a file, one operation a line, as in namespace(6):
 *
 *	mount [-abcC] server old [spec]		bind [-abcC] new old
 *	import [-abc] host [path] old		unmount [new] old
 *	cd dir		clear			. file
 *
 * $name stands for a variable of the environment, 'quotes' quote, a line that
 * begins with # is a comment.  What is not there is passed over, since one
 * file serves machines that differ; newnsdebug makes it say so on fd 2.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Maxargs	= 16,
	Maxdepth = 8,			/* of files that include files */
};

int newnsdebug;

static int	nsfile(Biobuf*, int);

static void
complain(char *op, int argc, char **argv)
{
	int i;

	if(!newnsdebug)
		return;
	fprint(2, "newns: %s", op);
	for(i = 0; i < argc; i++)
		fprint(2, " %s", argv[i]);
	fprint(2, ": %r\n");
}

/* -abcC, in front of the arguments; -1 if there is another letter */
static long
flags(int *argc, char ***argv)
{
	long f;
	char *s;

	f = MREPL;
	for(; *argc > 0 && **argv[0] == '-'; (*argc)--, (*argv)++)
		for(s = **argv+1; *s; s++)
			switch(*s){
			case 'a':
				f |= MAFTER;
				break;
			case 'b':
				f |= MBEFORE;
				break;
			case 'c':
				f |= MCREATE;
				break;
			case 'C':
				f |= MCACHE;
				break;
			default:
				werrstr("unknown flag -%c", *s);
				return -1;
			}
	return f;
}

static int
domount(int argc, char **argv)
{
	long f;
	int fd, r;

	f = flags(&argc, &argv);
	if(f < 0)
		return -1;
	if(argc != 2 && argc != 3){
		werrstr("mount needs a server and a place");
		return -1;
	}
	fd = open(argv[0], ORDWR);
	if(fd < 0)
		return -1;
	r = mount(fd, -1, argv[1], f, argc == 3 ? argv[2] : "");
	if(r < 0)
		close(fd);
	return r;
}

static int
dobind(int argc, char **argv)
{
	long f;

	f = flags(&argc, &argv);
	if(f < 0)
		return -1;
	if(argc != 2){
		werrstr("bind needs two names");
		return -1;
	}
	return bind(argv[0], argv[1], f);
}

static int
dounmount(int argc, char **argv)
{
	if(argc == 1)
		return unmount(nil, argv[0]);
	if(argc == 2)
		return unmount(argv[0], argv[1]);
	werrstr("unmount needs one name or two");
	return -1;
}

/* by the command, which shares our name space */
static int
doimport(int argc, char **argv)
{
	char *args[Maxargs+3];
	Waitmsg *w;
	int i, pid;

	args[0] = "import";
	for(i = 0; i < argc; i++)
		args[i+1] = argv[i];
	args[i+1] = nil;
	pid = fork();
	if(pid < 0)
		return -1;
	if(pid == 0){
		exec("/bin/import", args);
		_exits("exec");
	}
	while((w = wait()) != nil){
		if(w->pid == pid){
			i = w->msg[0] == 0;
			if(!i)
				werrstr("%s", w->msg);
			free(w);
			return i ? 0 : -1;
		}
		free(w);
	}
	return -1;
}

static int
doinclude(int argc, char **argv, int depth)
{
	Biobuf *b;
	int r;

	if(argc != 1){
		werrstr(". needs a file");
		return -1;
	}
	if(depth >= Maxdepth){
		werrstr("included too deep");
		return -1;
	}
	b = Bopen(argv[0], OREAD);
	if(b == nil)
		return -1;
	r = nsfile(b, depth+1);
	Bterm(b);
	return r;
}

static void
nsop(int argc, char **argv, int depth)
{
	char *op;
	int r;

	op = *argv++;
	argc--;
	r = 0;
	if(strcmp(op, "mount") == 0)
		r = domount(argc, argv);
	else if(strcmp(op, "bind") == 0)
		r = dobind(argc, argv);
	else if(strcmp(op, "unmount") == 0)
		r = dounmount(argc, argv);
	else if(strcmp(op, "import") == 0)
		r = doimport(argc, argv);
	else if(strcmp(op, "cd") == 0 && argc == 1)
		r = chdir(argv[0]);
	else if(strcmp(op, "clear") == 0)
		r = rfork(RFCNAMEG);
	else if(strcmp(op, ".") == 0)
		r = doinclude(argc, argv, depth);
	else{
		werrstr("no such operation");
		r = -1;
	}
	if(r < 0)
		complain(op, argc, argv);
}

static int
varchar(int c)
{
	return (uchar)c >= Runeself || c == '_' || ('0' <= c && c <= '9')
		|| ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
}

/* /env may not be there yet, or no more */
static char*
value(char *name)
{
	char file[80], *s;
	Dir *d;
	long n;
	int fd;

	snprint(file, sizeof file, "#e/%s", name);
	fd = open(file, OREAD);
	if(fd < 0)
		return nil;
	d = dirfstat(fd);
	s = d != nil ? mallocz(d->length+1, 1) : nil;
	if(s != nil){
		n = read(fd, s, d->length);
		if(n <= 0)
			*s = 0;
	}
	free(d);
	close(fd);
	return s;
}

static void
setvalue(char *name, char *val)
{
	char file[80];
	int fd;

	snprint(file, sizeof file, "#e/%s", name);
	fd = create(file, OWRITE, 0666);
	if(fd < 0)
		return;
	write(fd, val, strlen(val));
	close(fd);
}

/* The variable whose name begins at s, appended to [t, e); to the end of the name. */
static char*
variable(char *s, char **t, char *e)
{
	char name[64], *val;
	int n;

	n = 0;
	while(varchar(*s)){
		if(n < (int)sizeof name-1)
			name[n++] = *s;
		s++;
	}
	name[n] = 0;
	val = n > 0 ? value(name) : nil;
	if(val != nil){
		*t = strecpy(*t, e, val);
		free(val);
	}
	return s;
}

/*
 * Words, quotes and variables of a line: into buf, which is e's.  -1: there
 * are too many, or they are too long.
 */
static int
split(char *s, char **argv, char *buf, char *e)
{
	int argc, quoted;

	for(argc = 0; ; argc++){
		while(*s == ' ' || *s == '\t' || *s == '\r')
			s++;
		if(*s == 0)
			break;
		if(argc == Maxargs)
			return -1;
		argv[argc] = buf;
		for(quoted = 0; *s && (quoted || strchr(" \t\r", *s) == nil); ){
			if(buf >= e-1)
				return -1;
			if(*s == '\'' && quoted && s[1] == '\''){
				*buf++ = '\'';
				s += 2;
			}else if(*s == '\''){
				quoted = !quoted;
				s++;
			}else if(*s == '$' && !quoted)
				s = variable(s+1, &buf, e);
			else
				*buf++ = *s++;
		}
		if(buf >= e-1)
			return -1;
		*buf++ = 0;
	}
	argv[argc] = nil;
	return argc;
}

static int
nsfile(Biobuf *b, int depth)
{
	char *argv[Maxargs+1], *s, *buf;
	int argc, nbuf;

	nbuf = 4096;
	buf = malloc(nbuf);
	if(buf == nil)
		return -1;
	while((s = Brdstr(b, '\n', 1)) != nil){
		argc = *s == '#' ? 0 : split(s, argv, buf, buf+nbuf);
		if(argc < 0 && newnsdebug)
			fprint(2, "newns: line too long: %.40s...\n", s);
		if(argc > 0)
			nsop(argc, argv, depth);
		free(s);
	}
	free(buf);
	return 0;
}

static int
build(char *user, char *file, int new)
{
	char home[128];
	Biobuf *b;
	int r;

	if(file == nil)
		file = "/lib/namespace";
	b = Bopen(file, OREAD);		/* before there is nothing left */
	if(b == nil)
		return -1;
	if(new){
		if(rfork(RFENVG|RFCNAMEG) < 0){
			Bterm(b);
			return -1;
		}
		if(user != nil){
			snprint(home, sizeof home, "/usr/%s", user);
			setvalue("user", user);
			setvalue("home", home);
		}
	}
	r = nsfile(b, 0);
	Bterm(b);
	return r;
}

/* A new name space, as file says (nil: /lib/namespace), and a copy of the environment. */
int
newns(char *user, char *file)
{
	return build(user, file, 1);
}

/* The same on top of the name space there is. */
int
addns(char *user, char *file)
{
	return build(user, file, 0);
}
