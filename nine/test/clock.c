/*
 * Time: sleeping, the clock, who used how much of the processor.
 */
#include <u.h>
#include <libc.h>
#include "t.h"

enum
{
	MS	= 1000000,
};

static void
sleeping(void)
{
	vlong t;
	int i, ms;

	for(i = 0; i < 4; i++){
		ms = 1 + i*15;
		t = nsec();
		sleep(ms);
		t = nsec()-t;
		if(t < ms*MS || t > (ms+2000)*MS){
			werrstr("sleep(%d) took %lld us", ms, t/1000);
			check(0, "sleep");
			return;
		}
	}
	check(1, "sleep");
}

static void
monotonic(void)
{
	vlong t, u;
	int i;

	t = nsec();
	for(i = 0; i < 100000; i++){
		u = nsec();
		if(u < t){
			werrstr("%lld after %lld", u, t);
			break;
		}
		t = u;
	}
	check(i == 100000, "nsec never goes back");
	check(t > 1700000000LL*1000*MS, "nsec is since the epoch");
}

static void
accounting(void)
{
	Waitmsg *w;
	vlong t;

	if(fork() == 0){
		t = nsec();
		while(nsec()-t < 100*MS)
			;
		sleep(50);
		_exits(nil);
	}
	w = wait();
	check(w && w->time[0]+w->time[1] >= 20 && w->time[0]+w->time[1] < 1000, "time used");
	check(w && w->time[2] >= 150, "real time");
}

static void
shares(void)
{
	Waitmsg *w;
	vlong t;
	int i;

	for(i = 0; i < 2; i++)
		if(fork() == 0){
			t = nsec();
			while(nsec()-t < 600*MS)
				;
			_exits(nil);
		}
	for(i = 0; i < 2; i++){
		w = wait();
		if(w == nil || w->time[0]+w->time[1] < 30){
			check(0, "two that spin share the processor");
			return;
		}
	}
	check(1, "two that spin share the processor");
}

void
main(int argc, char **argv)
{
	USED(argc);
	USED(argv);
	sleeping();
	monotonic();
	accounting();
	shares();
	done();
}
