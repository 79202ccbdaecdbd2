/* SPDX-License-Identifier: MIT */
/*
 * The /net server: calls over the host's loopback, requests that wait
 * and how they end, limits.  Nothing here leaves the machine.
 */
#include "tests/unit/cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/hostnet_client.h"

static struct net n;

static int teardown(void **state)
{
	(void)state;
	nc_stop(&n);
	return 0;
}

static int plain(void **state)
{
	(void)state;
	nc_start(&n, "", "", -1);
	return 0;
}

#define REFUSED(call, text) \
	do { \
		assert_false(call); \
		assert_string_equal(nc_error(&n), text); \
	} while (0)

/* --- Conversations ------------------------------------------------------------------ */

enum { LCTL = 10, LISTEN, CCTL, CDATA, SCTL, SDATA };

static int number(u32 fid)
{
	const char *s = nc_read(&n, fid);

	assert_non_null(s);
	return atoi(s);
}

static const char *conv(int i, const char *file)
{
	static char path[4][64];
	static unsigned k;
	char *p = path[k++ % 4];

	snprintf(p, sizeof(path[0]), "tcp/%d/%s", i, file);
	return p;
}

/* Announce on a free port of the loopback: the port. */
static int announce(int *listener)
{
	const char *local;

	assert_true(nc_open(&n, LCTL, "tcp/clone", 2));
	*listener = number(LCTL);
	assert_true(nc_write(&n, LCTL, "announce 127.0.0.1!0"));
	local = nc_file(&n, conv(*listener, "local"));
	assert_memory_equal(local, "127.0.0.1!", 10);
	return atoi(local + 10);
}

static int dial(int port)
{
	char text[64];
	int i;

	assert_true(nc_open(&n, CCTL, "tcp/clone", 2));
	i = number(CCTL);
	snprintf(text, sizeof(text), "connect 127.0.0.1!%d", port);
	if (!nc_write(&n, CCTL, text))
		return -1;
	assert_true(nc_open(&n, CDATA, conv(i, "data"), 2));
	return i;
}

/* Both ends of a connection: CDATA and SDATA. */
static void connection(int *client, int *server)
{
	int listener, port = announce(&listener);

	*client = dial(port);
	assert_true(*client >= 0);
	assert_true(nc_open(&n, SCTL, conv(listener, "listen"), 2));
	*server = number(SCTL);
	assert_true(nc_open(&n, SDATA, conv(*server, "data"), 2));
}

static void a_call(void **state)
{
	int client, server;
	char text[64];

	(void)state;
	connection(&client, &server);
	assert_true(nc_write(&n, CDATA, "hello"));
	assert_string_equal(nc_read(&n, SDATA), "hello");
	assert_true(nc_write(&n, SDATA, "and back"));
	assert_string_equal(nc_read(&n, CDATA), "and back");
	snprintf(text, sizeof(text), "%s", nc_file(&n, conv(client, "local")));
	assert_string_equal(nc_file(&n, conv(server, "remote")), text);
	assert_memory_equal(nc_file(&n, conv(client, "status")), "Established ", 12);
	assert_int_equal(hn_convs(n.h), 3);
	/* the other side's end is the end of what can be read */
	nc_clunk(&n, CCTL);
	nc_clunk(&n, CDATA);
	assert_string_equal(nc_read(&n, SDATA), "");
	assert_string_equal(nc_read(&n, SDATA), "");
	nc_clunk(&n, SCTL);
	nc_clunk(&n, SDATA);
	nc_clunk(&n, LCTL);
	assert_int_equal(hn_convs(n.h), 0);
	assert_int_equal(hn_waiting(n.h), 0);
}

static void refused(void **state)
{
	int listener, port = announce(&listener);

	(void)state;
	nc_clunk(&n, LCTL);
	assert_int_equal(dial(port), -1);
	assert_string_equal(nc_error(&n), "connection refused");
	REFUSED(nc_write(&n, CCTL, "connect 127.0.0.1"), "bad ip address");
	REFUSED(nc_write(&n, CCTL, "connect 127.0.0.1!70000"), "bad ip address");
	REFUSED(nc_write(&n, CCTL, "connect *!7"), "bad ip address");
	REFUSED(nc_write(&n, CCTL, "jump"), "bad process or channel control request");
	REFUSED(nc_write(&n, CCTL, ""), "bad process or channel control request");
	REFUSED(nc_write(&n, CCTL, "headers"), "bad process or channel control request");
	assert_true(nc_open(&n, CDATA, "tcp/0/data", 2));
	assert_null(nc_read(&n, CDATA));
	assert_string_equal(nc_error(&n), "not connected");
	REFUSED(nc_open(&n, SCTL, "tcp/0/listen", 2), "not announced");
}

