//! Passwords: argon2id on threads of its own, so that a storm of log-ins keeps no reader waiting.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use argon2::Params;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::oneshot;

use super::bcrypt;
use super::hasher::{self, Hasher};
use crate::error::{Code, Error, FieldError};
use crate::store::Histogram;

/// Requests that may wait for a hash. At some 50 hashes a second and core, the last one waits about two seconds.
const MAX_WAITING: usize = 128;

/// A password as somebody typed it: 8 to 128 characters. It is never printed, stored or compared but by its hash.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes a new password.
    ///
    /// # Errors
    ///
    /// A [`FieldError`] for `field` where it is too short or too long.
    pub fn new(field: &str, text: String) -> Result<Self, FieldError> {
        let length = text.chars().count();
        if (8..=128).contains(&length) {
            return Ok(Self(text));
        }
        Err(FieldError::new(field, format!("must have 8 to 128 characters, and has {length}")))
    }

    /// Takes a password that is only compared: whatever was typed, cut at what a password can be at the most.
    pub fn attempt(text: &str) -> Self {
        Self(text.chars().take(129).collect())
    }
}

/// What a hash costs.
///
/// [`Cost::PRODUCTION`] is the first choice of the OWASP Password Storage Cheat Sheet for argon2id after the 46 MiB one.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// 19 MiB, two passes, one lane: about 20 ms of one core.
    pub const PRODUCTION: Self = Self { memory_kib: 19_456, passes: 2 };

    /// As little as argon2 allows: for tests, which are not about guessing passwords.
    pub const TESTS: Self = Self { memory_kib: 8, passes: 1 };
}

/// What became of comparing a password.
pub struct Verified {
    /// Whether it is the right one.
    pub matches: bool,
    /// Its hash at today's cost, where the stored one cost less.
    pub upgraded: Option<String>,
}

/// What the threads that hash measure of themselves. Clones share it.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Requests that wait for a thread.
    pub waiting: Gauge,
    /// How long each request took once a thread had it: one hash, or two where one is made dearer.
    pub took: Histogram,
    /// Requests that were refused because too many waited.
    pub refused: Counter,
}

type Job = Box<dyn FnOnce(&mut Hasher) + Send>;

/// The threads that hash.
pub struct Passwords {
    jobs: SyncSender<Job>,
    figures: Figures,
    /// Compared with where there is no account: the answer then takes as long as with one.
    nobody: String,
}

impl Passwords {
    /// Starts `threads` threads that hash at `cost`.
    ///
    /// # Errors
    ///
    /// Where a thread cannot be started, or argon2 refuses the cost.
    pub fn start(cost: Cost, threads: usize) -> io::Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(io::Error::other)?;
        let nobody = hasher::of_nobody(&params).map_err(io::Error::other)?;
        let (jobs, waiting) = sync_channel::<Job>(MAX_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let figures =
            Figures { waiting: Gauge::default(), took: Histogram::of_durations(), refused: Counter::default() };
        for number in 0..threads.max(1) {
            let (waiting, hasher, figures) = (waiting.clone(), Hasher::new(params.clone()), figures.clone());
            let work = move || work(&waiting, hasher, &figures);
            thread::Builder::new().name(format!("password-{number}")).spawn(work)?;
        }
        Ok(Self { jobs, figures, nobody })
    }

    /// What the threads measure of themselves.
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The hash of `password`, to be stored.
    ///
    /// # Errors
    ///
    /// [`Code::Overloaded`] where too many wait.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        self.run(move |hasher| hasher.hash(&password.0)).await?.map_err(|error| Error::internal(&error))
    }

    /// Compares `password` with a stored hash, whichever kind it is.
    ///
    /// Not to match takes the same time for everybody: without a hash, and with one that nothing fits, it takes as long
    /// as with one. While some accounts still have a bcrypt hash, the `dearest` of which costs that much, each failure
    /// takes as long as argon2id and that together: so the time tells neither who has an account nor what kind of hash.
    ///
    /// # Errors
    ///
    /// [`Code::Overloaded`] where too many wait.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
        dearest: Option<u32>,
    ) -> Result<Verified, Error> {
        let (stored, nobody) = (stored.unwrap_or_default(), self.nobody.clone());
        self.run(move |hasher| compare(hasher, &password.0, &stored, &nobody, dearest)).await
    }

    async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut Hasher) -> T + Send + 'static) -> Result<T, Error> {
        let (answer, waiting) = oneshot::channel();
        let took = self.figures.took.clone();
        let job: Job = Box::new(move |hasher| {
            // A request that went away while it waited costs no hash.
            if !answer.is_closed() {
                let _ = answer.send(took.time(|| job(hasher)));
            }
        });
        let overloaded = || Error::new(Code::Overloaded, "Many people are signing in; try again in a second.");
        self.figures.waiting.inc();
        self.jobs.try_send(job).map_err(|error| {
            self.figures.waiting.dec();
            match error {
                TrySendError::Full(_) => {
                    self.figures.refused.inc();
                    overloaded()
                }
                TrySendError::Disconnected(_) => Error::internal(&"the password threads have ended"),
            }
        })?;
        waiting.await.map_err(|_| Error::internal(&"a password thread gave up"))
    }
}

