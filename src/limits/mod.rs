//! How often anybody may ask for something, by their address and by their account, and how long to wait after passwords
//! that were wrong.
//!
//! # The limits
//!
//! Each is a budget that fills up again evenly (GCRA, by the crate `governor`): `600 / 60 s` is 600 at once and ten
//! a second in the long run. They are chosen so that a school behind one address, all of it in the app, meets none of
//! them, and a script that does one thing over and over does.
//!
//! | what | by account | by address | beside |
//! |---|---|---|---|
//! | `read` | | 30,000 / 60 s | PocketBase: 300 in 10 s by address; Discourse: 50 in 10 s, 200 a minute |
//! | `login` | see [`failures`] | 120 / 60 s | PocketBase: 2 in 3 s |
//! | `register` | | 300 / 3600 s | Discourse: 3 accounts by address |
//! | `refresh` | | 600 / 60 s | some 9,000 devices behind one address |
//! | `connect` | | 1,200 / 60 s | sockets and streams; also [`crate::chat::Limits`] |
//! | `post` | 60 / 300 s | 6,000 / 60 s | PocketBase: 20 creations in 5 s; Discourse: a topic in 15 s |
//! | `comment` | 120 / 300 s | 6,000 / 60 s | Discourse: a post in 5 s |
//! | `upload` | 60 / 300 s | 6,000 / 60 s | Discourse: 10 a minute |
//! | `message` | 300 / 60 s | 6,000 / 60 s | Mattermost: 10 requests a second, 100 at once |
//! | `write` | 600 / 60 s | 6,000 / 60 s | likes, edits, marks, everything else that changes something |
//!
//! What comes from the server's own machine ([`Caller::is_here`]) is limited by account alone, and at 2,000 times
//! the rate: scripts that fill, move or test a community are the operator's. Passwords have no such exception.
//!
//! # Memory
//!
//! Bounded: see `cells.rs`. IPv6 clients count by their /64, which is what one household or one rented server has.

mod cells;
pub mod failures;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};

use crate::accounts::AccountId;
use crate::clock::Clock;
use crate::error::{Code, Error};
use cells::{Cells, Key};
pub use failures::Failures;

/// How much more often what comes from the server's own machine may do something.
const HERE: u32 = 2000;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client's address; `None` where there is no network between.
    pub address: Option<IpAddr>,
    /// Whether it is the server's own machine, and no proxy handed it on.
    pub is_here: bool,
}

impl Caller {
    /// Who is in this very process.
    pub const HERE: Self = Self { address: None, is_here: true };

    /// The network that it counts for: the address itself, or the /64 of IPv6.
    pub fn network(&self) -> u128 {
        self.address.map_or(0, network)
    }
}

/// The network that an address counts for.
pub fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address) & !u128::from(u64::MAX),
    }
}

/// So many in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At once, and in each such time.
    pub most: u32,
    /// The time in which all of it comes back, in seconds.
    pub seconds: u32,
}

macro_rules! actions {
    ($($(#[$doc:meta])+ $action:ident = $name:literal $words:literal, $account:expr, $address:expr;)+) => {
        /// What is limited.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])+ $action,)+
        }

        impl Action {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$action),+];

            /// Its name in the `RateLimit` headers; by account, and by address.
            const fn names(self) -> [&'static str; 2] {
                match self {
                    $(Self::$action => [$name, concat!($name, "-address")],)+
                }
            }

            const fn words(self) -> &'static str {
                match self {
                    $(Self::$action => $words,)+
                }
            }
        }

        impl Rates {
            /// Those of the table above.
            pub const PRODUCTION: Self = Self([$((Action::$action, $account, $address)),+]);
        }
    };
}

const fn rate(most: u32, seconds: u32) -> Option<Rate> {
    Some(Rate { most, seconds })
}

actions! {
    /// Whatever changes nothing.
    Read = "read" "requests", None, rate(30_000, 60);
    /// Signing in.
    LogIn = "login" "log-ins", None, rate(120, 60);
    /// Making an account.
    Register = "register" "registrations", None, rate(300, 3600);
    /// Exchanging a refresh token.
    Refresh = "refresh" "refreshed sessions", None, rate(600, 60);
    /// Opening a socket or a stream.
    Connect = "connect" "connections", None, rate(1200, 60);
    /// Making a post, or a conversation.
    Post = "post" "new posts or conversations", rate(60, 300), rate(6000, 60);
    /// Making a comment.
    Comment = "comment" "comments", rate(120, 300), rate(6000, 60);
    /// Uploading a picture.
    Upload = "upload" "uploads", rate(60, 300), rate(6000, 60);
    /// Sending a message.
    Message = "message" "messages", rate(300, 60), rate(6000, 60);
    /// Whatever else changes something.
    Write = "write" "changes", rate(600, 60), rate(6000, 60);
}

