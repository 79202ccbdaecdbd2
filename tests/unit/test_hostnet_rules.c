/* SPDX-License-Identifier: MIT */
/*
 * The /net server: names and the rules about who may be called.
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

enum { CCTL = 12 };

/* --- Names ------------------------------------------------------------------------------------ */

static const char *cs(const char *query)
{
	if (!nc_open(&n, 60, "cs", 2))
		return nc_error(&n);
	if (!nc_write(&n, 60, query)) {
		static char error[256];

		strcpy(error, nc_error(&n));
		nc_clunk(&n, 60);
		return error;
	}
	return nc_read(&n, 60);
}

static void names(void **state)
{
	static const char *const table[][2] = {
		{ "tcp!127.0.0.1!80", "/net/tcp/clone 127.0.0.1!80" },
		{ "tcp!127.0.0.1!http", "/net/tcp/clone 127.0.0.1!80" },
		{ "/net/udp!::1!53", "/net/udp/clone ::1!53" },
		{ "tcp!*!9fs", "/net/tcp/clone *!564" },
		{ "net!127.0.0.1!exportfs", "/net/tcp/clone 127.0.0.1!17007" },
		{ "!protocol=tcp", "protocol=tcp ipproto=6" },
		{ "tcp!127.0.0.1!nothing", "cs: can't translate service" },
		{ "il!127.0.0.1!80", "cs: no such network" },
		{ "tcp!some.name!80", "dns failure" },
		{ "nonsense", "bad format" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_string_equal(cs(table[i][0]), table[i][1]);
		nc_clunk(&n, 60);
	}
	/* one line a read */
	assert_string_equal(cs("net!127.0.0.1!echo"), "/net/tcp/clone 127.0.0.1!7");
	assert_true(nc_do(&n, P9_TREAD, "484", 60, (u64)26, 8192));
	assert_int_equal(n.call[0].rlen, 11 + 26);
	assert_memory_equal(n.call[0].r + 11, "/net/udp/clone 127.0.0.1!7", 26);
	assert_true(nc_do(&n, P9_TREAD, "484", 60, (u64)52, 8192));
	assert_int_equal(n.call[0].rlen, 11);
}

/* What the resolver says is put into lines; its silence holds up one request. */
static void resolver(void **state)
{
	struct hn_question q;
	struct hn_answer a = { 0 };
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	nc_start(&n, "", "", pair[0]);
	assert_true(nc_open(&n, 60, "cs", 2));
	nc_send(&n, 5, P9_TWRITE, "484d", 60, (u64)0, 17, "tcp!a.example!564", (size_t)17);
	assert_true(n.call[5].waiting);
	assert_string_equal(nc_file(&n, "tcp/stats"), nc_file(&n, "tcp/stats"));
	assert_int_equal(recv(pair[1], &q, sizeof(q), 0), sizeof(q));
	assert_string_equal(q.name, "a.example");
	assert_string_equal(q.type, "host");
	a.id = q.id + 1; /* nobody's */
	assert_int_equal(send(pair[1], &a, sizeof(a), 0), sizeof(a));
	nc_settle(&n, 10);
	assert_true(n.call[5].waiting);
	a.id = q.id;
	a.len = (u32)snprintf(a.text, sizeof(a.text), "a.example ip 192.0.2.7") + 1;
	assert_int_equal(send(pair[1], &a, sizeof(a), 0), sizeof(a));
	assert_true(nc_wait(&n, 5));
	assert_string_equal(nc_read(&n, 60), "/net/tcp/clone 192.0.2.7!564");
	/* it dies: who waits is told, and who asks later */
	nc_send(&n, 5, P9_TWRITE, "484d", 60, (u64)0, 17, "tcp!b.example!564", (size_t)17);
	close(pair[1]);
	assert_false(nc_wait(&n, 5));
	assert_string_equal(n.call[5].error, "dns failure");
	REFUSED(nc_write(&n, 60, "tcp!b.example!564"), "dns failure");
	close(pair[0]);
}

/* --- Rules -------------------------------------------------------------------------------------- */

static int allowed(const struct hn_rules *r, int listen, int proto, const char *ip, u16 port)
{
	struct hn_addr a = { .port = port };
	struct hn_rules one = { 0 };
	char text[80];

	/* the parser of rules knows addresses */
	snprintf(text, sizeof(text), "tcp!%s!1", ip);
	assert_int_equal(hn_rule_add(&one, text, 0), 0);
	memcpy(a.ip, one.rule[0].ip, 16);
	return !hn_refused(r, listen, proto, &a);
}

static void rules(void **state)
{
	static const char *const bad[] = { "",
					   "tcp",
					   "tcp!*",
					   "tcp!*!1!2",
					   "ip!*!1",
					   "tcp!1.2.3!1",
					   "tcp!*!x",
					   "tcp!*!9-1",
					   "tcp!1.2.3.4/33!1",
					   "call!tcp!*!1",
					   "tcp!*!65536" };
	struct hn_rules r = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(hn_rule_add(&r, bad[i], 0), -22);
	hn_rules_complete(&r);
	assert_true(allowed(&r, 0, HN_UDP, "192.0.2.1", 80));
	assert_true(allowed(&r, 1, HN_TCP, "127.0.0.9", 80));
	assert_true(allowed(&r, 1, HN_TCP, "::1", 80));
	assert_false(allowed(&r, 1, HN_TCP, "0.0.0.0", 80));
	assert_false(allowed(&r, 1, HN_TCP, "192.0.2.1", 80));
	memset(&r, 0, sizeof(r));
	assert_int_equal(hn_rule_add(&r, "tcp!10.1.0.0/16!80-90", 0), 0);
	assert_int_equal(hn_rule_add(&r, "tcp!10.1.2.0/23!*", 1), 0);
	assert_int_equal(hn_rule_add(&r, "listen!*!*!8080", 0), 0);
	assert_int_equal(hn_rule_add(&r, "listen!tcp!10.0.0.1!*", 1), 0);
	hn_rules_complete(&r);
	assert_true(allowed(&r, 0, HN_TCP, "10.1.255.1", 90));
	assert_false(allowed(&r, 0, HN_TCP, "10.1.255.1", 91));
	assert_false(allowed(&r, 0, HN_UDP, "10.1.255.1", 90));
	assert_false(allowed(&r, 0, HN_TCP, "10.2.0.1", 80));
	assert_false(allowed(&r, 0, HN_TCP, "10.1.3.1", 80));
	assert_true(allowed(&r, 0, HN_TCP, "10.1.4.1", 80));
	assert_false(allowed(&r, 0, HN_TCP, "::1", 80));
	assert_true(allowed(&r, 1, HN_UDP, "::", 8080));
	assert_false(allowed(&r, 1, HN_TCP, "::", 8080)); /* 10.0.0.1 is among them */
	assert_false(allowed(&r, 1, HN_TCP, "127.0.0.1", 8081));
}

/* Ways to say 127.0.0.1 without saying it. */
static void denied(void **state)
{
	static const char *const ways[] = { "127.0.0.1!7", "0.0.0.0!7", "::ffff:127.0.0.1!7",
					    "::ffff:0.0.0.0!7" };
	char text[64];
	size_t i;

	(void)state;
	nc_start(&n, "", "*!127.0.0.0/8!*", -1);
	assert_true(nc_open(&n, CCTL, "tcp/clone", 2));
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(text, sizeof(text), "connect %s", ways[i]);
		REFUSED(nc_write(&n, CCTL, text),
			"permission denied: lguest's rule deny=*!127.0.0.0/8!*");
	}
	/* bound to IPv4, an IPv6 address whose end is 127.0.0.1 */
	assert_true(nc_write(&n, CCTL, "bind 0"));
	REFUSED(nc_write(&n, CCTL, "connect 2001:db8::7f00:1!7"), "address not available");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names, plain, teardown),
		cmocka_unit_test_teardown(resolver, teardown),
		cmocka_unit_test(rules),
		cmocka_unit_test_teardown(denied, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
