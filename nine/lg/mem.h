/*
 * The address map and page-table bits of nine on lguest.  Only constants: the
 * assembler reads this too.  doc/abi.md has the other half of the story.
 */
#define BY2PG		4096
#define PGSHIFT		12
#define BY2WD		4
#define BY2V		8
#define PGROUND(s)	(((s)+(BY2PG-1))&~(BY2PG-1))
#define PGTRUNC(s)	((s)&~(BY2PG-1))
#define ROUND(s, sz)	(((s)+((sz)-1))&~((sz)-1))

#define HZ		100			/* scheduler ticks a second */
#define MS2HZ		(1000/HZ)
#define KSTACK		8192			/* SET_STACK takes at most two pages */

#define KZERO		0xC0000000		/* kernel half: RAM is mapped here */
#define KTZERO		0xC0100000		/* kernel text, 1 MB up */
#define DEVZERO		0xFF800000		/* the device pages, just under the Host's 4 MB */
#define WINZERO		(DEVZERO-0x400000)	/* a window on RAM beyond MAXMEM */
#define MAXMEM		(WINZERO-KZERO)		/* that RAM is not used */

#define UTZERO		0x00001000		/* standard text base */
#define OUTZERO		0x00400000		/* text base of our own programs */
#define USTKTOP		0xAFFFF000
#define USTKSIZE	(16*1024*1024)
#define TSTKTOP		(USTKTOP-USTKSIZE)	/* where exec builds the new stack */
#define TSTKSIZ		100			/* pages of arguments at most */
#define SEGMAXSIZE	(1984UL*1024*1024)
#define LOWSEGTOP	(TSTKTOP-USTKSIZE)	/* nothing attached goes above */

#define PTEVALID	0x001
#define PTEWRITE	0x002
#define PTEUSER		0x004
#define PTERONLY	0
#define PTEACC		0x020
#define PTEDIRTY	0x040
#define PTESIZE		0x080			/* 4 MB page */

#define PDX(va)		(((ulong)(va))>>22)
#define PTX(va)		((((ulong)(va))>>12)&0x3FF)

#define KESEL		0x61			/* nominal selectors */
#define KDSEL		0x69
#define UESEL		0x73
#define UDSEL		0x7B

#define VectorBPT	3
#define VectorPF	14
#define VectorIRQ	32
#define VectorSYSCALL	0x40
#define VectorHCALL	0x1F
