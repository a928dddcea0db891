//! Everything that a request may need, put together once at the start.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;
use subtle::ConstantTimeEq;
use thiserror::Error;
use tokio::sync::Notify;

use crate::accounts::{self, Account, Cost, Passwords};
use crate::backup::restore::{self, Hold};
use crate::backup::{BackupError, Backups};
use crate::categories;
use crate::chat::{self, Hub};
use crate::clock::{Clock, SteadyClock};
use crate::comments::Comment;
use crate::config::{Config, Registration, Switch};
use crate::durable;
use crate::http::connections::Connections;
use crate::http::health::Readiness;
use crate::http::overload::{Bounds, Gate};
use crate::http::routes;
use crate::id::{Ids, hex, random_bytes};
use crate::limits::{Failures, Limits, Rates};
use crate::media::{Library, Media};
use crate::metrics::{Metrics, Parts};
use crate::pages::Pages;
use crate::posts::Post;
use crate::sessions::{Session, Tokens};
use crate::store::{OpenError, Range, Read, Record, Store, StoreError, catalog};

/// What the operator decided about who may do what.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Where people reach the server, where that is not the address it listens on.
    pub public_url: Option<String>,
    /// Origins besides the server's own whose pages may use the API and open a WebSocket, in the form of [`crate::config::origin`].
    pub allowed_origins: Vec<String>,
    /// Whether people who are not signed in may read.
    pub public_read: bool,
    /// Who may register.
    pub registration: Registration,
    /// Domains that e-mail addresses must be at; any where there are none.
    pub allowed_email_domains: Vec<String>,
    /// Networks of proxies that are believed about where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
}

/// The application: the store and what stands around it. Shared by all workers.
pub struct App {
    /// Where everything is.
    pub store: Store,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Ids,
    /// Hashes passwords.
    pub passwords: Arc<Passwords>,
    /// Makes and reads tokens.
    pub tokens: Arc<Tokens>,
    /// Public pages, ready to be sent.
    pub pages: Pages,
    /// Pictures: their files, and the threads that make them.
    pub media: Arc<Library>,
    /// Who is connected, and what they hear.
    pub hub: Arc<Hub>,
    /// Whether the store answers.
    pub readiness: Readiness,
    /// What requests may take.
    pub bounds: Bounds,
    /// Lets requests in.
    pub gate: Gate,
    /// How often anybody may do something; none where the operator has turned them off.
    pub limits: Option<Limits>,
    /// Passwords that were wrong.
    pub failures: Arc<Failures>,
    /// How many connections each address has.
    pub connections: Arc<Connections>,
    /// Who may do what.
    pub policy: Policy,
    /// What all of these measure of themselves.
    pub metrics: Arc<Metrics>,
    /// Rings when there is something to clear away.
    pub chores: Notify,
    /// Makes backups.
    pub backups: Arc<Backups>,
    /// Keeps restores away while the store is open.
    hold: Mutex<Option<Hold>>,
    secrets: Secrets,
    setup_code: String,
}

/// Why the application could not be started. Each message says what to do.
#[derive(Debug, Error)]
pub enum StartError {
    /// A restore is under way in the data folder, or left something that must be seen to.
    #[error(transparent)]
    Restore(#[from] BackupError),
    /// The store did not open.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The first categories could not be written.
    #[error("the store could not be filled for a first run: {0}")]
    Fill(#[from] StoreError),
    /// A secret could not be read or made.
    #[error("{}: {cause}; the folder must belong to the user that runs hearth", path.display())]
    Secret {
        /// Its file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// Threads could not be started.
    #[error("a thread could not be started: {0}; this user may have too many")]
    Threads(io::Error),
}

/// Everything whose keys begin with an id of its own. New ids are greater than all of these, also where the machine's
/// clock was set back while the server was stopped.
const NAMED_BY_IDS: [&str; 7] = [
    Account::TABLE,
    Session::TABLE,
    Post::TABLE,
    Comment::TABLE,
    Media::TABLE,
    chat::Conversation::TABLE,
    chat::MESSAGES_BY_ID,
];

/// What a test may want to hold.
pub struct Overrides {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What a password's hash costs.
    pub cost: Cost,
    /// Threads that hash.
    pub hashers: usize,
    /// What each socket may cost.
    pub limits: chat::Limits,
    /// How often anybody may do something.
    pub rates: Rates,
    /// What requests may take.
    pub bounds: Bounds,
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            clock: Arc::new(SteadyClock::default()),
            cost: Cost::PRODUCTION,
            hashers: std::thread::available_parallelism().map_or(1, usize::from),
            limits: chat::Limits::PRODUCTION,
            rates: Rates::PRODUCTION,
            bounds: Bounds::PRODUCTION,
        }
    }
}

impl App {
    /// Opens the data folder of `config` and starts everything but the server.
    ///
    /// # Errors
    ///
    /// [`StartError`], whose message says what to do.
    pub fn open(config: &Config) -> Result<Self, StartError> {
        Self::open_with(config, Overrides::default())
    }

