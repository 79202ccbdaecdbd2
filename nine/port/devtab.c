/*
 * The devices of this kernel.  The root device is first: a channel no
 * device has claimed is of type 0, and closing a root channel does nothing.
 */
#include "u.h"
#include "lib.h"
#include "mem.h"
#include "dat.h"
#include "fns.h"

extern Dev
	rootdevtab,
	archdevtab,
	capdevtab,
	consdevtab,
	dupdevtab,
	envdevtab,
	etherdevtab,
	fsdevtab,
	ipdevtab,
	mntdevtab,
	pipedevtab,
	procdevtab,
	ramdevtab,
	sddevtab,
	segmentdevtab,
	srvdevtab,
	uartdevtab,
	v9pdevtab;

Dev *devtab[] =
{
	&rootdevtab,
	&archdevtab,
	&capdevtab,
	&consdevtab,
	&dupdevtab,
	&envdevtab,
	&etherdevtab,
	&fsdevtab,
	&ipdevtab,
	&mntdevtab,
	&pipedevtab,
	&procdevtab,
	&ramdevtab,
	&sddevtab,
	&segmentdevtab,
	&srvdevtab,
	&uartdevtab,
	&v9pdevtab,
	nil,
};
