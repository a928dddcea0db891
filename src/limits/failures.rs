//! Passwords that were wrong: how long to wait before the next one is looked at.
//!
//! | counted by | free | then | who is spared |
//! |---|---|---|---|
//! | account from one network | 5 | 15 s, doubled each time, up to 15 min | nobody |
//! | account from everywhere | 20 | 1 s, doubled each time, up to 1 min | networks that the account is signed in from |
//! | network, whatever the account | 100 | 1 s, doubled each time, up to 15 min | the same, and the server's own machine |
//!
//! So whoever guesses is slowed down, from one address and from thousands; strangers who guess at somebody's account
//! keep nobody out who is signed in from where they are, and others for a minute at a time at most.
//!
//! An attempt that comes too early is refused before anything is hashed, with the right password too: otherwise the
//! answer would tell. An address that has no account is counted like any other. Attempts count from the moment they
//! begin, so that many at once are no way around. All of this is forgotten an hour after the last failure and with the
//! end of the process, which nobody who guesses can bring about.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::{Caller, whole_seconds};
use crate::clock::Clock;
use crate::error::{Code, Error};

/// Failures are forgotten after this time without another one.
const MEMORY: Duration = Duration::from_secs(60 * 60);

/// What is remembered of each kind at most, the latest; some 200 bytes each.
const MAX_KEYS: u64 = 50_000;

/// Attempts that may be under way at once where none has failed: more than one person's devices make.
const AT_ONCE: u32 = 32;

/// How long to wait after so many failures.
#[derive(Clone, Copy)]
struct Patience {
    free: u32,
    first: Duration,
    most: Duration,
}

const MINUTE: Duration = Duration::from_secs(60);
const BY_BOTH: Patience = Patience { free: 5, first: Duration::from_secs(15), most: MINUTE.saturating_mul(15) };
const BY_ACCOUNT: Patience = Patience { free: 20, first: Duration::from_secs(1), most: MINUTE };
const BY_NETWORK: Patience = Patience { free: 100, first: Duration::from_secs(1), most: MINUTE.saturating_mul(15) };

impl Patience {
    fn after(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(more) => self.first.saturating_mul(1_u32.checked_shl(more).unwrap_or(u32::MAX)).min(self.most),
        }
    }
}

/// What is known of one key.
#[derive(Default)]
struct Tally {
    failures: u32,
    under_way: u32,
    /// When the last one failed or began, by [`Clock::elapsed`].
    last: Duration,
}

impl Tally {
    /// How long until another attempt may begin.
    fn wait(&mut self, now: Duration, patience: Patience) -> Duration {
        if now.saturating_sub(self.last) >= MEMORY {
            self.failures = 0;
        }
        let since = now.saturating_sub(self.last);
        let wait = patience.after(self.failures).saturating_sub(since);
        // What is under way may be a failure: no more of it than could fail without a wait, or one after a wait.
        let room = if self.failures == 0 {
            AT_ONCE.max(patience.free)
        } else {
            patience.free.saturating_sub(self.failures).max(1)
        };
        if wait.is_zero() && self.under_way >= room { Duration::from_secs(1) } else { wait }
    }
}

type Tallies = Cache<u64, Arc<Mutex<Tally>>>;

fn locked(tally: &Mutex<Tally>) -> MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts wrong passwords.
pub struct Failures {
    tallies: [Tallies; 3],
    hasher: RandomState,
    clock: Arc<dyn Clock>,
    is_on: bool,
}

impl Failures {
    /// Nothing has failed yet. Where `is_on` is not set, nothing is ever refused.
    pub fn new(clock: Arc<dyn Clock>, is_on: bool) -> Self {
        let tallies = || {
            let tallies = Cache::builder().max_capacity(MAX_KEYS).eviction_policy(EvictionPolicy::lru());
            tallies.time_to_idle(MEMORY).build()
        };
        Self { tallies: [tallies(), tallies(), tallies()], hasher: RandomState::new(), clock, is_on }
    }

