/*
 * Arguments for system calls, drawn from a seed: what each call wants, most of
 * the time, and now and then anything.  What a worker draws from is on its
 * stack, which no child shares, whatever it is forked with.
 */
typedef struct Work Work;
struct Work
{
	ulong	seed;
	int	depth;			/* forks since the first of us */
	int	ncall;			/* still to make */
};

typedef struct Call Call;
struct Call
{
	uchar	n;
	char	*args;			/* what its arguments are: see value() */
};

static Call calltab[] =
{
	{ SYSR1, "" },		{ _ERRSTR, "b" },	{ BIND, "ppM" },	{ CHDIR, "p" },
	{ CLOSE, "f" },		{ DUP, "ff" },		{ ALARM, "i" },		{ EXEC, "xV" },
	{ _FSESSION, "fb" },	{ FAUTH, "fs" },	{ _FSTAT, "fb" },	{ SEGBRK, "aa" },
	{ _MOUNT, "fpMs" },	{ OPEN, "pm" },		{ OPEN, "pm" },		{ OPEN, "pm" },
	{ _READ, "fbn" },	{ OSEEK, "foi" },	{ SLEEP, "i" },		{ _STAT, "pb" },
	{ RFORK, "F" },		{ RFORK, "F" },		{ _WRITE, "fdn" },	{ PIPE, "b" },
	{ CREATE, "pmq" },	{ CREATE, "pmq" },	{ FD2PATH, "fbn" },	{ BRK_, "a" },
	{ REMOVE, "p" },	{ _WSTAT, "pb" },	{ _FWSTAT, "fb" },	{ NOTIFY, "h" },
	{ NOTED, "i" },		{ SEGATTACH, "ican" },	{ SEGDETACH, "a" },	{ SEGFREE, "an" },
	{ SEGFLUSH, "an" },	{ RENDEZVOUS, "ii" },	{ UNMOUNT, "pp" },	{ _WAIT, "b" },
	{ SEMACQUIRE, "li" },	{ SEMRELEASE, "li" },	{ SEEK, "bfoOi" },	{ FVERSION, "fnsn" },
	{ ERRSTR, "bn" },	{ STAT, "pbn" },	{ FSTAT, "fbn" },	{ WSTAT, "pwn" },
	{ FWSTAT, "fwn" },	{ MOUNT, "ffpMs" },	{ MOUNT, "ffpMs" },	{ AWAIT, "bn" },
	{ 48, "vv" },		{ 49, "vv" },		{ PREAD, "fbnoO" },	{ PREAD, "fbnoO" },
	{ PWRITE, "fdnoO" },	{ PWRITE, "fdnoO" },	{ PWRITE, "fdnoO" },	{ TSEMACQUIRE, "li" },
	{ NSEC, "b" },		{ 54, "vvvvv" },	{ 255, "vvvvv" },
};

enum
{
	Hole	= 0x30000000,		/* two pages here, and nothing after them */
	Holelen	= 2*4096,
	Npath	= 800,
};

static uchar area[72*1024];		/* what calls read and write */
static long sems[4];
static char *pathtab[Npath];		/* what the devices have: learn() */
static int npath;
static int firstpid;			/* processes before this one are not ours */

static ulong
draw(Work *w, ulong n)
{
	w->seed = w->seed*1664525 + 1013904223;
	return (w->seed>>8) % n;
}

static ulong
draw32(Work *w)
{
	return draw(w, 0x10000)<<16 | draw(w, 0x10000);
}

static ulong
anything(Work *w)
{
	static ulong odd[] = {
		0, 1, 2, 3, 4, 7, 8, 31, 32, 0x7F, 0x80, 0xFF, 0x100, 0xFFF, 0x1000, 0x1001, 0x7FFF,
		0x8000, 0xFFFF, 0x10000, 0x400000, 0x400020, 0x401000, Hole+Holelen-1, Hole+Holelen,
		0x7FFFFFFF, 0x80000000, 0xAEFFF000, 0xAFFFEFFC, 0xAFFFF000, 0xAFFFEFF0, 0xBFFFFFFF,
		0xC0000000, 0xC0100000, 0xFF800000, 0xFFFFF000, 0xFFFFFFFE, 0xFFFFFFFF,
	};

	if(draw(w, 3) == 0)
		return draw32(w);
	return odd[draw(w, nelem(odd))];
}

/* n bytes that may be written, often with the end of all memory just behind. */
static uchar*
room(Work *w, ulong n)
{
	if(draw(w, 4) == 0 && n <= Holelen)
		return (uchar*)Hole + Holelen - n;
	return area + draw(w, sizeof area - n);
}

static ulong
buffer(Work *w)
{
	switch(draw(w, 8)){
	case 0:
		return Hole + Holelen - draw(w, 300);
	case 1:
		return 0x400000 + draw(w, 8192);
	case 2:
		return draw(w, 3)? (ulong)room(w, 8): anything(w);
	}
	return (ulong)room(w, 1+draw(w, 9000));
}

