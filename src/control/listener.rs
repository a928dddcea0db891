//! The server's side of the control socket.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::place::{self, Way};
use super::{Context, HEARTBEAT, Line, MAX_LINE, Order, PATIENCE, Progress};
use crate::app::App;
use crate::config::Config;
use crate::error::{Code, Error};
use std::net::SocketAddr;

/// Connections that are attended to at once; more wait in the system's queue.
const MAX_CONNECTIONS: usize = 16;

/// The control socket of a running server. Dropped, it is gone.
pub struct Listener {
    socket: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// Makes the socket in the data folder `data`, in the place of one that a killed server left.
    ///
    /// The caller must hold the folder's store open: whoever has the socket is then nobody who lives. Must be called
    /// within a runtime.
    ///
    /// # Errors
    ///
    /// What the operating system says, or where something that is no socket is in its place.
    pub fn bind(data: &Path) -> io::Result<Self> {
        let path = place::socket(data);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.file_type().is_socket() => fs::remove_file(&path)?,
            Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is no socket: move it away")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let socket = UnixListener::bind(Way::to(data)?.path)?;
        let listener = Self { socket, path };
        // Who connects in between is asked who they are all the same.
        fs::set_permissions(&listener.path, Permissions::from_mode(0o600))?;
        Ok(listener)
    }

    /// Carries out what is ordered, until this future is dropped, and what is being done with it.
    pub async fn run(self, app: Arc<App>, config: Arc<Config>, address: SocketAddr) {
        let mut attending = JoinSet::new();
        loop {
            while attending.try_join_next().is_some() {}
            if attending.len() >= MAX_CONNECTIONS {
                attending.join_next().await;
            }
            match self.socket.accept().await {
                Ok((stream, _)) => {
                    let (progress, steps) = Progress::new();
                    let context =
                        Context { app: app.clone(), config: config.clone(), address: Some(address), progress };
                    attending.spawn(attend(stream, context, steps));
                }
                Err(error) => {
                    log::warn!("the control socket takes nobody just now: {error}");
                    sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Whoever finds it later sees that nobody listens, and replaces it.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes one order, and says what becomes of it.
async fn attend(mut stream: UnixStream, context: Context, steps: tokio::sync::watch::Receiver<super::Step>) {
    let answered = match taken(&mut stream).await {
        Ok(order) => follow(&mut stream, order, context, steps).await,
        Err(error) => tell(&mut stream, &Line::Refused(error.into())).await,
    };
    if let Err(error) = answered {
        log::debug!("whoever ordered something did not wait for the answer: {error}");
    }
}

/// The order that a connection brings.
async fn taken(stream: &mut UnixStream) -> Result<Order, Error> {
    let peer = stream.peer_cred().map_err(|error| Error::internal(&error))?.uid();
    if peer != 0 && peer != rustix::process::geteuid().as_raw() {
        return Err(Error::new(Code::Forbidden, "Run this as the user that runs the server."));
    }
    let mut line = Vec::new();
    let mut input = BufReader::new(stream.take(MAX_LINE));
    let read = timeout(PATIENCE, input.read_until(b'\n', &mut line)).await;
    read.map_err(|_| Error::new(Code::RequestTimeout, "Send the order as one line of JSON, at once."))?
        .map_err(|error| Error::internal(&error))?;
    if line.len() as u64 == MAX_LINE && !line.ends_with(b"\n") {
        return Err(Error::new(Code::BodyTooLarge, format!("An order has at most {MAX_LINE} bytes.")));
    }
    serde_json::from_slice(&line).map_err(|error| {
        let detail = format!(
            "The server (version {}) does not understand this order ({error}): restart the server where it is older \
             than this command.",
            env!("CARGO_PKG_VERSION")
        );
        Error::new(Code::UnknownOp, detail)
    })
}

/// Carries out `order`, and tells each step of it and what came of it. Ends early where nobody hears it any more.
async fn follow(
    stream: &mut UnixStream,
    order: Order,
    context: Context,
    mut steps: tokio::sync::watch::Receiver<super::Step>,
) -> io::Result<()> {
    let name = order.name();
    let mut work = std::pin::pin!(order.carry_out(&context));
    let outcome = loop {
        tokio::select! {
            outcome = &mut work => break outcome,
            // Told again after a while: where nobody listens any more, that is when it is noticed.
            _ = timeout(HEARTBEAT, steps.changed()) => {
                let step = steps.borrow_and_update().clone();
                tell(stream, &Line::Progress(step)).await?;
            }
        }
    };
    match &outcome {
        Ok(_) => log::info!("done by order through the control socket: {name}"),
        Err(error) => log::info!("refused through the control socket: {name}: {}", error.code.word()),
    }
    tell(stream, &outcome.map_or_else(|error| Line::Refused(error.into()), Line::Done)).await
}

async fn tell(stream: &mut UnixStream, line: &Line) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    timeout(PATIENCE, stream.write_all(&bytes)).await?
}
