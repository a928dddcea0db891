/*
 * A layer under the real executable (LD_PRELOAD): it stands between Hearth and libc, and knows every call that changes
 * a file below one folder. It can write all of that down, so that a test can work out what a disk would hold after a
 * power cut at any moment; it can make calls fail; and it can shift the clock.
 *
 *   LAYER_ROOT      the folder, absolute and without symbolic links
 *   LAYER_LOG       where to write down what happens (recording.c); nothing is written where it is not set
 *   LAYER_CONTROL   a file with a `struct control`, which the test may change while the program runs
 */
#ifndef LAYER_H
#define LAYER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the test decides. All integers are those of the machine; the test writes the same layout. */
struct control {
    uint64_t faults;     /* of 10,000 calls that may fail, so many do */
    uint64_t kinds;      /* which calls may fail: a set of `enum kind` */
    uint64_t errors;     /* 1: EIO, 2: ENOSPC, 3: one or the other */
    uint64_t full;       /* not 0: whatever makes a file or a folder grow fails with ENOSPC */
    int64_t clock_ms;    /* added to the time of day */
    uint64_t free_bytes; /* what is said to be free on the disk; 0: the truth */
    uint64_t seed;       /* of the choices */
    uint64_t made;       /* written by the layer: how many calls it made fail */
};

enum kind { WRITING = 1, SYNCING = 2, RENAMING = 4, CREATING = 8, TRUNCATING = 16, REMOVING = 32 };

/* What is written down. `tests/crash/power/recording.rs` reads it. */
enum op {
    CREATE = 1,     /* file; its path */
    WRITE = 2,      /* file, offset; the bytes */
    TRUNCATE = 3,   /* file, size as the offset: shorter or longer */
    SYNC = 4,       /* file: fsync or fdatasync */
    SYNC_FOLDER = 5, /* path */
    RENAME = 6,     /* two paths, with a zero byte between them */
    REMOVE = 7,     /* path of a file */
    MAKE_FOLDER = 8, /* path */
    REMOVE_FOLDER = 9, /* path */
    LINK = 10,      /* two paths */
    UNKNOWN = 11,   /* a call that nobody knows how to undo: its name */
};

/* The file with the test's decisions, or zeros where there is none. */
extern struct control *control;

/* Whether one call of this kind is to fail; sets errno. */
int fails(enum kind kind);

/* Of `length` bytes that are to be written from `offset` on into a file of `size`: how many get through. errno is set
 * where it is fewer. */
size_t gets_through(size_t length, off_t offset, off_t size);

/* Whether there is no room for something new; sets errno. */
int is_full(void);

/* Opens the log. */
void recording_begin(void);

/* Whether there is one: then nothing has to reach the disk, for what it would hold is worked out. */
int is_recording(void);

/* Writes one thing down, `count` bytes of `data` and those of `more` with it. */
void record(enum op op, uint64_t file, uint64_t offset, const void *data, size_t count, const char *more);

/* The function of this name that the layer stands in front of. */
void *behind(const char *name);

#endif