static ulong
length(Work *w)
{
	switch(draw(w, 8)){
	case 0:
		return anything(w);
	case 1:
		return draw(w, 70000);
	case 2:
	case 3:
		return draw(w, 9000);
	}
	return draw(w, 300);
}

static char*
place(Work *w, char *s)
{
	int n;
	char *p;

	n = strlen(s)+1;
	p = (char*)room(w, n);
	memmove(p, s, n);
	if(draw(w, 60) == 0)
		p[n-1] = 'x';		/* no end, or a later one */
	return p;
}

static char*
element(Work *w, char *p, char *e)
{
	static char *part[] = {
		"a", "b", "c", "..", ".", "", "ctl", "data", "clone", "0", "\xff\xc3", "\001", "#c",
		"status", "new", "d/e/f", "a very long name of many characters, more than a few have",
	};

	if(draw(w, 40) == 0){
		while(p < e-8 && draw(w, 400) != 0)
			*p++ = 'l';
		*p = 0;
		return p;
	}
	return seprint(p, e, "%s", part[draw(w, nelem(part))]);
}

/* A process of our generation, or one to come. */
static int
somepid(Work *w)
{
	int pid;

	pid = getpid();
	if(pid < firstpid || pid > firstpid+1000000)
		pid = firstpid;		/* somebody wrote to the top of our stack */
	pid += (int)draw(w, 30) - 24;
	return pid < firstpid? firstpid: pid;
}

/*
 * A name: something a device has, or something of ours, and perhaps more
 * behind it.  Files of processes are those of our own generation.
 */
static char*
path(Work *w)
{
	static char *base[] = {
		"", "/", ".", "..", "/tmp/sysfuzz", "/tmp/sysfuzz/a", "/tmp/m1", "/tmp/m2", "#|", "#e", "#d",
		"#s", "#M", "#\xff", "#", "#p", "/env", "/fd", "/srv", "a", "b", "/srv/sysfuzz",
	};
	char buf[2000], *p, *e, *s;

	e = buf+sizeof buf;
	if(npath > 0 && draw(w, 2) == 0){
		s = pathtab[draw(w, npath)];
		if(strncmp(s, "#p/", 3) == 0)
			p = seprint(buf, e, "#p/%d/%s", somepid(w), strrchr(s, '/')+1);
		else
			p = seprint(buf, e, "%s", s);
		if(draw(w, 4) != 0)
			return place(w, buf);
	}else
		p = seprint(buf, e, "%s", base[draw(w, nelem(base))]);
	while(p < e-8 && draw(w, 2) == 0){
		p = seprint(p, e, "/");
		p = element(w, p, e);
	}
	return place(w, buf);
}

/* Words that devices understand; 9P; or noise. */
static ulong
data(Work *w)
{
	static char *words[] = {
		"kill", "stop", "start", "startstop", "waitstop", "hang", "nohang", "private", "pri 5",
		"pri 19", "fixedpri 3", "close 4", "close 0", "closefiles", "trace 1", "wired 0",
		"interrupt", "alarm", "sys: made up", "none", "0", "3", "5", "17", "-1", "99999999999",
		"rawon", "rawoff", "start x", "connect 127.0.0.1!7", "announce *!99", "bind loopback",
		"add 127.1 255.0.0.0", "hangup", "bypass", "nonblock", "promiscuous", "part p 0 1000",
		"delpart p", "geometry 1 2 3", "config", "b9600 l8", "n\1\2\3\4\5\6\7\1", "d\1\2\3\4\5\6\7\1",
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a\0b\0c", "flush /",
		"connect 127.0.0.1!9", "connect 127.0.0.1!99 7", "announce 99", "announce *!0", "accept 0",
		"headers", "ttl 3", "tos 1", "keepalive 1", "checksum 0", "close", "reject", "connect 2048",
		"bind ether /net/ether0", "bind loopback /dev/null", "bind pkt", "unbind", "mtu 500", "mtu 68",
		"add 10.9.0.1 255.255.255.0", "remove 127.0.0.1 255.0.0.0", "add fe80::1 /64", "try 10.9.0.2 /24",
		"add 10.0.0.0 255.0.0.0 127.0.0.1", "remove 10.0.0.0 255.0.0.0", "flush", "route 1.2.3.4", "tag x",
		"add ether 1.2.3.4 aabbccddeeff", "del 1.2.3.4", "addmulti ff02::1", "mirror m a b", "del m",
		"delete", "va 0x20000000 0x10000", "add /net", "x\n", "%s%n%08x",
	};
	uchar *p;
	Fcall f;
	ulong n;

	switch(draw(w, 5)){
	case 0:
		memset(&f, 0, sizeof f);
		f.type = Tversion + draw(w, Tmax-Tversion);
		f.tag = draw(w, 3) == 0? NOTAG: draw(w, 4);
		f.fid = draw(w, 4);
		f.newfid = draw(w, 4);
		f.version = f.ename = f.uname = f.aname = f.name = "9P2000";
		f.msize = 8192;
		f.data = (char*)area;
		f.count = draw(w, 100);
		f.stat = area;
		p = room(w, 1000);
		convS2M(&f, p, 1000);
		return (ulong)p;
	case 1:
		p = room(w, 200);
		for(n = 0; n < 200; n++)
			p[n] = draw(w, 256);
		return (ulong)p;
	case 2:
		return buffer(w);
	}
	return (ulong)place(w, words[draw(w, nelem(words))]);
}

