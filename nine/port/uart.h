/*
 * Serial lines: what #t (devuart.c) and the drivers share.  Wants dat.h.
 */
typedef struct Physuart Physuart;
typedef struct Uart Uart;

struct Uart
{
	char	*name;			/* eia0 ... */
	Physuart *phys;
	void	*aux;			/* the driver's */
	int	console;		/* the kernel's own: nobody else reads it */
	QLock	lk;			/* of what follows */
	int	opens;
	int	baud;			/* what programs have set; nothing depends on it here */
	int	bits;
	int	stop;
	int	parity;			/* n e o */
	int	dtr;
	int	rts;
	int	modem;
	int	fifo;
	int	xonoff;			/* obey ^S and ^Q */
	int	blocked;		/* by ^S */
	ulong	overrun;
	Uart	*next;
};

struct Physuart
{
	char	*name;
	int	type;			/* for the status file */
	long	(*read)(Uart*, uchar*, long);	/* sleeps for input; the memory is the kernel's */
	long	(*write)(Uart*, uchar*, long);
	void	(*enable)(Uart*, int);	/* first open, last close */
	void	(*flush)(Uart*);	/* forget output and input that wait */
	void	(*unblock)(Uart*);	/* ^Q, or xonoff is off now */
};

void	uartadd(Uart*);			/* at reset time; names it */
int	uartinput(Uart*, uchar*, int);	/* at interrupt time: takes ^S and ^Q out, if they count */
