/*
 * The devices few programs need: #¤ (capabilities), #P (the machine), #k
 * (files made of files) and #g (shared memory with names).
 */
#include "u.h"
#include "libc.h"
#include "test.h"

static char buf[32*1024];

static char*
get(char *file)
{
	int fd, n, k;

	fd = open(file, OREAD);
	if(fd < 0){
		rerrstr(buf, sizeof buf);
		return buf;
	}
	for(n = 0; n < (int)sizeof buf-1; n += k)
		if((k = read(fd, buf+n, sizeof buf-1-n)) <= 0)
			break;
	if(n == 0 && k < 0)
		rerrstr(buf, sizeof buf);
	else
		buf[n] = 0;
	close(fd);
	return buf;
}

static int
putn(char *file, void *p, int n)
{
	int fd;

	fd = open(file, OWRITE);
	if(fd < 0)
		return -1;
	n = write(fd, p, n);
	close(fd);
	return n;
}

static int
put(char *file, char *text)
{
	return putn(file, text, strlen(text));
}

/* --- #¤ ------------------------------------------------------------------------- */

/* Hashes of digests made elsewhere: RFC 3174 and RFC 2202. */
static void
digests(void)
{
	static uchar abc[] = {
		0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
		0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d,
	}, jefe[] = {
		0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74,
		0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79,
	}, longkey[] = {
		0xaa, 0x4a, 0xe5, 0xe1, 0x52, 0x72, 0xd0, 0x0e, 0x95, 0x70,
		0x56, 0x37, 0xce, 0x8a, 0x3b, 0x55, 0xed, 0x40, 0x21, 0x12,
	}, million[] = {
		0x34, 0xaa, 0x97, 0x3c, 0xd4, 0xc4, 0xda, 0xa4, 0xf6, 0x1e,
		0xeb, 0x2b, 0xdb, 0xad, 0x27, 0x31, 0x65, 0x34, 0x01, 0x6f,
	};
	uchar d[SHA1len], key[80], *a;

	sha1((uchar*)"abc", 3, d);
	same("sha1 abc", memcmp(d, abc, SHA1len), 0);
	a = malloc(1000000);
	memset(a, 'a', 1000000);
	sha1(a, 1000000, d);
	same("sha1 a million a", memcmp(d, million, SHA1len), 0);
	free(a);
	hmac_sha1((uchar*)"what do ya want for nothing?", 28, (uchar*)"Jefe", 4, d);
	same("hmac Jefe", memcmp(d, jefe, SHA1len), 0);
	memset(key, 0xaa, sizeof key);
	hmac_sha1((uchar*)"Test Using Larger Than Block-Size Key - Hash Key First", 54, key, sizeof key, d);
	same("hmac long key", memcmp(d, longkey, SHA1len), 0);
}

/* In a process of its own, for it does not come back. */
static char*
become(char *cap)
{
	static char how[ERRMAX];
	Waitmsg *w;

	if(fork() == 0){
		if(put("#¤/capuse", cap) < 0)
			exits(smprint("error: %r"));
		exits(smprint("now: %s", get("#c/user")));
	}
	w = wait();
	strecpy(how, how+sizeof how, strstr(w->msg, ": ") == nil? "": strstr(w->msg, ": ")+2);
	free(w);
	return how;
}

static void
hashed(char *fromto, char *key)
{
	uchar d[SHA1len];

	hmac_sha1((uchar*)fromto, strlen(fromto), (uchar*)key, strlen(key), d);
	same("caphash", putn("#¤/caphash", d, SHA1len), SHA1len);
}

