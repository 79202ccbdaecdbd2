/* SPDX-License-Identifier: MIT */
/* Between the files of the /net server; nobody else includes it. */
#ifndef DEVICES_HOSTNET_IMPL_H
#define DEVICES_HOSTNET_IMPL_H

#include <sys/socket.h>

#include "devices/9p_impl.h"
#include "devices/hostnet.h"

/* --- Files: what a qid's path says --------------------------------------------- */

enum hn_kind {
	HN_ROOT,
	HN_CS,
	HN_DNS,
	HN_NDB,
	HN_IPROUTE,
	HN_IPSELFTAB,
	HN_ARP,
	HN_IFCS, /* ipifc */
	HN_IFC,	 /* ipifc/N */
	HN_IFSTATUS,
	HN_ETHER, /* etherN */
	HN_ETHERADDR,
	HN_PROTO, /* tcp */
	HN_CLONE,
	HN_STATS,
	HN_CONV, /* tcp/N */
	HN_CTL,
	HN_DATA,
	HN_ERR,
	HN_LISTEN,
	HN_LOCAL,
	HN_REMOTE,
	HN_STATUS,
};

struct hn_file {
	u8 kind;
	u8 proto;
	u16 n; /* conversation or interface */
};

/* --- Requests ------------------------------------------------------------------- */

struct hn_conv;
struct hn_fid;

/* A request from its arrival to its reply. */
struct hn_req {
	struct hn_req *next; /* in the queue where it waits, or among the free */
	struct hn_req *all_next, *all_prev;
	struct hn_req **queue; /* where it waits; NULL: nowhere */
	u32 cookie;
	u8 type;
	u16 tag;
	struct p9_in in;
	struct p9_out out;
	u8 *r;
	struct hn_fid *f;
	u64 offset;
	u32 count, done; /* of the data of a write */
	u32 question;	 /* to the resolver; 0: none */
};

#define HN_PENDING 1 /* what a handler returns when the reply comes later */

struct hn_lines {
	u32 len;
	char *text; /* lines, each with a 0 at its end */
};

struct hn_fid {
	struct hn_fid *next;
	u32 number;
	struct hn_file file;
	u8 open, mode;
	char user[P9_USER_MAX];
	/* cs and dns: what was asked, and the answers */
	struct hn_lines lines;
	char *query;
};

/* --- Conversations --------------------------------------------------------------- */

enum hn_state {
	HN_CLOSED,
	HN_CONNECTING,
	HN_CONNECTED,
	HN_ANNOUNCED,
	HN_HUNGUP, /* was connected or announced */
};

#define HN_PEERS 64

struct hn_conv {
	struct hostnet *h;
	u8 proto;
	u16 n;
	unsigned refs; /* open files that keep it */
	u8 state;
	u8 headers;
	u8 guarded; /* udp: accept only from those we sent to */
	u8 ended;   /* tcp: the peer has sent all */
	int fd;	    /* -1: none */
	int family;
	u32 watched; /* what epoll looks for */
	struct hn_addr local, remote;
	int error; /* errno that ended it */
	char owner[P9_USER_MAX];
	struct hn_req *readers, *writers, *listeners, *connector;
	u64 nin, nout; /* bytes */
	u32 peers[HN_PEERS];
	unsigned npeers;
};

struct hn_service {
	char name[24];
	u16 port;
	u8 proto; /* or HN_ANY */
};

struct hostnet {
	const struct hn_rules *rules;
	int resolver, epoll;
	hn_reply_fn *reply;
	void *arg;
	u32 msize; /* 0: no version agreed upon */
	u32 next_question;
	unsigned nfids, nwaiting;
	u32 start; /* s */
	struct hn_fid *fids[256];
	struct hn_req *all, *free;
	struct hn_req req[HN_REQS];
	struct hn_conv *conv[HN_PROTOS][HN_CONVS];
	u64 calls[HN_PROTOS], accepts[HN_PROTOS], refused[HN_PROTOS];
	char why[160]; /* the text of HN_EDENIED */
	struct hn_service *services;
	unsigned nservices;
};

