/* The virtqueue console: echoes its input to the end, however much, and output comes out whole. */
/* stdin: "one\ntwo\n" */
/* expect: status=0 stdout~"ready.*=one =two =end PASS $" */
#include "t.h"

static volatile int end;
static char line[80];
static unsigned len;

static void input(const char *text, unsigned n)
{
	while (n--) {
		char c = *text++;

		if (c == 4)
			end = 1;
		else if (c != '\n' && len < sizeof(line) - 1)
			line[len++] = c;
		else {
			line[len] = 0;
			print("=%s\n", line);
			len = 0;
		}
	}
}

int main(void)
{
	static char big[5000];
	unsigned i;

	t_init();
	is(console_init(input), 0, "there is a console");
	for (i = 0; i < sizeof(big); i++)
		big[i] = i % 50 == 49 ? '\n' : (char)('a' + i / 50 % 26);
	console_write(big, sizeof(big));
	print("ready\n");
	while (!end)
		halt();
	print("=end\n");
	t_done();
}
