/* SPDX-License-Identifier: MIT */
/*
 * man - pages of the manual: /sys/man/SECTION/NAME, plain text.  A page may be
 * about several things; the line below NAME lists them:
 *	    cmp, diff - what they do
 * -k lists the pages in which all of the words occur.
 */
#include "u.h"
#include "libc.h"
#include "bio.h"
#include "ctype.h"

static char *sections[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
static Biobuf out;

static void
usage(void)
{
	fprint(2, "usage: man [section] name ...\n       man -k word ...\n");
	exits("usage");
}

/* all of a page, malloced */
static char*
readpage(char *section, char *name)
{
	char path[256], *s;
	Dir *d;
	long n;
	int fd;

	snprint(path, sizeof path, "/sys/man/%s/%s", section, name);
	fd = open(path, OREAD);
	if(fd < 0)
		return nil;
	s = nil;
	d = dirfstat(fd);
	if(d != nil && (d->mode & DMDIR) == 0 && d->length < 1<<20){
		s = malloc((ulong)d->length+1);
		n = s != nil ? readn(fd, s, (long)d->length) : -1;
		if(n >= 0)
			s[n] = 0;
	}
	free(d);
	close(fd);
	return s;
}

/* the line below NAME, without the blanks it begins with; malloced */
static char*
nameline(char *page)
{
	char *s, *e;

	s = strstr(page, "NAME\n");
	if(s == nil)
		return nil;
	for(s += 5; *s == ' ' || *s == '\t'; s++)
		;
	e = strchr(s, '\n');
	return smprint("%.*s", (int)(e != nil ? e-s : (long)strlen(s)), s);
}

/* is name one of "a, b, c - what they do"? */
static int
lists(char *line, char *name)
{
	char *s;
	int n;

	n = strlen(name);
	for(s = line; *s && *s != '-'; ){
		s += strspn(s, ", ");
		if(strncmp(s, name, n) == 0 && (s[n] == ',' || s[n] == ' ' || s[n] == 0))
			return 1;
		s += strcspn(s, ", ");
		s += strspn(s, ", ");
	}
	return 0;
}

static int
contains(char *text, char *word)
{
	int i, n;

	n = strlen(word);
	for(; *text; text++){
		for(i = 0; i < n && tolower((uchar)text[i]) == tolower((uchar)word[i]); i++)
			;
		if(i == n)
			return 1;
	}
	return 0;
}

static int
byname(const void *a, const void *b)
{
	return strcmp(((const Dir*)a)->name, ((const Dir*)b)->name);
}

/* Call fn with every page of a section; how often it said yes. */
static int
pages(char *section, int (*fn)(char*, char*, char*, char**), char **arg)
{
	char path[64], *page, *line;
	Dir *d;
	long i, n;
	int fd, found;

	snprint(path, sizeof path, "/sys/man/%s", section);
	fd = open(path, OREAD);
	if(fd < 0)
		return 0;
	n = dirreadall(fd, &d);
	close(fd);
	if(n <= 0)
		return 0;
	qsort(d, n, sizeof d[0], byname);
	found = 0;
	for(i = 0; i < n; i++){
		page = readpage(section, d[i].name);
		line = page != nil ? nameline(page) : nil;
		if(line != nil)
			found += fn(section, page, line, arg);
		free(line);
		free(page);
	}
	free(d);
	return found;
}

static int
showlisted(char *section, char *page, char *line, char **name)
{
	USED(section);
	if(!lists(line, *name))
		return 0;
	Bprint(&out, "%s", page);
	return 1;
}

static int
showline(char *section, char *page, char *line, char **words)
{
	USED(section);
	for(; *words != nil; words++)
		if(!contains(page, *words))
			return 0;
	Bprint(&out, "%s\n", line);
	return 1;
}

static int
print1(char *section, char *name)
{
	char *page;

	if(strchr(name, '/') != nil)
		return 0;
	page = readpage(section, name);
	if(page == nil)
		return pages(section, showlisted, &name);
	Bprint(&out, "%s", page);
	free(page);
	return 1;
}

static int
man(char *section, char *name)
{
	int i, found;

	if(section != nil)
		return print1(section, name);
	found = 0;
	for(i = 0; i < nelem(sections); i++)
		found += print1(sections[i], name);
	return found;
}

static void
keywords(char **words)
{
	int i, found;

	found = 0;
	for(i = 0; i < nelem(sections); i++)
		found += pages(sections[i], showline, words);
	Bterm(&out);
	exits(found > 0 ? nil : "nothing found");
}

int
main(int argc, char *argv[])
{
	char *section, *status;
	int key;

	section = nil;
	key = 0;
	ARGBEGIN{
	case 'k':
		key = 1;
		break;
	default:
		usage();
	}ARGEND
	Binit(&out, 1, OWRITE);
	if(key){
		if(argc < 1)
			usage();
		keywords(argv);
	}
	if(argc > 1 && '1' <= argv[0][0] && argv[0][0] <= '8' && argv[0][1] == 0){
		section = argv[0];
		argc--;
		argv++;
	}
	if(argc < 1)
		usage();
	status = nil;
	for(; *argv != nil; argv++)
		if(!man(section, *argv)){
			Bflush(&out);
			fprint(2, "man: no manual page: %s\n", *argv);
			status = "no manual page";
		}
	if(Bterm(&out) < 0)
		status = "write error";
	exits(status);
}
