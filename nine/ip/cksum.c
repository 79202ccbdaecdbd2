/*
 * The internet checksum: the ones' complement of the ones' complement sum
 * of 16-bit words.  Sums are carried along unfolded, in host order of the
 * bytes as they lie in memory, which the sum does not mind.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "ip.h"

/* Add n bytes at p; what was added before must have been an even number. */
ulong
cksum(uchar *p, int n, ulong sum)
{
	uvlong s;
	uint w;
	ushort h;

	s = sum;
	for(; n >= 32; n -= 32, p += 32){
		uint v[8];

		memcpy(v, p, sizeof v);
		s += (uvlong)v[0] + v[1] + v[2] + v[3] + v[4] + v[5] + v[6] + v[7];
	}
	for(; n >= 4; n -= 4, p += 4){
		memcpy(&w, p, 4);
		s += w;
	}
	if(n >= 2){
		memcpy(&h, p, 2);
		s += h;
		p += 2;
		n -= 2;
	}
	if(n > 0)
		s += *p;
	s = (s & 0xFFFFFFFF) + (s>>32);
	s = (s & 0xFFFFFFFF) + (s>>32);
	return s;
}

ushort
ckfoldsum(ulong s)
{
	s = (s & 0xFFFF) + (s>>16);
	s = (s & 0xFFFF) + (s>>16);
	s &= 0xFFFF;
	return s>>8 | s<<8;
}

/* What goes into the packet: store its bytes with hnputs. */
ushort
ckfold(ulong s)
{
	return ~ckfoldsum(s);
}

/* A checksum left to the device, where there is no such device. */
void
ckfinish(Block *b)
{
	uchar *p;
	ushort s;

	if((b->flag & Bcsum) == 0)
		return;
	b->flag &= ~Bcsum;
	p = b->rp + b->csumstart;
	s = ckfold(cksum(p, b->wp-p, 0));
	if(s == 0)
		s = 0xFFFF;		/* 0 means none, in UDP; TCP does not mind */
	hnputs(p+b->csumoff, s);
}

ulong
pseudosum(Ip4 src, Ip4 dst, int proto, int len)
{
	uchar b[12];

	hnputl(b, src);
	hnputl(b+4, dst);
	b[8] = 0;
	b[9] = proto;
	hnputs(b+10, len);
	return cksum(b, sizeof b, 0);
}
