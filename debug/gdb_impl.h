/* SPDX-License-Identifier: MIT */
/* What the parts of the gdb stub share. */
#ifndef DEBUG_GDB_IMPL_H
#define DEBUG_GDB_IMPL_H

#include "debug/gdb.h"
#include "debug/internal.h"
#include "host/stop.h"
#include "lguest/tasks.h"

#define GDB_PACKET	0x4000u		/* bytes between $ and #, both ways */
#define GDB_IN		(2 * GDB_PACKET)
#define GDB_OUT		(16 * GDB_PACKET)
#define GDB_BREAKS	64
#define GDB_TASKS	512
#define GDB_NAME	32
#define GDB_VCPU	999999u		/* thread id when no task runs */

#define GDB_SIGINT	2
#define GDB_SIGILL	4
#define GDB_SIGTRAP	5
#define GDB_SIGABRT	6
#define GDB_SIGFPE	8
#define GDB_SIGBUS	10
#define GDB_SIGSEGV	11

enum gdb_state {
	GDB_AWAY,			/* no client; the guest runs */
	GDB_STOPPING,			/* asked, and waits for the vCPU to stand */
	GDB_STOPPED,			/* it stands; the client talks */
	GDB_RUNNING,			/* the client waits for a stop */
};

/* Whose is an address of the user half? */
enum gdb_scope {
	GDB_EVERYWHERE,			/* the kernel half, or linear mode */
	GDB_PGDIR,			/* where this directory is in use */
	GDB_NAMED,			/* tasks of this name */
};

struct gdb_break {
	u32 gva;
	bool kept;			/* in use; its owner is remembered */
	bool wanted;			/* the client has it in place */
	enum gdb_scope scope;
	u32 pgdir;
	char name[GDB_NAME];
};

struct gdb_int3 {			/* one byte of guest memory that is ours */
	u32 gva, gpa;
	u8 was;
	bool used;
};

struct gdb_watch {
	u32 gva, len;			/* len 0: free */
	u32 pgdir;
	char type;			/* '2' write, '3' read, '4' access */
};

struct gdb_task {
	u32 id, pgdir;
	u32 label[6];			/* esp eip ebx esi edi ebp */
	bool has_label, live;
	char name[GDB_NAME], state[GDB_NAME];
};

struct gdb {
	struct lg *lg;
	const struct debug_image *image;
	enum gdb_state state;
	int signal;			/* of the last stop */
	char why[48];			/* and what the stop reply says besides */
	bool attached, dead, killed, gone, noack, swbreak;
	bool interrupt, interrupted;	/* Ctrl-C came; the stop is because of it */
	bool ending;			/* the client let a dead guest go */
	bool over;			/* a step over int3 is under way: ... */
	bool step;			/* ... and then one for the client */
	u32 over_gpa;
	u32 thread;			/* Hg; 0: the one that runs */

	struct gdb_break breaks[GDB_BREAKS];
	struct gdb_int3 int3[LG_DEBUG_BREAKS];
	struct gdb_watch watches[LG_DEBUG_WATCHES];
	struct lg_debug_page pages[LG_DEBUG_PAGES];	/* as last told the Host */
	u32 npages;
	char user_scope[GDB_NAME];	/* "": the process selected; "*": any; a name */

	bool have_symbols, have_tasks;
	struct symbols *symbols;
	struct lg_tasks layout;
	struct gdb_task tasks[GDB_TASKS];
	unsigned ntasks;		/* 0: look again */

	size_t nin, taken, nout;
	size_t reply;			/* bytes of the one being made */
	char in[GDB_IN];
	char out[GDB_OUT];
	char text[GDB_PACKET];		/* the reply being made */
	char last[GDB_PACKET + 4];	/* for a client that asks again */
	size_t nlast;
};

/* gdb.c */
void gdb_say_stop(struct gdb *g);
void gdb_go(struct gdb *g, bool step);

/* gdb_packet.c */
struct packet {				/* what is left of a request */
	const char *p, *end;
};
bool gdb_take(struct gdb *g, struct packet *pk);	/* the next whole request */
void gdb_drop_taken(struct gdb *g);
void gdb_reply(struct gdb *g);		/* send g->text */
void gdb_say(struct gdb *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gdb_say_hex(struct gdb *g, const void *bytes, size_t len);
void gdb_answer(struct gdb *g, const char *text);
void gdb_console(struct gdb *g, const char *text, size_t len);
bool take_char(struct packet *pk, char c);
bool take_hex(struct packet *pk, u32 *value);
bool take_bytes(struct packet *pk, u8 *to, size_t len);	/* 2 * len hex digits */
bool take_word(struct packet *pk, const char *word);

/* gdb_request.c */
void gdb_request(struct gdb *g, struct packet *pk);

/* gdb_regs.c */
void gdb_read_all(struct gdb *g);
void gdb_write_all(struct gdb *g, struct packet *pk);
void gdb_read_one(struct gdb *g, struct packet *pk);
void gdb_write_one(struct gdb *g, struct packet *pk);
const char *gdb_target_xml(void);

/* gdb_break.c */
void gdb_insert(struct gdb *g, struct packet *pk);	/* Z */
void gdb_remove(struct gdb *g, struct packet *pk);	/* z */
void gdb_sync(struct gdb *g, bool step);		/* what the client has set becomes true */
void gdb_unset(struct gdb *g, bool forget);	/* no trace is left in memory */
struct gdb_break *gdb_break_here(struct gdb *g);
void gdb_lift(struct gdb *g, u32 gpa);	/* out for one step ... */
void gdb_put_back(struct gdb *g, u32 gpa);
void gdb_page(struct gdb *g, u32 gva, u32 gpa);
void gdb_hide(const struct gdb *g, u32 gpa, u8 *bytes, size_t len);
void gdb_store(struct gdb *g, u32 gpa, const u8 *bytes, size_t len);
bool gdb_watched(struct gdb *g, const struct lg_stop *stop);	/* true: tell the client */

/* gdb_tasks.c */
void gdb_find_tasks(struct gdb *g);	/* once a stop */
u32 gdb_live(struct gdb *g);		/* thread id of what runs */
const struct gdb_task *gdb_task(struct gdb *g, u32 id);	/* NULL: none, or the vCPU itself */
const struct gdb_task *gdb_selected(struct gdb *g);	/* NULL: the one that runs */
u32 gdb_pgdir(struct gdb *g);		/* of the selected thread */
void gdb_threads_xml(struct gdb *g, FILE *to);
u32 symbols_value(struct symbols *symbols, const char *name);	/* symbols.c; 0: none */

/* gdb_memory.c */
u32 access_size(const u8 *code, size_t len);	/* bytes an instruction uses of memory */
size_t gdb_read(struct gdb *g, u32 gva, void *to, size_t len);
void gdb_read_memory(struct gdb *g, struct packet *pk);
void gdb_write_memory(struct gdb *g, struct packet *pk, bool binary);

/* gdb_monitor.c */
void gdb_monitor(struct gdb *g, struct packet *pk);

#endif
