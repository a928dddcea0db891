//! `hearth serve`: opens everything, says where it is, and closes it in order when it is told to stop.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use crate::accounts;
use crate::app::App;
use crate::backup;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::control::{self, Listener};
use crate::demo::{self, DemoFilled};
use crate::housekeeping;
use crate::http::{redirect, server};
use crate::store::Durability;
use crate::tls::{self, Tls};
use crate::{metrics, open_files};
use actix_web::dev::{Server, ServerHandle};
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
    // Before the store is opened, which may take a while.
    redirect_base(config, config.listen.port())?;
    let tls = Tls::of(config, Arc::new(SystemClock)).map_err(Failure::usage)?;
    let app = Data::new(App::open(config).map_err(Failure::new)?);
    System::new().block_on(serve(config, app, matches.get_flag("demo"), tls))
}

async fn serve(config: &Config, app: Data<App>, demo: bool, tls: Option<Tls>) -> Result<(), Failure> {
    if let Some(limit) = open_files::raise_limit() {
        log::debug!("up to {limit} files and sockets may be open");
    }
    let listener = server::bind(config.listen).map_err(|error| not_bound(config.listen, "--listen", &error))?;
    let address = listener.local_addr().map_err(Failure::new)?;
    let served = serve_on(config, &app, demo, listener, address, tls).await;
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
    tls: Option<Tls>,
) -> Result<(), Failure> {
    // Once the demo is there, nobody needs a set-up code.
    let demo = if demo { fill_demo(app).await? } else { Vec::new() };
    let banner = [banner(config, app, address)?, demo].concat();
    let failed = |error: io::Error| Failure::new(format!("serving on {address} failed: {error}"));
    let redirect = redirect(config, address)?;
    let server = match &tls {
        Some(tls) => server::start_secure(app.clone(), listener, config.workers, &tls.config),
        None => server::start(app.clone(), listener, config.workers),
    };
    let server = server.map_err(failed)?;
    let signals = Signals::watch().map_err(failed)?;
    say(banner.join("\n"));
    let (app, kept) = (app.clone(), app.clone());
    let sampling = actix_web::rt::spawn(metrics::run(app.clone().into_inner()));
    let housekeeping = actix_web::rt::spawn(async move { housekeeping::run(&kept).await });
    let backups = actix_web::rt::spawn(backup::run(app.clone().into_inner(), config.clone()));
    let orders = actix_web::rt::spawn(take_orders(config.clone(), app.clone(), address));
    let renewal = tls.and_then(|tls| tls.renewal).map(|renewal| actix_web::rt::spawn(renewal.run()));
    let redirect = redirect.map(actix_web::rt::spawn);
    let (mut told, mut server) = (pin!(told_twice(signals, app.clone(), server.handle())), pin!(server));
    let served = poll_fn(|context| match server.as_mut().poll(context) {
        Poll::Pending => told.as_mut().poll(context).map(Ok),
        ended => ended,
    });
    let served = served.await.map_err(failed);
    housekeeping.abort();
    sampling.abort();
    backups.abort();
    orders.abort();
    // Once it has ended, the socket is gone.
    let _ = orders.await;
    if let Some(renewal) = renewal {
        renewal.abort();
    }
    if let Some(redirect) = redirect {
        redirect.abort();
    }
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

/// The listener that sends browsers from http to https, where there is to be one.
fn redirect(config: &Config, address: SocketAddr) -> Result<Option<Server>, Failure> {
    let Some((from, base)) = config.http_redirect.zip(redirect_base(config, address.port())?) else { return Ok(None) };
    let listener = server::bind(from).map_err(|error| not_bound(from, "--http-redirect", &error))?;
    let from = listener.local_addr().map_err(Failure::new)?;
    log::info!("http://{from} leads to {base}");
    redirect::start(base, listener).map(Some).map_err(|error| not_bound(from, "--http-redirect", &error))
}

/// Where it leads to: never where a request says.
fn redirect_base(config: &Config, port: u16) -> Result<Option<String>, Failure> {
    if config.http_redirect.is_none() {
        return Ok(None);
    }
    match (&config.public_url, config.acme_domain.first()) {
        (Some(url), _) if url.starts_with("https://") => Ok(Some(url.clone())),
        (None, Some(domain)) if port == 443 => Ok(Some(format!("https://{domain}"))),
        (None, Some(domain)) => Ok(Some(format!("https://{domain}:{port}"))),
        _ => {
            Err(Failure::usage("http_redirect needs a public_url that begins with https://: that is where it leads to"))
        }
    }
}

/// What people want to know first.
fn banner(config: &Config, app: &App, address: SocketAddr) -> Result<Vec<String>, Failure> {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let durability = match config.durability {
        Durability::Synced => "synced: a write is answered once it would survive a power cut",
        Durability::Relaxed => "relaxed: a power cut may lose the last writes that were answered",
    };
    let scheme = if tls::is_on(config) { "https" } else { "http" };
    let mut lines = vec![
        format!("Hearth {} is listening on {scheme}://{address}", env!("CARGO_PKG_VERSION")),
        format!("  data         {}", data.display()),
        format!("  durability   {durability}"),
        format!("  docs         {scheme}://{address}/docs/"),
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

fn not_bound(address: SocketAddr, flag: &str, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "another program is using it",
        io::ErrorKind::PermissionDenied => "ports below 1024 need more rights",
        io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => return Failure::new(format!("cannot listen on {address}: {error}: choose another with {flag}")),
    };
    Failure::new(format!("cannot listen on {address}, {why}: choose another with {flag}"))
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