/* --- Requests that wait ---------------------------------------------------------------- */

static void flushed(void **state)
{
	int client, server;

	(void)state;
	connection(&client, &server);
	nc_send(&n, 5, P9_TREAD, "484", SDATA, (u64)0, 100);
	nc_send(&n, 6, P9_TREAD, "484", SDATA, (u64)0, 100);
	nc_settle(&n, 10);
	assert_true(n.call[5].waiting && n.call[6].waiting);
	assert_true(nc_do(&n, P9_TFLUSH, "2", 5));
	assert_false(nc_wait(&n, 5));
	assert_string_equal(n.call[5].error, "interrupted");
	/* the other still waits, and gets all */
	assert_true(nc_write(&n, CDATA, "for the second"));
	assert_true(nc_wait(&n, 6));
	assert_memory_equal(n.call[6].r + 11, "for the second", 14);
	assert_int_equal(n.call[6].rlen, 11 + 14);
	/* of what is not there: answered all the same */
	assert_true(nc_do(&n, P9_TFLUSH, "2", 77));
	/* one that waits for a call */
	nc_do(&n, P9_TWALK, "4420", 0, 50, 0);
	nc_send(&n, 7, P9_TWALK, "442sss", 0, 51, 3, "tcp", "0", "listen");
	assert_true(nc_wait(&n, 7));
	nc_send(&n, 7, P9_TOPEN, "41", 51, 2);
	nc_settle(&n, 10);
	assert_true(n.call[7].waiting);
	assert_true(nc_do(&n, P9_TFLUSH, "2", 7));
	assert_false(nc_wait(&n, 7));
	assert_int_equal(hn_waiting(n.h), 0);
}

static void ended_by_others(void **state)
{
	int client, server;

	(void)state;
	connection(&client, &server);
	nc_send(&n, 5, P9_TREAD, "484", SDATA, (u64)0, 100);
	assert_true(nc_write(&n, SCTL, "close"));
	assert_true(nc_wait(&n, 5)); /* the end of the file */
	assert_int_equal(n.call[5].rlen, 11);
	REFUSED(nc_write(&n, SDATA, "x"), "i/o on hungup channel");
	assert_string_equal(nc_read(&n, CDATA), "");
	/* a fid that goes away, with a read on it */
	nc_send(&n, 5, P9_TREAD, "484", CDATA, (u64)0, 100);
	if (n.call[5].waiting) {
		nc_clunk(&n, CDATA);
		assert_false(nc_wait(&n, 5));
	}
	/* an announcement that ends, with a listener waiting */
	nc_send(&n, 7, P9_TWALK, "442sss", 0, 51, 3, "tcp", "0", "listen");
	assert_true(nc_wait(&n, 7));
	nc_send(&n, 7, P9_TOPEN, "41", 51, 2);
	nc_settle(&n, 10);
	assert_true(n.call[7].waiting);
	assert_true(nc_write(&n, LCTL, "hangup"));
	assert_false(nc_wait(&n, 7));
	assert_string_equal(n.call[7].error, "i/o on hungup channel");
}

/* A session that begins anew ends all that waits, once. */
static void version_ends_all(void **state)
{
	int client, server;
	unsigned i;

	(void)state;
	connection(&client, &server);
	for (i = 5; i < 20; i++)
		nc_send(&n, i, P9_TREAD, "484", i % 2 ? SDATA : CDATA, (u64)0, 100);
	assert_true(nc_do(&n, P9_TVERSION, "4s", 65536, "9P2000"));
	for (i = 5; i < 20; i++) {
		assert_false(nc_wait(&n, i));
		assert_int_equal(n.call[i].answered, 1);
	}
	assert_int_equal(hn_convs(n.h), 0);
	assert_int_equal(hn_fids(n.h), 0);
	assert_int_equal(hn_waiting(n.h), 0);
}

