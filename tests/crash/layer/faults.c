/* Calls that fail: at random, or because the disk is full. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>

#include "layer.h"

/* SplitMix64 over a counter, so that the threads need not wait for each other. */
static uint64_t chance(void) {
    static _Atomic uint64_t drawn;
    uint64_t mixed = control->seed + 0x9e3779b97f4a7c15u * (atomic_fetch_add(&drawn, 1) + 1);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

static void count(void) { atomic_fetch_add((_Atomic uint64_t *)&control->made, 1); }

int fails(enum kind kind) {
    if ((control->kinds & kind) == 0 || control->faults == 0 || chance() % 10000 >= control->faults)
        return 0;
    count();
    uint64_t errors = control->errors;
    errno = errors == 3 ? (chance() & 1 ? EIO : ENOSPC) : errors == 2 ? ENOSPC : EIO;
    return 1;
}

int is_full(void) {
    if (control->full == 0)
        return 0;
    count();
    errno = ENOSPC;
    return 1;
}

size_t gets_through(size_t length, off_t offset, off_t size) {
    if (offset + (off_t)length > size && is_full())
        return offset < size ? (size_t)(size - offset) : 0;
    if (fails(WRITING)) {
        /* Every other time a part of it gets through first. */
        int why = errno;
        size_t part = chance() & 1 ? chance() % (length + 1) : 0;
        errno = why;
        return part < length ? part : length - (length > 0);
    }
    return length;
}
