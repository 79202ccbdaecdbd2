/*
 * What a debugger does to a process, through its files in #p.  Include after
 * ureg.h and test.h.
 */
static int dir;				/* pid of the debuggee */

static int
file(char *name, int mode)
{
	char path[64];

	snprint(path, sizeof path, "/proc/%d/%s", dir, name);
	return open(path, mode);
}

static int
ctl(char *word)
{
	int fd, n;

	fd = file("ctl", OWRITE);
	if(fd < 0)
		return -1;
	n = write(fd, word, strlen(word));
	close(fd);
	return n;
}

static char*
text(char *name)
{
	static char buf[1024];
	int fd, n;

	fd = file(name, OREAD);
	n = fd < 0? -1: read(fd, buf, sizeof buf-1);
	if(n < 0)
		rerrstr(buf, sizeof buf);
	else
		buf[n] = 0;
	close(fd);
	return buf;
}

static int
get(char *name, ulong at, void *to, int n)
{
	int fd;

	fd = file(name, OREAD);
	n = pread(fd, to, n, at);
	close(fd);
	return n;
}

static int
put(char *name, ulong at, void *from, int n)
{
	int fd;

	fd = file(name, OWRITE);
	n = pwrite(fd, from, n, at);
	close(fd);
	return n;
}

static char*
state(void)
{
	static char s[13];

	strecpy(s, s+sizeof s, text("status")+2*28);
	if(strchr(s, ' ') != nil)
		*strchr(s, ' ') = 0;
	return s;
}

static ulong
pc(void)
{
	Ureg u;

	return get("regs", 0, &u, sizeof u) == sizeof u? u.pc: 0;
}

static void
setpc(ulong at)
{
	put("regs", (ulong)&((Ureg*)0)->pc, &at, sizeof at);
}
