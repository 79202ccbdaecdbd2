/* SPDX-License-Identifier: MIT */
/* MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4), which share their frame. */
#include "u.h"
#include "libc.h"
#include "libsec.h"

static const u32int start[8] =
{
	0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0,
};

static const u32int start256[8] =
{
	0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
};

/* floor(2^32 * abs(sin(i+1))) */
static const u32int md5k[64] =
{
	0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
	0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
	0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
	0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
	0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
	0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
	0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
	0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
};

/* fractions of the cube roots of the first 64 primes */
static const u32int sha256k[64] =
{
	0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
	0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
	0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
	0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
	0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
	0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
	0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
	0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};

static u32int
rol(u32int x, int n)
{
	return x<<n | x>>(32-n);
}

static u32int
le32(const uchar *p)
{
	return p[0] | p[1]<<8 | p[2]<<16 | (u32int)p[3]<<24;
}

static u32int
be32(const uchar *p)
{
	return p[3] | p[2]<<8 | p[1]<<16 | (u32int)p[0]<<24;
}

static void
md5block(u32int *s, const uchar *p)
{
	static const uchar shift[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
	u32int a, b, c, d, f, t;
	int i, k;

	a = s[0];
	b = s[1];
	c = s[2];
	d = s[3];
	for(i = 0; i < 64; i++){
		switch(i>>4){
		case 0:
			f = (b & c) | (~b & d);
			k = i;
			break;
		case 1:
			f = (d & b) | (~d & c);
			k = 5*i + 1;
			break;
		case 2:
			f = b ^ c ^ d;
			k = 3*i + 5;
			break;
		default:
			f = c ^ (b | ~d);
			k = 7*i;
			break;
		}
		t = a + f + md5k[i] + le32(p + 4*(k&15));
		a = d;
		d = c;
		c = b;
		b += rol(t, shift[i>>4][i&3]);
	}
	s[0] += a;
	s[1] += b;
	s[2] += c;
	s[3] += d;
}

static void
sha1block(u32int *s, const uchar *p)
{
	static const u32int key[4] = { 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6 };
	u32int a, b, c, d, e, f, t, w[80];
	int i;

	for(i = 0; i < 16; i++)
		w[i] = be32(p + 4*i);
	for(; i < 80; i++)
		w[i] = rol(w[i-3] ^ w[i-8] ^ w[i-14] ^ w[i-16], 1);
	a = s[0];
	b = s[1];
	c = s[2];
	d = s[3];
	e = s[4];
	for(i = 0; i < 80; i++){
		if(i < 20)
			f = (b & c) | (~b & d);
		else if(i < 40 || i >= 60)
			f = b ^ c ^ d;
		else
			f = (b & c) | (b & d) | (c & d);
		t = rol(a, 5) + f + e + key[i/20] + w[i];
		e = d;
		d = c;
		c = rol(b, 30);
		b = a;
		a = t;
	}
	s[0] += a;
	s[1] += b;
	s[2] += c;
	s[3] += d;
	s[4] += e;
}

static void
sha256block(u32int *s, const uchar *p)
{
	u32int v[8], w[64], t, u;
	int i;

	for(i = 0; i < 16; i++)
		w[i] = be32(p + 4*i);
	for(; i < 64; i++){
		t = w[i-15];
		u = w[i-2];
		w[i] = w[i-16] + (rol(t, 25) ^ rol(t, 14) ^ t>>3) + w[i-7] + (rol(u, 15) ^ rol(u, 13) ^ u>>10);
	}
	memmove(v, s, sizeof v);
	for(i = 0; i < 64; i++){
		t = v[7] + (rol(v[4], 26) ^ rol(v[4], 21) ^ rol(v[4], 7)) + ((v[4] & v[5]) ^ (~v[4] & v[6]))
			+ sha256k[i] + w[i];
		u = (rol(v[0], 30) ^ rol(v[0], 19) ^ rol(v[0], 10)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v+1, v, 7*sizeof v[0]);
		v[4] += t;
		v[0] = t + u;
	}
	for(i = 0; i < 8; i++)
		s[i] += v[i];
}

static void
block(Digest *d, const uchar *p)
{
	switch(d->kind){
	case MD5dlen:
		md5block(d->state, p);
		break;
	case SHA1dlen:
		sha1block(d->state, p);
		break;
	default:
		sha256block(d->state, p);
		break;
	}
}

void
digestinit(Digest *d, int kind)
{
	memset(d, 0, sizeof *d);
	d->kind = kind;
	memmove(d->state, kind == SHA2_256dlen ? start256 : start, sizeof d->state);
}

void
digestadd(Digest *d, const void *a, ulong n)
{
	const uchar *p;
	ulong k;

	p = a;
	d->len += n;
	while(n > 0){
		if(d->nbuf == 0 && n >= sizeof d->buf){
			block(d, p);
			k = sizeof d->buf;
		}else{
			k = sizeof d->buf - d->nbuf;
			if(k > n)
				k = n;
			memmove(d->buf+d->nbuf, p, k);
			d->nbuf += k;
			if(d->nbuf == sizeof d->buf){
				block(d, d->buf);
				d->nbuf = 0;
			}
		}
		p += k;
		n -= k;
	}
}

void
digestsum(Digest *d, uchar *sum)
{
	static const uchar pad[64] = { 0x80 };
	uchar len[8];
	uvlong bits;
	int i, big;

	big = d->kind != MD5dlen;
	bits = d->len*8;
	for(i = 0; i < 8; i++)
		len[big ? 7-i : i] = (uchar)(bits>>(8*i));
	digestadd(d, pad, d->nbuf < 56 ? 56-d->nbuf : 120-d->nbuf);
	digestadd(d, len, sizeof len);
	for(i = 0; i < d->kind; i++)
		sum[i] = (uchar)(d->state[i/4] >> 8*(big ? 3-i%4 : i%4));
}
