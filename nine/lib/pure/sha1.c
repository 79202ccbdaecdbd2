/*
 * SHA-1 (FIPS 180-4) and HMAC with it (RFC 2104), in one go.  It is no good
 * for signatures any more; what speaks Plan 9's protocols needs it as a MAC.
 */
#include "u.h"
#include "lib.h"

enum
{
	Blk	= 64,
};

typedef struct Sha Sha;
struct Sha
{
	uint	h[5];
	uvlong	len;			/* bytes */
	uchar	b[Blk];			/* what is not a whole block yet */
	uint	n;
};

static uint
rol(uint x, int n)
{
	return x<<n | x>>(32-n);
}

static void
block(uint *h, uchar *p)
{
	uint w[80], a, b, c, d, e, f, k, t;
	int i;

	for(i = 0; i < 16; i++, p += 4)
		w[i] = (uint)p[0]<<24 | p[1]<<16 | p[2]<<8 | p[3];
	for(; i < 80; i++)
		w[i] = rol(w[i-3]^w[i-8]^w[i-14]^w[i-16], 1);
	a = h[0];
	b = h[1];
	c = h[2];
	d = h[3];
	e = h[4];
	for(i = 0; i < 80; i++){
		if(i < 20){
			f = (b&c) | (~b&d);
			k = 0x5A827999;
		}else if(i < 40){
			f = b^c^d;
			k = 0x6ED9EBA1;
		}else if(i < 60){
			f = (b&c) | (b&d) | (c&d);
			k = 0x8F1BBCDC;
		}else{
			f = b^c^d;
			k = 0xCA62C1D6;
		}
		t = rol(a, 5) + f + e + k + w[i];
		e = d;
		d = c;
		c = rol(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

static void
begin(Sha *s)
{
	static uint first[5] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 };

	memset(s, 0, sizeof *s);
	memmove(s->h, first, sizeof first);
}

static void
add(Sha *s, uchar *p, ulong n)
{
	s->len += n;
	for(; n > 0; n--){
		s->b[s->n++] = *p++;
		if(s->n == Blk){
			block(s->h, s->b);
			s->n = 0;
		}
	}
}

static void
finish(Sha *s, uchar *digest)
{
	static uchar pad[Blk] = { 0x80 };
	uchar len[8];
	uvlong bits;
	int i;

	bits = s->len*8;
	for(i = 0; i < 8; i++)
		len[i] = bits>>(56-8*i);
	add(s, pad, 1 + (Blk+55-s->n)%Blk);
	add(s, len, sizeof len);
	for(i = 0; i < SHA1len; i++)
		digest[i] = s->h[i/4]>>(24-8*(i%4));
}

void
sha1(uchar *p, ulong n, uchar *digest)
{
	Sha s;

	begin(&s);
	add(&s, p, n);
	finish(&s, digest);
}

void
hmac_sha1(uchar *p, ulong n, uchar *key, ulong nkey, uchar *digest)
{
	uchar k[Blk], pad[Blk];
	Sha s;
	int i;

	memset(k, 0, sizeof k);
	if(nkey > Blk)
		sha1(key, nkey, k);
	else
		memmove(k, key, nkey);
	for(i = 0; i < Blk; i++)
		pad[i] = k[i]^0x36;
	begin(&s);
	add(&s, pad, Blk);
	add(&s, p, n);
	finish(&s, digest);
	for(i = 0; i < Blk; i++)
		pad[i] = k[i]^0x5C;
	begin(&s);
	add(&s, pad, Blk);
	add(&s, digest, SHA1len);
	finish(&s, digest);
}
