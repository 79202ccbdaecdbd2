/* SPDX-License-Identifier: MIT */
/* The boot program: what its parts share. */

/*
 * A way to get a root.  root makes /root that root; -1 with the reason in the
 * error string, and then nothing has changed.
 */
typedef struct Method Method;
struct Method
{
	char	*name;
	char	*arg;			/* what stands behind the !, for messages */
	int	(*root)(char*);
};

extern Method methods[];		/* ends with a nil name; the first is the default */

char*	conf(char*);
char*	contents(char*);
void	debug(char*, ...);
void	halt(char*);
void	postshares(void);
int	planshare(char*);
void	syncmounts(void);
