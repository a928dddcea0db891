//! Whether what sled holds is what it must hold.
//!
//! sled says little about that. It opens with a damaged piece of its file missing, it opens what was cut short, and some
//! damage it finds only when a page is read, by an error or by a panic. So nothing is taken on trust at a start: the
//! frames after the checkpoint are applied, everything is read once through, and its sums must be those that the
//! checkpoint and the frames say. That finds each lost, changed or stale entry wherever in sled's folder it comes from,
//! needs no knowledge of sled's files, and cannot be wrong about a store that was killed: what sled holds of the frames
//! after the checkpoint makes no difference, as they are applied again.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::batch;
use super::catalog::Catalog;
use super::digest::Sums;
use super::journal::Journal;
use super::mark::Checkpoint;
use super::open::OpenError;
use super::state::{Applied, State, panicked};

/// sled as it was found: the state and how far it says to have come, or why it is not to be used.
pub(super) type Found = Result<(State, Applied), String>;

/// Opens sled's folder `dir`, which should hold what `checkpoint` says.
pub(super) fn open(catalog: &Catalog, dir: &Path, cache_bytes: u64, checkpoint: &Checkpoint) -> Found {
    if !dir.join("db").exists() {
        return Err("it is missing".into());
    }
    remove_unfinished_snapshots(dir).map_err(|error| error.to_string())?;
    let opened = caught(|| {
        let state = State::open(catalog, dir, cache_bytes)?;
        let applied = state.applied()?;
        Ok((state, applied))
    });
    let (state, applied) = opened?;
    if applied.sequence < checkpoint.sequence {
        let_go(state);
        return Err(format!("it holds frame {} and should hold {}", applied.sequence, checkpoint.sequence));
    }
    Ok((state, applied))
}

/// Removes the page-table snapshots that sled was writing when the process ended: sled 0.34.7 renames one when it is
/// whole, but takes the newest by name without leaving out those not yet renamed, and then does not open.
fn remove_unfinished_snapshots(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "generating") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Brings `state` up to the journal's head, through the same door as any write, and holds all of it against the sums.
/// Where it differs, it is let go, and the reason is given.
///
/// # Errors
///
/// [`OpenError`] where the journal cannot be read.
pub(super) fn catch_up(
    catalog: &Catalog,
    state: State,
    journal: &dyn Journal,
    checkpoint: &Checkpoint,
) -> Result<Result<State, String>, OpenError> {
    let started = Instant::now();
    let mut sums = Some(checkpoint.sums);
    let mut frames = 0_u64;
    for frame in journal.read_from(checkpoint.sequence + 1)? {
        let frame = frame?;
        let sequence = frame.sequence;
        let group = batch::decode_group(&frame.batch, |name| catalog.tree(name))
            .map_err(|cause| OpenError::Batch { sequence, cause })?;
        let batch = Arc::new(group.batch);
        let adds = group.adds.unwrap_or_default();
        if let Err(why) = caught(|| state.apply(Applied { sequence, durable: sequence }, &batch, adds)) {
            let_go(state);
            return Ok(Err(why));
        }
        sums = sums.zip(group.adds).map(|(mut sums, adds)| {
            sums += adds;
            sums
        });
        frames += 1;
    }
    if frames > 0 {
        log::info!("replayed {frames} frames of the journal in {:.1?}", started.elapsed());
    }
    Ok(verify(state, journal.head(), sums))
}

fn verify(state: State, head: u64, expected: Option<Sums>) -> Result<State, String> {
    let started = Instant::now();
    let why = match (caught(|| state.sums()), expected) {
        (Ok(found), Some(expected)) if found == expected => {
            let entries = found.tables.entries + found.indexes.entries;
            log::info!("read the whole state, {entries} entries, in {:.1?}: it is all there", started.elapsed());
            state.stands(head, found);
            return Ok(state);
        }
        (Ok(found), Some(expected)) => format!(
            "it holds {} records and {} index entries where there should be {} and {}, or others",
            found.tables.entries, found.indexes.entries, expected.tables.entries, expected.indexes.entries
        ),
        (Ok(_), None) => "it is not known what it should hold".into(),
        (Err(why), _) => why,
    };
    let_go(state);
    Err(why)
}

/// What `work` gives; sled's errors and panics are reasons not to use it.
fn caught<T>(work: impl FnOnce() -> Result<T, super::StoreError>) -> Result<T, String> {
    let done = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()));
    done.map_err(|error| error.to_string())
}

/// Drops a state that may be damaged, where nobody is harmed if sled panics once more or never comes to an end.
pub(super) fn let_go(state: State) {
    // Without a thread it is never dropped, which costs memory and nothing else.
    let state = std::mem::ManuallyDrop::new(state);
    let _ = thread::Builder::new().name("let-go".into()).spawn(move || {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(std::mem::ManuallyDrop::into_inner(state))));
    });
}
