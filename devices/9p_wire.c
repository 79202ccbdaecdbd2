/* SPDX-License-Identifier: MIT */
/*
 * D:602 Packets with descriptors.
 */
#include "devices/9p_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

union control {
	struct cmsghdr h;
	char space[CMSG_SPACE(GUEST_PARCEL_FDS * sizeof(int))];
};

ssize_t share_send(int sock, const struct share_packet *p, const int *fds, int nfds)
{
	struct iovec iov = { (void *)p, sizeof(*p) };
	union control control;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (nfds) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int));
		control.h.cmsg_level = SOL_SOCKET;
		control.h.cmsg_type = SCM_RIGHTS;
		control.h.cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
		memcpy(CMSG_DATA(&control.h), fds, (size_t)nfds * sizeof(int));
	}
	do
		n = nfds ? sendmsg(sock, &msg, MSG_NOSIGNAL) :
			   send(sock, p, sizeof(*p), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static void take_fds(struct msghdr *msg, int *fds, int *nfds)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int n;

	*nfds = 0;
	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;
	n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
	memcpy(fds, CMSG_DATA(c), (size_t)n * sizeof(int));
	*nfds = n;
}

ssize_t share_receive(int sock, struct share_packet *p, int *fds, int *nfds, int flags)
{
	struct iovec iov = { p, sizeof(*p) };
	union control control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = fds ? &control : NULL,
			      .msg_controllen = fds ? sizeof(control) : 0 };
	ssize_t n;

	do
		n = recvmsg(sock, &msg, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && fds && nfds)
		take_fds(&msg, fds, nfds);
	return n < 0 ? -errno : n;
}
