/*
 * Printing for the kernel.  None of these allocates or sleeps before its
 * text is out, so all but pprint may be called from anywhere.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"
#include "error.h"

enum
{
	PRINTSIZE	= 256,		/* bytes in one message */
};

/* A message of the kernel: kept in kmesg, and shown unless we were told to be quiet. */
int
print(char *fmt, ...)
{
	char buf[PRINTSIZE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vseprint(buf, buf+sizeof buf, fmt, ap) - buf;
	va_end(ap);
	if(kquiet)
		kmesgputs(buf, n);
	else
		putstrn(buf, n);
	return n;
}

/* One that must be seen. */
int
iprint(char *fmt, ...)
{
	char buf[PRINTSIZE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vseprint(buf, buf+sizeof buf, fmt, ap) - buf;
	va_end(ap);
	putstrn(buf, n);
	return n;
}

/* To the process's standard error, headed by its name and number. */
int
pprint(char *fmt, ...)
{
	char buf[PRINTSIZE];
	va_list ap;
	Chan *c;
	char *p;
	int n;

	if(up == nil || up->fgrp == nil)
		return 0;
	p = seprint(buf, buf+sizeof buf, "%s %lud: ", up->text, up->pid);
	va_start(ap, fmt);
	n = vseprint(p, buf+sizeof buf, fmt, ap) - buf;
	va_end(ap);
	if(waserror())
		return 0;
	c = fdtochan(2, OWRITE, 0, 1);
	if(waserror()){
		cclose(c);
		nexterror();
	}
	devtab[c->type]->write(c, buf, n, c->offset);
	c->offset += n;
	poperror();
	cclose(c);
	poperror();
	return n;
}
