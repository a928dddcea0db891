//! Room on the disk: bytes, and inodes where the file system has a fixed number of them.

use super::{Finding, Patient, bytes, sizes};

const GIB: u64 = 1 << 30;

/// What is free where the data folder is.
#[derive(Clone, Copy)]
struct Room {
    free: u64,
    size: u64,
    inodes: u64,
    /// 0 where the file system makes them as they are needed.
    all_inodes: u64,
    /// Bytes that the data folder takes now.
    used: u64,
}

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    match rustix::fs::statvfs(&patient.folder) {
        Ok(told) => {
            let room = Room {
                free: told.f_bavail.saturating_mul(told.f_frsize),
                size: told.f_blocks.saturating_mul(told.f_frsize),
                inodes: told.f_favail,
                all_inodes: told.f_files,
                used: sizes::below(&patient.config.data),
            };
            vec![disk_space(room), inodes(room)]
        }
        Err(error) => vec![Finding::look("disk space", format!("it cannot be told: {error}"), "ask `df -h`")],
    }
}

fn disk_space(room: Room) -> Finding {
    const CHECK: &str = "disk space";
    let found = format!("{} free of {}", bytes(room.free), bytes(room.size));
    let more = "make room, or move --data to a larger disk";
    if room.free < GIB {
        return Finding::bad(CHECK, format!("{found}: a full disk refuses every write"), more);
    }
    // A backup and a rebuilt store stand beside the old one for a while.
    if room.free < room.used.saturating_mul(2).max(5 * GIB) {
        let needs = format!("{found}; a backup and a rebuild beside the {} in use need more", bytes(room.used));
        return Finding::look(CHECK, needs, more);
    }
    Finding::ok(CHECK, found)
}

fn inodes(room: Room) -> Finding {
    const CHECK: &str = "inodes";
    let found = format!("{} free", room.inodes);
    match room.inodes {
        _ if room.all_inodes == 0 => Finding::ok(CHECK, "made as they are needed"),
        0..1_000 => {
            Finding::bad(CHECK, found, "remove small files: without inodes no file can be made, as on a full disk")
        }
        1_000..20_000 => Finding::look(CHECK, found, "see what makes so many small files on this disk"),
        _ => Finding::ok(CHECK, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn little_room_is_bad_and_too_little_for_a_backup_is_looked_at() {
        let room = Room { free: 50 * GIB, size: 100 * GIB, inodes: 1_000_000, all_inodes: 2_000_000, used: GIB };
        let verdict = |room| disk_space(room).verdict;
        assert_eq!(verdict(room), Verdict::Ok);
        assert_eq!(verdict(Room { free: GIB - 1, ..room }), Verdict::Bad);
        assert_eq!(verdict(Room { free: 4 * GIB, ..room }), Verdict::Look);
        assert_eq!(verdict(Room { used: 30 * GIB, ..room }), Verdict::Look);
    }

    #[test]
    fn inodes_run_out_as_bytes_do() {
        let room = Room { free: GIB, size: GIB, inodes: 1_000_000, all_inodes: 2_000_000, used: 0 };
        assert_eq!(inodes(room).verdict, Verdict::Ok);
        assert_eq!(inodes(Room { inodes: 999, ..room }).verdict, Verdict::Bad);
        assert_eq!(inodes(Room { inodes: 19_999, ..room }).verdict, Verdict::Look);
        assert_eq!(inodes(Room { inodes: 0, all_inodes: 0, ..room }).verdict, Verdict::Ok);
    }
}
