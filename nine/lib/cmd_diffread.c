/* SPDX-License-Identifier: MIT */
/* diff's input: files cut into lines, and the classes of equal lines. */
#include "u.h"
#include "libc.h"
#include "../cmd/diff.h"

enum
{
	Chunk	= 32*1024,
	Peek	= 1024,			/* a zero byte in there: not a text */
};

typedef struct Class Class;
struct Class
{
	char	*line;
	ulong	hash;
	int	next;			/* -1 ends a chain */
};

static void*
emalloc(ulong n)
{
	void *p;

	p = mallocz(n + 1, 1);
	if(p == nil)
		sysfatal("out of memory");
	return p;
}

static long
slurp(int fd, char **bufp)
{
	char *buf, *nbuf;
	long n, len, max;

	buf = nil;
	len = max = 0;
	for(;;){
		if(max - len < Chunk + 1){
			max = max == 0 ? 2*Chunk : 2*max;
			nbuf = realloc(buf, max);
			if(nbuf == nil)
				sysfatal("out of memory");
			buf = nbuf;
		}
		n = read(fd, buf+len, Chunk);
		if(n <= 0)
			break;
		len += n;
	}
	*bufp = buf;
	buf[len] = 0;
	return n < 0 ? -1 : len;
}

static void
cut(Text *t, long len)
{
	char *p, *e;
	int n;

	e = t->buf + len;
	n = len > 0 && e[-1] != '\n';
	for(p = t->buf; p < e; p++)
		n += *p == '\n';
	t->line = emalloc(n * sizeof(char*));
	t->class = emalloc(n * sizeof(int));
	t->changed = emalloc(n);
	for(p = t->buf; p < e; p++){
		t->line[t->nline++] = p;
		p = memchr(p, '\n', e-p);
		if(p == nil)
			break;
		*p = 0;
	}
}

int
readtext(Text *t, char *name)
{
	long len;
	int fd;

	memset(t, 0, sizeof *t);
	t->name = name;
	fd = strcmp(name, "-") == 0 ? 0 : open(name, OREAD);
	if(fd < 0)
		return -1;
	len = slurp(fd, &t->buf);
	if(fd != 0)
		close(fd);
	if(len < 0){
		free(t->buf);
		t->buf = nil;
		return -1;
	}
	t->binary = memchr(t->buf, 0, len < Peek ? len : Peek) != nil;
	cut(t, len);
	return 0;
}

void
freetext(Text *t)
{
	free(t->buf);
	free(t->line);
	free(t->class);
	free(t->changed);
	memset(t, 0, sizeof *t);
}

static int
white(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* the next character that counts, 0 at the end */
static int
next(char **s, int how)
{
	int c;

	c = (uchar)*(*s)++;
	if(how == 0 || !white(c)){
		if(c == 0)
			(*s)--;
		return c;
	}
	while(white(**s))
		(*s)++;
	if(how == Dblanks && **s != 0)
		return ' ';
	return next(s, how);
}

static ulong
hashline(char *s, int how)
{
	ulong h;
	int c;

	for(h = 5381; (c = next(&s, how)) != 0;)
		h = h*33 + c;
	return h;
}

static int
same(char *a, char *b, int how)
{
	int c;

	if(how == 0)
		return strcmp(a, b) == 0;
	do{
		c = next(&a, how);
		if(c != next(&b, how))
			return 0;
	}while(c != 0);
	return 1;
}

/* numbers the lines of both; how: Dblanks, Dnoblanks or 0 */
static int
classify(Text *t, Class *cl, int ncl, int *bucket, int nbucket, int how)
{
	ulong h;
	int i, k;

	for(i = 0; i < t->nline; i++){
		h = hashline(t->line[i], how);
		for(k = bucket[h % nbucket]; k >= 0; k = cl[k].next)
			if(cl[k].hash == h && same(cl[k].line, t->line[i], how))
				break;
		if(k < 0){
			k = ncl++;
			cl[k].line = t->line[i];
			cl[k].hash = h;
			cl[k].next = bucket[h % nbucket];
			bucket[h % nbucket] = k;
		}
		t->class[i] = k;
	}
	return ncl;
}

void	longestcommon(int*, int, int*, int, char*, char*);

/* lines no line of the other file equals are out of the question at once */
static int
pick(Text *t, char *has, int *index, int *class)
{
	int i, n;

	n = 0;
	for(i = 0; i < t->nline; i++){
		t->changed[i] = !has[t->class[i]];
		if(!t->changed[i]){
			index[n] = i;
			class[n++] = t->class[i];
		}
	}
	return n;
}

void
compare(Text *a, Text *b, int how)
{
	Class *cl;
	char *ina, *inb, *change;
	int *bucket, *ia, *ib, *ca, *cb;
	int i, n, nbucket, na, nb;

	n = a->nline + b->nline;
	nbucket = n | 1;
	cl = emalloc(n * sizeof(Class));
	bucket = emalloc(nbucket * sizeof(int));
	for(i = 0; i < nbucket; i++)
		bucket[i] = -1;
	n = classify(a, cl, 0, bucket, nbucket, how);
	n = classify(b, cl, n, bucket, nbucket, how);
	free(bucket);
	free(cl);
	ina = emalloc(n);
	inb = emalloc(n);
	for(i = 0; i < a->nline; i++)
		ina[a->class[i]] = 1;
	for(i = 0; i < b->nline; i++)
		inb[b->class[i]] = 1;
	n = a->nline + b->nline;
	ia = emalloc(n * sizeof(int));
	ca = emalloc(n * sizeof(int));
	change = emalloc(n);
	ib = ia + a->nline;
	cb = ca + a->nline;
	na = pick(a, inb, ia, ca);
	nb = pick(b, ina, ib, cb);
	longestcommon(ca, na, cb, nb, change, change + na);
	for(i = 0; i < na; i++)
		a->changed[ia[i]] = change[i];
	for(i = 0; i < nb; i++)
		b->changed[ib[i]] = change[na+i];
	free(ina);
	free(inb);
	free(ia);
	free(ca);
	free(change);
}
