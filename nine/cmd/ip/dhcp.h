/* SPDX-License-Identifier: MIT */
/* Between ip/ipconfig and lib/cmd_dhcp.c: asking for an address. */

enum
{
	Dhcpmax	= 1500,

	/* kinds of messages */
	Discover = 1,
	Offer,
	Request,
	Decline,
	Dack,
	Nak,
	Release,
};

typedef struct Lease Lease;
struct Lease
{
	uchar	mac[6];
	uchar	ip[4];			/* ours; as far as we know */
	uchar	mask[4];
	uchar	gw[4];
	uchar	server[4];
	uchar	dns[4][4];
	int	ndns;
	char	domain[128];
	char	sys[64];
	ulong	time;			/* s; ~0: for ever */
	int	mtu;			/* 0: not said */
	uint	xid;
};

int	dhcpmsg(uchar*, Lease*, int, int);	/* to send: kind, renewing?; bytes */
int	dhcpparse(uchar*, int, Lease*);		/* a reply to ours: its kind, or -1 */
int	iszero(uchar*);
char*	ipdotted(char*, uchar*);
void	ipparse(uchar*, char*);			/* these end the program if it is none */
void	ipparsemask(uchar*, char*);
void	ipclassmask(Lease*);			/* the mask its ip had once */

/* lib/cmd_dhcpask.c */
extern int dhcpdebug;				/* say what comes */
int	dhcpopen(char*);			/* the network: a descriptor */
int	dhcpexchange(int, Lease*, int, int, int, int, int, int);
