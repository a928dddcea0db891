//! A community that is served on a free port of this machine, from a folder that goes when it does.

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, block};
use awc::Client;
use hearth::accounts::Cost;
use hearth::app::{App, Overrides};
use hearth::chat::Limits;
use hearth::clock::{Clock, ManualClock, Timestamp};
use hearth::config::{Config, Switch};
use hearth::housekeeping;
use hearth::http::overload::Bounds;
use hearth::http::server;
use hearth::limits::Rates;
use hearth::media::Files;
use hearth::portable::{self, Landing};
use hearth::store::check::{Report, check};
use hearth::store::{Store, catalog};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::actor::Actor;

/// What time it is when a community starts: 2026-11-23T08:11:00Z.
const MORNING: Timestamp = Timestamp::from_millis(1_795_421_460_000);

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A running community. Its clock stands still until [`Community::later`].
pub struct Community {
    clock: Arc<ManualClock>,
    address: Rc<Cell<SocketAddr>>,
    client: Client,
    config: Config,
    limits: (Limits, Bounds, Rates),
    admin: OnceCell<Actor>,
    running: Running,
    _dir: TempDir,
}

/// A server and what it serves.
struct Running {
    app: Data<App>,
    handle: ServerHandle,
}

impl Running {
    async fn start(
        config: &Config,
        (limits, bounds, rates): (Limits, Bounds, Rates),
        clock: &Arc<ManualClock>,
        address: &Cell<SocketAddr>,
    ) -> Self {
        let (config, overrides) = (
            config.clone(),
            Overrides { clock: clock.clone(), cost: Cost::TESTS, limits, bounds, rates, ..Overrides::default() },
        );
        // Opening waits for the disk, which a thread that runs futures must not.
        let app = block(move || App::open_with(&config, overrides)).await.unwrap();
        let app = Data::new(app.unwrap_or_else(|error| panic!("{error}")));
        let listener = server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        address.set(listener.local_addr().unwrap());
        let server = server::start(app.clone(), listener, 2).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { app, handle }
    }
}

impl Drop for Running {
    /// The folder may go only once nothing writes to it any more.
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        self.app.close();
    }
}

impl Community {
    /// A community with the settings that nobody changed, and with no account.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A community with changed settings, and with no account.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::with_all(change, |_, _| {}).await
    }

    /// A community whose sockets have other limits, and with no account.
    pub async fn with_limits(change: impl FnOnce(&mut Limits)) -> Self {
        Self::with_all(|_| {}, |limits, _| change(limits)).await
    }

    /// A community whose requests have other bounds, and with no account.
    pub async fn with_bounds(change: impl FnOnce(&mut Bounds)) -> Self {
        Self::with_all(|_| {}, |_, bounds| change(bounds)).await
    }

    /// A community with changed settings whose rate limits are in force, and with no account.
    pub async fn with_rates(rates: Rates, change: impl FnOnce(&mut Config)) -> Self {
        let limit = |config: &mut Config| {
            config.rate_limit = Switch::On;
            change(config);
        };
        Self::with_everything(limit, (Limits::PRODUCTION, Bounds::PRODUCTION, rates)).await
    }

    /// A community with changed settings, limits and bounds, and with no account.
    pub async fn with_all(change: impl FnOnce(&mut Config), limit: impl FnOnce(&mut Limits, &mut Bounds)) -> Self {
        let mut limits = (Limits::PRODUCTION, Bounds::PRODUCTION, Rates::PRODUCTION);
        limit(&mut limits.0, &mut limits.1);
        Self::with_everything(change, limits).await
    }

    async fn with_everything(change: impl FnOnce(&mut Config), limits: (Limits, Bounds, Rates)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::new(dir.path());
        // They are in force where they are what is tested.
        config.rate_limit = Switch::Off;
        change(&mut config);
        let clock = Arc::new(ManualClock::at(MORNING));
        let address = Rc::new(Cell::new("127.0.0.1:0".parse().unwrap()));
        let running = Running::start(&config, limits, &clock, &address).await;
        let client = Client::builder().timeout(Duration::from_secs(60)).disable_redirects().finish();
        Self { clock, address, client, config, limits, admin: OnceCell::new(), running, _dir: dir }
    }

    /// Stops the server, and starts another one on the same folder. Everybody finds it again.
    pub async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// As [`Community::restart`], with changed settings.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        self.running.handle.stop(false).await;
        self.running.app.close();
        self.running = Running::start(&self.config, self.limits, &self.clock, &self.address).await;
    }

    /// Stops the server, exports its store, imports that in its place, and starts another server on it.
    pub async fn replace_with_its_export(&mut self) {
        self.running.handle.stop(false).await;
        self.running.app.close();
        let (options, data) = (self.config.store_options(), self.config.data.clone());
        block(move || {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(catalog::HEARTH, &options).unwrap();
            let pictures = Files::new(&data, 0);
            portable::export(&store, &pictures, &folder.path().join("export"), MORNING, &mut |_, _| {}).unwrap();
            store.close();
            std::fs::remove_dir_all(&options.dir).unwrap();
            let _ = std::fs::remove_dir_all(data.join("media"));
            let landing = Landing::open(&options).unwrap();
            let imported =
                portable::import(landing.store().unwrap(), &pictures, &folder.path().join("export"), &mut |_, _| {});
            imported.unwrap_or_else(|error| panic!("{error}"));
            landing.finish().unwrap();
        })
        .await
        .unwrap();
        self.running = Running::start(&self.config, self.limits, &self.clock, &self.address).await;
    }

    /// The application that is served.
    pub fn app(&self) -> &Data<App> {
        &self.running.app
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.config.data
    }

    /// Closes the store below the server, which goes on answering.
    pub async fn close_store(&self) {
        let app = self.app().clone();
        block(move || app.close()).await.unwrap();
    }

    /// Lets time pass.
    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Sets the clock back.
    pub fn earlier(&self, by: Duration) {
        self.clock.set(self.clock.now().minus(by));
    }

    /// Does what the server does in the background, and then holds the whole store against itself.
    pub async fn tidy(&self) -> Report {
        housekeeping::tidy(self.app()).await.unwrap();
        let app = self.app().clone();
        let report = block(move || check(&app.store, false, &mut |_, _| {}).unwrap()).await.unwrap();
        assert_eq!(report.problems, 0, "{:?}", report.described);
        report
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Actor {
        Actor::anonymous(self.client.clone(), self.address.clone())
    }

    /// The first account, which is the admin.
    pub async fn admin(&self) -> Actor {
        self.admin.get_or_init(|| self.register("Ada Admin", "ada")).await.clone()
    }

    /// A new member, registered after the admin. `handle` is the handle, the part before the `@`, and the name.
    pub async fn member(&self, handle: &str) -> Actor {
        self.admin().await;
        self.register(handle, handle).await
    }

    async fn register(&self, name: &str, handle: &str) -> Actor {
        let newcomer = self.anonymous();
        let answer = newcomer.post("/auth/register", &newcomer_named(name, handle)).await;
        newcomer.signed_in(&answer.expect(201))
    }
}

/// What somebody sends to register.
pub fn newcomer_named(name: &str, handle: &str) -> Value {
    json!({"name": name, "email": format!("{handle}@example.org"), "password": PASSWORD, "handle": handle})
}
