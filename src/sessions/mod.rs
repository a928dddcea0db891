//! Sessions: signing in, staying signed in by rotating refresh tokens, and signing out everywhere at once.

mod record;
pub mod routes;
mod tokens;
mod view;

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

pub use record::{BY_ACCOUNT, BY_EXPIRY, Session, SessionId};
use tokens::Access;
pub use tokens::{ACCESS_LIFETIME, SESSION_LIFETIME, Tokens, TokensView};
pub use view::SessionView;

use crate::accounts::{self, Account, AccountId, AccountView, BY_EMAIL, Password};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::limits::{self, Caller};
use crate::moderation;
use crate::store::{Range, Read, StoreError, Tx};

/// Most sessions an account has at once; one more ends the oldest.
const MAX_SESSIONS: usize = 50;

/// Sessions that one write ends at most, so that others need not wait long.
const STEP: usize = 200;

/// What a client says it is, and where it calls from.
#[derive(Clone, Debug)]
pub struct Device {
    /// The `User-Agent`, cut to 200 characters.
    pub name: String,
    /// The network address.
    pub address: String,
}

/// Answer to registering and signing in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// The account.
    pub user: AccountView,
    /// Its new session's tokens.
    #[serde(flatten)]
    pub tokens: TokensView,
}

/// Signs in. An unknown address costs the same time, and is answered with the same words, as a wrong password; only who
/// knows the password is told of a ban.
///
/// # Errors
///
/// [`Code::InvalidCredentials`], [`Code::RateLimited`] after several of those, [`Code::Banned`], or what hashing and the
/// store give.
pub async fn log_in(
    app: &App,
    email: &str,
    password: Password,
    device: Device,
    caller: &Caller,
) -> Result<SignedIn, Error> {
    // What is no e-mail address is nobody's: the time and the words are the same.
    let account = app.store.find(&BY_EMAIL, &accounts::parse_email(email).unwrap_or_default())?;
    let stored = account.as_ref().map(|account| account.password.clone());
    let dearest = accounts::dearest_bcrypt(&app.store)?;
    let is_known = || account.as_ref().map_or(Ok(false), |account| is_signed_in_from(app, account.id, caller));
    let attempt = app.failures.begin(email, caller, is_known)?;
    let verified = match app.passwords.verify(password, stored, dearest).await {
        Ok(verified) => verified,
        Err(error) => {
            attempt.withdrawn();
            return Err(error);
        }
    };
    let Some(account) = account.filter(|_| verified.matches) else { return Err(invalid_credentials()) };
    attempt.succeeded();
    let now = app.clock.now();
    let session = app.tokens.begin(app.ids.next(now), account.id, device, now);
    let record = session.record.clone();
    let account = app
        .store
        .write(move |tx| {
            // The password may have been changed while this one was compared.
            let current = accounts::find(tx, account.id)?.filter(|current| current.password == account.password);
            let Some(current) = current else { return Err(invalid_credentials()) };
            if moderation::is_banned(tx, account.id)? {
                return Err(Error::new(Code::Banned, "Ask those who run this community about it."));
            }
            if let Some(password) = &verified.upgraded {
                tx.put(&Account { password: password.clone(), ..Account::clone(&current) })?;
            }
            make_room(tx, account.id)?;
            tx.put(&record)?;
            Ok(current)
        })
        .await?;
    Ok(SignedIn { tokens: app.tokens.issue(&session, now)?, user: AccountView::from(&*account) })
}

/// Whether `account` has a session that began in the caller's network.
fn is_signed_in_from(app: &App, account: AccountId, caller: &Caller) -> Result<bool, Error> {
    let sessions = list(&app.store, account, app.clock.now())?;
    let mut addresses = sessions.iter().filter_map(|session| session.address.parse().ok());
    Ok(addresses.any(|address| limits::network(address) == caller.network()))
}

fn invalid_credentials() -> Error {
    Error::new(Code::InvalidCredentials, "Check the e-mail address and the password, and try again.")
}

fn make_room(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    let sessions = tx.scan(&BY_ACCOUNT, &Range::prefix(&account))?;
    let too_many = (sessions.len() + 1).saturating_sub(MAX_SESSIONS);
    for (_, id) in sessions.into_iter().take(too_many) {
        tx.delete::<Session>(&id)?;
    }
    Ok(())
}

/// Exchanges a refresh token for new tokens. A token that was used before ends its session: one of the two who had it
/// is a thief, and nobody can tell which. Only who exchanged the last one, which their `key` proves, may do so again, as
/// long as what they then got is unused: its answer was lost on its way.
///
/// # Errors
///
/// [`Code::InvalidRefreshToken`], or what the store gives.
pub async fn refresh(app: &App, token: &str, key: Option<&str>) -> Result<TokensView, Error> {
    let invalid = || Error::new(Code::InvalidRefreshToken, "Sign in again.");
    let presented = app.tokens.read_refresh(token).ok_or_else(invalid)?;
    let now = app.clock.now();
    let Some(session) = app.store.get::<Session>(&presented.session)? else { return Err(invalid()) };
    let next = app.tokens.next(&session, &presented, key, now);
    let record = next.record.clone();
    let renewed = app
        .store
        .write(move |tx| {
            let Some(current) = tx.get::<Session>(&presented.session)?.filter(|current| now < current.expires_at)
            else {
                return Ok(false);
            };
            let is_current = current.refresh_hash == presented.hash && current.generation == presented.generation;
            // Made without a key, it is new.
            let is_repeated = current.refresh_hash == record.refresh_hash && current.generation == record.generation;
            if is_current {
                tx.put(&record)?;
            } else if !is_repeated {
                tx.delete::<Session>(&presented.session)?;
            }
            Ok::<_, Error>(is_current || is_repeated)
        })
        .await?;
    if renewed { app.tokens.issue(&next, now) } else { Err(invalid()) }
}

