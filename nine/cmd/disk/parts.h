/* SPDX-License-Identifier: MIT */
/* What prep and fdisk share: a list of pieces of a disk and its editor. */
typedef struct Part Part;
typedef struct Table Table;

enum
{
	Maxpart	= 64,
	Partname = 28,
};

struct Part
{
	char	name[Partname];
	vlong	start;			/* sectors */
	vlong	end;
	int	type;			/* fdisk: of the entry; prep: 0 */
	int	active;
	int	slot;			/* fdisk: 0-3, or 4 and up: in the extended one */
};

struct Table
{
	char	*file;			/* the device */
	int	fd;
	int	rdonly;
	vlong	secs;
	int	secsize;
	vlong	off;			/* of sector 0 on the disk, for the ctl file */
	Part	part[Maxpart];
	int	npart;
	int	changed;
	vlong	dot;
	char	*fixed;			/* the prefix names have: p1..p4, or nil: any */

	int	(*write)(Table*);	/* to the disk */
	void	(*ctlname)(Table*, Part*, char*, int);	/* what #S is to call it; "": nothing */
	int	(*more)(Table*, int, char**);	/* other commands: 0, or -1: unknown */
	char	*help;			/* of those */
};

int	opentable(Table*, char*, int);
Part*	findpart(Table*, char*);
char*	addpart(Table*, char*, vlong, vlong, Part**);
char*	delpart(Table*, char*);
void	printtable(Table*);
void	printctl(Table*, int);
int	writetable(Table*);
void	edittable(Table*);
int	largestgap(Table*, vlong, vlong*, vlong*);
int	parsenum(Table*, char*, vlong*);
