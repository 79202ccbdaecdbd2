/*
 * More words for tests, on top of t.h: what was wanted and what came, when
 * it is a number, a text or an error.
 */
#include "t.h"

static void
fail(char *name, char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprint(why, sizeof why, fmt, ap);
	va_end(ap);
	print("FAIL %s: %s\n", name, why);
	failed++;
}

static void
ok(char *name)
{
	print("ok %s\n", name);
}

/* A call that must work. */
static int
works(char *name, int r)
{
	if(r < 0)
		fail(name, "%r");
	else
		ok(name);
	return r;
}

/* A call that must fail with this error. */
static void
fails(char *name, int r, char *want)
{
	char err[ERRMAX];

	if(r >= 0){
		fail(name, "worked (%d), wanted error: %s", r, want);
		return;
	}
	rerrstr(err, sizeof err);
	if(strcmp(err, want) != 0)
		fail(name, "error %q, wanted %q", err, want);
	else
		ok(name);
}

static void
same(char *name, vlong got, vlong want)
{
	if(got != want)
		fail(name, "%lld, wanted %lld", got, want);
	else
		ok(name);
}

static void
samestr(char *name, char *got, char *want)
{
	if(strcmp(got, want) != 0)
		fail(name, "%q, wanted %q", got, want);
	else
		ok(name);
}

static void
finish(void)
{
	(void)check; (void)checkerr; (void)works; (void)fails; (void)same; (void)samestr;
	done();
}
