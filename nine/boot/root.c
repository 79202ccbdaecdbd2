/* SPDX-License-Identifier: MIT */
/* The places a root can come from.  A 9P server that gives it is posted as /srv/boot. */
#include "u.h"
#include "libc.h"
#include "boot.h"

static int
post(char *name, int fd)
{
	char file[64];
	int srv, r;

	snprint(file, sizeof file, "#s/%s", name);
	srv = create(file, OWRITE, 0666);
	if(srv < 0)
		return -1;
	r = fprint(srv, "%d", fd) < 0 ? -1 : 0;
	close(srv);
	return r;
}

/* Memory to memory: messages may be long.  Who cannot, says so at the mount. */
static void
longmessages(int fd)
{
	char version[16];

	strcpy(version, "9P2000");
	fversion(fd, 128*1024, version, sizeof version);
}

/* Every directory lguest was told to --share, as /srv/TAG, for whoever wants it. */
void
postshares(void)
{
	char name[64];
	Dir *d;
	int fd, i, n;

	fd = open("#9", OREAD);
	if(fd < 0)
		return;
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++){
		snprint(name, sizeof name, "#9/%s", d[i].name);
		fd = open(name, ORDWR);
		if(fd >= 0)
			longmessages(fd);
		if(fd < 0 || post(d[i].name, fd) < 0)
			fprint(2, "boot: share %s: %r\n", d[i].name);
		if(fd >= 0)
			close(fd);
	}
	if(n > 0)
		free(d);
}

static int
attach(int fd)
{
	char *spec;
	int r;

	spec = conf("rootspec");
	r = mount(fd, -1, "/root", MREPL|MCREATE, spec ? spec : "");
	free(spec);
	return r < 0 ? -1 : 0;
}

/* fd leads to a 9P server.  It is posted last: what is posted as boot stays. */
static int
served(int fd)
{
	int keep;

	keep = dup(fd, -1);
	if(keep < 0 || attach(fd) < 0){
		close(fd);
		close(keep);
		return -1;
	}
	if(post("boot", keep) < 0){
		unmount(nil, "/root");
		close(keep);
		return -1;
	}
	close(keep);
	return 0;
}

static int
ramdisk(char *arg)
{
	if(*arg != 0){
		werrstr("there is only one, without a name");
		return -1;
	}
	return bind("#R", "/root", MREPL|MCREATE) < 0 ? -1 : 0;
}

static int
openshare(char *tag)
{
	char name[64];

	if(snprint(name, sizeof name, "#s/%s", tag) >= (int)sizeof name-1 || strchr(tag, '/') != nil){
		werrstr("not a tag");
		return -1;
	}
	return open(name, ORDWR);
}

/* a directory of the host, by its tag */
static int
virtio9p(char *arg)
{
	int fd;

	if(*arg == 0)
		arg = "host";
	fd = openshare(arg);
	if(fd < 0){
		werrstr("no share %s: give lguest --share DIR,tag=%s", arg, arg);
		return -1;
	}
	return served(fd);
}

/* Does this share look like a Plan 9 tree? */
int
planshare(char *tag)
{
	int fd, yes;

	fd = openshare(tag);
	if(fd < 0)
		return 0;
	if(attach(fd) < 0){
		close(fd);
		return 0;
	}
	yes = access("/root/386/init", AEXIST) == 0;
	unmount(nil, "/root");
	return yes;
}

/* a program of the ramdisk, to its end */
static void
runprogram(char *file, char *arg1, char *arg2, char *arg3)
{
	int pid;

	pid = fork();
	if(pid == 0){
		execl(file, strrchr(file, '/')+1, arg1, arg2, arg3, nil);
		fprint(2, "boot: %s: %r\n", file);
		_exits("exec");
	}
	while(pid > 0 && waitpid() != pid)
		;
}

/* What partitions there are, as the tables on the disks say. */
static void
readparts(void)
{
	runprogram("/bin/rc", "-m", "#R/rc/lib/rcmain", "#R/rc/bin/diskparts");
}

/* a file system on a disk, by a server program of the ramdisk */
static int
local(char *arg)
{
	char *disk;
	int p[2], pid, r;

	disk = *arg != 0 ? strdup(arg) : conf("bootdisk");
	if(disk == nil){
		werrstr("which disk? local!#S/sd00/data, or bootdisk=#S/sd00/data");
		return -1;
	}
	if(access(disk, AEXIST) < 0)
		readparts();
	if(access(disk, AEXIST) < 0 || pipe(p) < 0)
		return -1;
	pid = rfork(RFPROC|RFFDG|RFNOTEG|RFNOWAIT);
	if(pid == 0){
		dup(p[0], 0);
		dup(p[0], 1);
		close(p[0]);
		close(p[1]);
		execl("#R/386/bin/dossrv", "dossrv", "-s", "-f", disk, nil);
		fprint(2, "boot: dossrv: %r\n");
		_exits("exec");
	}
	close(p[0]);
	if(pid < 0){
		close(p[1]);
		return -1;
	}
	r = served(p[1]);
	free(disk);
	return r;
}

/* The host's own /net if it is shared, else a stack of ours on an ethernet card. */
static int
network(void)
{
	static int done;
	int fd;

	if(done)
		return 0;
	fd = open("#s/net", ORDWR);
	if(fd >= 0){
		if(mount(fd, -1, "/net", MREPL, "") < 0){
			close(fd);
			return -1;
		}
	}else{
		if(access("#l/ether0", AEXIST) < 0){
			werrstr("no network: give lguest --share net or --net user");
			return -1;
		}
		if(bind("#I", "/net", MREPL) < 0 || bind("#l", "/net", MAFTER) < 0)
			return -1;
		runprogram("/bin/ip/ipconfig", nil, nil, nil);
		runprogram("/bin/ndb/cs", nil, nil, nil);
		runprogram("/bin/ndb/dns", nil, nil, nil);
	}
	done = 1;
	return 0;
}

/* a 9P server somewhere else */
static int
tcp(char *arg)
{
	char *s, *addr;
	int fd;

	s = *arg != 0 ? strdup(arg) : conf("fs");
	if(s == nil){
		werrstr("which host? tcp!HOST[!PORT], or fs=HOST");
		return -1;
	}
	if(network() < 0)
		return -1;
	addr = smprint("tcp!%s%s", s, strchr(s, '!') != nil ? "" : "!564");
	fd = dial(addr, nil, nil, nil);
	free(addr);
	free(s);
	return fd < 0 ? -1 : served(fd);
}

Method methods[] =
{
	{ "ramdisk",	"",		ramdisk },
	{ "virtio9p",	"[!tag]",	virtio9p },
	{ "local",	"!device",	local },
	{ "tcp",	"!host[!port]",	tcp },
	{ nil,		nil,		nil },
};
