//! What kind of file system the data folder is on, and how it is mounted.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Finding, Patient};

const CHECK: &str = "file system";

/// A mount point, as `/proc/self/mountinfo` has it: proc(5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Major and minor number of the device, such as `253:0`.
    pub(super) device: String,
    point: PathBuf,
    kind: String,
    options: Vec<String>,
}

/// The mount that holds `folder`; `None` where the system does not say.
pub(super) fn of(folder: &Path) -> Option<Mount> {
    holding(&fs::read_to_string("/proc/self/mountinfo").ok()?, folder)
}

/// The last mount with the longest way to `folder`: later ones lie above earlier ones.
fn holding(table: &str, folder: &Path) -> Option<Mount> {
    let mounts = table.lines().filter_map(parsed).filter(|mount| folder.starts_with(&mount.point));
    mounts.max_by_key(|mount| mount.point.components().count())
}

fn parsed(line: &str) -> Option<Mount> {
    let (fixed, more) = line.split_once(" - ")?;
    let fixed: Vec<_> = fixed.split(' ').collect();
    let more: Vec<_> = more.split(' ').collect();
    let options = fixed.get(5)?.split(',').chain(more.get(2)?.split(',')).map(str::to_owned).collect();
    let point = fixed.get(4)?.replace("\\040", " ");
    Some(Mount { device: (*fixed.get(2)?).to_owned(), point: point.into(), kind: (*more.first()?).to_owned(), options })
}

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let unknown = || Finding::look(CHECK, "this system does not say", "see to it that it is on a disk of this machine");
    vec![of(&patient.folder).map_or_else(unknown, |mount| judged(&mount))]
}

fn judged(mount: &Mount) -> Finding {
    let kind = mount.kind.as_str();
    let found = format!("{kind} on {}", mount.point.display());
    let has = |option: &str| mount.options.iter().any(|has| has == option);
    match kind {
        "tmpfs" | "ramfs" | "devtmpfs" => {
            Finding::bad(CHECK, format!("{found}: it is memory, and empty after a restart"), "put --data on a disk")
        }
        "overlay" | "aufs" => Finding::bad(
            CHECK,
            format!("{found}: it is a container's own layer, and gone with the container"),
            "mount a volume, and put --data on it",
        ),
        "nfs" | "nfs4" | "cifs" | "smb3" | "smbfs" | "afs" | "ceph" | "9p" | "virtiofs" => network(&found),
        kind if kind.starts_with("fuse") => network(&found),
        _ if ["nobarrier", "barrier=0"].into_iter().any(has) => Finding::bad(
            CHECK,
            format!("{found}, mounted without write barriers: a power cut can take what was synced"),
            "take nobarrier (or barrier=0) out of its mount options",
        ),
        _ if has("ro") => Finding::bad(CHECK, format!("{found}, which can only be read"), "mount it with rw"),
        _ => Finding::ok(CHECK, found),
    }
}

fn network(found: &str) -> Finding {
    Finding::look(
        CHECK,
        format!("{found}: what is synced is as safe as its server, and only one machine may use the folder"),
        "put --data on a disk of this machine, and backups on that one",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    const TABLE: &str = "\
21 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
22 21 0:20 / /tmp rw - tmpfs tmpfs rw,size=1024k
23 21 8:1 / /var/lib rw - xfs /dev/sda1 rw,nobarrier
24 21 0:30 / /mnt/with\\040blank rw - nfs4 server:/ rw
25 21 8:2 / /var/lib rw,noatime - ext4 /dev/sda2 rw
26 21 0:31 / /old ro - ext4 /dev/sdb rw
27 21 0:32 / /layer rw - overlay overlay rw";

    fn verdict(folder: &str) -> (String, Verdict) {
        let mount = holding(TABLE, Path::new(folder)).unwrap();
        (mount.device.clone(), judged(&mount).verdict)
    }

    #[test]
    fn the_innermost_and_latest_mount_counts() {
        assert_eq!(verdict("/srv/hearth"), ("253:0".into(), Verdict::Ok));
        assert_eq!(verdict("/tmp/hearth"), ("0:20".into(), Verdict::Bad));
        assert_eq!(verdict("/tmpfiles"), ("253:0".into(), Verdict::Ok));
        assert_eq!(verdict("/var/lib/hearth"), ("8:2".into(), Verdict::Ok));
        assert_eq!(verdict("/mnt/with blank/hearth"), ("0:30".into(), Verdict::Look));
        assert_eq!(verdict("/old"), ("0:31".into(), Verdict::Bad));
        assert_eq!(verdict("/layer"), ("0:32".into(), Verdict::Bad));
    }

    #[test]
    fn barriers_that_are_off_are_seen() {
        let (below, _) = TABLE.split_once("\n24").unwrap();
        let mount = holding(below, Path::new("/var/lib/hearth")).unwrap();
        assert_eq!(judged(&mount).verdict, Verdict::Bad);
    }
}
