/* SPDX-License-Identifier: MIT */
/*
 * What kernel and programs of nine have in common: the functions of
 * lib/pure (no system call in any of them), file-system constants and the
 * directory entry.  Programs get it through libc.h; the kernel includes it
 * directly.  malloc, realloc and free are whoever links it to provide.
 */
#ifndef NINE_LIB_H
#define NINE_LIB_H

#define nelem(x)	((int)(sizeof(x) / sizeof((x)[0])))
#ifndef offsetof
#define offsetof(type, field)	__builtin_offsetof(type, field)
#endif
#define	NORETURN	__attribute__((noreturn))

/* memory */
void*	memccpy(void*, const void*, int, ulong);
void*	memset(void*, int, ulong);
int	memcmp(const void*, const void*, ulong);
void*	memcpy(void*, const void*, ulong);
void*	memmove(void*, const void*, ulong);
void*	memchr(const void*, int, ulong);

/* strings */
char*	strcat(char*, const char*);
char*	strchr(const char*, int);
int	strcmp(const char*, const char*);
char*	strcpy(char*, const char*);
char*	strecpy(char*, char*, const char*);
char*	strncat(char*, const char*, long);
char*	strncpy(char*, const char*, ulong);
int	strncmp(const char*, const char*, ulong);
char*	strpbrk(const char*, const char*);
char*	strrchr(const char*, int);
char*	strtok(char*, const char*);
ulong	strlen(const char*);
ulong	strspn(const char*, const char*);
ulong	strcspn(const char*, const char*);
char*	strstr(const char*, const char*);
int	cistrcmp(const char*, const char*);
int	cistrncmp(const char*, const char*, ulong);
char*	cistrstr(const char*, const char*);
int	tokenize(char*, char**, int);
int	gettokens(char*, char**, int, char*);
int	getfields(char*, char**, int, int, char*);

/* UTF-8 */
enum
{
	UTFmax		= 4,		/* bytes in a rune */
	Runesync	= 0x80,		/* below: one byte, part of no other */
	Runeself	= 0x80,		/* below: rune and byte are equal */
	Runeerror	= 0xFFFD,
	Runemax		= 0x10FFFF,
};

int	runetochar(char*, const Rune*);
int	chartorune(Rune*, const char*);
int	runelen(long);
int	runenlen(const Rune*, int);
int	fullrune(const char*, int);
int	utflen(const char*);
int	utfnlen(const char*, long);
char*	utfrune(const char*, long);
char*	utfrrune(const char*, long);
char*	utfutf(const char*, const char*);
char*	utfecpy(char*, char*, const char*);
long	runestrlen(const Rune*);
Rune*	runestrchr(const Rune*, Rune);
int	runestrcmp(const Rune*, const Rune*);
Rune*	runestrcpy(Rune*, const Rune*);
Rune*	runestrcat(Rune*, const Rune*);
Rune	tolowerrune(Rune);
Rune	toupperrune(Rune);
int	isalpharune(Rune);
int	isdigitrune(Rune);
int	islowerrune(Rune);
int	isupperrune(Rune);
int	isspacerune(Rune);

/* numbers */
int	atoi(const char*);
long	atol(const char*);
vlong	atoll(const char*);
long	strtol(const char*, char**, int);
ulong	strtoul(const char*, char**, int);
vlong	strtoll(const char*, char**, int);
uvlong	strtoull(const char*, char**, int);
int	abs(int);
long	labs(long);
void	qsort(void*, long, long, int (*)(const void*, const void*));

/* printing */
typedef struct Fmt Fmt;
struct Fmt
{
	uchar	runes;			/* unused: output is UTF-8 */
	void	*start;
	void	*to;
	void	*stop;
	int	(*flush)(Fmt*);		/* called when to reaches stop; 1: room made */
	void	*farg;
	int	nfmt;			/* bytes handed to flush so far */
	va_list	args;
	Rune	r;			/* the verb */
	int	width;
	int	prec;
	ulong	flags;
};

enum
{
	FmtWidth	= 1,
	FmtLeft		= FmtWidth << 1,
	FmtPrec		= FmtLeft << 1,
	FmtSharp	= FmtPrec << 1,
	FmtSpace	= FmtSharp << 1,
	FmtSign		= FmtSpace << 1,
	FmtZero		= FmtSign << 1,
	FmtUnsigned	= FmtZero << 1,
	FmtShort	= FmtUnsigned << 1,
	FmtLong		= FmtShort << 1,
	FmtVLong	= FmtLong << 1,
	FmtComma	= FmtVLong << 1,
	FmtByte		= FmtComma << 1,
	FmtFlag		= FmtByte << 1,
};

typedef struct Fmtverb Fmtverb;
struct Fmtverb
{
	Rune	r;			/* 0 ends a table */
	int	(*fn)(Fmt*);
};
extern Fmtverb*	fmtextra;		/* verbs of the program library: %r, %f ... */

int	sprint(char*, const char*, ...);
int	snprint(char*, int, const char*, ...);
char*	seprint(char*, char*, const char*, ...);
int	vsnprint(char*, int, const char*, va_list);
char*	vseprint(char*, char*, const char*, va_list);
char*	smprint(const char*, ...);
char*	vsmprint(const char*, va_list);

int	fmtinstall(int, int (*)(Fmt*));
int	dofmt(Fmt*, const char*);
int	fmtprint(Fmt*, const char*, ...);
int	fmtvprint(Fmt*, const char*, va_list);
int	fmtrune(Fmt*, int);
int	fmtstrcpy(Fmt*, const char*);
int	fmtrunestrcpy(Fmt*, Rune*);
int	fmtstrinit(Fmt*);
char*	fmtstrflush(Fmt*);

