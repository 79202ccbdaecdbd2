/*
 * What the kernel leaves at the very top of every user stack.  Programs get
 * its address in AX at their first instruction.  72 bytes.
 */
typedef struct Tos Tos;
struct Tos
{
	struct {
		void	*pp;		/* profiling: known to profilers only */
		void	*next;
		void	*last;
		void	*first;
		ulong	pid;
		ulong	what;
	} prof;
	uvlong	cyclefreq;		/* cycle counter Hz, 0 if none */
	vlong	kcycles;		/* cycles spent in the kernel */
	vlong	pcycles;		/* cycles spent in the process */
	ulong	pid;			/* right even after fork */
	ulong	clock;
	ulong	kscr[4];
};