    /// Begins an attempt of `caller` at `account`, which is an e-mail address, whether anybody has it or not. Whether
    /// the account is signed in from there already is only asked where it matters.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] with the time to wait; or what `is_known` gives.
    pub fn begin(
        &self,
        account: &str,
        caller: &Caller,
        is_known: impl FnOnce() -> Result<bool, Error>,
    ) -> Result<Attempt, Error> {
        let (account, network) = (account.trim().to_lowercase(), caller.network());
        let mut counted = vec![(0, self.hasher.hash_one((&account, network)), BY_BOTH)];
        let broad = [(1, self.hasher.hash_one(&account), BY_ACCOUNT), (2, self.hasher.hash_one(network), BY_NETWORK)];
        counted.extend(broad.into_iter().filter(|(kind, ..)| *kind == 1 || !caller.is_here));
        self.begin_counted(counted, is_known)
    }

    /// Begins an attempt of somebody who is signed in, to show that it is themselves: counted by the session alone, so
    /// that whoever took it does not keep the owner's other devices out.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] with the time to wait.
    pub fn begin_signed_in(&self, session: u128) -> Result<Attempt, Error> {
        self.begin_counted(vec![(0, self.hasher.hash_one(("session", session)), BY_BOTH)], || Ok(true))
    }

    fn begin_counted(
        &self,
        counted: Vec<(usize, u64, Patience)>,
        is_known: impl FnOnce() -> Result<bool, Error>,
    ) -> Result<Attempt, Error> {
        if !self.is_on {
            return Ok(Attempt { tallies: Vec::new(), now: Duration::ZERO, is_settled: true });
        }
        let now = self.clock.elapsed();
        let mut tallies: Vec<_> = counted
            .into_iter()
            .map(|(kind, key, patience)| (self.tallies[kind].get_with(key, Arc::default), patience))
            .collect();
        let wait = |(tally, patience): &(Arc<Mutex<Tally>>, Patience)| locked(tally).wait(now, *patience);
        let narrow = tallies.first().map_or(Duration::ZERO, wait);
        if !narrow.is_zero() {
            return Err(too_soon(narrow));
        }
        let broad = tallies.iter().skip(1).map(wait).max().unwrap_or_default();
        if !broad.is_zero() {
            if !is_known()? {
                return Err(too_soon(broad));
            }
            tallies.truncate(1);
        }
        let begun = tallies.into_iter().map(|(tally, _)| {
            locked(&tally).under_way += 1;
            tally
        });
        Ok(Attempt { tallies: begun.collect(), now, is_settled: false })
    }
}

fn too_soon(wait: Duration) -> Error {
    let seconds = whole_seconds(wait);
    let detail = format!("Too many wrong passwords: try again in {seconds} s.");
    Error::new(Code::RateLimited, detail).retry_in(seconds)
}

/// An attempt under way. It has failed unless somebody says otherwise before it is dropped: whoever hangs up before the
/// answer has had an attempt all the same.
#[must_use]
pub struct Attempt {
    tallies: Vec<Arc<Mutex<Tally>>>,
    now: Duration,
    is_settled: bool,
}

impl Attempt {
    /// The password was right: what failed before from there is forgiven.
    pub fn succeeded(mut self) {
        self.is_settled = true;
        if let Some(tally) = self.tallies.first() {
            locked(tally).failures = 0;
        }
    }