static void
capabilities(void)
{
	/* python3: hmac.new(b"secret", b"glenda@bob", "sha1") */
	static uchar bob[] = {
		0x24, 0x25, 0x26, 0x66, 0x72, 0xec, 0x53, 0xfc, 0x22, 0xf8,
		0x8b, 0x7f, 0x51, 0x5a, 0x23, 0x50, 0x0e, 0x40, 0xce, 0x84,
	};
	Dir *d;

	digests();
	d = dirstat("#¤/caphash");
	same("caphash mode", d->mode, 0200);
	free(d);
	d = dirstat("#¤/capuse");
	same("capuse mode", d->mode, 0222);
	free(d);
	same("a hash made elsewhere", putn("#¤/caphash", bob, SHA1len), SHA1len);
	samestr("another key", become("glenda@bob@wrong"), "error: invalid capability glenda@bob@wrong");
	samestr("used", become("glenda@bob@secret"), "now: bob");
	samestr("used twice", become("glenda@bob@secret"), "error: invalid capability glenda@bob@secret");
	hashed("alice@bob", "k");
	samestr("somebody else's", become("alice@bob@k"), "error: capability must match user");
	hashed("carol", "k@y");
	samestr("an @ in the key", become("carol@k@y"), "error: invalid capability carol@k@y");
	hashed("carol", "key");
	samestr("without from", become("carol@key"), "now: carol");
	samestr("no key", become("carol"), "error: i/o count too small");
	fails("short hash", put("#¤/caphash", "short"), "i/o count too small");
	if(fork() == 0){
		put("#c/user", "none");
		fails("not the owner", open("#¤/caphash", OWRITE), "'#¤/caphash' permission denied");
		exits(failed? "failed": nil);
	}
	free(wait());
	works("remove caphash", remove("#¤/caphash"));
	fails("and it is gone", open("#¤/caphash", OWRITE), "'#¤/caphash' file does not exist");
}

/* --- #P ---------------------------------------------------------------------------- */

static void
machine(void)
{
	char *f[4];

	same("archctl", strncmp(get("#P/archctl"), "cpu ", 4), 0);
	same("pge", strstr(buf, "\npge off\n") != nil, 1);
	get("#P/cputype");
	same("cputype", atoi(strrchr(buf, ' ')) > 0, 1);
	samestr("ioalloc", get("#P/ioalloc"), "");
	same("irqalloc", strstr(get("#P/irqalloc"), "          0 clock\n") != nil, 1);
	same("its fields", tokenize(buf, f, 4) > 3, 1);
	samestr("iob", get("#P/iob"), "no i/o ports on this machine");
	samestr("realmode", get("#P/realmode"), "no real mode on this machine");
	same("realmodemem", open("#P/realmodemem", OREAD) >= 0, 1);
	fails("no pge", put("#P/archctl", "pge on"), "processor does not support pge");
	works("i8253set", put("#P/archctl", "i8253set off"));
	works("coherence", put("#P/archctl", "coherence mfence"));
	fails("bad coherence", put("#P/archctl", "coherence x"), "invalid coherence message \"coherence x\"");
	fails("bad word", put("#P/archctl", "fly now"), "unknown control message \"fly now\"");
}

/* --- #k ------------------------------------------------------------------------------ */

static void
fill(char *file, int n, int c)
{
	int fd;

	memset(buf, c, n);
	fd = create(file, ORDWR, 0666);
	write(fd, buf, n);
	close(fd);
}

static vlong
length(char *file)
{
	Dir *d;
	vlong n;

	d = dirstat(file);
	n = d == nil? -1: d->length;
	free(d);
	return n;
}