    /// As [`App::open`], with another clock or cost.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub fn open_with(config: &Config, overrides: Overrides) -> Result<Self, StartError> {
        let hold = restore::enter(&config.data)?;
        let options = config.store_options();
        let store = Store::open(catalog::HEARTH, &options)?;
        categories::seed(&store)?;
        chat::seed(&store, random_bytes())?;
        let ids = Ids::default();
        for table in NAMED_BY_IDS {
            let newest = store.entries(table, &Range::all().backward().limit(1))?;
            newest.iter().for_each(|(key, _)| ids.is_taken(key));
        }
        let hub = Arc::new(Hub::new(&store, overrides.limits)?);
        chat::listen(&hub, &store).map_err(StartError::Threads)?;
        let secrets = Secrets(config.data.join("secrets"));
        let key = secrets.get("signing.key", || hex(&random_bytes::<32>()))?;
        let passwords = Passwords::start(overrides.cost, overrides.hashers).map_err(StartError::Threads)?;
        let pages = Pages::new(store.clone(), options.cache_bytes / 4);
        let media = Library::open(&config.data, options.reserve_bytes, options.cache_bytes / 8);
        let media = Arc::new(media.map_err(StartError::Threads)?);
        let backups = Arc::new(Backups::new(config.data.clone(), config.backup_folder()));
        let parts = Parts {
            backups: backups.figures().clone(),
            store: store.clone(),
            hub: hub.clone(),
            passwords: passwords.figures().clone(),
            pictures: media.figures().clone(),
            caches: vec![("records", store.figures().records.clone()), ("pages", pages.figures().clone())],
            routes: routes::PATHS,
        };
        let metrics = Metrics::new(parts, config.metrics_token.clone(), overrides.clock.now());
        let is_limited = config.rate_limit == Switch::On;
        Ok(Self {
            pages,
            media,
            hub,
            readiness: Readiness::default(),
            bounds: overrides.bounds,
            gate: Gate::new(overrides.bounds.in_flight),
            limits: is_limited.then(|| Limits::new(&overrides.rates, overrides.clock.clone())),
            failures: Arc::new(Failures::new(overrides.clock.clone(), is_limited)),
            connections: Connections::new(overrides.bounds.by_address, config.trusted_proxies.0.clone()),
            store,
            clock: overrides.clock,
            ids,
            passwords: Arc::new(passwords),
            metrics: Arc::new(metrics),
            tokens: Arc::new(Tokens::new(&sha256(key.as_bytes()))),
            policy: Policy {
                public_url: config.public_url.clone(),
                allowed_origins: config.allowed_origins.clone(),
                public_read: config.public_read,
                registration: config.registration,
                allowed_email_domains: config.allowed_email_domains.clone(),
                trusted_proxies: config.trusted_proxies.0.clone(),
            },
            chores: Notify::new(),
            backups,
            hold: Mutex::new(Some(hold)),
            secrets,
            setup_code: hex(&random_bytes::<8>()),
        })
    }

    /// The same store and policy at another time of day: for demo data, which happened in the past.
    ///
    /// # Errors
    ///
    /// None with a store that an `App` was opened with.
    pub(crate) fn at(&self, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Ok(Self {
            store: self.store.clone(),
            clock,
            ids: Ids::default(),
            passwords: self.passwords.clone(),
            tokens: self.tokens.clone(),
            pages: Pages::new(self.store.clone(), 0),
            media: self.media.clone(),
            hub: self.hub.clone(),
            metrics: self.metrics.clone(),
            readiness: Readiness::default(),
            bounds: self.bounds,
            gate: Gate::new(self.bounds.in_flight),
            limits: None,
            failures: self.failures.clone(),
            connections: self.connections.clone(),
            policy: Policy {
                registration: Registration::Open,
                allowed_email_domains: Vec::new(),
                ..self.policy.clone()
            },
            chores: Notify::new(),
            backups: self.backups.clone(),
            hold: Mutex::default(),
            secrets: self.secrets.clone(),
            setup_code: String::new(),
        })
    }

    /// The code that lets the first account be registered from elsewhere; `None` once there is an account.
    ///
    /// # Errors
    ///
    /// What reading the store gives.
    pub fn setup_code(&self) -> Result<Option<&str>, StoreError> {
        Ok(accounts::is_first(&self.store)?.then_some(self.setup_code.as_str()))
    }

    /// Whether `code` is the set-up code, in the same time whatever is wrong with it.
    pub fn is_setup_code(&self, code: Option<&str>) -> bool {
        code.is_some_and(|code| code.trim().as_bytes().ct_eq(self.setup_code.as_bytes()).into())
    }

    /// A secret of this data folder, made by `make` when it is first asked for, and readable by its owner alone.
    ///
    /// # Errors
    ///
    /// [`StartError::Secret`].
    pub fn secret(&self, name: &str, make: impl FnOnce() -> String) -> Result<String, StartError> {
        self.secrets.get(name, make)
    }

    /// Finishes what is being written and lets go of the data folder. Blocks.
    pub fn close(&self) {
        self.store.close();
        self.hold.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The folder of secrets.
#[derive(Clone)]
struct Secrets(PathBuf);

impl Secrets {
    fn get(&self, name: &str, make: impl FnOnce() -> String) -> Result<String, StartError> {
        let path = self.0.join(name);
        let failed = |cause| StartError::Secret { path: path.clone(), cause };
        match fs::read_to_string(&path) {
            Ok(secret) if !secret.trim().is_empty() => return Ok(secret.trim().to_owned()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let secret = make();
        self.write(&path, &secret).map_err(failed)?;
        Ok(secret)
    }

    /// There is never half a secret.
    fn write(&self, path: &Path, secret: &str) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        // The folder's own entry too: a key that a power cut takes away signs everybody out.
        durable::sync_folder_of(&self.0)?;
        durable::write(path, secret.as_bytes(), durable::PRIVATE)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}
