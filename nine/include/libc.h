/* SPDX-License-Identifier: MIT */
/*
 * The library of nine's programs: system calls, and what is built on them.
 * Include after u.h.  See lib.h for strings, UTF, printing and Dir.
 */
#ifndef NINE_LIBC_H
#define NINE_LIBC_H

#include "lib.h"

#define	SEEK_SET	0

/* --- system calls --- */
int	_exits(char*) NORETURN;
int	alarm(ulong);
int	await(char*, int);
int	bind(char*, char*, int);
int	brk(void*);
int	chdir(char*);
int	close(int);
int	create(char*, int, ulong);
int	dup(int, int);
int	errstr(char*, uint);
int	exec(char*, char*[]);
int	fauth(int, char*);
int	fd2path(int, char*, int);
int	fstat(int, uchar*, int);
int	fversion(int, int, char*, int);
int	fwstat(int, uchar*, int);
int	mount(int, int, char*, int, char*);
int	noted(int);
int	notify(void (*)(void*, char*));
vlong	nsec(void);
int	open(char*, int);
int	oseek(int, long, int);
int	pipe(int*);
long	pread(int, void*, long, vlong);
long	pwrite(int, void*, long, vlong);
long	read(int, void*, long);
int	remove(char*);
void*	rendezvous(void*, void*);
int	rfork(int);
void*	sbrk(ulong);
vlong	seek(int, vlong, int);
void*	segattach(int, char*, void*, ulong);
void*	segbrk(void*, void*);
int	segdetach(void*);
int	segflush(void*, ulong);
int	segfree(void*, ulong);
int	semacquire(long*, int);
long	semrelease(long*, long);
int	sleep(long);
int	stat(char*, uchar*, int);
int	tsemacquire(long*, ulong);
int	unmount(char*, char*);
long	write(int, void*, long);
int	wstat(char*, uchar*, int);

/* --- processes --- */
typedef struct Waitmsg Waitmsg;
struct Waitmsg
{
	int	pid;
	ulong	time[3];		/* user, system, real: ms */
	char	*msg;
};

void	exits(char*) NORETURN;
void	abort(void) NORETURN;
int	atexit(void (*)(void));
void	atexitdont(void (*)(void));
int	atnotify(int (*)(void*, char*), int);
int	execl(char*, ...);
int	fork(void);
int	getpid(void);
int	getppid(void);
int	postnote(int, int, char*);
Waitmsg* wait(void);
int	waitpid(void);
enum
{
	PNPROC,
	PNGROUP,
};

int	setjmp(jmp_buf);
void	longjmp(jmp_buf, int) NORETURN;
void	notejmp(void*, jmp_buf, int) NORETURN;

void**	privalloc(void);
void	privfree(void**);

/* --- errors and messages --- */
void	perror(char*);
int	rerrstr(char*, uint);
void	sysfatal(char*, ...) NORETURN;
void	werrstr(char*, ...);
void	syslog(int, char*, char*, ...);
int	errfmt(Fmt*);

int	print(const char*, ...);
int	fprint(int, const char*, ...);
int	vfprint(int, const char*, va_list);
int	fmtfdinit(Fmt*, int, char*, int);
int	fmtfdflush(Fmt*);
extern char *argv0;

/* --- memory --- */
void*	malloc(ulong);
void*	mallocz(ulong, int);
void*	calloc(ulong, ulong);
void*	realloc(void*, ulong);
void	free(void*);
ulong	msize(void*);
void	setmalloctag(void*, uintptr);
void	setrealloctag(void*, uintptr);
char*	strdup(const char*);

/* --- files --- */
int	access(char*, int);
Dir*	dirstat(char*);
Dir*	dirfstat(int);
int	dirwstat(char*, Dir*);
int	dirfwstat(int, Dir*);
long	dirread(int, Dir**);
long	dirreadall(int, Dir**);
long	readn(int, void*, long);
char*	getwd(char*, int);
char*	mktemp(char*);
int	iounit(int);

/* --- name spaces from a file --- */
extern int newnsdebug;
int	newns(char*, char*);
int	addns(char*, char*);

/* --- environment, identity --- */
char*	getenv(char*);
int	putenv(char*, char*);
char*	getuser(void);
char*	sysname(void);

/* --- networks --- */
enum
{
	NETPATHLEN	= 40,		/* room for a conversation's directory */
};

typedef struct NetConnInfo NetConnInfo;
struct NetConnInfo
{
	char	*dir;			/* the conversation's */
	char	*root;			/* of the network, /net */
	char	*spec;			/* of the mount there */
	char	*lsys;			/* local address, */
	char	*lserv;			/* port, */
	char	*rsys;			/* and remote */
	char	*rserv;
	char	*laddr;			/* as dial takes them */
	char	*raddr;
};

