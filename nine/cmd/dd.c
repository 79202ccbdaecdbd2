/* SPDX-License-Identifier: MIT */
/*
 * dd - copy and convert a file in blocks.  Without conversion blocks are
 * copied as they come (padded for sync); the others see a stream of bytes,
 * put together again in blocks of obs.
 */
#include "u.h"
#include "libc.h"

enum
{
	Maxblock	= 64*1024*1024,
	/* conv= */
	Lcase	= 1<<0,
	Ucase	= 1<<1,
	Swab	= 1<<2,
	Noerror	= 1<<3,
	Sync	= 1<<4,
	Ascii	= 1<<5,
	Ebcdic	= 1<<6,
	Ibm	= 1<<7,
	Block	= 1<<8,
	Unblock	= 1<<9,
};

extern uchar dd_fromebcdic[], dd_toebcdic[], dd_toibm[];

static struct {
	char	*name;
	int	bits;
} convs[] = {
	{"lcase", Lcase}, {"ucase", Ucase}, {"swab", Swab}, {"noerror", Noerror},
	{"sync", Sync}, {"ascii", Ascii|Unblock}, {"ebcdic", Ebcdic|Block},
	{"ibm", Ibm|Block}, {"block", Block}, {"unblock", Unblock},
};

static char *infile, *outfile;
static vlong ibs = 512, obs = 512, cbs, bs;
static vlong skip, iseek, oseek1, count = -1, files = 1, trunc = 1, quiet;
static int conv;
static int ifd, ofd = 1;
static uchar *ibuf, *obuf;
static vlong nout;			/* bytes in obuf */
static vlong column;			/* in the record of cbs bytes */
static vlong blanks;			/* seen in it, not yet written (unblock) */
static vlong fullin, partin, fullout, partout, truncated;

static struct {
	char	*name;
	vlong	*value;
} numbers[] = {
	{"ibs", &ibs}, {"obs", &obs}, {"cbs", &cbs}, {"bs", &bs},
	{"skip", &skip}, {"iseek", &iseek}, {"oseek", &oseek1}, {"seek", &oseek1},
	{"count", &count}, {"files", &files}, {"trunc", &trunc}, {"quiet", &quiet},
};

static void
stats(void)
{
	if(quiet)
		return;
	fprint(2, "%lld+%lld records in\n", fullin, partin);
	fprint(2, "%lld+%lld records out\n", fullout, partout);
	if(truncated > 0)
		fprint(2, "%lld truncated records\n", truncated);
}

static void
fail(char *what, char *name)
{
	char err[ERRMAX];

	rerrstr(err, sizeof err);
	fprint(2, "dd: %s%s%s: %s\n", what, name != nil ? " " : "", name != nil ? name : "", err);
	stats();
	exits(what);
}

static void
put(uchar *p, vlong n)
{
	if(write(ofd, p, n) != n)
		fail("write", outfile);
	if(n == obs)
		fullout++;
	else
		partout++;
}

static void
flush(void)
{
	if(nout > 0)
		put(obuf, nout);
	nout = 0;
}

static void
putbyte(int c)
{
	obuf[nout++] = c;
	if(nout == obs)
		flush();
}

/* the last step: case and code */
static void
outbyte(int c)
{
	if((conv & Ucase) && 'a' <= c && c <= 'z')
		c += 'A' - 'a';
	if((conv & Lcase) && 'A' <= c && c <= 'Z')
		c += 'a' - 'A';
	if(conv & Ebcdic)
		c = dd_toebcdic[c];
	else if(conv & Ibm)
		c = dd_toibm[c];
	putbyte(c);
}

static void
pad(void)
{
	for(; column < cbs; column++)
		outbyte(' ');
	column = 0;
}

/* lines to records of cbs bytes */
static void
blockbyte(int c)
{
	if(c == '\n'){
		if(column > cbs)
			truncated++;
		pad();
	}else if(column++ < cbs)
		outbyte(c);
}

/* records to lines without blanks at the end */
static void
unblockbyte(int c)
{
	if(c == ' ')
		blanks++;
	else{
		for(; blanks > 0; blanks--)
			outbyte(' ');
		outbyte(c);
	}
	if(++column >= cbs){
		column = blanks = 0;
		outbyte('\n');
	}
}

static void
convert(uchar *p, vlong n)
{
	vlong i;
	int c;

	for(i = 0; i < n; i++){
		c = conv & Ascii ? dd_fromebcdic[p[i]] : p[i];
		if(cbs > 0 && conv & Block)
			blockbyte(c);
		else if(cbs > 0 && conv & Unblock)
			unblockbyte(c);
		else
			outbyte(c);
	}
}

static void
finish(void)
{
	if(cbs > 0 && conv & Block && column > 0)
		pad();
	if(cbs > 0 && conv & Unblock && column > 0)
		outbyte('\n');
	flush();
}

