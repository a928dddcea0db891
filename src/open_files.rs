//! How many files and sockets this process may open.

/// Takes as many file descriptors as this user may have, and says how many: each socket is one, and many systems begin
/// with 1,024. `None`, with a warning in the log, where the system refuses.
pub fn raise_limit() -> Option<u64> {
    rlimit::increase_nofile_limit(u64::MAX)
        .inspect_err(|error| log::warn!("the limit of open files and sockets could not be raised: {error}"))
        .ok()
}
