/* NOTIFY prints text of any length, over page borders, and stops at its NUL. */
/* expect: status=0 stdout~"a{3000}b{3000}\| PASS $" */
#include "t.h"

int main(void)
{
	static char text[6100];

	t_init();
	memset(text, 'a', 3000);
	memset(text + 3000, 'b', 3000);
	text[6000] = '|';
	text[6001] = '\n';
	early_print(text);
	early_print("");
	t_done();
}
