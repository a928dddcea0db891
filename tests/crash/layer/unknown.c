/* Calls that change files in ways that are not modelled. Hearth uses none of them on its data; the day it does, the
 * log says so and the test fails, rather than believing a wrong picture. Two of them have a plain way round that their
 * callers know: copying with copy_file_range and sendfile is said to be impossible, and plain writing follows. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "layer.h"

static void say(const char *name) { record(UNKNOWN, 0, 0, name, strlen(name), NULL); }

ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t length, unsigned flags) {
    (void)from, (void)at, (void)to, (void)there, (void)length, (void)flags;
    errno = ENOSYS;
    return -1;
}

static int is_regular(int file) {
    struct stat status;
    return fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

#define SENDFILE(name)                                                                                                 \
    ssize_t name(int to, int from, off_t *offset, size_t length) {                                                     \
        ssize_t (*next)(int, int, off_t *, size_t) = behind(#name);                                                    \
        if (is_regular(to)) {                                                                                          \
            errno = ENOSYS;                                                                                            \
            return -1;                                                                                                 \
        }                                                                                                              \
        return next(to, from, offset, length);                                                                         \
    }
SENDFILE(sendfile)
SENDFILE(sendfile64)

#define UNMODELLED(result, name, parameters, arguments)                                                                \
    result name parameters {                                                                                           \
        result(*next) parameters = behind(#name);                                                                      \
        say(#name);                                                                                                    \
        return next arguments;                                                                                         \
    }

UNMODELLED(int, truncate, (const char *path, off_t size), (path, size))
UNMODELLED(int, truncate64, (const char *path, off_t size), (path, size))
UNMODELLED(int, fallocate, (int file, int mode, off_t offset, off_t length), (file, mode, offset, length))
UNMODELLED(int, fallocate64, (int file, int mode, off_t offset, off_t length), (file, mode, offset, length))
UNMODELLED(int, posix_fallocate, (int file, off_t offset, off_t length), (file, offset, length))
UNMODELLED(int, posix_fallocate64, (int file, off_t offset, off_t length), (file, offset, length))
UNMODELLED(int, symlink, (const char *to, const char *path), (to, path))
UNMODELLED(int, symlinkat, (const char *to, int folder, const char *path), (to, folder, path))
UNMODELLED(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t offset), (file, parts, count, offset))
UNMODELLED(ssize_t, pwritev64, (int file, const struct iovec *parts, int count, off_t offset), (file, parts, count, offset))

void *mmap(void *at, size_t length, int protection, int flags, int file, off_t offset) {
    static void *(*next)(void *, size_t, int, int, int, off_t);
    if (next == NULL)
        next = behind("mmap");
    if (file >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE) && is_regular(file))
        say("mmap that is shared and written to");
    return next(at, length, protection, flags, file, offset);
}
