/*
 * The trap frame: what the machine layer builds, notify handlers see and
 * /proc/n/regs holds.  76 bytes, fixed by the Plan 9 386 interface.
 */
typedef struct Ureg Ureg;
struct Ureg
{
	ulong	di;
	ulong	si;
	ulong	bp;
	ulong	nsp;
	ulong	bx;
	ulong	dx;
	ulong	cx;
	ulong	ax;
	ulong	gs;
	ulong	fs;
	ulong	es;
	ulong	ds;
	ulong	trap;
	ulong	ecode;
	ulong	pc;
	ulong	cs;
	ulong	flags;
	union {
		ulong	usp;
		ulong	sp;
	};
	ulong	ss;
};
