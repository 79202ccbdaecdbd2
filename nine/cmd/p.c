/* SPDX-License-Identifier: MIT */
/*
 * p - show files a page at a time.  At the end of a page it waits for a line
 * from the console: q ends, !command runs one, anything else goes on.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"

static int page = 22;
static int cons = -1;
static Biobuf bin, bout;

static void
run(char *cmd)
{
	switch(fork()){
	case -1:
		fprint(2, "p: can't fork: %r\n");
		break;
	case 0:
		dup(cons, 0);
		execl("/bin/rc", "rc", "-c", cmd, nil);
		sysfatal("can't exec rc: %r");
	default:
		waitpid();
		fprint(2, "!\n");
	}
}

static void
wait1(void)
{
	char buf[1024];
	long n;

	Bflush(&bout);
	if(cons < 0 && (cons = open("/dev/cons", OREAD)) < 0)
		sysfatal("can't open /dev/cons: %r");
	for(;;){
		n = read(cons, buf, sizeof buf - 1);
		if(n <= 0)
			exits(nil);
		buf[n] = 0;
		if(buf[0] == 'q')
			exits(nil);
		if(buf[0] != '!')
			return;
		run(buf+1);
	}
}

/* the newline that ends a page is the one the user types */
static void
pages(int fd)
{
	char *line;
	int n;

	Binit(&bin, fd, OREAD);
	n = 0;
	while((line = Brdstr(&bin, '\n', 0)) != nil){
		if(++n >= page && line[strlen(line)-1] == '\n')
			line[strlen(line)-1] = 0;
		Bprint(&bout, "%s", line);
		free(line);
		if(n >= page){
			n = 0;
			wait1();
		}
	}
	Bflush(&bout);
}

int
main(int argc, char *argv[])
{
	int fd, i;

	argv0 = "p";
	if(argc > 1 && argv[1][0] == '-' && argv[1][1] != 0){
		page = atoi(argv[1]+1);
		if(page < 1){
			fprint(2, "usage: p [-number] [file ...]\n");
			exits("usage");
		}
		argc--;
		argv++;
	}
	Binit(&bout, 1, OWRITE);
	if(argc < 2)
		pages(0);
	for(i = 1; i < argc; i++){
		fd = open(argv[i], OREAD);
		if(fd < 0){
			fprint(2, "p: can't open %s: %r\n", argv[i]);
			exits("can't open");
		}
		pages(fd);
		close(fd);
	}
	exits(nil);
}
