//! What the data folder takes: the journal, the state that follows from it, and everything else.

use std::fs;
use std::path::Path;

use super::{Finding, Patient, bytes};

const CHECK: &str = "store";

/// A journal from here on makes rebuilding the state take minutes, and a move of the folder long.
const LONG_JOURNAL: u64 = 20 << 30;

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let store = patient.config.store_options().dir;
    if !store.is_dir() {
        let found = format!("there is none in {} yet: `hearth serve` makes it", patient.config.data.display());
        return vec![Finding::ok(CHECK, found)];
    }
    let (journal, state) = (below(&store.join("journal")), below(&store.join("sled")));
    vec![judged(journal, state, below(&patient.config.data))]
}

fn judged(journal: u64, state: u64, all: u64) -> Finding {
    let rest = all.saturating_sub(journal).saturating_sub(state);
    let found = format!("journal {}, state {}, everything else {}", bytes(journal), bytes(state), bytes(rest));
    if journal > LONG_JOURNAL {
        let advice = "make a backup: what it holds the journal need not keep";
        return Finding::look(CHECK, format!("{found}: reading the whole journal takes minutes"), advice);
    }
    Finding::ok(CHECK, found)
}

/// Bytes of all files below `folder`. What goes while it is counted, or cannot be read, is left out.
pub(super) fn below(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let size = |entry: fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => below(&entry.path()),
        Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |metadata| metadata.len()),
        _ => 0,
    };
    entries.flatten().map(size).sum()
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn sizes_are_added_up_and_a_long_journal_is_named() {
        let found = judged(3 << 20, 1 << 20, 5 << 20);
        assert_eq!(found.found, "journal 3.0 MiB, state 1.0 MiB, everything else 1.0 MiB");
        assert_eq!(judged(LONG_JOURNAL + 1, 0, LONG_JOURNAL + 1).verdict, Verdict::Look);
    }
}