/* More than a socket holds: the write waits, and what is read is what was written. */
static void long_write(void **state)
{
	enum { CHUNK = 60000, CHUNKS = 200 };
	static char data[CHUNK];
	int client, server;
	unsigned sent, i;
	size_t got = 0;

	(void)state;
	for (i = 0; i < CHUNK; i++)
		data[i] = (char)(i * 7 + i / 251);
	connection(&client, &server);
	for (sent = 0; sent < CHUNKS && !n.call[5].waiting; sent++)
		nc_send(&n, 5, P9_TWRITE, "484d", CDATA, (u64)0, CHUNK, data, (size_t)CHUNK);
	assert_true(n.call[5].waiting);
	while (got < (size_t)sent * CHUNK) {
		u32 len;

		assert_true(nc_do(&n, P9_TREAD, "484", SDATA, (u64)0, CHUNK));
		len = n.call[0].rlen - 11;
		assert_true(len > 0);
		for (i = 0; i < len; i++)
			if ((char)n.call[0].r[11 + i] != data[(got + i) % CHUNK])
				fail_msg("byte %zu is wrong", got + i);
		got += len;
	}
	assert_true(nc_wait(&n, 5));
}

/* There is always room for a request that ends the waiting. */
static void too_many(void **state)
{
	int client, server;
	unsigned i, waiting = 0;

	(void)state;
	connection(&client, &server);
	for (i = 2; i < NET_CALLS; i++) {
		nc_send(&n, i, P9_TREAD, "484", SDATA, (u64)0, 1);
		waiting += n.call[i].waiting;
	}
	assert_int_equal(waiting, HN_WAITING);
	assert_false(nc_wait(&n, NET_CALLS - 1));
	assert_string_equal(n.call[NET_CALLS - 1].error, "too many requests wait for the network");
	assert_true(nc_write(&n, SCTL, "hangup"));
	for (i = 2; i < NET_CALLS; i++)
		assert_false(n.call[i].waiting);
}

static void conversations_end(void **state)
{
	u32 fid;

	(void)state;
	for (fid = 100; nc_open(&n, fid, "udp/clone", 2); fid++)
		;
	assert_string_equal(nc_error(&n), "no free devices");
	assert_int_equal(fid - 100, HN_CONVS);
	assert_true(nc_clunk(&n, 100));
	assert_true(nc_open(&n, fid, "udp/clone", 2));
	assert_int_equal(number(fid), 0);
}

static void reset(void **state)
{
	int client, server;

	(void)state;
	connection(&client, &server);
	nc_send(&n, 5, P9_TREAD, "484", SDATA, (u64)0, 100);
	hn_reset(n.h);
	assert_true(n.call[5].waiting); /* nobody was told */
	n.call[5].waiting = 0;
	assert_int_equal(hn_convs(n.h), 0);
	assert_int_equal(hn_waiting(n.h), 0);
	REFUSED(nc_do(&n, P9_TSTAT, "4", 0), "no version agreed upon");
}

/* --- Datagrams ---------------------------------------------------------------------------- */

static void datagrams(void **state)
{
	u8 packet[HN_NAME_MAX] = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 };
	const char *local;
	int port;

	(void)state;
	assert_true(nc_open(&n, LCTL, "udp/clone", 2));
	assert_true(nc_write(&n, LCTL, "announce 127.0.0.1!0"));
	assert_true(nc_write(&n, LCTL, "headers"));
	local = nc_file(&n, "udp/0/local");
	port = atoi(strchr(local, '!') + 1);
	assert_true(nc_open(&n, LISTEN, "udp/0/data", 2));
	assert_true(nc_open(&n, CCTL, "udp/clone", 2));
	assert_true(nc_write(&n, CCTL, "headers"));
	assert_true(nc_write(&n, CCTL, "announce *!0"));
	assert_true(nc_open(&n, CDATA, "udp/1/data", 2));
	packet[48] = (u8)(port >> 8);
	packet[49] = (u8)port;
	memcpy(packet + 52, "ping", 4);
	REFUSED(nc_do(&n, P9_TWRITE, "484d", CDATA, (u64)0, 51, packet, (size_t)51),
		"packet too short");
	assert_true(nc_do(&n, P9_TWRITE, "484d", CDATA, (u64)0, 56, packet, (size_t)56));
	assert_true(nc_do(&n, P9_TREAD, "484", LISTEN, (u64)0, 1000));
	assert_int_equal(n.call[0].rlen, 11 + 56);
	assert_memory_equal(n.call[0].r + 11, packet, 16);
	assert_memory_equal(n.call[0].r + 11 + 52, "ping", 4);
	/* back to where it came from */
	memcpy(packet, n.call[0].r + 11, 52);
	assert_true(nc_do(&n, P9_TWRITE, "484d", LISTEN, (u64)0, 56, packet, (size_t)56));
	assert_true(nc_do(&n, P9_TREAD, "484", CDATA, (u64)0, 1000));
	assert_int_equal(n.call[0].rlen, 11 + 56);
}

