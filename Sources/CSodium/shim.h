#include <sodium.h>
#include <sys/prctl.h>

// Swift cannot call variadic C functions.

/// 0: no core dump of the process, and no other process of the user reads its memory.
static inline int renkei_set_dumpable(int on) { return prctl(PR_SET_DUMPABLE, on, 0, 0, 0); }
static inline int renkei_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