/// The limits as numbers: by account and by address.
#[derive(Clone, Copy, Debug)]
pub struct Rates([(Action, Option<Rate>, Option<Rate>); 10]);

impl Rates {
    /// The same, with another limit of `action` by account and by address.
    #[must_use]
    pub fn with(mut self, action: Action, account: Option<Rate>, address: Option<Rate>) -> Self {
        self.0[action as usize] = (action, account, address);
        self
    }
}

type Limiter = RateLimiter<Key, Cells, Ticks, StateInformationMiddleware>;

/// Counts by one kind of key.
struct Limit {
    name: &'static str,
    rate: Rate,
    limiter: Limiter,
}

/// What is limited of one action.
struct Row {
    account: Option<Limit>,
    /// By account, for what comes from the server's own machine.
    account_here: Option<Limit>,
    address: Option<Limit>,
}

/// The limits in force.
pub struct Limits {
    rows: Vec<Row>,
    clock: Ticks,
}

/// How much of a limit is left, or that nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub name: &'static str,
    /// The limit.
    pub rate: Rate,
    /// How many are left.
    pub left: u32,
    /// How long until all of it is there again; where nothing is left, until something is.
    pub reset: Duration,
}

impl Limits {
    /// Limits with nothing used yet.
    pub fn new(rates: &Rates, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks(clock);
        let limit = |name, rate: Rate, cells| {
            let each = Duration::from_secs(rate.seconds.into()).checked_div(rate.most)?;
            let quota = Quota::with_period(each)?.allow_burst(rate.most.try_into().ok()?);
            Some(Limit { name, rate, limiter: Limiter::new(quota, cells, clock.clone()) })
        };
        let own = |name, rate: Option<Rate>| {
            let rate = rate?;
            limit(name, rate, Cells::own(Duration::from_secs(2 * u64::from(rate.seconds))))
        };
        let row = |(action, account, address): &(Action, Option<Rate>, Option<Rate>)| {
            let [by_account, by_address] = action.names();
            let here = account.map(|rate| Rate { most: rate.most.saturating_mul(HERE), ..rate });
            let address = match action {
                Action::Read => address.and_then(|rate| limit(by_address, rate, Cells::shared())),
                _ => own(by_address, *address),
            };
            Row { account: own(by_account, *account), account_here: own(by_account, here), address }
        };
        Self { rows: rates.0.iter().map(row).collect(), clock }
    }

    /// Counts one more `action` of `caller` and, where they are known, of `account`. What is left goes to `left`, also
    /// where nothing is.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] with the time to wait.
    pub fn check(
        &self,
        action: Action,
        caller: &Caller,
        account: Option<AccountId>,
        mut left: impl FnMut(Standing),
    ) -> Result<(), Error> {
        let row = &self.rows[action as usize];
        let by_address = row.address.as_ref().filter(|_| !caller.is_here).map(|limit| (limit, caller.network()));
        let limit = if caller.is_here { &row.account_here } else { &row.account };
        let by_account = limit.as_ref().zip(account.map(AccountId::as_u128));
        for (limit, key) in by_address.into_iter().chain(by_account) {
            let (standing, is_allowed) = self.standing(limit, key);
            left(standing);
            if !is_allowed {
                return Err(too_many(action, standing.reset));
            }
        }
        Ok(())
    }

    fn standing(&self, limit: &Limit, key: Key) -> (Standing, bool) {
        let Limit { name, rate, limiter } = limit;
        match limiter.check_key(&key) {
            Ok(snapshot) => {
                let left = snapshot.remaining_burst_capacity();
                let reset = snapshot.quota().replenish_interval() * rate.most.saturating_sub(left);
                (Standing { name, rate: *rate, left, reset }, true)
            }
            Err(not_until) => {
                let reset = not_until.wait_time_from(self.clock.now());
                (Standing { name, rate: *rate, left: 0, reset }, false)
            }
        }
    }
}

fn too_many(action: Action, wait: Duration) -> Error {
    let seconds = whole_seconds(wait);
    let detail = format!("Too many {} in a short time: go on in {seconds} s.", action.words());
    Error::new(Code::RateLimited, detail).retry_in(seconds)
}

/// Seconds to wait, rounded up: whoever comes back then is not too early.
pub fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

/// The application's clock, as governor wants it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

#[cfg(test)]
mod tests;