/* What goes wrong beyond errno: negative numbers of ours, with texts. */
enum {
	HN_EHUNGUP = 1000,
	HN_EBADCTL,
	HN_EBADADDR,
	HN_ENOTCONN,
	HN_ENOTANN,
	HN_EINUSE,
	HN_ENOCONV,
	HN_EDNS,
	HN_ENOREC,
	HN_EDENIED, /* with the rule in the conversation's words */
	HN_ENOSERV,
	HN_ENONET,
	HN_ETRANS,
	HN_EQUERY,
	HN_ESHORT,
	HN_EFID,
	HN_ECROWD,
};

/* hostnet.c */
void hn_answer(struct hostnet *h, struct hn_req *q, int err);
void hn_answer_text(struct hostnet *h, struct hn_req *q, const char *why);
void hn_wait(struct hn_req *q, struct hn_req **queue);
void hn_unwait(struct hn_req *q);
int hn_put_read(struct hn_req *q, const void *data, size_t len);

/* hostnet_msg.c */
int hn_dispatch(struct hostnet *h, struct hn_req *q, u32 len);
void hn_free_fids(struct hostnet *h);
/* Give up on a request that waits, with an error; others may be answered too. */
void hn_cancel(struct hostnet *h, struct hn_req *q, int err);

/* hostnet_tree.c */
struct p9_qid hn_qid(const struct hostnet *h, struct hn_file f);
int hn_walk(const struct hostnet *h, struct hn_file *f, const char *name);
void hn_stat(struct hostnet *h, struct p9_out *out, struct hn_file f);
int hn_read_dir(struct hostnet *h, struct hn_file f, u64 offset, struct p9_out *out);
int hn_is_dir(struct hn_file f);
unsigned hn_file_mode(struct hn_file f);

/* hostnet_conv.c */
int hn_conv_clone(struct hostnet *h, int proto, const char *user, struct hn_conv **to);
struct hn_conv *hn_conv_find(const struct hostnet *h, struct hn_file f);
void hn_conv_hold(struct hn_conv *c, const char *user);
void hn_conv_drop(struct hn_conv *c);
void hn_conv_end(struct hn_conv *c, int err, int abrupt);
void hn_conv_watch(struct hn_conv *c);
int hn_conv_read(struct hn_conv *c, struct hn_req *q);
int hn_conv_write(struct hn_conv *c, struct hn_req *q);
int hn_conv_listen(struct hn_conv *c, struct hn_req *q);
void hn_conv_event(struct hn_conv *c, u32 events);
int hn_conv_text(struct hn_conv *c, int kind, char *buf, size_t size);

/* hostnet_ctl.c */
int hn_ctl(struct hn_conv *c, struct hn_req *q);
int hn_connected(struct hn_conv *c, struct hn_req *q);
int hn_deny(struct hostnet *h, int listen, int proto, const struct hn_addr *a);

/* hostnet_udp.c */
#define HN_UDP_HEADER 52
ssize_t hn_udp_recv(struct hn_conv *c, u8 *to, size_t room);
ssize_t hn_udp_send(struct hn_conv *c, const u8 *data, size_t len);
int hn_udp_headers(struct hn_conv *c);

/* hostnet_addr.c */
int hn_parse_ip(u8 ip[16], const char *text);
int hn_parse_port(u16 *port, const char *text);
const char *hn_ip_text(const u8 ip[16], char buf[48]);
int hn_is_v4(const u8 ip[16]);
int hn_is_any(const u8 ip[16]);
socklen_t hn_sockaddr(struct sockaddr_storage *ss, int family, const struct hn_addr *a);
void hn_from_sockaddr(struct hn_addr *a, const struct sockaddr_storage *ss);
const char *hn_proto_name(int proto);

/* hostnet_cs.c */
int hn_query(struct hostnet *h, struct hn_fid *f, struct hn_req *q, const char *text);
int hn_query_read(struct hn_fid *f, struct hn_req *q);
void hn_resolver_ready(struct hostnet *h);

/* hostnet_serv.c */
void hn_services_load(struct hostnet *h);
int hn_service(const struct hostnet *h, int proto, const char *name, u16 *port);
int hn_protocol(const char *name);

/* hostnet_ip.c: texts about the host's interfaces; their length */
unsigned hn_ifcs(void);
int hn_ip_file(struct hostnet *h, struct hn_file f, char *buf, size_t size);
int hn_ifc_ether(unsigned n);

#endif
