/* A kit kernel comes up, prints and powers off. */
/* run: */
/* run: -m 16M */
/* run: -m 900M */
#include "t.h"

int main(void)
{
	t_init();
	ok(kit_ram >= 16 << 20, "%u KiB of RAM", kit_ram / 1024);
	ok(1, "alive");
	t_done();
}