/* A client's port, where rules allow no listening, hears only who was spoken to. */
static void guarded(void **state)
{
	u8 packet[53] = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 };
	int port, other;

	(void)state;
	nc_start(&n, "listen!tcp!*!1", "", -1);
	assert_true(nc_open(&n, LCTL, "udp/clone", 2));
	assert_true(nc_write(&n, LCTL, "headers"));
	REFUSED(nc_write(&n, LCTL, "announce *!9"),
		"permission denied: no rule of lguest allows listen udp!::!9");
	assert_true(nc_write(&n, LCTL, "announce *!0"));
	port = atoi(strchr(nc_file(&n, "udp/0/local"), '!') + 1);
	assert_true(nc_open(&n, LISTEN, "udp/0/data", 2));
	assert_true(nc_open(&n, CCTL, "udp/clone", 2));
	assert_true(nc_write(&n, CCTL, "headers"));
	assert_true(nc_write(&n, CCTL, "announce *!0"));
	other = atoi(strchr(nc_file(&n, "udp/1/local"), '!') + 1);
	assert_true(nc_open(&n, CDATA, "udp/1/data", 2));
	packet[48] = (u8)(port >> 8);
	packet[49] = (u8)port;
	assert_true(nc_do(&n, P9_TWRITE, "484d", CDATA, (u64)0, 53, packet, (size_t)53));
	nc_send(&n, 5, P9_TREAD, "484", LISTEN, (u64)0, 1000);
	nc_settle(&n, 50);
	assert_true(n.call[5].waiting); /* not for us */
	packet[48] = (u8)(other >> 8);
	packet[49] = (u8)other;
	assert_true(nc_do(&n, P9_TWRITE, "484d", LISTEN, (u64)0, 53, packet, (size_t)53));
	packet[48] = (u8)(port >> 8);
	packet[49] = (u8)port;
	assert_true(nc_do(&n, P9_TWRITE, "484d", CDATA, (u64)0, 53, packet, (size_t)53));
	assert_true(nc_wait(&n, 5));
}

/* --- Nonsense ------------------------------------------------------------------------------------- */

static void nonsense(void **state)
{
	static const char *const paths[] = {
		"tcp/clone", "udp/clone", "tcp/0/data", "udp/0/data",
		"cs",	     "dns",	  "tcp/0/ctl",	"tcp/0/listen"
	};
	unsigned seed = 1, i, k;

	(void)state;
	srand(seed);
	for (i = 0; i < 30000; i++) {
		struct nc_call *c = &n.call[2 + i % (NET_CALLS - 2)];
		u32 len = 7 + (u32)rand() % 60;

		if (i % 500 == 0) {
			nc_do(&n, P9_TVERSION, "4s", 65536, "9P2000");
			nc_do(&n, P9_TATTACH, "44ss", 0, P9_NOFID, "x", "");
			for (k = 0; k < sizeof(paths) / sizeof(paths[0]); k++)
				nc_open(&n, k + 1, paths[k], 2);
		}
		if (c->waiting)
			continue;
		for (k = 0; k < len; k++)
			c->t[k] = rand() % 3 ? 0 : (u8)rand();
		c->t[0] = (u8)(rand() % 50 ? len : (u32)rand());
		c->t[1] = c->t[2] = c->t[3] = 0;
		c->t[4] = (u8)(100 + rand() % 28);
		c->t[7] = (u8)(rand() % 12);
		c->t[8] = c->t[9] = c->t[10] = 0;
		if (c->t[4] == P9_TVERSION)
			continue;
		c->waiting = 1;
		hn_request(n.h, 2 + i % (NET_CALLS - 2), c->t, len, c->r,
			   rand() % 20 ? NET_ROOM : (u32)rand() % 200);
		nc_settle(&n, 0);
	}
	hn_reset(n.h);
	assert_int_equal(hn_waiting(n.h), 0);
	assert_int_equal(hn_fids(n.h), 0);
	assert_int_equal(hn_convs(n.h), 0);
}

#define NET(f) cmocka_unit_test_setup_teardown(f, plain, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NET(a_call),
		NET(refused),
		NET(flushed),
		NET(ended_by_others),
		NET(version_ends_all),
		NET(long_write),
		NET(too_many),
		NET(conversations_end),
		NET(reset),
		NET(datagrams),
		cmocka_unit_test_teardown(guarded, teardown),
		NET(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