int	accept(int, char*);
int	announce(char*, char*);
int	dial(char*, char*, char*, int*);
void	freenetconninfo(NetConnInfo*);
NetConnInfo* getnetconninfo(char*, int);
int	hangup(int);
int	listen(char*, char*);
char*	netmkaddr(char*, char*, char*);
int	reject(int, char*, char*);
void	setnetmtpt(char*, int, char*);

/* --- time --- */
typedef struct Tm Tm;
struct Tm
{
	int	sec;
	int	min;
	int	hour;
	int	mday;			/* from 1 */
	int	mon;			/* from 0 */
	int	year;			/* since 1900 */
	int	wday;			/* 0 = Sunday */
	int	yday;
	char	zone[4];
	int	tzoff;			/* seconds east of GMT */
};

long	time(long*);
long	times(long*);
double	cputime(void);
Tm*	gmtime(long);
Tm*	localtime(long);
char*	asctime(Tm*);
char*	ctime(long);
long	tm2sec(Tm*);

/* --- numbers --- */
double	strtod(const char*, char**);
double	atof(const char*);
double	frexp(double, int*);
double	ldexp(double, int);
double	modf(double, double*);
double	fabs(double);
double	floor(double);
double	ceil(double);
double	sqrt(double);
double	sin(double);
double	cos(double);
double	tan(double);
double	asin(double);
double	acos(double);
double	atan(double);
double	atan2(double, double);
double	sinh(double);
double	cosh(double);
double	tanh(double);
double	exp(double);
double	log(double);
double	log10(double);
double	pow(double, double);
double	fmod(double, double);

enum						/* floating point control */
{
	FPINVAL	= 1<<0,
	FPZDIV	= 1<<2,
	FPOVFL	= 1<<3,
	FPUNFL	= 1<<4,
	FPINEX	= 1<<5,
};
ulong	getfcr(void);
void	setfcr(ulong);
double	NaN(void);
double	Inf(int);
int	isNaN(double);
int	isInf(double, int);
int	fltfmt(Fmt*);
int	rand(void);
void	srand(long);
int	nrand(int);
long	lrand(void);
long	lnrand(long);
double	frand(void);
ulong	truerand(void);

/* --- locks between processes that share memory --- */
typedef struct Lock Lock;
struct Lock
{
	long	key;			/* holders and waiters */
	long	sem;
};

typedef struct QLp QLp;
struct QLp
{
	long	inuse;
	QLp	*next;
	int	state;
};

typedef struct QLock QLock;
struct QLock
{
	Lock	lock;
	int	locked;
	QLp	*head;
	QLp	*tail;
};

typedef struct RWLock RWLock;
struct RWLock
{
	Lock	lock;
	int	readers;
	int	writer;
	QLp	*head;
	QLp	*tail;
};

typedef struct Rendez Rendez;
struct Rendez
{
	QLock	*l;
	QLp	*head;
	QLp	*tail;
};

void	lock(Lock*);
void	unlock(Lock*);
int	canlock(Lock*);
void	qlock(QLock*);
void	qunlock(QLock*);
int	canqlock(QLock*);
void	rlock(RWLock*);
void	runlock(RWLock*);
int	canrlock(RWLock*);
void	wlock(RWLock*);
void	wunlock(RWLock*);
int	canwlock(RWLock*);
void	rsleep(Rendez*);
int	rwakeup(Rendez*);
int	rwakeupall(Rendez*);

int	_tas(long*);
long	ainc(long*);
long	adec(long*);
int	cas(long*, long, long);

/* --- arguments --- */
#define	ARGBEGIN	for(argv0 = argv0 ? argv0 : *argv, argv++, argc--; \
			    argv[0] && argv[0][0] == '-' && argv[0][1]; argc--, argv++) { \
				char *_args = &argv[0][1], *_argt; \
				Rune _argc; \
				if(_args[0] == '-' && _args[1] == 0){ \
					argc--; argv++; break; \
				} \
				_argc = 0; \
				while(*_args && (_args += chartorune(&_argc, _args))) \
				switch(_argc)
#define	ARGEND		USED(_argt); USED(_argc); _argt = nil; USED(_argt); }
#define	ARGF()		(_argt = _args, _args = "", \
				(*_argt ? _argt : argv[1] ? (argc--, *++argv) : nil))
#define	EARGF(x)	(_argt = _args, _args = "", \
				(*_argt ? _argt : argv[1] ? (argc--, *++argv) : ((x), abort(), (char*)nil)))
#define	ARGC()		_argc

#endif
