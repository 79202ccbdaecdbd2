/* SPDX-License-Identifier: MIT */
/* hget - fetch a file by HTTP */
#include "u.h"
#include "libc.h"
#include "bio.h"

enum
{
	Maxredirect	= 5,
	Maxurl		= 1024,
};

typedef struct Reply Reply;
struct Reply
{
	int	code;
	vlong	length;			/* -1: until the end */
	int	chunked;
	char	location[Maxurl];
	char	text[128];
};

static int verbose, headonly;
static int out = 1;

static void
usage(void)
{
	fprint(2, "usage: hget [-hv] [-o file] url\n");
	exits("usage");
}

/* http://host[:port][/path]; the parts are malloced */
static void
parseurl(char *url, char **host, char **svc, char **path)
{
	char *p, *e, *c;

	if(cistrncmp(url, "http://", 7) != 0)
		sysfatal("%s: only http:// is known", url);
	p = url+7;
	e = p+strcspn(p, "/?#");
	*host = mallocz(e-p+1, 1);
	memmove(*host, p, e-p);
	*svc = "80";
	c = strchr(*host, ':');
	if(c != nil){
		*c++ = 0;
		*svc = c;
	}
	*path = *e == '/'? e: "/";
	if((c = strchr(*path, '#')) != nil)
		*c = 0;
	if(**host == 0)
		sysfatal("%s: no host", url);
}

/* A line without its end; nil: there is none. */
static char*
getline(Biobuf *b)
{
	char *s;
	int n;

	s = Brdline(b, '\n');
	if(s == nil)
		return nil;
	n = Blinelen(b);
	s[--n] = 0;
	if(n > 0 && s[n-1] == '\r')
		s[n-1] = 0;
	return s;
}

static void
header(Reply *r, char *s)
{
	char *v;

	v = strchr(s, ':');
	if(v == nil)
		return;
	*v++ = 0;
	v += strspn(v, " \t");
	if(cistrcmp(s, "content-length") == 0)
		r->length = strtoll(v, nil, 10);
	else if(cistrcmp(s, "transfer-encoding") == 0)
		r->chunked = cistrstr(v, "chunked") != nil;
	else if(cistrcmp(s, "location") == 0)
		strecpy(r->location, r->location+sizeof r->location, v);
}

static void
gethead(Biobuf *b, Reply *r)
{
	char *s;

	memset(r, 0, sizeof *r);
	r->length = -1;
	s = getline(b);
	if(s == nil || strncmp(s, "HTTP/", 5) != 0 || (s = strchr(s, ' ')) == nil)
		sysfatal("this is no HTTP server");
	r->code = atoi(s+1);
	strecpy(r->text, r->text+sizeof r->text, s+1);
	while((s = getline(b)) != nil && *s != 0){
		if(verbose)
			fprint(2, "%s\n", s);
		header(r, s);
	}
}

/* n bytes, or to the end if negative; what came */
static vlong
copy(Biobuf *b, vlong n)
{
	static char buf[32*1024];
	vlong done;
	long m;

	for(done = 0; n < 0 || done < n; done += m){
		m = sizeof buf;
		if(n >= 0 && n-done < m)
			m = n-done;
		m = Bread(b, buf, m);
		if(m <= 0)
			break;
		if(write(out, buf, m) != m)
			sysfatal("write: %r");
	}
	return done;
}

static void
chunks(Biobuf *b)
{
	vlong n;
	char *s, *e;

	for(;;){
		s = getline(b);
		if(s == nil)
			sysfatal("the server stopped in the middle");
		n = strtoll(s, &e, 16);
		if(e == s || n < 0)
			sysfatal("bad chunk");
		if(n == 0)
			return;
		if(copy(b, n) != n)
			sysfatal("the server stopped in the middle");
		getline(b);
	}
}

/* 1: there is another place to look, in r->location */
static int
fetch(char *url, Reply *r)
{
	char *host, *svc, *path;
	Biobuf b;
	int fd;

	parseurl(url, &host, &svc, &path);
	fd = dial(netmkaddr(host, "tcp", svc), nil, nil, nil);
	if(fd < 0)
		sysfatal("dial %s: %r", host);
	if(fprint(fd, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: hget\r\nConnection: close\r\n\r\n",
	  headonly? "HEAD": "GET", path, host) < 0)
		sysfatal("write to %s: %r", host);
	Binit(&b, fd, OREAD);
	gethead(&b, r);
	if(r->code >= 300 && r->code < 400 && r->location[0]){
		close(fd);
		return 1;
	}
	if(r->code != 200)
		sysfatal("%s: %s", url, r->text);
	if(headonly)
		print("%s\n", r->text);
	else if(r->chunked)
		chunks(&b);
	else if(copy(&b, r->length) < r->length)
		sysfatal("the server stopped in the middle");
	close(fd);
	return 0;
}

void
main(int argc, char **argv)
{
	char url[Maxurl], *file;
	Reply r;
	int i;

	file = nil;
	ARGBEGIN{
	case 'h':
		headonly = 1;
		break;
	case 'v':
		verbose = 1;
		break;
	case 'o':
		file = EARGF(usage());
		break;
	default:
		usage();
	}ARGEND
	if(argc != 1)
		usage();
	if(file != nil && (out = create(file, OWRITE, 0666)) < 0)
		sysfatal("%s: %r", file);
	strecpy(url, url+sizeof url, argv[0]);
	for(i = 0; fetch(url, &r); i++){
		if(i == Maxredirect)
			sysfatal("%s: too many redirections", argv[0]);
		if(r.location[0] == '/')
			sysfatal("redirected to %s without a host", r.location);
		strecpy(url, url+sizeof url, r.location);
	}
	exits(nil);
}
