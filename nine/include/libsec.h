/* SPDX-License-Identifier: MIT */
/* Digests.  Include after u.h and libc.h. */
#ifndef NINE_LIBSEC_H
#define NINE_LIBSEC_H

enum
{
	MD5dlen		= 16,
	SHA1dlen	= 20,
	SHA2_256dlen	= 32,
	Digestmax	= 32,
};

/* what has been fed so far; all three work on blocks of 64 bytes */
typedef struct Digest Digest;
struct Digest
{
	u32int	state[8];
	uvlong	len;			/* bytes */
	uchar	buf[64];
	int	nbuf;
	int	kind;			/* MD5dlen, SHA1dlen, SHA2_256dlen */
};

void	digestinit(Digest*, int);
void	digestadd(Digest*, const void*, ulong);
void	digestsum(Digest*, uchar*);	/* kind bytes; the Digest is then spent */

#endif
