/* SPDX-License-Identifier: MIT */
/* What listen1 and listen do for each call. */
#include "u.h"
#include "libc.h"
#include "netserve.h"

/* Nobody in particular, in a name space made anew: for callers we do not know. */
static int
becomenone(void)
{
	int fd;

	fd = open("#c/user", OWRITE);
	if(fd < 0 || write(fd, "none", 4) != 4){
		close(fd);
		return -1;
	}
	close(fd);
	return newns("none", nil);
}

/* The call is standard input, output and error; nothing else is left open. */
static int
take(int ctl, char *dir)
{
	int fd, i;

	fd = accept(ctl, dir);
	if(fd < 0)
		return -1;
	for(i = 0; i < 3; i++)
		if(i != fd && dup(fd, i) < 0)
			return -1;
	for(i = 3; i < 20; i++)
		close(i);
	return 0;
}

/* Answer the call whose ctl file and directory these are; never returns. */
void
netanswer(int ctl, char *dir, int trusted, char **argv)
{
	rfork(RFNOTEG|RFNAMEG|RFENVG|RFREND);
	putenv("net", dir);
	if(!trusted && becomenone() < 0){
		syslog(0, "listen", "%s: cannot become none: %r", argv[0]);
		exits("none");
	}
	if(take(ctl, dir) < 0){
		syslog(0, "listen", "%s: accept %s: %r", argv[0], dir);
		exits("accept");
	}
	exec(argv[0], argv);
	if(argv[0][0] != '/')
		exec(smprint("/bin/%s", argv[0]), argv);
	syslog(0, "listen", "exec %s: %r", argv[0]);
	fprint(1, "exec %s: %r\n", argv[0]);
	exits("exec");
}

/* Take calls for ever; -1: no more will come. */
int
netlisten(char *dir, int trusted, void (*say)(char*), char **(*args)(char*))
{
	char line[NETPATHLEN];
	int ctl, fails;

	for(fails = 0; fails < 5;){
		ctl = listen(dir, line);
		if(ctl < 0){
			/* too many at once: some end meanwhile */
			fails++;
			sleep(200);
			continue;
		}
		fails = 0;
		if(say != nil)
			say(line);
		switch(rfork(RFPROC|RFFDG|RFNOWAIT)){
		case -1:
			reject(ctl, line, "host overloaded");
			break;
		case 0:
			netanswer(ctl, line, trusted, args(line));
		}
		close(ctl);
	}
	return -1;
}
