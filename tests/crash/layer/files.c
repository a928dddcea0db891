/* The calls that change files and folders. Each asks whether it is to fail, does its work, and is written down, all
 * under one lock, so that the log has them in the order in which they happened. Whatever is about other files goes
 * straight through. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "layer.h"

#define MOST_FILES 65536

/* What a file descriptor stands for. */
struct watched {
    unsigned char is_file, is_folder;
    uint64_t file; /* the inode */
};

static struct control nothing;
struct control *control = &nothing;
static struct watched watched[MOST_FILES];
static char root[PATH_MAX];
static size_t root_length;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void *behind(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        fprintf(stderr, "layer: there is no %s\n", name);
        abort();
    }
    return found;
}

/* Declares `next`: the function behind this one. */
#define NEXT(result, name, ...)                                                                                        \
    static result (*next)(__VA_ARGS__);                                                                                \
    if (next == NULL)                                                                                                  \
    next = behind(#name)

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("LAYER_ROOT");
    const char *decisions = getenv("LAYER_CONTROL");
    if (folder != NULL)
        root_length = (size_t)snprintf(root, sizeof root, "%s", folder);
    if (decisions != NULL) {
        int (*open_behind)(const char *, int, ...) = behind("open64");
        int (*close_behind)(int) = behind("close");
        int file = open_behind(decisions, O_RDWR | O_CLOEXEC);
        void *(*map)(void *, size_t, int, int, int, off_t) = behind("mmap");
        void *shared = file < 0 ? MAP_FAILED : map(NULL, sizeof nothing, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (shared == MAP_FAILED) {
            fprintf(stderr, "layer: %s cannot be read\n", decisions);
            abort();
        }
        control = shared;
        close_behind(file);
    }
    recording_begin();
}

/* Whether `path` is below the root; then `whole` is its absolute form, without `.` and `..`. */
static int is_below(int folder, const char *path, char whole[PATH_MAX]) {
    char before[PATH_MAX] = "", name[PATH_MAX], link[64];
    if (root_length == 0 || path == NULL)
        return 0;
    if (path[0] != '/') {
        ssize_t length = 0;
        if (folder == AT_FDCWD) {
            if (getcwd(before, sizeof before) == NULL)
                return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            length = readlink(link, before, sizeof before - 1);
            if (length < 0)
                return 0;
            before[length] = 0;
        }
    }
    if (snprintf(name, sizeof name, "%s/%s", before, path) >= (int)sizeof name)
        return 0;
    size_t end = 0;
    for (char *rest = name, *part; (part = strsep(&rest, "/")) != NULL;) {
        if (*part == 0 || strcmp(part, ".") == 0)
            continue;
        if (strcmp(part, "..") == 0) {
            while (end > 0 && whole[--end] != '/') {
            }
            continue;
        }
        end += (size_t)snprintf(whole + end, PATH_MAX - end, "/%s", part);
    }
    whole[end] = 0;
    return strncmp(whole, root, root_length) == 0 && (whole[root_length] == '/' || whole[root_length] == 0);
}

static int is_watched(int file) { return file >= 0 && file < MOST_FILES && watched[file].is_file; }

static off_t size_of(int file) {
    struct stat status;
    return fstat(file, &status) == 0 ? status.st_size : 0;
}

static void record_path(enum op op, const char *path) { record(op, 0, 0, path, strlen(path), NULL); }

static void record_paths(enum op op, const char *from, const char *to) {
    record(op, 0, 0, from, strlen(from) + 1, to);
}

/* Takes note of what a descriptor stands for, and of what opening it changed. */
static void opened(int file, int flags, int existed, const char *path) {
    struct stat status;
    if (file < 0 || file >= MOST_FILES || fstat(file, &status) != 0)
        return;
    watched[file] = (struct watched){S_ISREG(status.st_mode), S_ISDIR(status.st_mode), status.st_ino};
    if (!S_ISREG(status.st_mode))
        return;
    if (!existed)
        record(CREATE, status.st_ino, 0, path, strlen(path), NULL);
    else if (flags & O_TRUNC)
        record(TRUNCATE, status.st_ino, 0, NULL, 0, NULL);
}

static int open_below(int folder, const char *path, int flags, mode_t mode) {
    static int (*next)(int, const char *, int, ...);
    char whole[PATH_MAX];
    if (next == NULL)
        next = behind("openat64");
    if (!is_below(folder, path, whole)) {
        int file = next(folder, path, flags, mode);
        if (file >= 0 && file < MOST_FILES)
            watched[file] = (struct watched){0};
        return file;
    }
    pthread_mutex_lock(&lock);
    int existed = faccessat(folder, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    int is_new = (flags & O_CREAT) && !existed;
    int file = is_new && (is_full() || fails(CREATING)) ? -1 : next(folder, path, flags, mode);
    int why = errno;
    if (file >= 0)
        opened(file, flags, !is_new, whole);
    if ((flags & O_TMPFILE) == O_TMPFILE)
        record_path(UNKNOWN, "open with O_TMPFILE");
    pthread_mutex_unlock(&lock);
    errno = why;
    return file;
}

#define OPEN(name, first, folder)                                                                                      \
    int name first {                                                                                                   \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                        \
        va_end(rest);                                                                                                  \
        return open_below(folder, path, flags, mode);                                                                  \
    }

OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int folder, const char *path, int flags, ...), folder)
OPEN(openat64, (int folder, const char *path, int flags, ...), folder)
int creat(const char *path, mode_t mode) { return open_below(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int file) {
    NEXT(int, close, int);
    if (file >= 0 && file < MOST_FILES)
        watched[file] = (struct watched){0};
    return next(file);
}

/* Another descriptor of the same file. */
static int also(int file, int other) {
    if (file >= 0 && file < MOST_FILES && other >= 0 && other < MOST_FILES)
        watched[other] = watched[file];
    return other;
}

int dup(int file) {
    NEXT(int, dup, int);
    return also(file, next(file));
}

int dup2(int file, int other) {
    NEXT(int, dup2, int, int);
    return also(file, next(file, other));
}

int dup3(int file, int other, int flags) {
    NEXT(int, dup3, int, int, int);
    return also(file, next(file, other, flags));
}

static int fcntl_any(int file, int command, void *argument) {
    static int (*next)(int, int, ...);
    if (next == NULL)
        next = behind("fcntl64");
    int result = next(file, command, argument);
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? also(file, result) : result;
}

#define FCNTL(name)                                                                                                    \
    int name(int file, int command, ...) {                                                                             \
        va_list rest;                                                                                                  \
        va_start(rest, command);                                                                                       \
        void *argument = va_arg(rest, void *);                                                                         \
        va_end(rest);                                                                                                  \
        return fcntl_any(file, command, argument);                                                                     \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

/* Writes at `offset`, or where the file stands where that is -1. */
static ssize_t write_watched(int file, const void *bytes, size_t length, off_t offset) {
    static ssize_t (*write_behind)(int, const void *, size_t), (*pwrite_behind)(int, const void *, size_t, off_t);
    if (write_behind == NULL)
        write_behind = behind("write");
    if (pwrite_behind == NULL)
        pwrite_behind = behind("pwrite64");
    pthread_mutex_lock(&lock);
    int (*flags_of)(int, int, ...) = behind("fcntl64");
    int appends = flags_of(file, F_GETFL) & O_APPEND;
    off_t place = offset >= 0 ? offset : appends ? size_of(file) : lseek(file, 0, SEEK_CUR);
    size_t through = gets_through(length, place, size_of(file));
    int why = errno;
    ssize_t written = -1;
    if (through > 0 || length == 0) {
        written = offset >= 0 ? pwrite_behind(file, bytes, through, offset) : write_behind(file, bytes, through);
        why = errno;
    }
    if (written > 0)
        record(WRITE, watched[file].file, (uint64_t)place, bytes, (size_t)written, NULL);
    pthread_mutex_unlock(&lock);
    errno = why;
    return written;
}

ssize_t write(int file, const void *bytes, size_t length) {
    NEXT(ssize_t, write, int, const void *, size_t);
    return is_watched(file) ? write_watched(file, bytes, length, -1) : next(file, bytes, length);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) {
    NEXT(ssize_t, pwrite64, int, const void *, size_t, off_t);
    return is_watched(file) ? write_watched(file, bytes, length, offset) : next(file, bytes, length, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
    return pwrite64(file, bytes, length, offset);
}

/* A short write is right: whoever asked for more asks again. */
ssize_t writev(int file, const struct iovec *parts, int count) {
    NEXT(ssize_t, writev, int, const struct iovec *, int);
    if (!is_watched(file))
        return next(file, parts, count);
    for (int part = 0; part < count; part++)
        if (parts[part].iov_len > 0)
            return write_watched(file, parts[part].iov_base, parts[part].iov_len, -1);
    return 0;
}

int ftruncate64(int file, off_t size) {
    NEXT(int, ftruncate64, int, off_t);
    if (!is_watched(file))
        return next(file, size);
    pthread_mutex_lock(&lock);
    int result = fails(TRUNCATING) ? -1 : next(file, size);
    int why = errno;
    if (result == 0)
        record(TRUNCATE, watched[file].file, (uint64_t)size, NULL, 0, NULL);
    pthread_mutex_unlock(&lock);
    errno = why;
    return result;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int sync_watched(int file, int (*next)(int)) {
    char whole[PATH_MAX];
    pthread_mutex_lock(&lock);
    int result = fails(SYNCING) ? -1 : is_recording() ? 0 : next(file);
    int why = errno;
    if (result == 0 && watched[file].is_file)
        record(SYNC, watched[file].file, 0, NULL, 0, NULL);
    else if (result == 0 && is_below(file, ".", whole))
        record_path(SYNC_FOLDER, whole);
    pthread_mutex_unlock(&lock);
    errno = why;
    return result;
}

#define SYNC_CALL(name)                                                                                                \
    int name(int file) {                                                                                               \
        NEXT(int, name, int);                                                                                          \
        int is_ours = file >= 0 && file < MOST_FILES && (watched[file].is_file || watched[file].is_folder);            \
        return is_ours ? sync_watched(file, next) : next(file);                                                        \
    }
SYNC_CALL(fsync)
SYNC_CALL(fdatasync)

/* It promises nothing about a power cut, so there is nothing to write down. */
int sync_file_range(int file, off_t offset, off_t length, unsigned flags) {
    NEXT(int, sync_file_range, int, off_t, off_t, unsigned);
    return is_watched(file) && is_recording() ? 0 : next(file, offset, length, flags);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    NEXT(int, renameat2, int, const char *, int, const char *, unsigned);
    char from_whole[PATH_MAX], to_whole[PATH_MAX];
    int leaves = is_below(from_folder, from, from_whole), enters = is_below(to_folder, to, to_whole);
    if (!leaves && !enters)
        return next(from_folder, from, to_folder, to, flags);
    pthread_mutex_lock(&lock);
    int result = fails(RENAMING) ? -1 : next(from_folder, from, to_folder, to, flags);
    int why = errno;
    if (result == 0 && (flags != 0 || leaves != enters))
        record_path(UNKNOWN, "an exchange, or a rename into or out of the folder");
    else if (result == 0)
        record_paths(RENAME, from_whole, to_whole);
    pthread_mutex_unlock(&lock);
    errno = why;
    return result;
}

int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return renameat2(from_folder, from, to_folder, to, 0);
}

int unlinkat(int folder, const char *path, int flags) {
    NEXT(int, unlinkat, int, const char *, int);
    char whole[PATH_MAX];
    if (!is_below(folder, path, whole))
        return next(folder, path, flags);
    pthread_mutex_lock(&lock);
    int result = fails(REMOVING) ? -1 : next(folder, path, flags);
    int why = errno;
    if (result == 0)
        record_path(flags & AT_REMOVEDIR ? REMOVE_FOLDER : REMOVE, whole);
    pthread_mutex_unlock(&lock);
    errno = why;
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
    NEXT(int, mkdirat, int, const char *, mode_t);
    char whole[PATH_MAX];
    if (!is_below(folder, path, whole))
        return next(folder, path, mode);
    pthread_mutex_lock(&lock);
    int existed = faccessat(folder, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    int result = !existed && (is_full() || fails(CREATING)) ? -1 : next(folder, path, mode);
    int why = errno;
    if (result == 0)
        record_path(MAKE_FOLDER, whole);
    pthread_mutex_unlock(&lock);
    errno = why;
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    NEXT(int, linkat, int, const char *, int, const char *, int);
    char from_whole[PATH_MAX], to_whole[PATH_MAX];
    if (!is_below(to_folder, to, to_whole))
        return next(from_folder, from, to_folder, to, flags);
    pthread_mutex_lock(&lock);
    int result = is_full() || fails(CREATING) ? -1 : next(from_folder, from, to_folder, to, flags);
    int why = errno;
    if (result == 0 && is_below(from_folder, from, from_whole))
        record_paths(LINK, from_whole, to_whole);
    else if (result == 0)
        record_path(UNKNOWN, "a link to something outside");
    pthread_mutex_unlock(&lock);
    errno = why;
    return result;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