/* What wstat takes. */
static ulong
statbuf(Work *w)
{
	static char *name[] = { "", "a", "b", "x/y", "..", "glenda", "none" };
	uchar *p;
	ulong n;
	Dir d;

	nulldir(&d);
	d.name = name[draw(w, nelem(name))];
	d.uid = name[draw(w, nelem(name))];
	d.gid = name[draw(w, nelem(name))];
	if(draw(w, 2))
		d.mode = draw(w, 4) == 0? draw32(w): draw(w, 512);
	if(draw(w, 3) == 0)
		d.length = draw(w, 4) == 0? (vlong)draw32(w)<<20: (vlong)draw(w, 20000);
	if(draw(w, 4) == 0)
		d.mtime = draw32(w);
	p = room(w, 400);
	n = convD2M(&d, p, 400);
	if(draw(w, 4) == 0)
		p[draw(w, n)] = draw(w, 256);
	return (ulong)p;
}

static ulong
address(Work *w)
{
	switch(draw(w, 16)){
	case 0:
		return Hole + draw(w, Holelen);
	case 1:
		return (ulong)area + draw(w, sizeof area);
	case 2:
		return anything(w);
	case 3:
	case 4:
	case 5:
		return (ulong)sbrk(0) + draw(w, 4)*4096;
	}
	return 0x20000000 + draw(w, 64)*0x10000;
}

static ulong
forkflags(Work *w)
{
	ulong f;

	f = draw(w, 1<<15);
	if(draw(w, 3) != 0)
		f &= ~(RFCFDG|RFCNAMEG|RFCENVG);
	if(draw(w, 2))
		f &= ~RFNOMNT;
	return f;
}

static ulong
arguments(Work *w)
{
	static char *av[40];
	int i;

	for(i = 0; i < (int)draw(w, nelem(av)-1); i++)
		av[i] = draw(w, 30) == 0? (char*)anything(w): path(w);
	av[i] = nil;
	return draw(w, 20) == 0? anything(w): (ulong)av;
}

/* Go on after anything but a fault of our own, which would only come again. */
static void
handler(void *u, char *s)
{
	USED(u);
	noted(strncmp(s, "sys: trap", 9) == 0? NDFLT: NCONT);
}

static ulong
value(Work *w, int what)
{
	static char *prog[] = { "/bin/echo", "/bin/cat", "/bin/ls", "/rc/bin/lc", "/bin/ps", "/bin" };
	static char *text[] = { "", "9P2000", "9P", "x", "3", "9P2000.L", "shared", "memory" };

	if(draw(w, 25) == 0)
		return anything(w);
	switch(what){
	case 'f':
		return draw(w, 24);
	case 'p':
		return (ulong)path(w);
	case 'x':
		return (ulong)(draw(w, 3)? place(w, prog[draw(w, nelem(prog))]): path(w));
	case 'V':
		return arguments(w);
	case 'b':
		return buffer(w);
	case 'd':
		return data(w);
	case 'w':
		return statbuf(w);
	case 'n':
		return length(w);
	case 'm':
		return draw(w, 5) == 0? draw(w, 0x2000): draw(w, 4) | (draw(w, 4) == 0? OTRUNC: 0)
			| (draw(w, 6) == 0? ORCLOSE: 0) | (draw(w, 6) == 0? OCEXEC: 0);
	case 'q':
		return draw(w, 3) == 0? draw32(w): draw(w, 512) | (draw(w, 4) == 0? DMDIR: 0);
	case 'o':
		return draw(w, 3) == 0? anything(w): draw(w, 20000);
	case 'O':
		return draw(w, 8) == 0? anything(w): 0;
	case 'i':
		return draw(w, 8);
	case 'M':
		return draw(w, 8) == 0? draw(w, 0x40): draw(w, 3) | (draw(w, 2)? MCREATE: 0);
	case 's':
		return (ulong)place(w, text[draw(w, 6)]);
	case 'c':
		return (ulong)place(w, text[draw(w, nelem(text))]);
	case 'a':
		return address(w);
	case 'l':
		return (ulong)&sems[draw(w, nelem(sems))];
	case 'F':
		return forkflags(w);
	case 'h':
		return draw(w, 3)? (ulong)handler: anything(w);
	}
	return anything(w);
}
