/*
 * Programs that compute without end, and others that want to run on time
 * beside them.  Sleeps must never be short; how long they may be is generous,
 * and one good try of a few counts, as the machine under us may be busy: what a
 * scheduler does wrong it does every time.
 */
#include <u.h>
#include <libc.h>

enum
{
	MS	= 1000000,
	Tries	= 6,
};

static int pid[8];

static void
spinners(int n)
{
	int i;

	for(i = 0; i < n; i++){
		pid[i] = fork();
		if(pid[i] == 0)
			for(;;)
				;
	}
}

static void
stop(int n)
{
	int i;

	for(i = 0; i < n; i++)
		postnote(PNPROC, pid[i], "kill");
	for(i = 0; i < n; i++)
		waitpid();
}

/* Sleep n times; how often too short, and the median of what it took. */
static vlong
median(int n, long ms, int *early)
{
	vlong took[50], t;
	int i, j;

	*early = 0;
	for(i = 0; i < n; i++){
		t = nsec();
		sleep(ms);
		t = nsec()-t;
		if(t < ms*(vlong)MS)
			++*early;
		for(j = i; j > 0 && took[j-1] > t; j--)
			took[j] = took[j-1];
		took[j] = t;
	}
	return took[n/2];
}

static void
sleeps(char *what, int n, long ms, long limit)
{
	vlong t;
	int early, e, i;

	early = 0;
	for(i = 0; i < Tries; i++){
		t = median(n, ms, &e);
		early += e;
		if(t < limit*(vlong)MS)
			break;
	}
	print("%s: %d early, %s\n", what, early, t < limit*(vlong)MS ? "on time" : "late");
	if(t >= limit*(vlong)MS)
		print("median %lld us instead of %ld ms\n", t/1000, ms);
}

/* Two that compute get about the same. */
static int
fair(ulong *n)
{
	int p[2], i;
	vlong end;

	pipe(p);
	end = nsec() + 600*(vlong)MS;
	for(i = 0; i < 2; i++)
		if(fork() == 0){
			n[0] = 0;
			while(nsec() < end)
				n[0]++;
			write(p[1], n, sizeof n[0]);
			_exits(nil);
		}
	readn(p[0], n, 2*sizeof n[0]);
	close(p[0]);
	close(p[1]);
	while(waitpid() > 0)
		;
	return n[0] >= n[1]/3 && n[1] >= n[0]/3;
}

static void
sharing(void)
{
	ulong n[2];
	int i;

	for(i = 0; i < Tries; i++)
		if(fair(n)){
			print("fair\n");
			return;
		}
	print("unfair: %lud and %lud\n", n[0], n[1]);
}

/* A program of a moment, while five compute: how long it takes, ms. */
static vlong
program(char *flag, char *what)
{
	vlong t;

	t = nsec();
	if(fork() == 0)
		execl("/bin/echo", "echo", flag, what, nil);
	waitpid();
	return (nsec()-t)/MS;
}

void
main(void)
{
	vlong t;
	int i;

	sleeps("alone, 1 ms", 20, 1, 15);
	sleeps("alone, 20 ms", 10, 20, 35);
	spinners(1);
	sleeps("beside one", 10, 20, 60);
	stop(1);
	spinners(5);
	sleeps("beside five", 10, 20, 150);
	t = program("a program runs beside five", nil);
	for(i = 0; i < Tries && t > 1500; i++)
		t = program("-n", "");
	if(t > 1500)
		print("but took %lld ms\n", t);
	stop(5);
	sharing();
	exits(nil);
}
