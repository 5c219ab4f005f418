// What Swift's own module of the C library leaves out.
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// The calling thread's name, as `top -H` shows it: 15 characters of it. prctl has a variable list of arguments, which Swift
// cannot call.
static inline void keepsight_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
