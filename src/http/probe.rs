//! Whether the store can do what it is for: one small write, read back.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::store::{Read, Record, Store, StoreError};

/// For this long an answer stands, so that asking often costs nothing.
const FRESH: Duration = Duration::from_secs(1);

/// A write that takes longer than this is no write that anybody waits for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a probe leaves behind: there is only one, and the next one replaces it.
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Probe {
    at: Timestamp,
}

impl Record for Probe {
    type Key = ();

    const TABLE: &'static str = "probe";

    fn key(&self) {}
}

/// Whether the store answers, as last seen.
#[derive(Default)]
pub struct Readiness {
    last: Mutex<Option<(Instant, Result<(), Error>)>>,
}

impl Readiness {
    /// Probes `store` at the moment `now`, or gives what another caller found within the last second.
    ///
    /// # Errors
    ///
    /// `store_stopped` with the store's reason, or `overloaded`.
    pub async fn check(&self, store: &Store, now: Timestamp) -> Result<(), Error> {
        // Who comes while a probe is under way waits here for its result.
        let mut last = self.last.lock().await;
        if let Some((seen, result)) = &*last
            && seen.elapsed() < FRESH
        {
            return result.clone();
        }
        let probed = tokio::time::timeout(PATIENCE, probe(store, Probe { at: now })).await;
        let result = probed.unwrap_or_else(|_| Err(stopped("A write took longer than 2 seconds.")));
        *last = Some((Instant::now(), result.clone()));
        result
    }
}

async fn probe(store: &Store, probe: Probe) -> Result<(), Error> {
    let written = probe.clone();
    store.write(move |tx| tx.put(&written)).await.map_err(refusal)?;
    match store.get::<Probe>(&()).map_err(refusal)? {
        Some(read) if *read == probe => Ok(()),
        _ => Err(stopped("What was written could not be read back.")),
    }
}

fn refusal(error: StoreError) -> Error {
    match error {
        StoreError::Busy | StoreError::Full => error.into(),
        other => stopped(format!("{other}. See the log, then start the server again.")),
    }
}

fn stopped(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::StoreStopped, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Catalog, Options, TableOf};

    fn open(dir: &tempfile::TempDir) -> Store {
        Store::open(Catalog(&[TableOf::<Probe>::NEW]), &Options::new(dir.path())).unwrap()
    }

    #[actix_web::test]
    async fn a_store_that_works_is_ready_and_is_asked_once_a_second() {
        let (dir, readiness) = (tempfile::tempdir().unwrap(), Readiness::default());
        let store = open(&dir);
        readiness.check(&store, Timestamp::from_millis(1)).await.unwrap();
        readiness.check(&store, Timestamp::from_millis(2)).await.unwrap();
        assert_eq!(store.get::<Probe>(&()).unwrap().unwrap().at, Timestamp::from_millis(1));
    }

    #[actix_web::test]
    async fn a_store_that_stopped_is_not_ready_and_says_why() {
        let (dir, readiness) = (tempfile::tempdir().unwrap(), Readiness::default());
        let store = open(&dir);
        store.close();
        let error = readiness.check(&store, Timestamp::from_millis(1)).await.unwrap_err();
        assert_eq!(error.code, Code::StoreStopped);
        assert!(error.detail.contains("it is closed"), "{}", error.detail);
    }
}
