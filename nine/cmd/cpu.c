/* SPDX-License-Identifier: MIT */
/*
 * cpu - run a shell or a command on another system, with this one's files
 * under /mnt/term there and this console as its own.
 *
 * The caller names how it wants to prove who it is; "none" is all there is
 * here, and only where the server was started with -A.  It says command and
 * directory, and becomes the file server: what follows on the connection is
 * 9P, and the server mounts it.  Notes go by a file: /dev/cpunote.
 */
#include "u.h"
#include "libc.h"
#include "fcall.h"
#include "9p.h"
#include "cpu.h"

enum
{
	Maxstr	= 8192,
};

static char method[] = "none";

static void
usage(void)
{
	fprint(2, "usage: cpu [-A] [-h server] [-c command ...]\n       cpu -R [-A]\n");
	exits("usage");
}

/* --- strings on the wire end in a zero --- */

static void
writestr(int fd, char *s, char *what)
{
	long n;

	n = strlen(s)+1;
	if(write(fd, s, n) != n)
		sysfatal("cannot send %s: %r", what);
}

static int
readstr(int fd, char *s, long len)
{
	long i;

	for(i = 0; i < len; i++){
		if(read(fd, s+i, 1) != 1)
			return -1;
		if(s[i] == 0)
			return 0;
	}
	werrstr("string too long");
	return -1;
}

/* --- the server --- */

/* The terminal's console is ours. */
static void
console(void)
{
	int i;

	bind("/mnt/term/dev/cons", "/dev/cons", MREPL);
	bind("/mnt/term/dev/consctl", "/dev/consctl", MREPL);
	for(i = 0; i < 3; i++)
		close(i);
	if(open("/dev/cons", OREAD) != 0 || open("/dev/cons", OWRITE) != 1 || dup(1, 2) != 2)
		exits("no console");
}

static void
shell(char *dir, char *cmd)
{
	console();
	putenv("service", "cpu");
	if(strcmp(dir, "NO") != 0 && chdir(dir) < 0)
		fprint(2, "cpu: cannot change to %s: %r\n", dir);
	if(cmd[0] != 0)
		execl("/bin/rc", "rc", "-lc", cmd, nil);
	else
		execl("/bin/rc", "rc", "-li", nil);
	fprint(2, "cpu: exec /bin/rc: %r\n");
	exits("exec");
}

/* What is read from the terminal's cpunote is posted to the shell and its children. */
static void
passnotes(int shellpid)
{
	char note[ERRMAX];
	long n;
	int fd;

	fd = open("/mnt/term/dev/cpunote", OREAD);
	if(fd < 0)
		exits("no notes");
	while((n = read(fd, note, sizeof note-1)) > 0){
		note[n] = 0;
		postnote(PNGROUP, shellpid, note);
	}
	exits(nil);
}

static int
child(int flags)
{
	int pid;

	pid = rfork(RFPROC|RFFDG|RFNOTEG|flags);
	if(pid < 0)
		sysfatal("fork: %r");
	return pid;
}

static void
server(int noauth)
{
	static char cmd[Maxstr], dir[Maxstr], ok[3];
	int pid, notes, p;

	rfork(RFNAMEG|RFNOTEG|RFENVG);
	if(readstr(0, dir, sizeof dir) < 0)
		exits("no method");
	if(strcmp(dir, method) != 0 || !noauth){
		writestr(0, smprint("no authentication by %s here%s", dir,
			strcmp(dir, method) == 0? ": the server was not started with cpu -R -A": ""),
			"refusal");
		exits("authentication");
	}
	writestr(0, "", "welcome");
	if(readstr(0, dir, sizeof dir) < 0)
		exits("hung up");
	if(dir[0] == '!'){
		strcpy(cmd, dir+1);
		if(readstr(0, dir, sizeof dir) < 0)
			exits("hung up");
	}
	writestr(0, "FS", "FS");
	writestr(0, "/", "path");
	if(readn(0, ok, 2) != 2 || strcmp(ok, "OK") != 0)
		exits("terminal refused");
	if(mount(0, -1, "/mnt/term", MCREATE|MREPL, "") < 0)
		sysfatal("cannot mount the terminal: %r");
	for(p = 0; p < 20; p++)
		close(p);
	pid = child(0);
	if(pid == 0)
		shell(dir, cmd);
	notes = child(0);
	if(notes == 0)
		passnotes(pid);
	while((p = waitpid()) >= 0 && p != pid)
		;
	postnote(PNPROC, notes, "kill");
	exits(nil);
}

