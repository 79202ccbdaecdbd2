/* SPDX-License-Identifier: MIT */
/*
 * A network card, virtio-net, and what its cable leads to: a stream of frames
 * over a socket (another guest, or passt), or a tap device of the host.
 */
#ifndef DEVICES_NET_H
#define DEVICES_NET_H

#include "devices/device.h"

#define NET_MAC		6
#define NET_ETHER	14 /* bytes of header of an Ethernet frame */
#define NET_FRAME_MAX	(65535 + NET_ETHER)
#define NET_MTU_MAX	65520 /* a multiple of 4 and of 8, as passt has it */
#define NET_MTU_MIN	68
#define NET_STAGE	(64u << 10) /* bytes read ahead of the guest's buffers */
#define NET_LARGE	4096u	    /* a frame from here on is read where it goes */
#define NET_OUT		32	    /* frames sent with one system call */
#define NET_IN_CHAINS	64	    /* buffers of one received frame */
#define NET_PREFIX	14	    /* at most, before a frame in a stream */
#define NET_HELLO	8	    /* bytes at the start of a stream between guests */
#define NET_WITH_HEADER 0x80000000u /* in a prefix: the offload header follows */

enum { NET_RX, NET_TX };

/* Feature bits, and the header before each frame, as virtio's. */
#define NET_F_CSUM	 (1u << 0)
#define NET_F_GUEST_CSUM (1u << 1)
#define NET_F_MTU	 (1u << 3)
#define NET_F_MAC	 (1u << 5)
#define NET_F_GUEST_TSO4 (1u << 7)
#define NET_F_HOST_TSO4	 (1u << 11)
#define NET_F_MRG_RXBUF	 (1u << 15)

#define NET_HDR_NEEDS_CSUM 1 /* flags */
#define NET_HDR_VALID	   2
#define NET_GSO_NONE	   0
#define NET_GSO_TCP4	   1

struct net_header {
	u8 flags, gso;
	u16 hdr_len, gso_size, csum_start, csum_offset;
	u16 buffers; /* only with MRG_RXBUF */
} __attribute__((packed));

#define NET_HDR_SHORT 10
#define NET_HDR_LONG  12

_Static_assert(sizeof(struct net_header) == NET_HDR_LONG, "virtio's");

/* What the other end of the cable is. */
enum net_peer {
	NET_GUEST, /* another lguest: a hello, and offloads stay as they are */
	NET_PLAIN, /* length and frame, nothing else, as QEMU has it */
	NET_PASST, /* the same, and its checksums are right */
	NET_TAP,
};

/* A frame on its way out. */
struct net_out {
	struct vq_chain chain;
	u32 len; /* of the frame */
	u8 prefix[NET_PREFIX];
	u8 nprefix;
	u8 sum[2];  /* the checksum we completed ... */
	int sum_at; /* ... and where it belongs; -1: nowhere */
};

/* Cutting a long segment up, or completing its checksum, in a buffer of ours. */
struct net_cut {
	struct net_header h;
	u8 *frame;
	u32 len, at; /* payload bytes already given out */
	u32 left;    /* segments still to come */
	u32 index;
};

struct net {
	enum net_peer peer;
	int fd;	     /* the stream or the tap; -1: the cable is loose */
	int control; /* new streams come from there; -1: they do not */
	int says;    /* what the program at the other end writes about itself; or -1 */
	int asked;   /* for one */
	int ended;   /* the peer is gone for good */
	u8 mac[NET_MAC];
	u16 mtu;
	char name[48]; /* for messages */
	struct device_kind kind;
	struct device *device;
	u32 hdr_len; /* of struct net_header in the guest's buffers */

	struct net_out *out; /* NET_OUT of them */
	unsigned nout;
	size_t sent;	 /* bytes of out[0] that are gone */
	u32 filler;	 /* bytes owed to the peer for a frame cut off by a reset */
	int out_blocked; /* the peer does not read now */
	u32 hello_left, hello_seen;

	u8 *stage; /* read ahead */
	u32 stage_at, stage_len;
	u32 need, got; /* bytes of the frame being received; need 0: none */
	u32 skip;      /* bytes of a frame nobody wants any more */
	int last_large;
	struct net_header in; /* its header */
	u8 *bounce, *segment; /* NET_FRAME_MAX each; made when first needed */
	struct net_cut cut;
	u32 segment_len;	/* 0: none is waiting for buffers */
	struct vq_chain *chain; /* NET_IN_CHAINS buffers taken for it */
	unsigned nchain;
	u64 room;    /* bytes in them */
	int starved; /* the guest has no buffers for us */

	u64 dropped; /* frames of the guest that were nonsense */
};

/* 0: fd and control are the card's from now on; or -errno.  name is for messages. */
int net_open(struct net *n, enum net_peer peer, int fd, int control, const u8 mac[NET_MAC], u16 mtu,
	     const char *name);
void net_close(struct net *n);
/* To a guest, new or restarted.  NULL: no room. */
struct device *net_attach(struct net *n, struct devices *all);

/* --- Between net*.c ------------------------------------------------------------ */

/* One piece of work in a direction: 1 if there is more to do at once. */
int net_stream_send(struct net *n);
int net_stream_receive(struct net *n);
int net_tap_send(struct net *n);
int net_tap_receive(struct net *n);
/* The guest, or the other end, is new: forget what was in the middle. */
void net_stream_reset(struct net *n);
void net_stream_hangup(struct net *n);
extern const u8 net_hello[NET_HELLO];
/* What a read or write returned: 0 for later, or hung up; else how many bytes. */
ssize_t net_took(struct net *n, ssize_t ret);
/* The other end makes no sense: no more of it. */
void net_nonsense(struct net *n, const char *what, u32 value);
void net_tap_start(struct net *n);
/* Ask for the next peer, or take the one that came.  1: there is one. */
int net_plugged(struct net *n);

/* Have buffers for a frame of len bytes.  1: yes; 0: not yet; < 0: it does not fit. */
int net_buffers(struct net *n, u32 len);
/* The first len bytes of them are filled behind the header: to the guest. */
void net_deliver(struct net *n, u32 len, const struct net_header *h);
/* Where bytes [skip, skip + len) of the frame go.  Entries or -errno. */
int net_buffers_iov(struct net *n, u32 skip, u32 len, struct iovec *iov, int max);

/* The header of a chain to send, checked against its length.  0, or -EINVAL. */
int net_take_header(struct net *n, const struct vq_chain *c, struct net_header *h, u32 *len);
/* Can a header be believed for a frame of len bytes? */
int net_header_ok(const struct net_header *h, u32 len);

/* offload: ones' complement sum over memory; odd says that an odd byte went before. */
u32 net_sum(const u8 *p, size_t len, u32 sum, int odd);
u16 net_fold(u32 sum);
u16 net_udp_zero(const struct net_header *h, u16 sum);
/* Prepare; then each call makes one frame of it in to: its length, 0: no more. */
void net_cut_start(struct net_cut *c, u8 *frame, u32 len, const struct net_header *h);
u32 net_cut_next(struct net_cut *c, u8 *to);

#endif
