/*
 * The floating point registers as debuggers know them: the 108 bytes FSAVE
 * would write, made from the FXSAVE or XSAVE image we keep and put back into
 * it.  The vector registers are not in there and stay as they are.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

enum
{
	/* FSAVE image */
	Scw	= 0,
	Ssw	= 4,
	Stw	= 8,			/* two bits a register */
	Sip	= 12,
	Scs	= 16,			/* selector, and 11 bits of opcode above it */
	Sdp	= 20,
	Sds	= 24,
	Sreg	= 28,			/* 8 times 10 bytes, from the stack's top */

	/* FXSAVE image */
	Xcw	= 0,
	Xsw	= 2,
	Xtw	= 4,			/* a bit a register: not empty */
	Xop	= 6,
	Xip	= 8,
	Xcs	= 12,
	Xdp	= 16,
	Xds	= 20,
	Xreg	= 32,			/* 8 times 16 bytes */

	Nreg	= 8,
	Regsize	= 10,
	Xregsize = 16,
	Initcw	= 0x37F,		/* after FNINIT */

	Tvalid	= 0,
	Tzero,
	Tspecial,
	Tempty,
};

static ulong
get2(uchar *p)
{
	return p[0] | p[1]<<8;
}

static void
put2(uchar *p, ulong v)
{
	p[0] = v;
	p[1] = v>>8;
}

/* The tag of an 80-bit number. */
static int
tagof(uchar *r)
{
	ulong exp;
	int i, zero;

	exp = get2(r+8) & 0x7FFF;
	zero = 1;
	for(i = 0; i < 8; i++)
		zero &= r[i] == 0;
	if(exp == 0 && zero)
		return Tzero;
	if(exp == 0 || exp == 0x7FFF || (r[7] & 0x80) == 0)
		return Tspecial;
	return Tvalid;
}

/* Tags are by physical register; the stack's top is in the status word. */
static ulong
fulltags(uchar *x)
{
	ulong tags;
	int i, phys, top;

	top = get2(x+Xsw)>>11 & 7;
	tags = 0;
	for(i = 0; i < Nreg; i++){
		phys = (top+i) % Nreg;
		if(x[Xtw] & (1<<phys))
			tags |= tagof(x+Xreg+i*Xregsize) << 2*phys;
		else
			tags |= Tempty << 2*phys;
	}
	return tags;
}

/* What XSAVE did not write because it is as FNINIT leaves it. */
static void
initial(uchar *x)
{
	memset(x, 0, Xds+4);
	memset(x+Xreg, 0, Nreg*Xregsize);
	put2(x+Xcw, Initcw);
}

void
fpgetsave(Proc *p, uchar *s)
{
	uchar *x;
	int i;

	x = fpimage(p);
	if(fpunwritten(p))
		initial(x);
	memset(s, 0, FSAVESIZE);
	put2(s+Scw, get2(x+Xcw));
	put2(s+Scw+2, 0xFFFF);
	put2(s+Ssw, get2(x+Xsw));
	put2(s+Ssw+2, 0xFFFF);
	put2(s+Stw, fulltags(x));
	put2(s+Stw+2, 0xFFFF);
	memmove(s+Sip, x+Xip, 4);
	put2(s+Scs, get2(x+Xcs));
	put2(s+Scs+2, get2(x+Xop) & 0x7FF);
	memmove(s+Sdp, x+Xdp, 4);
	put2(s+Sds, get2(x+Xds));
	put2(s+Sds+2, 0xFFFF);
	for(i = 0; i < Nreg; i++)
		memmove(s+Sreg+i*Regsize, x+Xreg+i*Xregsize, Regsize);
}

/* Any bits will do: those the processor checks when it loads are not among them. */
void
fpputsave(Proc *p, uchar *s)
{
	uchar *x;
	ulong tags;
	int i;

	x = fpimage(p);
	put2(x+Xcw, get2(s+Scw));
	put2(x+Xsw, get2(s+Ssw));
	tags = get2(s+Stw);
	x[Xtw] = 0;
	for(i = 0; i < Nreg; i++)
		if((tags>>2*i & 3) != Tempty)
			x[Xtw] |= 1<<i;
	put2(x+Xop, get2(s+Scs+2) & 0x7FF);
	memmove(x+Xip, s+Sip, 4);
	put2(x+Xcs, get2(s+Scs));
	memmove(x+Xdp, s+Sdp, 4);
	put2(x+Xds, get2(s+Sds));
	for(i = 0; i < Nreg; i++)
		memmove(x+Xreg+i*Xregsize, s+Sreg+i*Regsize, Regsize);
	fpchanged(p);
}
