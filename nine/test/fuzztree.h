/*
 * For sysfuzz: the files it finds, and the tree as it was before.
 */

static void
addpath(char *s)
{
	if(npath < Npath)
		pathtab[npath++] = strdup(s);
}

static int clones;			/* open them: learn what comes of it in a second turn */

/* Names below dir; the console is left alone, as it is where we report. */
static void
learn(char *dir, int depth)
{
	char name[300];
	Dir *d;
	int fd, n, i;

	fd = open(dir, OREAD);
	if(fd < 0)
		return;
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++){
		if(strcmp(d[i].name, "cons") == 0 || strncmp(d[i].name, "eia0", 4) == 0)
			continue;
		snprint(name, sizeof name, "%s/%s", dir, d[i].name);
		if(clones && strcmp(d[i].name, "clone") == 0)
			open(name, ORDWR|OCEXEC);	/* stays, and with it its conversation */
		addpath(name);
		if((d[i].mode & DMDIR) && depth > 1)
			learn(name, depth-1);
	}
	if(n > 0)
		free(d);
}

/* All devices, but not the file trees that hold the programs. */
static void
learnall(void)
{
	char buf[4096], *f[100], name[32];
	int fd, n, i;

	fd = open("#c/drivers", OREAD);
	n = read(fd, buf, sizeof buf-1);
	close(fd);
	buf[n > 0? n: 0] = 0;
	n = getfields(buf, f, nelem(f), 1, "\n");
	for(i = 0; i < n; i++)
		*strchr(f[i], ' ') = 0;
	for(i = 0, clones = 1; i < n; i++)
		if(strcmp(f[i], "#/") != 0 && strcmp(f[i], "#R") != 0)
			learn(f[i], 3);
	npath = 0;
	for(i = 0, clones = 0; i < n; i++){
		if(strcmp(f[i], "#/") == 0 || strcmp(f[i], "#R") == 0)
			continue;
		addpath(f[i]);
		if(strcmp(f[i], "#p") == 0){
			snprint(name, sizeof name, "#p/%d", getpid());
			learn(name, 1);
		}else
			learn(f[i], 3);
	}
}

/* What an owner may have done to directories we cannot do without. */
typedef struct Keep Keep;
struct Keep
{
	int	fd;
	char	*name;
	Dir	*d;
};
static Keep keep[] = { { -1, "/", nil }, { -1, "/tmp", nil }, { -1, "/env", nil } };

static char owner[64];			/* whose machine it is */

static void
remember(void)
{
	int i, fd;

	fd = open("#c/hostowner", OREAD);
	read(fd, owner, sizeof owner-1);
	close(fd);
	for(i = 0; i < nelem(keep); i++){
		keep[i].fd = open(keep[i].name, OREAD);
		keep[i].d = dirfstat(keep[i].fd);
		if(keep[i].d == nil)
			sysfatal("%s: %r", keep[i].name);
	}
}

static void
repair(void)
{
	Dir d, *old;
	int i, fd;

	fd = open("#c/hostowner", OWRITE);
	write(fd, owner, strlen(owner));
	close(fd);
	for(i = 0; i < nelem(keep); i++){
		old = keep[i].d;
		nulldir(&d);
		d.mode = old->mode;
		if(i > 0)
			d.name = old->name;
		dirfwstat(keep[i].fd, &d);
	}
}

/* Empty dir, deep as it may be. */
static void
empty(char *dir)
{
	char name[1000];
	Dir *d, nd;
	int fd, n, i;

	fd = open(dir, OREAD);
	if(fd < 0)
		return;
	n = dirreadall(fd, &d);
	close(fd);
	for(i = 0; i < n; i++){
		snprint(name, sizeof name, "%s/%s", dir, d[i].name);
		if(d[i].mode & DMDIR){
			nulldir(&nd);
			nd.mode = DMDIR|0777;
			dirwstat(name, &nd);
			empty(name);
		}
		remove(name);
	}
	if(n > 0)
		free(d);
}
