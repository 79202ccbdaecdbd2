/* SPDX-License-Identifier: MIT */
/*
 * Between ndb/cs, ndb/dns and what they share: lib/cmd_askfs.c, a file to
 * which a question is written and from which the answer is read, a line per
 * read; lib/cmd_ndb.c, the network database; lib/cmd_dnsmsg.c, DNS messages.
 */

enum
{
	Maxanswer	= 64,		/* lines */
	Maxquery	= 512,
	Ndbval		= 256,
};

typedef struct Answer Answer;
struct Answer
{
	char	*line[Maxanswer];
	int	n;
};

void	answer(Answer*, char*, ...);
void	freeanswer(Answer*);
/* serve the file; ask returns nil or why there is no answer */
int	askfs(char *name, char *srv, char *mtpt, char *(*ask)(char*, Answer*));

/* lib/cmd_asktool.c: the other side */
char*	asktool(char*, int, char**);

/* --- the database: /net/ndb, then the files of /lib/ndb --- */

typedef struct Ndbtuple Ndbtuple;
struct Ndbtuple
{
	char	*attr;
	char	*val;
	Ndbtuple *next;			/* of the entry */
};

typedef struct Ndbentry Ndbentry;
struct Ndbentry
{
	Ndbtuple *t;
	Ndbentry *next;
};

Ndbentry* ndbread(char*);			/* a whole file; nil: there is none */
void	ndbfree(Ndbentry*);
char*	ndbget(Ndbtuple*, char*);
Ndbentry* ndbmatch(Ndbentry*, char*, char*);	/* the first with attr=val, from here on */
Ndbentry* ndbmatch2(Ndbentry*, char*, char*, char*);	/* and a third attribute present */
Ndbentry* ndball(char*);			/* all files; of the stack at /net */

/* --- DNS messages --- */

enum
{
	Ta	= 1,
	Tns	= 2,
	Tcname	= 5,
	Tsoa	= 6,
	Tptr	= 12,
	Tmx	= 15,
	Ttxt	= 16,
	Taaaa	= 28,
	Tsrv	= 33,
	Tall	= 255,

	Dnsmax	= 4096,
	Dnsname	= 256,
};

typedef struct Dnsrr Dnsrr;
struct Dnsrr
{
	char	*name;
	int	type;
	ulong	ttl;
	char	*text;			/* what stands behind name and type in an answer */
	Dnsrr	*next;
};

int	dnstype(char*);				/* -1: no such */
char*	dnstypename(int);
int	dnsquery(uchar*, int, int, char*, int);	/* buffer, size, id, name, type: bytes or -1 */
/* the answers of a reply to that; nil and *why set if there are none */
Dnsrr*	dnsreply(uchar*, int, int, char*, int, char **why, int *truncated);
void	dnsfree(Dnsrr*);
