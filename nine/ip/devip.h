/*
 * The files of #I: which they are, how their qids are made.
 */
enum
{
	Qtop = 1,
	Qarp,
	Qndb,
	Qiproute,
	Qipselftab,
	Qproto,
	Qclone,
	Qstats,
	Qconv,
	Qctl,
	Qdata,
	Qerr,
	Qlisten,
	Qlocal,
	Qremote,
	Qstatus,
};

#define TYPE(q)		((int)((q).path & 0xFF))
#define CONV(q)		((int)((q).path>>8 & 0xFFF))
#define PROTO(q)	((int)((q).path>>20 & 0xFF))
#define QPATH(p, c, t)	((uint)(p)<<20 | (uint)(c)<<8 | (t))

/* devipgen.c */
Devgen	ipgen;
void	ipselfdir(Chan*, Dir*);			/* the entry of a file itself */
Conv*	ipconvof(Chan*);
