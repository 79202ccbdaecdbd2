/* SPDX-License-Identifier: MIT */
/* Private to the library. */

extern Tos *_tos;
extern void **_privates;
extern int _nprivates;
extern Fmtverb _fmtextra[];
extern char end[];

int	brk_(void*);
int	_seek(vlong*, int, vlong, int);
int	_nsec(vlong*);
