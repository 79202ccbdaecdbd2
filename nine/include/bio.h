/* SPDX-License-Identifier: MIT */
/* Buffered input and output.  Include after u.h and libc.h. */
#ifndef NINE_BIO_H
#define NINE_BIO_H

enum
{
	Bsize		= 8*1024,
	Bungetsize	= UTFmax+1,	/* bytes that can always be pushed back */
	Beof		= -1,
	Bbad		= -2,
};

typedef struct Biobufhdr Biobufhdr;
struct Biobufhdr
{
	int	fid;
	int	mode;			/* OREAD, OWRITE, or 0-1: closed */
	int	state;			/* Bok, Bateof */
	int	flag;			/* opened by Bopen: Bterm closes and frees */
	int	rdline;			/* length of the last Brdline */
	int	runesize;		/* of the last Bgetrune */
	long	bsize;
	vlong	offset;			/* file offset of the buffer's end (read) or start (write) */
	uchar	*bbuf;
	uchar	*rp;			/* read: next byte */
	uchar	*ep;			/* read: end of data; write: next byte */
	uchar	*end;			/* of the buffer */
	Biobufhdr *next;		/* all write buffers: flushed at exit */
};

typedef struct Biobuf Biobuf;
struct Biobuf
{
	Biobufhdr hdr;
	uchar	b[Bungetsize+Bsize];
};

/* every function takes a Biobuf* or a Biobufhdr* */
int	Bbuffered(void*);
int	Bfildes(void*);
int	Bflush(void*);
int	Bgetc(void*);
int	Bgetd(void*, double*);
long	Bgetrune(void*);
int	Binit(Biobuf*, int, int);
int	Binits(Biobufhdr*, int, int, uchar*, int);
int	Blinelen(void*);
vlong	Boffset(void*);
Biobuf*	Bopen(char*, int);
Biobuf*	Bfdopen(int, int);
int	Bprint(void*, const char*, ...);
int	Bputc(void*, int);
int	Bputrune(void*, long);
void*	Brdline(void*, int);
char*	Brdstr(void*, int, int);
long	Bread(void*, void*, long);
vlong	Bseek(void*, vlong, int);
int	Bterm(void*);
int	Bungetc(void*);
int	Bungetrune(void*);
int	Bvprint(void*, const char*, va_list);
long	Bwrite(void*, const void*, long);

#define	BGETC(b)	Bgetc(b)
#define	BPUTC(b, c)	Bputc(b, c)
#define	BOFFSET(b)	Boffset(b)
#define	BLINELEN(b)	Blinelen(b)
#define	BFILDES(b)	Bfildes(b)

#endif
