/* The kit's example: comes up, takes a breakpoint and ticks, echoes, ends with its input. */
/* expect: status=0 stdout~"as planned.*RAM.*hello kit.*good bye $" */
/* stdin: "hello kit\n" */
#include "../../kit/example/main.c"
