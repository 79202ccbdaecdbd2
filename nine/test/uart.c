/*
 * #t.  Alone it looks at the console's line only; with the argument "lines"
 * it plays the guest's half of tests/unit/test_serial.c: eia1 is a socket with
 * that at its end, eia2 a file.
 */
#include "u.h"
#include "libc.h"
#include "test.h"

enum
{
	Size	= 2*1024*1024,		/* bytes in each direction */
};

static uchar buf[8192];

static char*
get(char *file)
{
	int fd, n;

	fd = open(file, OREAD);
	n = fd < 0? -1: read(fd, buf, sizeof buf-1);
	if(n < 0)
		rerrstr((char*)buf, sizeof buf);
	else
		buf[n] = 0;
	close(fd);
	return (char*)buf;
}

static int
put(char *file, char *text)
{
	int fd, n;

	fd = open(file, OWRITE);
	n = write(fd, text, strlen(text));
	close(fd);
	return n;
}

/* What is at an offset, here and there. */
static uchar
pattern(ulong i)
{
	return (i*2654435761u)>>24;
}

static void
letters(void)
{
	int fd;

	same("status", strncmp(get("#t/eia0status"), "b9600 c0 d0 e1 l8 m0 pn r0 s1 i1 x0\n", 36), 0);
	samestr("number", get("#t/eia0ctl"), "          0 ");
	fd = open("#t/eia0ctl", OWRITE);
	works("ctl", write(fd, "b115200 l7 pe s2", 16));
	works("lower and upper", write(fd, "R0 D1 m1 i0 x1 f k10 q100 w5", 28));
	same("kept", strncmp(get("#t/eia0status"), "b115200 c0 d1 e1 l7 m1 pe r0 s2 i0 x1\n", 38), 0);
	fails("no such letter", write(fd, "z1", 2), "bad arg in system call");
	fails("no such parity", write(fd, "px", 2), "bad arg in system call");
	fails("bits", write(fd, "l9", 2), "bad arg in system call");
	fails("no number", write(fd, "b", 1), "bad arg in system call");
	works("back", write(fd, "b9600 l8 pn s1 m0 i1 x0", 23));
	close(fd);
	works("to the console", put("#t/eia0", "ok written to eia0\n"));
	samestr("it has a reader", get("#t/eia0"), "device or object already in use");
}

/* He sends before anybody reads: nothing may be lost. */
static void
receive(int fd)
{
	ulong i;
	int n, k, bad;

	sleep(300);
	bad = 0;
	for(i = 0; i < Size; i += n){
		n = read(fd, buf, Size-i < sizeof buf? Size-i: sizeof buf);
		if(n <= 0)
			break;
		for(k = 0; k < n; k++)
			bad += buf[k] != pattern(i+k);
	}
	same("received", i, Size);
	same("unchanged", bad, 0);
}

static void
sendall(int fd)
{
	ulong i;
	int k;

	for(i = 0; i < Size; i += sizeof buf){
		for(k = 0; k < (int)sizeof buf; k++)
			buf[k] = pattern(i+k);
		if(write(fd, buf, sizeof buf) != sizeof buf)
			break;
	}
	same("sent", i, Size);
}

/* ^S stops us, ^Q lets us go on. */
static void
flow(int fd)
{
	char c;
	vlong t;

	works("xon", put("#t/eia1ctl", "x1"));
	write(fd, "stop me\n", 8);
	same("his word", read(fd, &c, 1), 1);	/* a ^S is behind it, and later a ^Q */
	same("not the ^S", c, 's');
	sleep(50);
	same("blocked", strstr(get("#t/eia1status"), " blocked") != nil, 1);
	t = nsec();
	write(fd, "go on\n", 6);
	t = nsec()-t;
	same("waited for ^Q", t > 50000000LL, 1);
	same("his last word", read(fd, &c, 1), 1);
	same("is e", c, 'e');
}

void
main(int argc, char **argv)
{
	int fd;

	letters();
	if(argc > 1 && strcmp(argv[1], "lines") == 0){
		works("to the file", put("#t/eia2", "a line for the file\n"));
		fd = open("#t/eia1", ORDWR);
		works("open", fd);
		same("hello", write(fd, "hello\n", 6), 6);
		receive(fd);
		sendall(fd);
		flow(fd);
		close(fd);
	}
	finish();
}
