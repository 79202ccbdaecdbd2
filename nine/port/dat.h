/*
 * All data structures of the kernel; after u.h, lib.h and mem.h.
 */
#include "lgdat.h"
#include "portdat.h"
#include "chandat.h"
