/*
 * All prototypes of the kernel.
 */
#include "portfns.h"
#include "chanfns.h"
#include "lgfns.h"