static void
swab(uchar *p, vlong n)
{
	vlong i;
	uchar c;

	for(i = 0; i+1 < n; i += 2){
		c = p[i];
		p[i] = p[i+1];
		p[i+1] = c;
	}
}

/* one input block; 0 at the end */
static vlong
get(void)
{
	vlong n;

	n = read(ifd, ibuf, ibs);
	if(n < 0){
		if((conv & Noerror) == 0)
			fail("read", infile);
		fprint(2, "dd: read: %r\n");
		if(seek(ifd, ibs, 1) < 0)
			return 0;
		memset(ibuf, 0, ibs);
		n = ibs;
	}
	if(n == 0)
		return 0;
	if(n == ibs)
		fullin++;
	else
		partin++;
	if(n < ibs && conv & Sync){
		memset(ibuf+n, conv & (Block|Unblock) ? ' ' : 0, ibs-n);
		n = ibs;
	}
	return n;
}

static void
copy(void)
{
	vlong n;

	while(count < 0 || fullin + partin < count){
		n = get();
		if(n == 0){
			if(--files <= 0)
				break;
			continue;
		}
		if(conv & Swab)
			swab(ibuf, n);
		if(bs > 0 && (conv & ~(Swab|Noerror|Sync)) == 0)
			put(ibuf, n);
		else
			convert(ibuf, n);
	}
	finish();
}

static void
position(void)
{
	vlong i;

	if(iseek > 0 && seek(ifd, iseek*ibs, 1) < 0)
		fail("iseek", nil);
	for(i = 0; i < skip; i++)
		if(read(ifd, ibuf, ibs) < 0)
			fail("read", infile);
	if(oseek1 > 0 && seek(ofd, oseek1*obs, 0) < 0)
		fail("oseek", nil);
}

static void
openfiles(void)
{
	if(infile != nil && (ifd = open(infile, OREAD)) < 0)
		fail("open", infile);
	if(outfile == nil)
		return;
	ofd = trunc && oseek1 == 0 ? create(outfile, OWRITE, 0666) : open(outfile, OWRITE);
	if(ofd < 0 && !(trunc && oseek1 == 0))
		ofd = create(outfile, OWRITE, 0666);
	if(ofd < 0)
		fail("create", outfile);
}

/* 10 10k 10b 2x512 */
static vlong
number(char *s)
{
	vlong n;
	char *e;

	n = strtoll(s, &e, 10);
	if(e == s || n < 0)
		goto bad;
	for(; *e != 0; e++)
		switch(*e){
		case 'k':
			n *= 1024;
			break;
		case 'b':
			n *= 512;
			break;
		case 'x': case '*':
			return n * number(e+1);
		default:
			goto bad;
		}
	return n;
bad:
	fprint(2, "dd: argument is not a number: %s\n", s);
	exits("arg");
}

static void
setconv(char *s)
{
	char *f[16];
	int i, j, n;

	n = getfields(s, f, nelem(f), 1, ",");
	for(i = 0; i < n; i++){
		for(j = 0; j < nelem(convs) && strcmp(f[i], convs[j].name) != 0; j++)
			;
		if(j == nelem(convs)){
			fprint(2, "dd: bad conv %s\n", f[i]);
			exits("arg");
		}
		conv |= convs[j].bits;
	}
}

static void
option(char *name, char *value)
{
	int i;

	if(strcmp(name, "if") == 0)
		infile = value;
	else if(strcmp(name, "of") == 0)
		outfile = value;
	else if(strcmp(name, "conv") == 0)
		setconv(value);
	else{
		for(i = 0; i < nelem(numbers) && strcmp(name, numbers[i].name) != 0; i++)
			;
		if(i == nelem(numbers)){
			fprint(2, "dd: bad arg: -%s\n", name);
			exits("arg");
		}
		*numbers[i].value = number(value);
	}
}

/* -name value and name=value are both understood */
static void
options(int argc, char *argv[])
{
	char *s, *v;
	int i;

	for(i = 1; i < argc; i++){
		s = argv[i] + (argv[i][0] == '-');
		v = strchr(s, '=');
		if(v != nil)
			*v++ = 0;
		else if(i+1 < argc)
			v = argv[++i];
		else{
			fprint(2, "dd: arg -%s needs a value\n", s);
			exits("arg");
		}
		option(s, v);
	}
	if(bs > 0)
		ibs = obs = bs;
	if(ibs < 1 || obs < 1 || ibs > Maxblock || obs > Maxblock || cbs < 0 || cbs > Maxblock){
		fprint(2, "dd: impossible block size\n");
		exits("arg");
	}
}

int
main(int argc, char *argv[])
{
	argv0 = "dd";
	options(argc, argv);
	ibuf = malloc(ibs);
	obuf = malloc(obs);
	if(ibuf == nil || obuf == nil)
		sysfatal("not enough memory");
	openfiles();
	position();
	copy();
	stats();
	exits(nil);
}