fn compare(hasher: &mut Hasher, password: &str, stored: &str, nobody: &str, dearest: Option<u32>) -> Verified {
    let bcrypt_cost = bcrypt::cost(stored);
    let matches = match bcrypt_cost {
        Some(_) => bcrypt::matches(password, stored),
        None if hasher::is_hash(stored) => hasher.matches(password, stored),
        None => {
            hasher.matches(password, nobody);
            false
        }
    };
    if matches {
        let upgraded = if hasher.is_dearer_than(stored) { hasher.hash(password).ok() } else { None };
        return Verified { matches, upgraded };
    }
    match (bcrypt_cost, dearest) {
        (Some(cost), dearest) => {
            hasher.matches(password, nobody);
            // Each cost is twice the one before, so all of them from this one on make up the difference.
            bcrypt::spend(password, cost..dearest.unwrap_or(cost));
        }
        (None, dearest) => bcrypt::spend(password, dearest),
    }
    Verified { matches, upgraded: None }
}

fn work(waiting: &Mutex<Receiver<Job>>, mut hasher: Hasher, figures: &Figures) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        figures.waiting.dec();
        job(&mut hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_hash_matches_its_password_and_no_other() {
        let passwords = Passwords::start(Cost::TESTS, 1).unwrap();
        let hash = passwords.hash(Password("correct horse".into())).await.unwrap();
        let right = passwords.verify(Password::attempt("correct horse"), Some(hash.clone()), None).await.unwrap();
        assert!(right.matches && right.upgraded.is_none());
        assert!(!passwords.verify(Password::attempt("battery staple"), Some(hash), None).await.unwrap().matches);
        assert!(!passwords.verify(Password::attempt("the password of nobody"), None, None).await.unwrap().matches);
    }

    #[actix_web::test]
    async fn a_cheaper_hash_is_upgraded_when_it_matches() {
        let cheap = Passwords::start(Cost::TESTS, 1).unwrap().hash(Password("correct horse".into())).await.unwrap();
        let dearer = Passwords::start(Cost { memory_kib: 16, passes: 1 }, 1).unwrap();
        let verified = dearer.verify(Password::attempt("correct horse"), Some(cheap.clone()), None).await.unwrap();
        assert!(verified.upgraded.is_some_and(|hash| hash.contains("m=16") && hash != cheap));
        let wrong = dearer.verify(Password::attempt("wrong horse"), Some(cheap), None).await.unwrap();
        assert!(!wrong.matches && wrong.upgraded.is_none());
    }

    #[actix_web::test]
    async fn a_bcrypt_hash_that_matches_becomes_one_of_argon2id() {
        let passwords = Passwords::start(Cost::TESTS, 1).unwrap();
        let stored = ::bcrypt::hash("correct horse", 4).unwrap();
        let right = passwords.verify(Password::attempt("correct horse"), Some(stored.clone()), Some(4)).await.unwrap();
        let upgraded = right.upgraded.filter(|_| right.matches).unwrap();
        assert!(upgraded.starts_with("$argon2id$"));
        assert!(passwords.verify(Password::attempt("correct horse"), Some(upgraded), None).await.unwrap().matches);
        let wrong = passwords.verify(Password::attempt("wrong horse"), Some(stored), Some(5)).await.unwrap();
        assert!(!wrong.matches && wrong.upgraded.is_none());
    }

    #[actix_web::test]
    async fn where_no_password_fits_none_matches() {
        let passwords = Passwords::start(Cost::TESTS, 1).unwrap();
        for stored in ["", "plain", "$2b$15$abcdefghijklmnopqrstuuAkZ4P2BdDzfRkLx3nCbkqD9rTx0eWqS"] {
            for typed in ["", stored] {
                let verified = passwords.verify(Password::attempt(typed), Some(stored.into()), None).await.unwrap();
                assert!(!verified.matches && verified.upgraded.is_none(), "{stored}");
            }
        }
    }
}