static void
files(void)
{
	int fd;

	fill("/tmp/a", 10000, 'a');
	fill("/tmp/b", 20000, 'b');
	works("cat", put("#k/fs/ctl", "cat ab /tmp/a /tmp/b"));
	same("its length", length("#k/fs/ab"), 30000);
	fd = open("#k/fs/ab", ORDWR);
	same("across", pread(fd, buf, 20, 9990), 20);
	same("both", memcmp(buf, "aaaaaaaaaabbbbbbbbbb", 20), 0);
	same("write across", pwrite(fd, "0123", 4, 9998), 4);
	same("end", pread(fd, buf, 100, 29990), 10);
	same("beyond", pread(fd, buf, 100, 30000), 0);
	get("/tmp/a");
	samestr("end of a", buf+9998, "01");
	same("begin of b", strncmp(get("/tmp/b"), "23bb", 4), 0);
	fails("again", put("#k/fs/ctl", "cat ab /tmp/a"), "file already exists");
	works("part", put("#k/fs/ctl", "part p /tmp/a 9000 500"));
	same("its length", length("#k/fs/p"), 500);
	fails("part beyond", put("#k/fs/ctl", "part q /tmp/a 9000 5000"),
		"beyond the end of the file \"part q /tmp/a 9000 5000\"");
	fails("no file", put("#k/fs/ctl", "cat x /tmp/none"), "'/tmp/none' does not exist");
	samestr("ctl", get("#k/fs/ctl"), "cat ab /tmp/a /tmp/b\npart p /tmp/a 9000 500\n");
	works("inter", put("#k/fs/ctl", "inter i /tmp/a /tmp/b"));
	same("its length", length("#k/fs/i"), 2*8192);
	same("delete", put("#k/fs/ctl", "del ab"), 6);
	same("open still", pread(fd, buf, 4, 9998), 4);
	close(fd);
	fd = open("#k/fs/i", ORDWR);
	same("interleaved", pread(fd, buf, 4, 8190), 4);
	same("a and b", memcmp(buf, "aa23", 4), 0);
	same("all", pread(fd, buf, sizeof buf, 0), 2*8192);
	same("second block", buf[8192+10], 'b');
	close(fd);
	fill("/tmp/c", 12000, 'c');
	works("mirror", put("#k/fs/ctl", "mirror m /tmp/a /tmp/c"));
	same("the smaller", length("#k/fs/m"), 10000);
	same("write both", put("#k/fs/m", "both"), 4);
	same("in a", strncmp(get("/tmp/a"), "both", 4), 0);
	same("in c", strncmp(get("/tmp/c"), "both", 4), 0);
	put("#k/fs/ctl", "del m");
	put("#k/fs/ctl", "del i");
	put("#k/fs/ctl", "del p");
	samestr("none left", get("#k/fs/ctl"), "");
	fails("delete none", put("#k/fs/ctl", "del p"), "file does not exist");
}

/* --- #g -------------------------------------------------------------------------------- */

enum
{
	Va	= 0x50000000,
};

static void
segments(void)
{
	long *p;
	int fd, v;

	fd = create("#g/mem", OREAD, DMDIR|0777);
	works("create", fd);
	close(fd);
	fails("create a file", create("#g/file", OWRITE, 0666), "'#g/file' bad arg in system call");
	fails("no memory yet", segattach(0, "mem", nil, 4096) == (void*)-1? -1: 0, "segment not yet allocated");
	fails("bad address", put("#g/mem/ctl", "va 0x50000001 4096"), "bad arg in system call");
	fails("the kernel's", put("#g/mem/ctl", "va 0xC0000000 4096"), "bad arg in system call");
	works("va", put("#g/mem/ctl", "va 0x50000000 0x3000"));
	fails("only once", put("#g/mem/ctl", "va 0x60000000 0x3000"), "already has a virtual address");
	samestr("ctl", get("#g/mem/ctl"), "va 0x50000000 0x3000\n");
	same("length", length("#g/mem/data"), 0x3000);
	p = segattach(0, "mem", nil, 4096);
	same("attached", (ulong)p, Va);
	p[1024+5] = 4711;
	fd = open("#g/mem/data", ORDWR);
	same("read", pread(fd, &v, sizeof v, 4096+20), sizeof v);
	same("what was stored", v, 4711);
	v = 815;
	same("write", pwrite(fd, &v, sizeof v, 4096+24), sizeof v);
	same("is there", p[1024+6], 815);
	same("from itself into itself", pread(fd, p, 0x2000, 0x1000), 0x2000);
	same("moved", p[6], 815);
	same("end", pread(fd, buf, 100, 0x3000-10), 10);
	if(fork() == 0){
		segdetach(p);
		p = segattach(0, "mem", nil, 4096);
		p[0] = 99;
		exits(nil);
	}
	free(wait());
	same("shared", p[0], 99);
	works("remove", remove("#g/mem"));
	p[2] = 3;
	same("still here", pread(fd, &v, sizeof v, 8), sizeof v);
	close(fd);
	same("and ours", p[2], 3);
	works("detach", segdetach(p));
	fails("gone", segattach(0, "mem", nil, 4096) == (void*)-1? -1: 0, "bad arg in system call");
}

void
main(void)
{
	machine();
	files();
	segments();
	capabilities();
	finish();
}