/// Who is signed in, and until when their access token is good.
pub struct Authenticated {
    /// The account.
    pub account: Arc<Account>,
    /// The session of the token.
    pub session: SessionId,
    /// When the token expires.
    pub expires_at: Timestamp,
}

/// Who is signed in with this access token.
///
/// # Errors
///
/// [`Code::InvalidToken`] where it is forged, expired, or its session has ended; or what reading gives.
pub fn authenticate(app: &App, access_token: &str) -> Result<Authenticated, Error> {
    let invalid = || Error::new(Code::InvalidToken, "Refresh the session, or sign in again.");
    let access = app.tokens.read_access(access_token).filter(|access| access.is_good_at(app.clock.now()));
    let Access { account, session, expires_at, .. } = access.ok_or_else(invalid)?;
    let session = app.store.get::<Session>(&session)?.filter(|session| session.account == account);
    let session = session.ok_or_else(invalid)?.id;
    let account = accounts::find(&app.store, account)?.ok_or_else(invalid)?;
    Ok(Authenticated { account, session, expires_at })
}

/// Whether this access token is one of this server's that is not good at this time: refreshing it helps.
pub fn has_expired(app: &App, access_token: &str) -> bool {
    app.tokens.read_access(access_token).is_some_and(|access| !access.is_good_at(app.clock.now()))
}

/// The sessions of `account` that have not ended by themselves at `now`, the latest first.
///
/// # Errors
///
/// What reading gives.
pub fn list(read: &impl Read, account: AccountId, now: Timestamp) -> Result<Vec<Arc<Session>>, StoreError> {
    let mut sessions = Vec::new();
    for (_, id) in read.scan(&BY_ACCOUNT, &Range::prefix(&account).backward())? {
        sessions.extend(read.get::<Session>(&id)?.filter(|session| now < session.expires_at));
    }
    Ok(sessions)
}

/// Ends one session of `account`: its tokens stop working at once.
///
/// # Errors
///
/// [`Code::SessionNotFound`] where the account has no such session, or what the store gives.
pub async fn end(app: &App, account: AccountId, session: SessionId) -> Result<(), Error> {
    app.store
        .write(move |tx| {
            if tx.get::<Session>(&session)?.is_none_or(|found| found.account != account) {
                return Err(Error::new(Code::SessionNotFound, "GET /auth/sessions lists your sessions."));
            }
            Ok(tx.delete::<Session>(&session).map(drop)?)
        })
        .await
}

/// Ends all sessions of `account` within a write, but for `except`.
///
/// # Errors
///
/// What the store gives.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId, except: Option<SessionId>) -> Result<(), Error> {
    for (_, id) in tx.scan(&BY_ACCOUNT, &Range::prefix(&account))? {
        if Some(id) != except {
            tx.delete::<Session>(&id)?;
        }
    }
    Ok(())
}

/// Ends all sessions of the account with the id, handle or e-mail address `user`, by order of whoever runs the server:
/// its tokens stop working and its sockets close at once. How many there were.
///
/// # Errors
///
/// [`Code::UserNotFound`], or what the store gives.
pub async fn end_all_of(app: &App, user: &str) -> Result<usize, Error> {
    let user = user.to_owned();
    app.store
        .write(move |tx| {
            let account = accounts::find_named(tx, &user)?.id;
            let ended = tx.scan(&BY_ACCOUNT, &Range::prefix(&account))?.len();
            end_all(tx, account, None)?;
            Ok(ended)
        })
        .await
}

/// Ends every session that there is now, in small writes, by order of whoever runs the server. How many there were.
///
/// # Errors
///
/// What the store gives; sessions that were ended until then stay so.
pub async fn end_everybodys(app: &App) -> Result<usize, Error> {
    let newest = app.store.records::<Session>(&Range::all().backward().limit(1))?;
    let Some(newest) = newest.first().map(|session| session.id) else { return Ok(0) };
    let mut ended = 0;
    loop {
        let step = app.store.write(move |tx| {
            let some = tx.records::<Session>(&Range::all().limit(STEP))?;
            let some: Vec<_> = some.iter().map(|session| session.id).take_while(|id| *id <= newest).collect();
            for id in &some {
                tx.delete::<Session>(id)?;
            }
            Ok::<_, Error>(some.len())
        });
        let step = step.await?;
        ended += step;
        if step < STEP {
            return Ok(ended);
        }
    }
}

/// Removes up to `limit` sessions that ended by themselves before `now`; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn expire(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<bool, StoreError> {
    let ended = tx.scan(&BY_EXPIRY, &Range::all().limit(limit))?;
    let ended: Vec<_> = ended.into_iter().take_while(|(expires_at, _)| *expires_at <= now).collect();
    for (_, id) in &ended {
        tx.delete::<Session>(id)?;
    }
    Ok(ended.len() == limit)
}
