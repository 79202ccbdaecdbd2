/*
 * A mount with MCACHE.  The server is our own child, which counts the reads
 * it is asked for, and whose file changes when we say so.
 *
 * Its files: "data", Size bytes, all of them the version's letter; "ctl":
 * written to it is the next version, read it tells how many reads of data
 * there were.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "test.h"

enum
{
	Size	= 100000,
	Msize	= 8192+IOHDRSZ,
	Qroot	= 0, Qdata, Qctl,
	Nfid	= 4096,
};

/* --- the server --- */

static ulong reads, vers;
static uchar where[Nfid];
static char content[Size];

static void
setqid(Qid *q, int path)
{
	q->path = path;
	q->vers = path == Qdata? vers: 0;
	q->type = path == Qroot? QTDIR: QTFILE;
}

static void
walkto(Fcall *t, Fcall *r)
{
	int i, at;

	at = where[t->fid % Nfid];
	for(i = 0; i < t->nwname; i++){
		if(strcmp(t->wname[i], "data") == 0)
			at = Qdata;
		else if(strcmp(t->wname[i], "ctl") == 0)
			at = Qctl;
		else
			break;
		setqid(&r->wqid[i], at);
	}
	r->nwqid = i;
	if(i == 0 && t->nwname > 0){
		r->type = Rerror;
		r->ename = "file does not exist";
	}else
		where[t->newfid % Nfid] = at;
}

static void
readfile(Fcall *t, Fcall *r)
{
	static char text[32];

	r->data = content;
	r->count = 0;
	if(where[t->fid % Nfid] == Qctl){
		snprint(text, sizeof text, "%lud", reads);
		r->data = text;
		r->count = t->offset == 0? strlen(text): 0;
		return;
	}
	reads++;
	if(t->offset >= Size)
		return;
	r->data = content + t->offset;
	r->count = t->count;
	if(r->count > Size - t->offset)
		r->count = Size - t->offset;
}

static void
writefile(Fcall *t, Fcall *r)
{
	r->count = t->count;
	if(where[t->fid % Nfid] == Qctl){
		vers++;
		memset(content, t->data[0], Size);
	}else if(t->offset < Size && t->count <= Size - t->offset){
		memmove(content + t->offset, t->data, t->count);
		vers++;
	}
}

static void
serve(int fd)
{
	static uchar buf[Msize], out[Msize];
	Fcall t, r;
	int n;

	memset(content, 'a', Size);
	while((n = read9pmsg(fd, buf, sizeof buf)) > 0){
		if(convM2S(buf, n, &t) == 0)
			break;
		memset(&r, 0, sizeof r);
		r.type = t.type+1;
		r.tag = t.tag;
		switch(t.type){
		case Tversion:
			r.msize = Msize;
			r.version = "9P2000";
			break;
		case Tattach:
			where[t.fid % Nfid] = Qroot;
			setqid(&r.qid, Qroot);
			break;
		case Twalk:
			walkto(&t, &r);
			break;
		case Topen:
			setqid(&r.qid, where[t.fid % Nfid]);
			break;
		case Tread:
			readfile(&t, &r);
			break;
		case Twrite:
			writefile(&t, &r);
			break;
		case Tclunk:
			break;
		default:
			r.type = Rerror;
			r.ename = "not here";
		}
		n = convS2M(&r, out, sizeof out);
		write(fd, out, n);
	}
	exits(nil);
}

static void
start(char *mtpt, int flag)
{
	int p[2];

	pipe(p);
	if(rfork(RFPROC|RFFDG|RFNOWAIT) == 0){
		close(p[0]);
		serve(p[1]);
	}
	close(p[1]);
	works("mount", mount(p[0], -1, mtpt, MREPL|flag, ""));
	close(p[0]);
}

/* --- the client --- */

static int
count(char *dir)
{
	char name[64], buf[32];
	int fd, n;

	snprint(name, sizeof name, "%s/ctl", dir);
	fd = open(name, OREAD);
	n = read(fd, buf, sizeof buf-1);
	buf[n < 0? 0: n] = 0;
	close(fd);
	return atoi(buf);
}

static void
change(char *dir, char *letter)
{
	char name[64];
	int fd;

	snprint(name, sizeof name, "%s/ctl", dir);
	fd = open(name, OWRITE);
	same("change", write(fd, letter, 1), 1);
	close(fd);
}

/* All of it in pieces of n: how many bytes were not the letter, or are missing. */
static int
wrong(int fd, int n, int letter)
{
	static char buf[Size];
	int done, k, i, bad;

	bad = 0;
	for(done = 0; done < Size; done += k){
		k = pread(fd, buf, n < Size-done? n: Size-done, done);
		if(k <= 0)
			break;
		for(i = 0; i < k; i++)
			bad += buf[i] != letter;
	}
	return bad + Size-done;
}

static void
cached(char *dir)
{
	char name[64], c;
	int fd, fd2, n;

	snprint(name, sizeof name, "%s/data", dir);
	fd = open(name, ORDWR);
	works("open", fd);
	same("first", wrong(fd, 8192, 'a'), 0);
	n = count(dir);
	same("was read", n >= Size/8192, 1);
	same("again, in other pieces", wrong(fd, 5000, 'a'), 0);
	same("not asked for", count(dir), n);
	fd2 = open(name, OREAD);
	same("by another opener", wrong(fd2, Size, 'a'), 0);
	same("nor then", count(dir), n);
	change(dir, "b");
	close(fd2);
	fd2 = open(name, OREAD);
	same("an open sees the new one", wrong(fd2, 8192, 'b'), 0);
	same("by reading it", count(dir) > n, 1);
	same("write through", pwrite(fd, "X", 1, 50000), 1);
	same("read", pread(fd2, &c, 1, 50000), 1);
	same("what was written", c, 'X');
	same("beside it", pread(fd2, &c, 1, 50001), 1);
	same("as before", c, 'b');
	same("the end", pread(fd, name, 10, Size), 0);
	close(fd);
	close(fd2);
}

/* Small pieces that grow together; and what is not cached. */
static void
pieces(char *dir)
{
	char name[64], c;
	int fd, i, bad, n;

	change(dir, "c");
	snprint(name, sizeof name, "%s/data", dir);
	fd = open(name, OREAD);
	bad = 0;
	for(i = 0; i < 5000; i += 100){
		if(pread(fd, name, 50, i) != 50 || pread(fd, name, 50, i+50) != 50)
			bad++;
		bad += name[49] != 'c';
	}
	same("in bits", bad, 0);
	n = count(dir);
	for(i = 0; i < 4900; i++){
		pread(fd, &c, 1, i);
		bad += c != 'c';
	}
	same("from the cache", bad, 0);
	same("all of it", count(dir), n);
	close(fd);
}

static void
uncached(char *dir)
{
	char name[64];
	int fd, n;

	snprint(name, sizeof name, "%s/data", dir);
	fd = open(name, OREAD);
	same("first", wrong(fd, 8192, 'a'), 0);
	n = count(dir);
	same("again", wrong(fd, 8192, 'a'), 0);
	same("was read again", count(dir) > n, 1);
	close(fd);
}

void
main(void)
{
	close(create("/tmp/c", OREAD, DMDIR|0777));
	close(create("/tmp/u", OREAD, DMDIR|0777));
	start("/tmp/c", MCACHE);
	cached("/tmp/c");
	pieces("/tmp/c");
	works("unmount", unmount(nil, "/tmp/c"));
	start("/tmp/c", MCACHE);
	cached("/tmp/c");
	start("/tmp/u", 0);
	uncached("/tmp/u");
	finish();
}
