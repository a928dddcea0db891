//! What the disk says of its write cache, which decides whether a sync must make it write.

use std::fs;
use std::path::Path;

use super::{Finding, Patient, mount};

const CHECK: &str = "write cache";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let device = mount::of(&patient.folder).map(|mount| mount.device);
    device.and_then(|device| judged(cache(Path::new("/sys/dev/block"), &device)?.trim())).into_iter().collect()
}

/// What the device's queue says: a partition's stands in its disk's folder.
fn cache(devices: &Path, device: &str) -> Option<String> {
    let device = devices.join(device).canonicalize().ok()?;
    let read = |folder: &Path| fs::read_to_string(folder.join("queue/write_cache")).ok();
    read(&device).or_else(|| read(device.parent()?))
}

/// What the kernel's `queue/write_cache` means (Documentation/ABI/stable/sysfs-block).
fn judged(mode: &str) -> Option<Finding> {
    let found = match mode {
        "write back" => "write back: the disk has one, and each sync has it emptied",
        "write through" => {
            "write through: the disk says that it needs no flush; true of capacitors, and of a virtual disk whose host \
             syncs"
        }
        _ => return None,
    };
    Some(Finding::ok(CHECK, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_has_the_cache_of_its_disk() {
        let folder = tempfile::tempdir().unwrap();
        let disk = folder.path().join("sda");
        fs::create_dir_all(disk.join("queue")).unwrap();
        fs::create_dir_all(disk.join("sda1")).unwrap();
        fs::write(disk.join("queue/write_cache"), "write back\n").unwrap();
        std::os::unix::fs::symlink(disk.join("sda1"), folder.path().join("8:1")).unwrap();
        std::os::unix::fs::symlink(&disk, folder.path().join("8:0")).unwrap();
        for device in ["8:0", "8:1"] {
            let mode = cache(folder.path(), device).unwrap();
            assert!(judged(mode.trim()).unwrap().found.starts_with("write back"), "{device}");
        }
        assert_eq!(cache(folder.path(), "9:9"), None);
    }
}
