/* SPDX-License-Identifier: MIT */
/*
 * Buffered input and output.  The first Bungetsize bytes of the space given
 * are kept free, so that as much can always be pushed back.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Closed	= -1,
	Bok	= 0,
	Bateof,
	Opened	= 1,			/* flag: Bopen's */
};

static Biobufhdr *writers;		/* to be flushed at exit */
static Lock wlist;

static void
flushall(void)
{
	Biobufhdr *b;

	for(b = writers; b; b = b->next)
		Bflush(b);
}

static void
enlist(Biobufhdr *b)
{
	static int once;

	lock(&wlist);
	b->next = writers;
	writers = b;
	unlock(&wlist);
	if(!once){
		once = 1;
		atexit(flushall);
	}
}

static void
delist(Biobufhdr *b)
{
	Biobufhdr **l;

	lock(&wlist);
	for(l = &writers; *l; l = &(*l)->next)
		if(*l == b){
			*l = b->next;
			break;
		}
	unlock(&wlist);
}

int
Binits(Biobufhdr *b, int fd, int mode, uchar *space, int size)
{
	mode &= ~(OTRUNC|OCEXEC|ORCLOSE);
	if((mode != OREAD && mode != OWRITE) || size <= Bungetsize){
		werrstr("Binits: bad mode or size");
		return Beof;
	}
	memset(b, 0, sizeof *b);
	b->fid = fd;
	b->mode = mode;
	b->bsize = size-Bungetsize;
	b->bbuf = space+Bungetsize;
	b->end = space+size;
	b->rp = b->ep = b->bbuf;
	b->offset = seek(fd, 0, 1);
	if(b->offset < 0)
		b->offset = 0;
	if(mode == OWRITE)
		enlist(b);
	return 0;
}

int
Binit(Biobuf *b, int fd, int mode)
{
	return Binits(&b->hdr, fd, mode, b->b, sizeof b->b);
}

Biobuf*
Bfdopen(int fd, int mode)
{
	Biobuf *b;

	b = malloc(sizeof *b);
	if(b == nil)
		return nil;
	if(Binit(b, fd, mode) < 0){
		free(b);
		return nil;
	}
	b->hdr.flag = Opened;
	return b;
}

Biobuf*
Bopen(char *name, int mode)
{
	Biobuf *b;
	int fd;

	if((mode & 3) == OWRITE)
		fd = create(name, mode, 0666);
	else
		fd = open(name, mode);
	if(fd < 0)
		return nil;
	b = Bfdopen(fd, mode);
	if(b == nil)
		close(fd);
	return b;
}

int
Bterm(void *v)
{
	Biobufhdr *b;
	int r;

	b = v;
	r = Bflush(b);
	if(b->mode == OWRITE)
		delist(b);
	b->mode = Closed;
	if(b->flag == Opened){
		close(b->fid);
		free(b);
	}
	return r;
}

/* read: empty the buffer; write: write it out */
int
Bflush(void *v)
{
	Biobufhdr *b;
	long n;

	b = v;
	if(b->mode == OREAD){
		b->rp = b->ep = b->bbuf;
		b->state = Bok;
		return 0;
	}
	if(b->mode != OWRITE)
		return Beof;
	n = b->ep - b->bbuf;
	b->ep = b->bbuf;
	if(n > 0 && write(b->fid, b->bbuf, n) != n){
		b->mode = Closed;	/* say it once, then refuse */
		delist(b);
		return Beof;
	}
	b->offset += n;
	return 0;
}

/* more input behind what is there; the consumed part makes room */
static long
more(Biobufhdr *b)
{
	long n, keep;

	if(b->mode != OREAD || b->state == Bateof){
		b->state = Bok;		/* an end of file is reported once, then tried again */
		return 0;
	}
	keep = b->ep - b->rp;
	if(b->rp > b->bbuf){
		/* with the bytes before it, which may yet be pushed back */
		memmove(b->bbuf-Bungetsize, b->rp-Bungetsize, keep+Bungetsize);
		b->rp = b->bbuf;
		b->ep = b->bbuf+keep;
	}
	if(b->ep == b->end)
		return 0;
	n = read(b->fid, b->ep, b->end - b->ep);
	if(n <= 0){
		if(n == 0 && keep > 0)
			b->state = Bateof;
		return n;
	}
	b->ep += n;
	b->offset += n;
	return n;
}

int
Bgetc(void *v)
{
	Biobufhdr *b;

	b = v;
	if(b->rp == b->ep && more(b) <= 0)
		return Beof;
	return *b->rp++;
}

int
Bungetc(void *v)
{
	Biobufhdr *b;

	b = v;
	if(b->mode != OREAD || b->rp <= b->bbuf-Bungetsize)
		return Beof;
	b->rp--;
	return 1;
}

long
Bgetrune(void *v)
{
	Biobufhdr *b;
	char s[UTFmax];
	Rune r;
	int c, i;

	b = v;
	for(i = 0; i < UTFmax; ){
		c = Bgetc(b);
		if(c < 0){
			if(i == 0)
				return Beof;
			break;
		}
		s[i++] = (char)c;
		if(fullrune(s, i))
			break;
	}
	if(i < UTFmax)
		memset(s+i, 0, UTFmax-i);
	b->runesize = chartorune(&r, s);
	for(; i > b->runesize; i--)
		Bungetc(b);
	return (long)r;
}

