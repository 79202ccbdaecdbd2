// SPDX-License-Identifier: MIT
/* The same loop, in C. */

int main(void)
{
	for (;;)
		;
}
