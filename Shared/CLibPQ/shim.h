#pragma once

#include <libpq-fe.h>
// The wake descriptor of a connection's thread; Swift's Glibc module leaves this header out.
#include <sys/eventfd.h>
