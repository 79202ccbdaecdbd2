/*
 * Between cons.c, which is the console, and devcons.c, which shows it as
 * files.
 */
void	consqueues(void);
void	consstart(void);
void	consraw(int);
void	consctlp(int);
long	consread(void*, long);
long	conswrite(char*, long);
long	kmesgread(void*, long, vlong);
void	kprintopen(void);
void	kprintclose(void);
long	kprintread(void*, long);
