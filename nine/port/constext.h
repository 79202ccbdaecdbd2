/*
 * What devcons.c's numeric files say and do; constext.c.
 */
enum
{
	NUMSIZE		= 12,		/* 11 digits and a blank */
	VLNUMSIZE	= 22,
};

long	bintimeread(uchar*, long);
void	bintimewrite(char*, long);
char*	cputimetext(void);		/* these are the caller's to free */
char*	driverstext(void);
char*	swaptext(void);
char*	sysstattext(void);
char*	winsizetext(void);
char*	timetext(void);
void	sysstatreset(void);
void	timewrite(char*);
void	hostownerwrite(char*);
void	userwrite(char*);
void	rebootwrite(char*, long);
