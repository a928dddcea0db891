//! How long a synced write takes in the data folder, and whether that can be true.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Finding, Patient};

const CHECK: &str = "fsync";

/// Writes that are measured.
const TIMES: usize = 48;

/// Bytes of each: about a frame of the journal.
const BLOCK: [u8; 4096] = [0x5a; 4096];

/// No disk takes less than this to make a write durable: the quickest, with capacitors, take 10 to 20 µs.
const UNBELIEVABLE: Duration = Duration::from_micros(8);

/// From here on, people who write wait for the disk.
const SLOW: Duration = Duration::from_millis(20);

/// From here on, one write now and then is felt as a hang.
const HANGS: Duration = Duration::from_millis(500);

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let measured = measure(&patient.folder);
    vec![match measured {
        Ok(times) => judged(&times),
        Err(error) => Finding::bad(
            CHECK,
            format!("nothing can be written to {}: {error}", patient.folder.display()),
            "give this user the right to write there, or name another folder with --data",
        ),
    }]
}

/// The time of each write and sync, the shortest first.
fn measure(folder: &Path) -> io::Result<Vec<Duration>> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let times = file.and_then(|mut file| {
        let mut timed = || {
            let started = Instant::now();
            file.write_all(&BLOCK)?;
            file.sync_data()?;
            Ok(started.elapsed())
        };
        (0..TIMES).map(|_| timed()).collect::<io::Result<Vec<_>>>()
    });
    // Also where the disk was full.
    let _ = fs::remove_file(&path);
    let mut times = times?;
    times.sort_unstable();
    Ok(times)
}

/// What `times` say, of which the shortest comes first.
fn judged(times: &[Duration]) -> Finding {
    let (Some(&median), Some(&worst)) = (times.get(times.len() / 2), times.last()) else {
        return Finding::look(CHECK, "nothing was measured", "run the doctor again");
    };
    let found = format!("median {}, worst {} of {}", shown(median), shown(worst), times.len());
    if median < UNBELIEVABLE {
        return Finding::bad(
            CHECK,
            format!("{found}: no disk is that quick, so nothing is made durable"),
            "put --data on a disk that syncs; in a virtual machine, set the disk's cache mode so that flushes are honoured",
        );
    }
    if median > SLOW {
        return Finding::look(
            CHECK,
            format!("{found}: everybody who writes waits for this"),
            "a solid-state disk is the one thing that helps; durability = relaxed answers sooner and can lose the last writes",
        );
    }
    if worst > HANGS {
        return Finding::look(
            CHECK,
            format!("{found}: now and then a write hangs"),
            "see what else keeps the disk busy",
        );
    }
    Finding::ok(CHECK, found)
}

fn shown(time: Duration) -> String {
    if time < Duration::from_millis(1) {
        return format!("{} µs", time.as_micros());
    }
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_sync_that_takes_no_time_is_a_lie_and_a_long_one_hurts() {
        let verdict = |median: u64, worst: u64| {
            let times = [median, median, worst].map(Duration::from_micros);
            judged(&times).verdict
        };
        assert_eq!(verdict(1, 3), Verdict::Bad);
        assert_eq!(verdict(20, 90), Verdict::Ok);
        assert_eq!(verdict(300, 40_000), Verdict::Ok);
        assert_eq!(verdict(25_000, 40_000), Verdict::Look);
        assert_eq!(verdict(300, 900_000), Verdict::Look);
    }
}
