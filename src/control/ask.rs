//! Having an order carried out: by the server that has the data folder, or here where there is none.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

use super::place::Way;
use super::{Context, HEARTBEAT, Line, MAX_LINE, Order, PATIENCE, Progress, Refusal, Step};
use crate::app::{App, StartError};
use crate::config::Config;
use crate::store::OpenError;

/// How long a server that is starting or stopping is waited for.
const TURN: Duration = Duration::from_secs(3);

/// How often it is looked meanwhile.
const LOOK: Duration = Duration::from_millis(50);

/// The longest answer, in bytes: a list may be long.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;

/// Why an order was not carried out, or not as far as is known. Each message says what to do.
#[derive(Debug, Error)]
pub enum AskError {
    /// It was refused.
    #[error("{detail}")]
    Refused {
        /// A word of the table in `src/error.rs`.
        code: String,
        /// Why, and what to do next.
        detail: String,
    },
    /// There is nothing to carry it out on.
    #[error("there is no store in {}: name its folder with --data", .0.display())]
    NoStore(PathBuf),
    /// The data folder is another user's.
    #[error(
        "{} belongs to user {owner}, and what this user wrote there the server could not read: run this as that user, \
         such as with `sudo -u '#{owner}' hearth …`", data.display()
    )]
    AnothersFolder {
        /// The data folder.
        data: PathBuf,
        /// The id of the user it belongs to.
        owner: u32,
    },
    /// The data folder could not be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Something has the data folder, and takes no orders.
    #[error(
        "another hearth{} has {} and takes no orders: it may be starting or stopping just now, or be a command such as \
         check; try again in a moment",
        if owner.is_empty() { String::new() } else { format!(" (process {owner})") }, data.display()
    )]
    Turning {
        /// The data folder.
        data: PathBuf,
        /// The other's process id, where it could be read.
        owner: String,
    },
    /// The server was asked, and gave no answer.
    #[error(
        "the server ended or hung before it answered ({0}): it may have done it all the same; look before you try again"
    )]
    NoAnswer(io::Error),
    /// The socket cannot be used.
    #[error("the control socket in {} cannot be used ({cause}): run this as the user that runs the server", data.display())]
    Socket {
        /// The data folder.
        data: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The server is of another version.
    #[error("the server's answer cannot be understood ({0}): restart it where it is older than this command")]
    Strange(serde_json::Error),
    /// No runtime could be started.
    #[error("the order could not be started here: {0}")]
    Runtime(io::Error),
}

impl From<Refusal> for AskError {
    fn from(Refusal { code, detail }: Refusal) -> Self {
        Self::Refused { code, detail }
    }
}

/// Has `order` carried out on the data folder of `config`, and gives what came of it; `told` hears how far it is.
/// Blocks.
///
/// # Errors
///
/// [`AskError`], whose message says what to do.
pub fn ask<T: DeserializeOwned>(config: &Config, order: &Order, told: &mut dyn FnMut(&Step)) -> Result<T, AskError> {
    outcome(whichever(config, order, told)?)
}

/// As [`ask`], of a running server alone: `None` where none runs.
///
/// # Errors
///
/// [`AskError`].
pub fn ask_running<T: DeserializeOwned>(config: &Config, order: &Order) -> Result<Option<T>, AskError> {
    let Some(stream) = connected(config)? else { return Ok(None) };
    asked(stream, order, &mut |_| {}).map_err(AskError::NoAnswer).and_then(outcome).map(Some)
}

/// What came of an order, from the last line of its answer.
fn outcome<T: DeserializeOwned>(last: Line) -> Result<T, AskError> {
    let outcome = match last {
        Line::Refused(refusal) => return Err(refusal.into()),
        Line::Done(outcome) => outcome,
        Line::Progress(_) => Value::Null,
    };
    serde_json::from_value(outcome).map_err(AskError::Strange)
}

/// Asks the server, or does it here; where neither can be because a server starts or stops just now, tries again.
fn whichever(config: &Config, order: &Order, told: &mut dyn FnMut(&Step)) -> Result<Line, AskError> {
    let started = Instant::now();
    loop {
        if let Some(stream) = connected(config)? {
            return asked(stream, order, told).map_err(AskError::NoAnswer);
        }
        match here(config, order, told) {
            Err(AskError::Start(StartError::Store(OpenError::Locked { owner, .. }))) => {
                if started.elapsed() > TURN {
                    return Err(AskError::Turning { data: config.data.clone(), owner });
                }
                thread::sleep(LOOK);
            }
            done => return done,
        }
    }
}

/// A connection to the server, if one listens.
fn connected(config: &Config) -> Result<Option<UnixStream>, AskError> {
    let connected = Way::to(&config.data).and_then(|way| UnixStream::connect(way.path));
    match connected {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => Ok(None),
        Err(cause) => Err(AskError::Socket { data: config.data.clone(), cause }),
    }
}

/// Sends `order`, and reads to the last line of the answer.
fn asked(mut stream: UnixStream, order: &Order, told: &mut dyn FnMut(&Step)) -> io::Result<Line> {
    stream.set_write_timeout(Some(PATIENCE))?;
    // A server that lives says so now and then.
    stream.set_read_timeout(Some(HEARTBEAT * 12))?;
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    if line.len() as u64 > MAX_LINE {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the order is too long"));
    }
    stream.write_all(&line)?;
    let mut input = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        input.by_ref().take(MAX_ANSWER).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match serde_json::from_slice(&line)? {
            Line::Progress(step) => told(&step),
            last => return Ok(last),
        }
    }
}

/// Carries out `order` in this process.
fn here(config: &Config, order: &Order, told: &mut dyn FnMut(&Step)) -> Result<Line, AskError> {
    if !order.is_for_a_new_folder() && !config.store_options().dir.exists() {
        return Err(AskError::NoStore(config.data.clone()));
    }
    check_owner(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(AskError::Runtime)?;
    let app = Arc::new(App::open(config)?);
    let (progress, mut steps) = Progress::new();
    let context = Context { app: app.clone(), config: Arc::new(config.clone()), address: None, progress };
    let outcome = runtime.block_on(async {
        let mut work = std::pin::pin!(order.clone().carry_out(&context));
        loop {
            tokio::select! {
                outcome = &mut work => break outcome,
                _ = steps.changed() => told(&steps.borrow_and_update()),
            }
        }
    });
    app.close();
    Ok(outcome.map_or_else(|error| Line::Refused(error.into()), Line::Done))
}

/// Refuses to write into another user's folder, which root can: the server could then not open its own files.
fn check_owner(config: &Config) -> Result<(), AskError> {
    let Ok(folder) = std::fs::metadata(&config.data) else { return Ok(()) };
    if folder.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(AskError::AnothersFolder { data: config.data.clone(), owner: folder.uid() })
}
