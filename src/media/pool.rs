//! The threads that make pictures, so that decoding keeps no reader waiting.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::oneshot;

use crate::error::{Code, Error};
use crate::store::Histogram;

/// Uploads that may wait for a thread. At some five a second and core, the last one waits a few seconds.
const MAX_WAITING: usize = 32;

/// What the threads measure of themselves. Clones share it.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Uploads that wait for a thread.
    pub waiting: Gauge,
    /// How long each took once a thread had it.
    pub took: Histogram,
    /// Those that were refused because too many waited.
    pub refused: Counter,
}

type Job = Box<dyn FnOnce() + Send>;

/// The threads.
pub struct Pool {
    jobs: SyncSender<Job>,
    figures: Figures,
}

impl Pool {
    /// Starts `threads` of them.
    ///
    /// # Errors
    ///
    /// What the operating system says, where there are no more threads.
    pub fn start(threads: usize) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel::<Job>(MAX_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let figures =
            Figures { waiting: Gauge::default(), took: Histogram::of_durations(), refused: Counter::default() };
        for number in 0..threads.max(1) {
            let (waiting, figures) = (waiting.clone(), figures.clone());
            thread::Builder::new().name(format!("picture-{number}")).spawn(move || work(&waiting, &figures))?;
        }
        Ok(Self { jobs, figures })
    }

    /// What the threads measure of themselves.
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Does `job` on one of the threads. One that has begun is brought to its end, also where nobody waits any more.
    ///
    /// # Errors
    ///
    /// [`Code::Overloaded`] where too many wait; what `job` gives.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, waiting) = oneshot::channel();
        let took = self.figures.took.clone();
        let job: Job = Box::new(move || {
            // A request that went away while it waited costs nothing.
            if !answer.is_closed() {
                let _ = answer.send(took.time(job));
            }
        });
        self.figures.waiting.inc();
        self.jobs.try_send(job).map_err(|error| {
            self.figures.waiting.dec();
            match error {
                TrySendError::Full(_) => {
                    self.figures.refused.inc();
                    Error::new(Code::Overloaded, "Many pictures are being uploaded; try again in a few seconds.")
                        .retry_in(5)
                }
                TrySendError::Disconnected(_) => Error::internal(&"the threads that make pictures have ended"),
            }
        })?;
        waiting.await.map_err(|_| Error::internal(&"a thread that makes pictures gave up"))?
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, figures: &Figures) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        figures.waiting.dec();
        // A decoder that panics takes its upload with it, and not the thread.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
