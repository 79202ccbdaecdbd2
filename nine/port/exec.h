/*
 * Private to exec: the arguments of the new program, from where the caller
 * has them to where the new stack has them (execargs.c).
 */
enum
{
	Argsave	= 128,			/* bytes of arguments ps shows */
};

typedef struct Args Args;
struct Args
{
	char	**word;			/* interpreter and its own words, script name: kernel's */
	int	nword;
	char	**argv;			/* the caller's, user memory */
	int	skip;			/* how many of argv the words replace */
	int	argc;			/* of the caller's, skipped ones not counted */
	ulong	nstr;			/* bytes of strings */
	ulong	ssize;			/* bytes from argv[0] to the top of the stack */
	int	npage;
	Page	*page[TSTKSIZ+1];	/* the top of the stack, lowest first */
	char	*shown;			/* for ps */
	int	nshown;
};

ulong	userlen(char*);			/* bytes of a checked string, with the NUL */
void	measure(Args*);			/* how much there is; errors if it is too much */
void	newstack(Args*);		/* pages, filled */
