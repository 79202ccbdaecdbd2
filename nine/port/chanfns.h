/*
 * What the file half of the kernel offers: channels and name spaces (chan.c,
 * pgrp.c), descriptors and system calls (sysfile.c), help for devices
 * (dev.c), queues (qio.c), the console (devcons.c) and printing (print.c).
 */

/* chan.c: channels */
Chan*	newchan(void);
void	chanfree(Chan*);
void	chandevreset(void);
void	chandevinit(void);
void	chandevshutdown(void);
void	ccloseq(Chan*);
void	cclose(Chan*);
Chan*	cunique(Chan*);
int	eqqid(Qid, Qid);
int	eqchan(Chan*, Chan*, int);
int	eqchanddq(Chan*, int, uint, Qid, int);
Chan*	namec(char*, int, int, ulong);
int	walk(Chan**, char**, int, int, int*);
Chan*	cclone(Chan*);
void	isdir(Chan*);
int	ismtpt(Chan*);
void	validname(char*, int);
char*	validnamedup(char*, int);
char*	uname(ulong);			/* of a system call's argument */
Chan*	undomount(Chan*, Path*);
Chan*	createdir(Chan*, Mhead*);

/* path.c: names of channels */
Path*	newpath(char*);
Path*	addelem(Path*, char*, Chan*);
Path*	uniquepath(Path*);
void	pathclose(Path*);
char*	chanpath(Chan*);

/* mount.c: the mount table */
int	cmount(Chan*, Chan*, int, char*);
void	cunmount(Chan*, Chan*);
int	findmount(Chan**, Mhead**, int, uint, Qid);
int	domount(Chan**, Mhead**, Path**);
Mhead*	newmhead(Chan*);
void	putmhead(Mhead*);
Mount*	newmount(Mhead*, Chan*, int, char*);
void	mountfree(Mount*);

/* dirread.c: reading directories */
long	dirread(Chan*, void*, long, vlong);
void	dirrewind(Chan*);

/* pgrp.c: name spaces, descriptors, environments as groups */
Pgrp*	newpgrp(void);
void	pgrpcpy(Pgrp*, Pgrp*);
void	closepgrp(Pgrp*);
Fgrp*	newfgrp(void);
Fgrp*	dupfgrp(Fgrp*);
void	closefgrp(Fgrp*);
Egrp*	newegrp(void);
void	envcpy(Egrp*, Egrp*);
void	closeegrp(Egrp*);
void	closeexec(Fgrp*);

/* devenv.c */
void	ksetenv(char*, char*, int);
char*	getconfenv(void);

/* fd.c, sysfile.c, sysdir.c: descriptors and the calls on files */
int	newfd(Chan*);
int	newfd2(int[2], Chan*[2]);
Chan*	fdtochan(int, int, int, int);
void	fdclose(int, int);
int	openmode(ulong);

long	sysopen(ulong*);
long	syscreate(ulong*);
long	sysclose(ulong*);
long	syspread(ulong*);
long	syspwrite(ulong*);
long	sys_read(ulong*);
long	sys_write(ulong*);
long	sysseek(ulong*);
long	sysoseek(ulong*);
long	sysdup(ulong*);
long	sysfd2path(ulong*);
long	sysstat(ulong*);
long	sysfstat(ulong*);
long	syswstat(ulong*);
long	sysfwstat(ulong*);
long	sys_stat(ulong*);
long	sys_fstat(ulong*);
long	sys_wstat(ulong*);
long	sys_fwstat(ulong*);
long	sysremove(ulong*);
long	syschdir(ulong*);
long	sysbind(ulong*);
long	sysmount(ulong*);
long	sys_mount(ulong*);
long	sysunmount(ulong*);
long	syspipe(ulong*);
long	sysfversion(ulong*);
long	sysfauth(ulong*);
long	sys_fsession(ulong*);

/* devmntver.c, devmntrpc.c */
char*	mntversion(Chan*, char*, ulong);
Chan*	mntauth(Chan*, char*);
Chan*	mntattach(Chan*, Chan*, char*);
void	mntfree(Mnt*);

/* devsrv.c */
char*	srvname(Chan*);

/* devdup.c */
char*	fdline(char*, char*, Chan*, int);

/* dev.c: defaults for devices */
int	devno(int, int);
Chan*	devattach(int, char*);
Chan*	devclone(Chan*);
void	devdir(Chan*, Qid, char*, vlong, char*, long, Dir*);
Devgen	devgen;
Walkqid* devwalk(Chan*, Chan*, char**, int, Dirtab*, int, Devgen*);
int	devstat(Chan*, uchar*, int, Dirtab*, int, Devgen*);
long	devdirread(Chan*, char*, long, Dirtab*, int, Devgen*);
Chan*	devopen(Chan*, int, Dirtab*, int, Devgen*);
void	devpermcheck(char*, ulong, int);
void	devcreate(Chan*, char*, int, ulong);
void	devinit(void);
void	devreset(void);
void	devshutdown(void);
void	devremove(Chan*);
int	devwstat(Chan*, uchar*, int);
Block*	devbread(Chan*, long, ulong);
long	devbwrite(Chan*, Block*, ulong);
void	mkqid(Qid*, vlong, ulong, int);
int	iseve(void);
ulong	coarseseconds(void);
long	readstr(vlong, char*, long, char*);
long	readtext(vlong, char*, long, char*);	/* frees the text */
long	readnum(vlong, char*, long, ulong, int);
long	readmem(vlong, char*, long, void*, long);
Cmdbuf*	parsecmd(char*, int);
Cmdtab*	lookupcmd(Cmdbuf*, Cmdtab*, int);
void	cmderror(Cmdbuf*, char*);

/* block.c, qio.c */
Block*	allocb(int);
void	freeb(Block*);
void	freeblist(Block*);
Queue*	qopen(int, int, void (*)(void*), void*);
void	qclose(Queue*);
void	qfree(Queue*);
void	qhangup(Queue*, char*);
void	qreopen(Queue*);
int	qisclosed(Queue*);
Block*	qbread(Queue*, int);
long	qread(Queue*, void*, int);
long	qwrite(Queue*, void*, int);
long	qbwrite(Queue*, Block*);
int	qproduce(Queue*, void*, int);
int	qpass(Queue*, Block*);		/* the block itself */
int	qfull(Queue*);			/* qpass would fail; the kick tells when no more */
int	qlen(Queue*);
int	qcanread(Queue*);
void	qflush(Queue*);

/* devether.c */
int	etheroffload(Chan*, int*);	/* of a data file: Ocsum, Otso; the largest IP MTU */

/* cons.c: the console */
void	consinput(char*, int);		/* from the driver, at interrupt time */
void	consdebug(void);		/* says all it knows */
int	consspace(void);		/* how much of that there is room for */
extern void (*consmore)(void);		/* set by the driver: there is room again */
void	putstrn(char*, int);		/* to the console, and to kmesg */
void	kmesgputs(char*, int);

/* random.c */
void	randomread(void*, long);


/* print.c */
int	print(char*, ...);		/* to console and kmesg, any context */
int	iprint(char*, ...);		/* the same, even when quiet */
int	pprint(char*, ...);		/* to the current process's fd 2 */