/* rc's quoting; %q is always there, quotefmtinstall for old programs' sake */
void	quotefmtinstall(void);
int	quotestrfmt(Fmt*);
char*	quotestrdup(const char*);
char*	unquotestrdup(const char*);
extern int (*doquote)(int);
int	needsrcquote(int);

/* files */
#define	OREAD		0
#define	OWRITE		1
#define	ORDWR		2
#define	OEXEC		3
#define	OTRUNC		16
#define	OCEXEC		32
#define	ORCLOSE		64
#define	OEXCL		0x1000

#define	MORDER		0x0003
#define	MREPL		0x0000
#define	MBEFORE		0x0001
#define	MAFTER		0x0002
#define	MCREATE		0x0004
#define	MCACHE		0x0010
#define	MMASK		0x0017

#define	AEXIST		0
#define	AEXEC		1
#define	AWRITE		2
#define	AREAD		4

#define	QTDIR		0x80
#define	QTAPPEND	0x40
#define	QTEXCL		0x20
#define	QTMOUNT		0x10
#define	QTAUTH		0x08
#define	QTTMP		0x04
#define	QTFILE		0x00

#define	DMDIR		0x80000000U
#define	DMAPPEND	0x40000000U
#define	DMEXCL		0x20000000U
#define	DMMOUNT		0x10000000U
#define	DMAUTH		0x08000000U
#define	DMTMP		0x04000000U
#define	DMREAD		0x4U
#define	DMWRITE		0x2U
#define	DMEXEC		0x1U

#define	ERRMAX		128
#define	KNAMELEN	28

typedef struct Qid Qid;
struct Qid
{
	uvlong	path;
	ulong	vers;
	uchar	type;
};

typedef struct Dir Dir;
struct Dir
{
	ushort	type;			/* device character */
	uint	dev;			/* its instance */
	Qid	qid;
	ulong	mode;
	ulong	atime;			/* seconds since the epoch */
	ulong	mtime;
	vlong	length;			/* bytes */
	char	*name;			/* last element */
	char	*uid;
	char	*gid;
	char	*muid;
};

/* the encoding of a Dir: size[2] type[2] dev[4] qid[13] mode atime mtime[4] length[8] + 4 strings */
#define	BIT8SZ		1
#define	BIT16SZ		2
#define	BIT32SZ		4
#define	BIT64SZ		8
#define	QIDSZ		(BIT8SZ+BIT32SZ+BIT64SZ)
#define	STATFIXLEN	(BIT16SZ+QIDSZ+5*BIT16SZ+4*BIT32SZ+1*BIT64SZ)	/* 49 */
#define	DIRMAX		(STATFIXLEN+1024)

#define	GBIT8(p)	((p)[0])
#define	GBIT16(p)	((ushort)((p)[0]|((p)[1]<<8)))
#define	GBIT32(p)	((uint)((p)[0]|((p)[1]<<8)|((p)[2]<<16)|((uint)(p)[3]<<24)))
#define	GBIT64(p)	((uvlong)GBIT32(p)|((uvlong)GBIT32((p)+4)<<32))
#define	PBIT8(p,v)	((p)[0]=(uchar)(v))
#define	PBIT16(p,v)	((p)[0]=(uchar)(v),(p)[1]=(uchar)((v)>>8))
#define	PBIT32(p,v)	((p)[0]=(uchar)(v),(p)[1]=(uchar)((v)>>8),(p)[2]=(uchar)((v)>>16),(p)[3]=(uchar)((v)>>24))
#define	PBIT64(p,v)	(PBIT32(p,(uint)(v)),PBIT32((p)+4,(uint)((uvlong)(v)>>32)))

uint	sizeD2M(Dir*);
uint	convD2M(Dir*, uchar*, uint);		/* bytes; 2: too small, size stored; 0: hopeless */
uint	convM2D(uchar*, uint, Dir*, char*);	/* bytes used; 0: malformed */
int	statcheck(uchar*, uint);		/* 0: well formed */
void	nulldir(Dir*);				/* all "don't touch" */
/* malloc, realloc, free: whoever links these files provides them */
char*	cleanname(char*);

/* sha1.c: digests of SHA1len bytes */
enum
{
	SHA1len		= 20,
};
void	sha1(uchar*, ulong, uchar*);
void	hmac_sha1(uchar*, ulong, uchar*, ulong, uchar*);	/* data, key, digest */

/* rfork */
enum
{
	RFNAMEG		= 1<<0,
	RFENVG		= 1<<1,
	RFFDG		= 1<<2,
	RFNOTEG		= 1<<3,
	RFPROC		= 1<<4,
	RFMEM		= 1<<5,
	RFNOWAIT	= 1<<6,
	RFCNAMEG	= 1<<10,
	RFCENVG		= 1<<11,
	RFCFDG		= 1<<12,
	RFREND		= 1<<13,
	RFNOMNT		= 1<<14,
};

/* noted */
#define	NCONT		0		/* continue where interrupted */
#define	NDFLT		1		/* the default: die */
#define	NSAVE		2		/* resume but stay in the note */
#define	NRSTR		3		/* return to the saved state */

#define	SG_RONLY	0040
#define	SG_CEXEC	0100

/* wherever the caller is, roughly: for panics and allocation tags */
#define	getcallerpc(x)	((uintptr)__builtin_return_address(0))

#endif
