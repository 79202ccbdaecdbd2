/* SPDX-License-Identifier: MIT */
/*
 * The other end of a connection that is measured: listens on a free port of
 * the loopback, prints the port, takes one call, and sends ("source") or takes
 * ("sink") data.  Then it prints the gigabits per second, from the first byte
 * to the last, of what really went over.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int take_call(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, len) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) < 0) {
		perror("netpeer");
		exit(1);
	}
	printf("%d\n", ntohs(sin.sin_port));
	fflush(stdout);
	return accept(fd, NULL, NULL);
}

int main(int argc, char **argv)
{
	static char data[256 << 10];
	unsigned long long total, done;
	double start;
	ssize_t n;
	char end;
	int fd;

	if (argc != 3 || (strcmp(argv[1], "source") && strcmp(argv[1], "sink"))) {
		fprintf(stderr, "usage: netpeer source|sink BYTES\n");
		return 2;
	}
	total = strtoull(argv[2], NULL, 10);
	fd = take_call();
	if (fd < 0) {
		perror("netpeer: accept");
		return 1;
	}
	start = now();
	for (done = 0; done < total; done += (unsigned long long)n) {
		size_t len = total - done < sizeof(data) ? (size_t)(total - done) : sizeof(data);

		n = *argv[1] == 's' && argv[1][1] == 'o' ? write(fd, data, len) :
							   read(fd, data, len);
		if (n <= 0)
			break;
	}
	/* what was sent is there when the other side has hung up */
	shutdown(fd, SHUT_WR);
	while (*argv[1] == 's' && argv[1][1] == 'o' && read(fd, &end, 1) > 0)
		;
	printf("%.3f\n", (double)done * 8 / 1e9 / (now() - start));
	return done == total ? 0 : 1;
}