int
Bungetrune(void *v)
{
	Biobufhdr *b;

	b = v;
	if(b->mode != OREAD || b->rp - b->runesize < b->bbuf-Bungetsize)
		return Beof;
	b->rp -= b->runesize;
	b->runesize = 0;
	return 1;
}

long
Bread(void *v, void *buf, long n)
{
	Biobufhdr *b;
	char *p;
	long m, t;

	b = v;
	p = buf;
	for(t = 0; t < n; t += m){
		if(b->rp == b->ep && (m = more(b)) <= 0)
			return t == 0 ? m : t;
		m = b->ep - b->rp;
		if(m > n-t)
			m = n-t;
		memmove(p+t, b->rp, m);
		b->rp += m;
	}
	return t;
}

/*
 * A line up to and with the delimiter, where it lies.  nil with Blinelen 0:
 * end of file; with Blinelen > 0: that many bytes without a delimiter, as
 * the buffer is full or the file ended.
 */
void*
Brdline(void *v, int delim)
{
	Biobufhdr *b;
	uchar *nl, *from;

	b = v;
	b->rdline = 0;
	from = b->rp;
	while((nl = memchr(from, delim, b->ep - from)) == nil){
		b->rdline = b->ep - b->rp;
		if(more(b) <= 0)
			return nil;
		from = b->rp + b->rdline;
	}
	from = b->rp;
	b->rdline = nl+1 - from;
	b->rp = nl+1;
	return from;
}

int
Blinelen(void *v)
{
	return ((Biobufhdr*)v)->rdline;
}

/* a line of any length, malloced; nulldelim replaces the delimiter by NUL */
char*
Brdstr(void *v, int delim, int nulldelim)
{
	Biobufhdr *b;
	char *s, *t, *p;
	long n, len;

	b = v;
	s = nil;
	n = 0;
	do{
		p = Brdline(b, delim);
		len = b->rdline;
		if(len == 0)
			break;
		t = realloc(s, n+len+1);
		if(t == nil){
			free(s);
			return nil;
		}
		s = t;
		memmove(s+n, p ? p : (char*)b->rp, len);
		if(p == nil)
			b->rp += len;
		n += len;
	}while(p == nil);
	if(s == nil)
		return nil;
	if(nulldelim && s[n-1] == (char)delim)
		n--;
	s[n] = 0;
	b->rdline = n;
	return s;
}

int
Bputc(void *v, int c)
{
	Biobufhdr *b;
	uchar ch;

	b = v;
	if(b->mode == OWRITE && b->ep < b->end){
		*b->ep++ = (uchar)c;
		return 0;
	}
	ch = (uchar)c;
	return Bwrite(b, &ch, 1) == 1 ? 0 : Beof;
}

int
Bputrune(void *v, long c)
{
	char s[UTFmax];
	Rune r;
	int n;

	r = (Rune)c;
	n = runetochar(s, &r);
	return Bwrite(v, s, n) == n ? n : Beof;
}

long
Bwrite(void *v, const void *buf, long n)
{
	Biobufhdr *b;
	const char *p;
	long m, t;

	b = v;
	if(b->mode != OWRITE)
		return Beof;
	p = buf;
	for(t = 0; t < n; t += m){
		m = b->end - b->ep;
		if(m == 0){
			if(Bflush(b) < 0)
				return Beof;
			m = b->bsize;
		}
		if(m > n-t)
			m = n-t;
		memmove(b->ep, p+t, m);
		b->ep += m;
	}
	return n;
}

static int
fmtflush(Fmt *f)
{
	Biobufhdr *b;

	b = f->farg;
	f->nfmt += (uchar*)f->to - (uchar*)f->start;
	b->ep = f->to;
	if(Bflush(b) < 0)
		return 0;
	f->start = f->to = b->ep;
	f->stop = b->end;
	return 1;
}

int
Bvprint(void *v, const char *fmt, va_list args)
{
	Biobufhdr *b;
	Fmt f;
	int n;

	b = v;
	if(b->mode != OWRITE)
		return Beof;
	memset(&f, 0, sizeof f);
	f.start = f.to = b->ep;
	f.stop = b->end;
	f.flush = fmtflush;
	f.farg = b;
	va_copy(f.args, args);
	n = dofmt(&f, fmt);
	va_end(f.args);
	if(b->mode == OWRITE)
		b->ep = f.to;
	return n;
}

int
Bprint(void *v, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = Bvprint(v, fmt, args);
	va_end(args);
	return n;
}

vlong
Boffset(void *v)
{
	Biobufhdr *b;

	b = v;
	if(b->mode == OREAD)
		return b->offset - (b->ep - b->rp);
	if(b->mode == OWRITE)
		return b->offset + (b->ep - b->bbuf);
	return Beof;
}

vlong
Bseek(void *v, vlong off, int whence)
{
	Biobufhdr *b;

	b = v;
	if(b->mode == OREAD){
		if(whence == 1){
			off += Boffset(b);
			whence = 0;
		}
		b->rp = b->ep = b->bbuf;
		b->state = Bok;
	}else if(Bflush(b) < 0)
		return Beof;
	off = seek(b->fid, off, whence);
	if(off >= 0)
		b->offset = off;
	return off;
}

int
Bbuffered(void *v)
{
	Biobufhdr *b;

	b = v;
	return b->mode == OWRITE ? b->ep - b->bbuf : b->ep - b->rp;
}

int
Bfildes(void *v)
{
	return ((Biobufhdr*)v)->fid;
}