/* --- the client --- */

static int notefd;			/* where notes for the other side are written */

static int
catch(void *ureg, char *note)
{
	USED(ureg);
	if(strcmp(note, "interrupt") != 0 && strcmp(note, "hangup") != 0 && strcmp(note, "delete") != 0)
		return 0;
	write(notefd, note, strlen(note));
	return 1;
}

/* Console, note file and name space are served by exportfs, until the other side hangs up. */
static void
serve(int fd)
{
	Waitmsg *w;
	char *why;
	int pid, p[2];

	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	if(noteserver(p[1], "/dev") < 0)
		fprint(2, "cpu: notes will not be passed on: %r\n");
	close(p[1]);
	notefd = p[0];
	pid = child(0);
	if(pid == 0){
		close(notefd);
		dup(fd, 0);
		dup(fd, 1);
		if(fd > 2)
			close(fd);
		execl("/bin/exportfs", "exportfs", nil);
		sysfatal("exec /bin/exportfs: %r");
	}
	close(fd);
	atnotify(catch, 1);
	for(;;){
		w = wait();
		if(w == nil){
			why = smprint("%r");
			if(why == nil || strstr(why, "interrupted") == nil)
				break;
			continue;
		}
		if(w->pid == pid)
			break;
	}
	exits(nil);
}

static void
client(char *host, char *cmd)
{
	static char buf[Maxstr];
	int fd;

	fd = dial(netmkaddr(host, "tcp", "17010"), nil, nil, nil);
	if(fd < 0)
		sysfatal("%s: %r", host);
	writestr(fd, method, "method");
	if(readstr(fd, buf, sizeof buf) < 0)
		sysfatal("%s: no answer: %r", host);
	if(buf[0] != 0)
		sysfatal("%s: %s", host, buf);
	if(cmd != nil)
		writestr(fd, smprint("!%s", cmd), "command");
	writestr(fd, getwd(buf, sizeof buf) == nil? "NO": buf, "directory");
	if(readstr(fd, buf, sizeof buf) < 0 || strcmp(buf, "FS") != 0)
		sysfatal("%s: it does not want our files: %s", host, buf);
	rfork(RFNAMEG);
	serve(fd);
}

/* The words of a command as rc will read them again. */
static char*
command(int argc, char **argv)
{
	char *s, *t;
	int i;

	s = strdup(argc > 0? argv[0]: "");
	for(i = 1; i < argc && s != nil; i++){
		t = smprint("%s %s", s, argv[i]);
		free(s);
		s = t;
	}
	if(s == nil || strlen(s) > Maxstr-2)
		sysfatal("command too long");
	return s;
}

int
main(int argc, char *argv[])
{
	char *host, *cmd;
	int remote, noauth;

	host = getenv("cpu");
	cmd = nil;
	remote = noauth = 0;
	ARGBEGIN{
	case 'A':
		noauth = 1;
		break;
	case 'R':
		remote = 1;
		break;
	case 'h':
		host = EARGF(usage());
		break;
	case 'c':
		cmd = EARGF(usage());
		argv[0] = cmd;
		cmd = command(argc, argv);
		argc = 1;
		argv[1] = nil;
		break;
	default:
		usage();
	}ARGEND
	argv0 = "cpu";
	if(argc != 0 && cmd == nil)
		usage();
	if(remote)
		server(noauth);
	if(host == nil || *host == 0)
		sysfatal("no server: -h server, or set $cpu");
	client(host, cmd);
	exits(nil);
}
