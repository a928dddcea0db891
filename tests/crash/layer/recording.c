/* The log: one entry after another, each with a head of 32 bytes. The caller holds the lock, so that their order is
 * that of what happened. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "layer.h"

static int log_file = -1;

struct head {
    uint64_t op;
    uint64_t file;
    uint64_t offset;
    uint64_t length;
};

void recording_begin(void) {
    const char *path = getenv("LAYER_LOG");
    int (*open_behind)(const char *, int, ...) = behind("open64");
    if (path != NULL)
        log_file = open_behind(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

int is_recording(void) { return log_file >= 0; }

void record(enum op op, uint64_t file, uint64_t offset, const void *data, size_t count, const char *more) {
    static ssize_t (*writev_behind)(int, const struct iovec *, int);
    if (log_file < 0)
        return;
    if (writev_behind == NULL)
        writev_behind = behind("writev");
    size_t more_count = more == NULL ? 0 : strlen(more);
    struct head head = {op, file, offset, count + more_count};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)data, count}, {(void *)more, more_count}};
    size_t all = sizeof head + count + more_count;
    if (writev_behind(log_file, parts, 3) != (ssize_t)all) {
        /* A log with a hole would make the test believe anything. */
        fprintf(stderr, "layer: the log cannot be written\n");
        abort();
    }
}
