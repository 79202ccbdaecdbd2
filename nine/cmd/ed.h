/* SPDX-License-Identifier: MIT */
/*
 * What ed's parts share: lib/cmd_edbuf.c has the lines, cmd_edsub.c s, cmd_edaddr.c addresses,
 * cmd_edio.c output and files, cmd/ed.c commands.
 */
typedef struct Line Line;
struct Line
{
	char	*s;			/* without newline */
	int	mark;			/* a letter of k, or 0 */
	int	hit;			/* of g and v */
};

extern Line *lines;			/* lines[1] to lines[last] */
extern long dot, last;
extern int changed;

extern jmp_buf toplevel;
void	error(char*) NORETURN;		/* prints ? and returns to the command loop */
char*	copyof(char*, long);

void	insertline(long, char*);	/* after line; the string is ours then */
void	deletelines(long, long);
void	movelines(long, long, long);
void	copylines(long, long, long);
void	joinlines(long, long);
void	replaceline(long, char*);
void	undo(void);

Reprog*	pattern(char**, int);		/* /re/ at *p; // is the last one */
void	substitutelines(long, long, char**, int*);

/* lib/cmd_edaddr.c */
extern long addr1, addr2;		/* of the command, and how many there were */
extern int naddr;
extern char *p;				/* in the command line */
void	blanks(void);
long	address(void);
void	addresses(void);
void	noaddress(void);
void	needlines(void);
void	alllines(void);

/* lib/cmd_edio.c */
extern Biobuf bout;
extern char *file;			/* the remembered name */
extern int quiet;			/* -: no counts */
extern int warned;			/* q or e was refused once */
extern int interrupted, msgfd;
void	printlines(long, long, int);
void	ending(int);
char*	filename(int);
void	readfile(char*, long);
void	writefile(char*, int);
void	edit(int);
void	quit(int);