    /// Nobody looked at the password.
    pub fn withdrawn(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        for tally in &self.tallies {
            let mut tally = locked(tally);
            tally.under_way = tally.under_way.saturating_sub(1);
            if !self.is_settled {
                tally.failures = tally.failures.saturating_add(1);
                tally.last = tally.last.max(self.now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::clock::{ManualClock, Timestamp};

    fn guessing() -> (Failures, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_000_000)));
        (Failures::new(clock.clone(), true), clock)
    }

    fn from(address: &str) -> Caller {
        Caller { address: Some(address.parse::<IpAddr>().unwrap()), is_here: false }
    }

    /// Fails once, or says how many seconds to wait.
    fn fail(failures: &Failures, account: &str, address: &str) -> Result<(), u32> {
        let attempt = failures.begin(account, &from(address), || Ok(false));
        attempt.map(drop).map_err(|error| error.retry_after().unwrap())
    }

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour_and_is_forgotten_after_an_hour() {
        let (failures, clock) = guessing();
        let mut waits = Vec::new();
        for _ in 0..14 {
            if let Err(wait) = fail(&failures, "ana@example.org", "203.0.113.7") {
                waits.push(wait);
                clock.advance(Duration::from_secs(u64::from(wait) - 1));
                assert_eq!(fail(&failures, "ana@example.org", "203.0.113.7"), Err(1));
                clock.advance(Duration::from_secs(1));
                fail(&failures, "ANA@example.org ", "203.0.113.7").unwrap();
            }
        }
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 900, 900, 900]);
        clock.advance(MEMORY);
        for _ in 0..5 {
            fail(&failures, "ana@example.org", "203.0.113.7").unwrap();
        }
        fail(&failures, "ana@example.org", "203.0.113.7").unwrap_err();
    }

    #[test]
    fn a_right_password_forgives_and_one_that_nobody_looked_at_counts_nothing() {
        let (failures, _) = guessing();
        let caller = from("203.0.113.7");
        for _ in 0..20 {
            for _ in 0..4 {
                failures.begin("ana@example.org", &caller, || Ok(true)).map(drop).unwrap();
            }
            failures.begin("ana@example.org", &caller, || Ok(true)).unwrap().succeeded();
        }
        for _ in 0..20 {
            failures.begin("ben@example.org", &caller, || Ok(true)).unwrap().withdrawn();
        }
    }

    #[test]
    fn many_at_once_are_no_way_around() {
        let (failures, _) = guessing();
        let caller = from("203.0.113.7");
        let mut under_way: Vec<_> =
            (0..100).filter_map(|_| failures.begin("ana@example.org", &caller, || Ok(true)).ok()).collect();
        assert_eq!(under_way.len(), 32);
        under_way.pop().unwrap().withdrawn();
        drop(under_way);
        assert_eq!(fail(&failures, "ana@example.org", "203.0.113.7"), Err(900));
    }

    #[test]
    fn guesses_from_everywhere_slow_strangers_down_and_nobody_else() {
        let (failures, clock) = guessing();
        for stranger in 0..20 {
            fail(&failures, "ana@example.org", &format!("198.51.100.{stranger}")).unwrap();
        }
        assert_eq!(fail(&failures, "ana@example.org", "198.51.100.99"), Err(1));
        let known = failures.begin("ana@example.org", &from("203.0.113.7"), || Ok(true));
        known.unwrap().succeeded();
        // Never longer than a minute, so that nobody is kept out.
        for stranger in 0..50 {
            clock.advance(MINUTE);
            fail(&failures, "ana@example.org", &format!("192.0.2.{stranger}")).unwrap();
        }
        assert_eq!(fail(&failures, "ana@example.org", "198.51.100.99"), Err(60));
        fail(&failures, "ben@example.org", "198.51.100.99").unwrap();
    }

    #[test]
    fn one_address_cannot_try_a_password_on_everybody() {
        let (failures, _) = guessing();
        // The neighbours in a /64 are one client.
        for account in 0..100 {
            fail(&failures, &format!("{account}@example.org"), &format!("2001:db8::{account:x}")).unwrap();
        }
        fail(&failures, "ana@example.org", "2001:db8::ffff").unwrap_err();
        fail(&failures, "ana@example.org", "2001:db8:0:1::1").unwrap();
        let known = failures.begin("ben@example.org", &from("2001:db8::1"), || Ok(true));
        known.unwrap().succeeded();
    }

    #[test]
    fn a_session_that_guesses_slows_itself_down_alone() {
        let (failures, _) = guessing();
        for _ in 0..5 {
            failures.begin_signed_in(7).map(drop).unwrap();
        }
        assert_eq!(failures.begin_signed_in(7).err().unwrap().retry_after(), Some(15));
        failures.begin_signed_in(8).map(drop).unwrap();
        fail(&failures, "ana@example.org", "203.0.113.7").unwrap();
    }
}
