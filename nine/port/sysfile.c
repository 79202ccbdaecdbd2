/*
 * The system calls that move data: open, create, read, write, seek.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

static long
installfd(Chan *c)
{
	int fd;

	fd = newfd(c);
	if(fd < 0){
		cclose(c);
		error(Enofd);
	}
	return fd;
}

long
sysopen(ulong *arg)
{
	openmode(arg[1]);
	return installfd(namec(uname(arg[0]), Aopen, arg[1], 0));
}

long
syscreate(ulong *arg)
{
	openmode(arg[1] & ~(ulong)OEXCL);
	return installfd(namec(uname(arg[0]), Acreate, arg[1], arg[2]));
}

/* Directories keep their place in the channel; everything else is an offset. */
static long
readfile(Chan *c, void *buf, long n, vlong *offp)
{
	vlong off;

	off = offp == nil? c->offset: *offp;
	if(off < 0)
		error(Enegoff);
	if(c->qid.type & QTDIR)
		return dirread(c, buf, n, off);
	n = devtab[c->type]->read(c, buf, n, off);
	if(offp == nil)
		c->offset += n;
	return n;
}

static long
readfd(ulong *arg, vlong *offp)
{
	Chan *c;
	long n;

	n = arg[2];
	if(n < 0)
		error(Etoosmall);
	validaddr(arg[1], n, 1);
	c = fdtochan(arg[0], OREAD, 1, 1);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	n = readfile(c, (void*)arg[1], n, offp);
	poperror();
	cclose(c);
	return n;
}

static vlong
argoffset(ulong *arg)
{
	return (vlong)((uvlong)arg[1]<<32 | arg[0]);
}

long
sys_read(ulong *arg)
{
	return readfd(arg, nil);
}

long
syspread(ulong *arg)
{
	vlong off;

	off = argoffset(arg+3);
	return readfd(arg, off == -1? nil: &off);
}

/*
 * The offset moves before the write, so that two writers through one
 * channel do not write to the same place; what was not written is given back.
 */
static long
writefile(Chan *c, void *buf, long n, vlong *offp)
{
	vlong off;
	long done;

	if(c->qid.type & QTDIR)
		error(Eisdir);
	off = offp == nil? c->offset: *offp;
	if(off < 0)
		error(Enegoff);
	if(offp != nil)
		return devtab[c->type]->write(c, buf, n, off);
	c->offset += n;
	if(waserror()){
		c->offset -= n;
		nexterror();
	}
	done = devtab[c->type]->write(c, buf, n, off);
	poperror();
	c->offset -= n-done;
	return done;
}

static long
writefd(ulong *arg, vlong *offp)
{
	Chan *c;
	long n;

	n = arg[2];
	if(n < 0)
		error(Etoosmall);
	validaddr(arg[1], n, 0);
	c = fdtochan(arg[0], OWRITE, 1, 1);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	n = writefile(c, (void*)arg[1], n, offp);
	poperror();
	cclose(c);
	return n;
}

long
sys_write(ulong *arg)
{
	return writefd(arg, nil);
}

long
syspwrite(ulong *arg)
{
	vlong off;

	off = argoffset(arg+3);
	return writefd(arg, off == -1? nil: &off);
}

/* Length by stat, for seeks from the end. */
static vlong
chanlength(Chan *c)
{
	uchar *buf;
	Dir d;
	int n;

	buf = smalloc(DIRMAX);
	if(waserror()){
		free(buf);
		nexterror();
	}
	n = devtab[c->type]->stat(c, buf, DIRMAX);
	if(convM2D(buf, n, &d, nil) == 0)
		error(Ebadstat);
	poperror();
	free(buf);
	return d.length;
}

static vlong
seek(int fd, vlong off, int whence)
{
	Chan *c;

	c = fdtochan(fd, -1, 1, 1);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	if(devtab[c->type]->dc == '|')
		error(Eisstream);
	if((c->qid.type & QTDIR) && (whence != 0 || off != 0))
		error(Eisdir);
	switch(whence){
	case 0:
		break;
	case 1:
		off += c->offset;
		break;
	case 2:
		off += chanlength(c);
		break;
	default:
		error(Ebadarg);
	}
	if(off < 0)
		error(Enegoff);
	c->offset = off;
	if(c->qid.type & QTDIR)
		dirrewind(c);
	poperror();
	cclose(c);
	return off;
}

long
sysseek(ulong *arg)
{
	vlong off;

	validaddr(arg[0], sizeof(vlong), 1);
	off = seek(arg[1], argoffset(arg+2), arg[4]);
	memmove((void*)arg[0], &off, sizeof off);
	return 0;
}

long
sysoseek(ulong *arg)
{
	return seek(arg[0], (long)arg[1], arg[2]);
}
