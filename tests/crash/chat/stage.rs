//! What all devices share: the server as it is at present, and how far the story has come.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::Server;

/// A guard against waiting forever; nothing is decided by it.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Stage {
    server: Mutex<Option<Server>>,
    answers: AtomicUsize,
    /// Whoever gets the answer with this number kills the server at once.
    last_answer: AtomicUsize,
    /// Whether devices should begin nothing new.
    closing: AtomicBool,
    /// Whether a device has gone wrong, so that all should end.
    failed: AtomicBool,
    /// How many devices have nothing unanswered any more.
    calm: AtomicUsize,
    devices: usize,
}

/// Tells everybody when the thread that has it goes wrong.
pub struct Alarm<'a>(&'a Stage);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.failed.store(true, Ordering::SeqCst);
        }
    }
}

impl Stage {
    pub fn new(devices: usize) -> Self {
        Self {
            server: Mutex::default(),
            answers: AtomicUsize::new(0),
            last_answer: AtomicUsize::new(usize::MAX),
            closing: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            calm: AtomicUsize::new(0),
            devices,
        }
    }

    /// To be kept by a thread for as long as it runs.
    pub fn alarm(&self) -> Alarm<'_> {
        Alarm(self)
    }

    /// Where the server is, unless it is known to be gone.
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.lock().unwrap().as_ref().map(|server| server.address)
    }

    pub fn enter(&self, server: Server) {
        *self.server.lock().unwrap() = Some(server);
    }

    /// Kills the server, if nobody has yet.
    pub fn kill(&self) {
        if let Some(mut server) = self.server.lock().unwrap().take() {
            server.kill();
        }
    }

    pub fn answered(&self) {
        if self.answers.fetch_add(1, Ordering::SeqCst) + 1 == self.last_answer.load(Ordering::SeqCst) {
            self.kill();
        }
    }

    pub fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst) || self.has_failed()
    }

    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// One device more has nothing unanswered.
    pub fn calmed(&self) {
        self.calm.fetch_add(1, Ordering::SeqCst);
    }

    pub fn all_are_calm(&self) -> bool {
        self.calm.load(Ordering::SeqCst) == self.devices
    }

    /// Kills the server when some more answers have come: a pause after them, or without one at the very moment, so that
    /// what was still to be done then is not done. `false` where a device has gone wrong.
    pub fn kill_after(&self, answers: usize, pause: Option<Duration>) -> bool {
        let enough = self.answers.load(Ordering::SeqCst) + answers;
        self.last_answer.store(if pause.is_none() { enough } else { usize::MAX }, Ordering::SeqCst);
        let begun = Instant::now();
        while self.answers.load(Ordering::SeqCst) < enough {
            if begun.elapsed() > PATIENCE {
                self.failed.store(true, Ordering::SeqCst);
            }
            if self.has_failed() {
                return false;
            }
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(pause.unwrap_or_default());
        self.kill();
        true
    }
}
