//! `hearth serve`: opens everything, says where it is, and closes it in order when it is told to stop.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::task::Poll;

use crate::accounts;
use crate::app::App;
use crate::config::Config;
use crate::control::{self, Listener};
use crate::demo::{self, DemoFilled};
use crate::housekeeping;
use crate::http::server;
use crate::store::Durability;
use crate::{metrics, open_files};
use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::web::Data;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Failure, say, setting_flags};

const EXAMPLES: &str = "\
Examples:
  hearth serve
  hearth serve --demo --data /tmp/demo
  hearth serve --listen 0.0.0.0:8080 --data /var/lib/hearth --registration closed";

pub(super) fn command() -> Command {
    let demo = Arg::new("demo").long("demo").action(ArgAction::SetTrue);
    Command::new("serve")
        .about("Runs the server until it gets SIGTERM or Ctrl-C")
        .after_help(EXAMPLES)
        .args(setting_flags(&[]))
        .arg(demo.help("Fill an empty store with a small community"))
}

pub(super) fn run(config: &Config, matches: &ArgMatches) -> Result<(), Failure> {
    let app = Data::new(App::open(config).map_err(Failure::new)?);
    System::new().block_on(serve(config, app, matches.get_flag("demo")))
}

async fn serve(config: &Config, app: Data<App>, demo: bool) -> Result<(), Failure> {
    if let Some(limit) = open_files::raise_limit() {
        log::debug!("up to {limit} files and sockets may be open");
    }
    let listener = server::bind(config.listen).map_err(|error| not_bound(config.listen, &error))?;
    let address = listener.local_addr().map_err(Failure::new)?;
    let served = serve_on(config, &app, demo, listener, address).await;
    log::info!("closing the store");
    // Closing waits for the last writes to be synced, which must not hold up the thread that answers.
    let closed = tokio::task::spawn_blocking(move || app.close()).await;
    served.and_then(|()| closed.map_err(|error| Failure::new(format!("the store was not closed in order: {error}"))))
}

async fn serve_on(
    config: &Config,
    app: &Data<App>,
    demo: bool,
    listener: TcpListener,
    address: SocketAddr,
) -> Result<(), Failure> {
    // Once the demo is there, nobody needs a set-up code.
    let demo = if demo { fill_demo(app).await? } else { Vec::new() };
    let banner = [banner(config, app, address)?, demo].concat();
    let failed = |error: io::Error| Failure::new(format!("serving on {address} failed: {error}"));
    let server = server::start(app.clone(), listener, config.workers).map_err(failed)?;
    let signals = Signals::watch().map_err(failed)?;
    say(banner.join("\n"));
    let (app, kept) = (app.clone(), app.clone());
    let sampling = actix_web::rt::spawn(metrics::run(app.clone().into_inner()));
    let housekeeping = actix_web::rt::spawn(async move { housekeeping::run(&kept).await });
    let orders = actix_web::rt::spawn(take_orders(config.clone(), app.clone(), address));
    let (mut told, mut server) = (pin!(told_twice(signals, app.clone(), server.handle())), pin!(server));
    let served = poll_fn(|context| match server.as_mut().poll(context) {
        Poll::Pending => told.as_mut().poll(context).map(Ok),
        ended => ended,
    });
    let served = served.await.map_err(failed);
    housekeeping.abort();
    sampling.abort();
    orders.abort();
    // Once it has ended, the socket is gone.
    let _ = orders.await;
    served
}

/// Does what comes through the control socket. A server that cannot have one serves all the same.
async fn take_orders(config: Config, app: Data<App>, address: SocketAddr) {
    match Listener::bind(&config.data) {
        Ok(listener) => listener.run(app.into_inner(), config.into(), address).await,
        Err(error) => log::warn!(
            "{}: {error}: commands such as `hearth admin` cannot reach this server, and work only while it is stopped",
            control::socket(&config.data).display()
        ),
    }
}

/// What people want to know first.
fn banner(config: &Config, app: &App, address: SocketAddr) -> Result<Vec<String>, Failure> {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let durability = match config.durability {
        Durability::Synced => "synced: a write is answered once it would survive a power cut",
        Durability::Relaxed => "relaxed: a power cut may lose the last writes that were answered",
    };
    let mut lines = vec![
        format!("Hearth {} is listening on http://{address}", env!("CARGO_PKG_VERSION")),
        format!("  data         {}", data.display()),
        format!("  durability   {durability}"),
        format!("  docs         http://{address}/docs/"),
    ];
    if let Some(url) = &config.public_url {
        lines.insert(1, format!("  public URL   {url}"));
    }
    if let Some(code) = app.setup_code().map_err(Failure::new)? {
        lines.push(format!("  first account: register from this machine, or with the set-up code {code}"));
        if config.public_url.is_some() || !address.ip().is_loopback() {
            lines.push(format!("  or open once:  {}/#setup={code}", config.base_url(address)));
        }
    } else if accounts::staff(&app.store).map_err(Failure::new)?.is_empty() {
        lines.push("  nobody is an admin: `hearth admin promote USER` makes somebody one".into());
    }
    Ok(lines)
}

/// Fills the store where it is empty, and says what it holds now and who may sign in.
async fn fill_demo(app: &App) -> Result<Vec<String>, Failure> {
    let filled = demo::fill(app).await.map_err(|error| Failure::new(format!("the demo was not made: {error}")))?;
    let mut lines = vec![match filled {
        Some(demo) => {
            let DemoFilled { people, posts, comments, conversations, messages } = demo;
            format!(
                "  demo         {people} people, {posts} posts, {comments} comments, \
                 {conversations} conversations with {messages} messages"
            )
        }
        None => "  demo         the store is not empty, so nothing was added".into(),
    }];
    if let Some((email, password)) = demo::credentials(app).map_err(Failure::new)? {
        lines.push(format!("  demo admin   {email}  {password}"));
    }
    Ok(lines)
}

fn not_bound(address: SocketAddr, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "another program is using it",
        io::ErrorKind::PermissionDenied => "ports below 1024 need more rights",
        io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => return Failure::new(format!("cannot listen on {address}: {error}: choose another with --listen")),
    };
    Failure::new(format!("cannot listen on {address}, {why}: choose another with --listen"))
}

/// Has the server finish its running requests, let sockets go, and end on the first signal; ends itself on the second,
/// which is from somebody who does not want to wait for that.
async fn told_twice(mut signals: Signals, app: Data<App>, server: ServerHandle) {
    // Not in the arguments of a log line: those are not looked at where the line is not wanted.
    let first = signals.next().await;
    log::info!("stopping on {first}: running requests are finished first");
    app.hub.stop();
    let _finishing = actix_web::rt::spawn(server.stop(true));
    let second = signals.next().await;
    log::warn!("stopping at once on {second}");
}

/// The signals that end the server.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn watch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for one, and gives its name.
    async fn next(&mut self) -> &'static str {
        poll_fn(|context| {
            if self.terminate.poll_recv(context).is_ready() {
                return Poll::Ready("SIGTERM");
            }
            self.interrupt.poll_recv(context).map(|_| "SIGINT")
        })
        .await
    }
}
