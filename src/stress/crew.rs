//! The threads that make the load: each has a runtime of its own, and its share of the people.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use std::{io, thread};

use tokio::runtime;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::LocalSet;

use super::client::Http;
use super::deliveries::{Heard, Stamp};
use super::live::Live;
use super::person::{Made, Person};
use super::recorder::{Ended, Recorder};
use super::stop::Stop;
use super::target::Target;
use crate::tls::client::Trust;

/// What all threads know.
#[derive(Clone)]
pub struct Shared {
    /// Where the load goes.
    pub target: Target,
    /// Which certificates of it are good.
    pub trust: Trust,
    /// What the names of this run's accounts begin with.
    pub prefix: Arc<str>,
    /// The password of this run's accounts.
    pub password: Arc<str>,
    /// What times in messages count from.
    pub stamp: Stamp,
    /// Whether it is to end.
    pub stop: Stop,
    /// What is going on.
    pub live: Arc<Live>,
    /// So many may sign in or open a socket at a time.
    pub gate: Arc<Semaphore>,
}

/// One thread's share.
pub struct Share {
    /// The thread's number.
    pub number: usize,
    /// How many threads there are.
    pub of: usize,
    /// What all know.
    pub common: Shared,
    /// Its people, ascending by number.
    pub people: RefCell<Vec<Rc<Person>>>,
    /// What their sockets heard.
    pub heard: Rc<RefCell<Heard>>,
    /// What they made.
    pub made: RefCell<Made>,
    /// What their calls took.
    pub recorder: RefCell<Recorder>,
    /// The server's categories.
    pub categories: RefCell<Vec<String>>,
    /// Posts that everybody knows from the beginning.
    pub seeds: RefCell<Vec<String>>,
    target: Rc<Target>,
}

impl Share {
    /// Those of the first `users` people who are here.
    pub fn first(&self, users: usize) -> Vec<Rc<Person>> {
        self.people.borrow().iter().filter(|person| person.number < users).cloned().collect()
    }

    /// Whether the person or thing with this number is this thread's.
    pub const fn is_mine(&self, number: usize) -> bool {
        number % self.of == self.number
    }

    /// A way of one's own to the server.
    pub fn http(&self) -> Http {
        Http::new(self.target.clone(), &self.common.trust)
    }

    /// Counts a call.
    pub fn ended(&self, ended: Ended) {
        let latency = ended.failed.is_none().then(|| ended.ended.saturating_duration_since(ended.due));
        self.common.live.done(latency);
        self.recorder.borrow_mut().record(ended);
    }
}

type Job = Box<dyn FnOnce(Rc<Share>) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// The threads.
pub struct Crew(Vec<mpsc::UnboundedSender<Job>>);

impl Crew {
    /// Starts `threads` of them.
    ///
    /// # Errors
    ///
    /// Where a thread or its runtime cannot be started.
    pub fn start(threads: usize, common: &Shared) -> io::Result<Self> {
        let mut crew = Vec::new();
        for number in 0..threads {
            let (jobs, waiting) = mpsc::unbounded_channel();
            let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
            let recorder = Recorder::new(Instant::now()).map_err(io::Error::other)?;
            let heard = Heard::new().map_err(io::Error::other)?;
            let common = common.clone();
            let work = move || {
                let share = Rc::new(Share {
                    number,
                    of: threads,
                    target: Rc::new(common.target.clone()),
                    common,
                    people: RefCell::default(),
                    heard: Rc::new(RefCell::new(heard)),
                    made: RefCell::default(),
                    recorder: RefCell::new(recorder),
                    categories: RefCell::default(),
                    seeds: RefCell::default(),
                });
                LocalSet::new().block_on(&runtime, work(share, waiting));
            };
            thread::Builder::new().name(format!("load-{number}")).spawn(work)?;
            crew.push(jobs);
        }
        Ok(Self(crew))
    }

    /// How many threads there are.
    pub const fn threads(&self) -> usize {
        self.0.len()
    }

    /// Has each thread do the same with its share, and waits for all of them. A thread that gave up says nothing.
    pub async fn each<T, F, D>(&self, job: F) -> Vec<T>
    where
        T: Send + 'static,
        F: Fn(Rc<Share>) -> D + Clone + Send + 'static,
        D: Future<Output = T> + 'static,
    {
        let begin = |jobs: &mpsc::UnboundedSender<Job>| {
            let (done, waiting) = oneshot::channel();
            let job = job.clone();
            let job: Job = Box::new(move |share| {
                Box::pin(async move {
                    // Nobody waits any more where all of it was ended at once.
                    let _ = done.send(job(share).await);
                })
            });
            let _ = jobs.send(job);
            waiting
        };
        let waiting: Vec<_> = self.0.iter().map(begin).collect();
        let mut done = Vec::new();
        for waiting in waiting {
            done.extend(waiting.await.ok());
        }
        done
    }
}

async fn work(share: Rc<Share>, mut waiting: mpsc::UnboundedReceiver<Job>) {
    while let Some(job) = waiting.recv().await {
        tokio::task::spawn_local(job(share.clone()));
    }
}
