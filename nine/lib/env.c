/* SPDX-License-Identifier: MIT */
/* The environment: a file per variable, a list being strings with NULs. */
#include "u.h"
#include "libc.h"

static int
envname(char *buf, int n, char *name)
{
	if(*name == 0 || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0){
		werrstr("bad environment name: %s", name);
		return -1;
	}
	if(snprint(buf, n, "/env/%s", name) >= n-1){
		werrstr("environment name too long");
		return -1;
	}
	return 0;
}

/* the value, malloced, with blanks where a list has NULs */
char*
getenv(char *name)
{
	char file[256], *s;
	long n, i;
	int fd;

	if(envname(file, sizeof file, name) < 0)
		return nil;
	fd = open(file, OREAD);
	if(fd < 0)
		return nil;
	n = (long)seek(fd, 0, 2);
	s = n < 0 ? nil : malloc(n+1);
	if(s){
		n = pread(fd, s, n, 0);
		if(n < 0)
			n = 0;
		while(n > 0 && s[n-1] == 0)
			n--;
		for(i = 0; i < n; i++)
			if(s[i] == 0)
				s[i] = ' ';
		s[n] = 0;
	}
	close(fd);
	return s;
}

int
putenv(char *name, char *val)
{
	char file[256];
	int fd;
	long n;

	if(envname(file, sizeof file, name) < 0)
		return -1;
	fd = create(file, OWRITE, 0666);
	if(fd < 0)
		return -1;
	n = strlen(val);
	if(write(fd, val, n) != n){
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}
