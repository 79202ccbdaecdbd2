/* SPDX-License-Identifier: MIT */
/* file - guess what files are, from their first bytes; -m: as MIME types */
#include "u.h"
#include "libc.h"
#include "ctype.h"

enum
{
	Nbuf	= 6001,
};

typedef struct Magic Magic;
struct Magic
{
	long	off;
	long	n;
	char	*bytes;
	char	*desc;
	char	*mime;
};

#define	M(off, s, d, m)	{off, sizeof(s)-1, s, d, m}

static char OCTET[] = "application/octet-stream";
static Magic magics[] = {
	M(0, "\0\0\001\353", "386 plan 9 executable", OCTET),
	M(0, "\0\0\212\227", "amd64 plan 9 executable", OCTET),
	M(0, "\0\0\006\107", "arm plan 9 executable", OCTET),
	M(0, "\177ELF", "ELF executable", OCTET),
	M(0, "\037\213", "gzip compressed", "application/gzip"),
	M(0, "BZh", "bzip2 compressed", "application/x-bzip2"),
	M(0, "\037\235", "compressed", OCTET),
	M(0, "\375\067zXZ\0", "xz compressed", "application/x-xz"),
	M(0, "PK\003\004", "zip archive", "application/zip"),
	M(257, "ustar", "tar archive", "application/x-tar"),
	M(0, "!<arch>\n", "archive", OCTET),
	M(0, "GIF8", "GIF image", "image/gif"),
	M(0, "\377\330\377", "jpeg", "image/jpeg"),
	M(0, "\211PNG\r\n\032\n", "PNG image", "image/png"),
	M(0, "compressed\n", "Compressed image or subfont", "image/p9bit"),
	M(0, "%PDF", "PDF", "application/pdf"),
	M(0, "%!", "postscript", "application/postscript"),
	M(0, "#!/bin/rc", "rc executable file", "text/plain"),
	M(0, "#!/bin/sh", "sh executable file", "text/plain"),
	M(0, "#!", "executable script", "text/plain"),
	M(0, "<!DOCTYPE html", "HTML file", "text/html"),
	M(0, "<html", "HTML file", "text/html"),
	M(0, "From ", "mail box", "text/plain"),
	M(0, "@(#)", "sccs file", "text/plain"),
};

static int mflag;
static uchar buf[Nbuf+1];

static char *cwords[] = {
	"#include", "#define", "typedef", "static", "struct", "void", "int", "char", "return",
	"extern", "unsigned", "sizeof", "enum", nil,
};
static char *rcwords[] = {"fn", "rfork", "switch(", "if(!", "if(~", "$*", "~", "case", nil};
static char *mkwords[] = {"$target", "$prereq", "$stem", ":V:", "<$", nil};
static char *english[] = {
	"the", "and", "of", "to", "is", "in", "that", "for", "it", "with", "are", "be", "this", "by",
	"from", "or", "a", nil,
};

static void
is(char *desc, char *mime)
{
	print("%s\n", mflag ? mime : desc);
}

/* how many words of the text are in the list */
static int
hits(char **list, int prefix)
{
	char word[32], *s;
	int i, n, count;

	count = 0;
	for(s = (char*)buf; *s != 0;){
		while(*s != 0 && isspace(*s))
			s++;
		for(n = 0; *s != 0 && !isspace(*s); s++)
			if(n < (int)sizeof word - 1)
				word[n++] = *s;
		word[n] = 0;
		for(i = 0; n > 0 && list[i] != nil; i++)
			if(strcmp(word, list[i]) == 0 || (prefix && strncmp(word, list[i], strlen(list[i])) == 0)){
				count++;
				break;
			}
	}
	return count;
}

/* 0: no text, 1: ASCII, 2: Latin-1, 3: UTF */
static int
textkind(long n)
{
	int kind, size;
	long i;
	Rune r;

	kind = 1;
	for(i = 0; i < n; i += size){
		size = 1;
		if(buf[i] < Runeself){
			if(iscntrl(buf[i]) && !isspace(buf[i]) && strchr("\b\033", buf[i]) == nil)
				return 0;
			if(buf[i] == 0)
				return 0;
			continue;
		}
		if(!fullrune((char*)buf+i, n-i) && n == Nbuf)
			break;
		size = chartorune(&r, (char*)buf+i);
		if(r != Runeerror || size > 1){
			if(kind == 1)
				kind = 3;
		}else if(buf[i] >= 0xa0)
			kind = 2;
		else
			return 0;
	}
	return kind;
}

static void
text(int kind, long n)
{
	if(hits(cwords, 0) >= 3 || strncmp((char*)buf, "#include", 8) == 0)
		is("c program", "text/plain");
	else if(hits(mkwords, 1) >= 2)
		is("mkfile", "text/plain");
	else if(hits(rcwords, 0) >= 3)
		is("rc program", "text/plain");
	else if(kind == 2)
		is("latin ascii", "text/plain; charset=iso-8859-1");
	else if(hits(english, 0) >= 4)
		is("English text", "text/plain");
	else if(kind == 3)
		is("UTF text", "text/plain; charset=utf-8");
	else if(n < 200)
		is("short ascii", "text/plain");
	else
		is("ascii", "text/plain");
}

static void
contents(long n)
{
	int i, kind;

	if(n == 0){
		is("empty file", "text/plain");
		return;
	}
	for(i = 0; i < nelem(magics); i++)
		if(n >= magics[i].off + magics[i].n && memcmp(buf+magics[i].off, magics[i].bytes, magics[i].n) == 0){
			is(magics[i].desc, magics[i].mime);
			return;
		}
	kind = textkind(n);
	if(kind == 0)
		is("binary file", OCTET);
	else
		text(kind, n);
}

static void
type(char *name)
{
	Dir *d;
	long n;
	int fd;

	if(!mflag)
		print("%s: ", name);
	d = dirstat(name);
	if(d == nil){
		print("cannot stat: %r\n");
		return;
	}
	if(d->mode & DMDIR)
		is("directory", OCTET);
	else if(d->type != 'M' && d->type != 'r' && d->type != '/' && d->length == 0){
		if(mflag)
			print("%s\n", OCTET);
		else
			print("special file #%C/%s\n", d->type, d->name);
	}else if((fd = open(name, OREAD)) < 0)
		print("cannot open: %r\n");
	else{
		n = readn(fd, buf, Nbuf);
		close(fd);
		buf[n < 0 ? 0 : n] = 0;
		if(n < 0)
			print("cannot read: %r\n");
		else
			contents(n);
	}
	free(d);
}

int
main(int argc, char *argv[])
{
	int i;

	ARGBEGIN{
	case 'm':
		mflag = 1;
		break;
	default:
		fprint(2, "usage: file [-m] [file...]\n");
		exits("usage");
	}ARGEND
	if(argc == 0){
		buf[0] = 0;
		i = readn(0, buf, Nbuf);
		contents(i < 0 ? 0 : i);
	}
	for(i = 0; i < argc; i++)
		type(argv[i]);
	exits(nil);
}
