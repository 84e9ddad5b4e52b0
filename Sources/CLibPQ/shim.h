#pragma once
#include <libpq-fe.h>

// What Swift's own module of the system leaves out.
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif
