/*
 * What the tests of the IP stack have in common: conversations by hand, since
 * the library's dial needs a connection server.  Stacks other than 0 keep the
 * tests apart from each other.
 */
#include "test.h"

typedef struct Call Call;
struct Call
{
	int	ctl;
	int	data;
	int	n;
	char	dir[64];
};

static char *stack = "#I";

/* A file of one line, or "". */
static char*
linefile(char *buf, int n, char *fmt, ...)
{
	char name[128];
	va_list ap;
	int fd, m;

	va_start(ap, fmt);
	vsnprint(name, sizeof name, fmt, ap);
	va_end(ap);
	buf[0] = 0;
	fd = open(name, OREAD);
	if(fd < 0)
		return buf;
	m = readn(fd, buf, n-1);
	buf[m > 0? m: 0] = 0;
	close(fd);
	if(strchr(buf, '\n') != nil)
		*strchr(buf, '\n') = 0;
	return buf;
}

static int
newcall(Call *c, char *proto)
{
	char name[64], num[16];
	int n;

	snprint(name, sizeof name, "%s/%s/clone", stack, proto);
	c->data = -1;
	c->ctl = open(name, ORDWR);
	if(c->ctl < 0)
		return -1;
	n = read(c->ctl, num, sizeof num-1);
	num[n > 0? n: 0] = 0;
	c->n = atoi(num);
	snprint(c->dir, sizeof c->dir, "%s/%s/%d", stack, proto, c->n);
	return 0;
}

static int
opendata(Call *c)
{
	char name[80];

	snprint(name, sizeof name, "%s/data", c->dir);
	c->data = open(name, ORDWR);
	return c->data;
}

static int
ctl(Call *c, char *fmt, ...)
{
	char buf[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprint(buf, sizeof buf, fmt, ap);
	va_end(ap);
	return write(c->ctl, buf, n) == n? 0: -1;
}

static void
endcall(Call *c)
{
	if(c->data >= 0)
		close(c->data);
	if(c->ctl >= 0)
		close(c->ctl);
	c->ctl = c->data = -1;
}

static int
callto(Call *c, char *proto, char *addr)
{
	char err[ERRMAX];

	if(newcall(c, proto) < 0)
		return -1;
	if(ctl(c, "connect %s", addr) < 0 || opendata(c) < 0){
		rerrstr(err, sizeof err);
		endcall(c);
		werrstr("%s", err);
		return -1;
	}
	return 0;
}

static int
announced(Call *c, char *proto, char *addr)
{
	if(newcall(c, proto) < 0 || ctl(c, "announce %s", addr) < 0)
		return -1;
	return 0;
}

/* Wait for a call of l. */
static int
take(Call *l, Call *c)
{
	char name[80], num[16], *e;
	int n;

	snprint(name, sizeof name, "%s/listen", l->dir);
	c->data = -1;
	c->ctl = open(name, ORDWR);
	if(c->ctl < 0)
		return -1;
	n = read(c->ctl, num, sizeof num-1);
	num[n > 0? n: 0] = 0;
	c->n = atoi(num);
	strecpy(c->dir, c->dir+sizeof c->dir, l->dir);
	e = strrchr(c->dir, '/');
	snprint(e, c->dir+sizeof c->dir-e, "/%d", c->n);
	return opendata(c);
}

/* An interface of the stack; the ctl file stays open in c. */
static int
interface(Call *c, char *bind, char *add)
{
	if(newcall(c, "ipifc") < 0 || ctl(c, "%s", bind) < 0)
		return -1;
	return ctl(c, "add %s", add);
}

static int
loopback(Call *c)
{
	return interface(c, "bind loopback /dev/null", "127.0.0.1 255.0.0.0");
}

/* A note interrupts what takes longer than this. */
static int
wakeme(void *u, char *s)
{
	USED(u);
	return strcmp(s, "alarm") == 0;
}

/* Read, but give up after some ms. */
static long
readsoon(int fd, void *buf, long n, int ms)
{
	atnotify(wakeme, 1);
	alarm(ms);
	n = read(fd, buf, n);
	alarm(0);
	return n;
}

static void
unused1(void)
{
	USED(linefile); USED(callto); USED(announced); USED(take); USED(loopback); USED(readsoon);
}
