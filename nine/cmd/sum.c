/* SPDX-License-Identifier: MIT */
/*
 * sum - check sums.  By default a 32-bit cyclic redundancy check of the
 * bytes followed by their number; -r and -5: the System V ways.
 */
#include "u.h"
#include "libc.h"

enum
{
	Poly	= 0xEDB88320,		/* IEEE 802.3, low bit first */
	Mask	= 0xCFADBEEF,		/* mixed with the length */
};

static uchar buf[32*1024];
static ulong table[256];
static char *status;

static void
maketable(void)
{
	ulong c;
	int i, bit;

	for(i = 0; i < nelem(table); i++){
		c = i;
		for(bit = 0; bit < 8; bit++)
			c = c>>1 ^ (c & 1 ? (ulong)Poly : 0);
		table[i] = c;
	}
}

static ulong
crc(ulong c, uchar *p, long n)
{
	for(; n > 0; n--)
		c = table[(c ^ *p++) & 0xFF] ^ c>>8;
	return c;
}

static ulong
rotate(ulong s, uchar *p, long n)
{
	for(; n > 0; n--)
		s = ((s>>1 | (s & 1)<<15) + *p++) & 0xFFFF;
	return s;
}

static ulong
add(ulong s, uchar *p, long n)
{
	for(; n > 0; n--)
		s += *p++;
	return s;
}

static ulong
lengthcrc(ulong c, vlong n)
{
	ulong x;
	uchar b[4];

	x = (ulong)n ^ (ulong)Mask;
	b[0] = x>>24;
	b[1] = x>>16;
	b[2] = x>>8;
	b[3] = x;
	return crc(c, b, sizeof b);
}

static void
show(int how, ulong s, vlong n)
{
	switch(how){
	case 'r':
		print("%.5lud %6lld", s, (n+1023)/1024);
		break;
	case '5':
		s = (s & 0xFFFF) + (s>>16);
		s = (s & 0xFFFF) + (s>>16);
		print("%.5lud %6lld", s, (n+511)/512);
		break;
	default:
		print("%.8lux %6lld", lengthcrc(s, n), n);
	}
}

static void
sum(int how, int fd, char *name)
{
	ulong s;
	vlong total;
	long n;

	s = 0;
	total = 0;
	while((n = read(fd, buf, sizeof buf)) > 0){
		total += n;
		s = how == 'r' ? rotate(s, buf, n) : how == '5' ? add(s, buf, n) : crc(s, buf, n);
	}
	if(n < 0){
		fprint(2, "sum: error reading %s: %r\n", name != nil ? name : "<stdin>");
		status = "errors";
		return;
	}
	show(how, s, total);
	if(name != nil)
		print(" %s", name);
	print("\n");
}

int
main(int argc, char *argv[])
{
	int how, fd;

	how = 0;
	ARGBEGIN{
	case 'r': case '5':
		how = ARGC();
		break;
	default:
		fprint(2, "usage: sum [-5r] [file ...]\n");
		exits("usage");
	}ARGEND
	maketable();
	if(argc == 0)
		sum(how, 0, nil);
	for(; *argv != nil; argv++){
		fd = open(*argv, OREAD);
		if(fd < 0){
			fprint(2, "sum: can't open %s: %r\n", *argv);
			status = "errors";
			continue;
		}
		sum(how, fd, *argv);
		close(fd);
	}
	exits(status);
}
