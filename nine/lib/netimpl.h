/* SPDX-License-Identifier: MIT */
/* Between the library's files about networks. */

enum
{
	Netaddrlen	= 256,
	Maxpath		= 64,
	Ndest		= 16,		/* ways to an address that are tried */
};

/* An address in its parts: where the network is, and what it is asked for. */
typedef struct Netaddr Netaddr;
struct Netaddr
{
	char	root[NETPATHLEN];	/* /net */
	char	rest[Netaddrlen];	/* tcp!host!service */
};

/* A way there: a clone file, and what to write to it. */
typedef struct Netdest Netdest;
struct Netdest
{
	char	clone[Maxpath];
	char	addr[Netaddrlen];
};

int	netparse(Netaddr*, char*);
int	netlookup(Netaddr*, Netdest*, int);
int	netclone(char*, char*);
int	netdata(char*, int);
void	netlinedir(char*, char*, char*);
