/* The time of day, shifted; and what is said to be free on the disk. Time that only measures is left alone. */
#define _GNU_SOURCE
#include <sys/statvfs.h>
#include <sys/time.h>
#include <time.h>

#include "layer.h"

static void shift(struct timespec *now) {
    int64_t nanoseconds = now->tv_nsec + control->clock_ms % 1000 * 1000000;
    now->tv_sec += control->clock_ms / 1000;
    if (nanoseconds < 0) {
        now->tv_sec -= 1;
        nanoseconds += 1000000000;
    } else if (nanoseconds >= 1000000000) {
        now->tv_sec += 1;
        nanoseconds -= 1000000000;
    }
    now->tv_nsec = nanoseconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*next)(clockid_t, struct timespec *);
    if (next == NULL)
        next = behind("clock_gettime");
    int result = next(clock, now);
    if (result == 0 && control != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        shift(now);
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out != NULL)
        *out = exact.tv_sec;
    return exact.tv_sec;
}

static int said(int result, struct statvfs *space) {
    if (result == 0 && control != NULL && control->free_bytes != 0)
        space->f_bavail = space->f_bfree = control->free_bytes / space->f_frsize;
    return result;
}

int statvfs(const char *restrict path, struct statvfs *restrict space) {
    int (*next)(const char *, struct statvfs *) = behind("statvfs");
    return said(next(path, space), space);
}

int statvfs64(const char *restrict path, struct statvfs64 *restrict space) {
    int (*next)(const char *, struct statvfs64 *) = behind("statvfs64");
    /* They are one and the same where integers have 64 bits. */
    return said(next(path, space), (struct statvfs *)space);
}
