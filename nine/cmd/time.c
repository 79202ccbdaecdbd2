/* SPDX-License-Identifier: MIT */
/* time - run a command and tell how long it took: user, system, real */
#include "u.h"
#include "libc.h"

enum
{
	Maxshown = 200,			/* characters of the command repeated */
};

static int
ignore(void *u, char *note)
{
	USED(u);
	return strcmp(note, "interrupt") == 0;
}

static void
run(char *argv[])
{
	char err[ERRMAX], path[512];

	exec(argv[0], argv);
	if(argv[0][0] != '/' && argv[0][0] != '#'
	&& strncmp(argv[0], "./", 2) != 0 && strncmp(argv[0], "../", 3) != 0){
		snprint(path, sizeof path, "/bin/%s", argv[0]);
		exec(path, argv);
	}
	rerrstr(err, sizeof err);
	fprint(2, "time: %s: %s\n", argv[0], err);
	exits(err);
}

static char*
seconds(char *p, char *end, ulong ms, char *what)
{
	return seprint(p, end, "%lud.%.2lud%s ", ms/1000, ms%1000/10, what);
}

static void
report(Waitmsg *w, char *argv[])
{
	char line[Maxshown+400], *p, *end, *stop;

	end = line+sizeof line;
	p = seconds(line, end, w->time[0], "u");
	p = seconds(p, end, w->time[1], "s");
	p = seconds(p, end, w->time[2], "r");
	p = seprint(p, end, "\t");
	stop = p+Maxshown;
	for(; *argv != nil; argv++){
		if(p + strlen(*argv) + 1 > stop){
			p = seprint(p, end, " ...");
			break;
		}
		p = seprint(p, end, " %s", *argv);
	}
	if(w->msg[0] != 0)
		p = seprint(p, end, " # status=%s", w->msg);
	fprint(2, "%s\n", line);
}

int
main(int argc, char *argv[])
{
	Waitmsg *w;
	int pid;

	argv0 = "time";
	if(argc < 2){
		fprint(2, "usage: time command\n");
		exits("usage");
	}
	pid = fork();
	if(pid < 0)
		sysfatal("fork: %r");
	if(pid == 0)
		run(argv+1);
	atnotify(ignore, 1);
	do
		w = wait();
	while(w == nil || w->pid != pid);
	report(w, argv+1);
	exits(w->msg);
}
