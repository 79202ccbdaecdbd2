/* SPDX-License-Identifier: MIT */
/*
 * 9P2000 messages, as structures and as bytes.  Used by the kernel's mount
 * driver and by file servers; wants lib.h.
 */
#ifndef NINE_FCALL_H
#define NINE_FCALL_H

#define	VERSION9P	"9P2000"
#define	MAXWELEM	16		/* names in a walk */
#define	NOTAG		((ushort)~0)
#define	NOFID		(~0UL)
#define	IOHDRSZ		24		/* ample for what a read or write needs besides the data */
#define	MSGHDRSZ	(BIT32SZ+BIT8SZ+BIT16SZ)

enum
{
	Tversion	= 100,
	Rversion,
	Tauth		= 102,
	Rauth,
	Tattach		= 104,
	Rattach,
	Terror		= 106,		/* there is none */
	Rerror,
	Tflush		= 108,
	Rflush,
	Twalk		= 110,
	Rwalk,
	Topen		= 112,
	Ropen,
	Tcreate		= 114,
	Rcreate,
	Tread		= 116,
	Rread,
	Twrite		= 118,
	Rwrite,
	Tclunk		= 120,
	Rclunk,
	Tremove		= 122,
	Rremove,
	Tstat		= 124,
	Rstat,
	Twstat		= 126,
	Rwstat,
	Tmax,
};

typedef struct Fcall Fcall;
struct Fcall
{
	uchar	type;
	ulong	fid;
	ushort	tag;
	ulong	msize;			/* version */
	char	*version;
	ushort	oldtag;			/* Tflush */
	char	*ename;			/* Rerror */
	Qid	qid;			/* Rattach, Ropen, Rcreate */
	ulong	iounit;
	Qid	aqid;			/* Rauth */
	ulong	afid;			/* Tauth, Tattach */
	char	*uname;
	char	*aname;
	ulong	perm;			/* Tcreate */
	char	*name;
	uchar	mode;			/* Topen, Tcreate */
	ulong	newfid;			/* Twalk */
	ushort	nwname;
	char	*wname[MAXWELEM];
	ushort	nwqid;
	Qid	wqid[MAXWELEM];
	vlong	offset;			/* Tread, Twrite */
	ulong	count;
	char	*data;
	ushort	nstat;			/* Rstat, Twstat */
	uchar	*stat;
};

/*
 * sizeS2M and convS2M give the bytes of a message, 0 if it cannot be one or
 * does not fit.  convM2S takes exactly one whole message and gives its size,
 * or 0 if it is malformed; strings and data then lie in the buffer, which it
 * changes a little.
 */
uint	sizeS2M(Fcall*);
uint	convS2M(Fcall*, uchar*, uint);
uint	convM2S(uchar*, uint, Fcall*);

#ifndef KERNEL
int	read9pmsg(int, void*, uint);
#endif

#endif
