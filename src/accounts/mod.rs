//! Accounts: registering, one's own profile, everybody's public one, blocking.

mod bcrypt;
mod blocks;
mod export;
mod fields;
mod hasher;
mod operator;
mod password;
mod profile;
mod record;
mod roles;
pub mod routes;
mod view;

use std::sync::Arc;

pub use blocks::{blocked, has_blocked, set_blocked};
pub use export::hash_is_usable;
pub use fields::{MAX_BIO, MAX_NAME, parse_avatar, parse_bio, parse_email, parse_handle, parse_name};
pub use operator::{OperatorView, create, find_named, reset_password, staff};
pub use password::{Cost, Figures as PasswordFigures, Password, Passwords};
pub use profile::{Changes, update};
pub use record::{Account, AccountId, BY_EMAIL, BY_HANDLE, BY_ROLE, Block, DELETED, DIRECTORY, Role};
pub use roles::{By, keep_an_admin, set_role};
pub use view::{AccountView, UserSummary, UserView};

use crate::app::{App, Policy};
use crate::config::Registration;
use crate::error::{Code, Error};
use crate::housekeeping::{self, Chore};
use crate::invites;
use crate::media;
use crate::paging::{Page, Paged};
use crate::sessions::{self, Device, SignedIn};
use crate::store::{Range, Read, StoreError, Tx};
use crate::text;

/// Handles that are tried before one is made unlike any other by its account's id.
const HANDLE_TRIES: usize = 50;

/// Directory entries read in one go; several of them may stand for the same account.
const DIRECTORY_CHUNK: usize = 200;

/// A new account's fields, each of them acceptable.
pub struct NewAccount {
    /// 2 to 80 characters.
    pub name: String,
    /// Lower case.
    pub email: String,
    /// The password, not yet hashed.
    pub password: Password,
    /// `[a-z0-9_]{3,30}`; made from the name where it is left out.
    pub handle: Option<String>,
    /// The code of an invite, where registration needs one.
    pub invite: Option<String>,
    /// What the server printed at its start, for the first account.
    pub setup_code: Option<String>,
}

/// Makes an account and signs it in. The first account of a server becomes its admin; where `from_here` is not set,
/// it must have the set-up code that the server printed.
///
/// # Errors
///
/// [`Code::EmailTaken`], [`Code::HandleTaken`], [`Code::RegistrationClosed`], [`Code::EmailDomainNotAllowed`],
/// [`Code::InviteRequired`], [`Code::InvalidInvite`], [`Code::SetupCodeRequired`], or what hashing and the store give.
pub async fn register(app: &App, new: NewAccount, device: Device, from_here: bool) -> Result<SignedIn, Error> {
    let first = is_first(&app.store)?;
    let may_set_up = from_here || app.is_setup_code(new.setup_code.as_deref());
    check_allowed(&app.policy, &new.email, first, may_set_up)?;
    if needs_invite(&app.policy, first) {
        invites::check(&app.store, new.invite.as_deref(), app.clock.now())?;
    }
    if app.store.find(&BY_EMAIL, &new.email)?.is_some() {
        return Err(email_taken());
    }
    let password = app.passwords.hash(new.password).await?;
    let now = app.clock.now();
    let account = Account {
        id: app.ids.next(now),
        email: new.email,
        email_verified: false,
        handle: new.handle.unwrap_or_default(),
        name: new.name,
        bio: String::new(),
        role: Role::Member,
        password,
        created_at: now,
        deleted: false,
        avatar: None,
    };
    let session = app.tokens.begin(app.ids.next(now), account.id, device, now);
    let (stored, policy, invite) = (session.record.clone(), app.policy.clone(), new.invite);
    let account = app
        .store
        .write(move |tx| {
            let mut account = account.clone();
            // Another one may have become the first meanwhile.
            let first = is_first(tx)?;
            check_allowed(&policy, &account.email, first, may_set_up)?;
            if first {
                account.role = Role::Admin;
            }
            if account.handle.is_empty() {
                account.handle = free_handle(tx, &account)?;
            }
            if needs_invite(&policy, first) {
                // Others may have used it up meanwhile.
                invites::redeem(tx, invite.as_deref(), now)?;
            }
            tx.put(&account).map_err(taken)?;
            tx.put(&stored)?;
            Ok::<_, Error>(account)
        })
        .await?;
    Ok(SignedIn { tokens: app.tokens.issue(&session, now)?, user: AccountView::from(&account) })
}

/// Whether there is no account yet, so that the next one becomes the admin.
///
/// # Errors
///
/// What reading gives.
pub fn is_first(read: &impl Read) -> Result<bool, StoreError> {
    Ok(read.entries(<Account as crate::store::Record>::TABLE, &Range::all().limit(1))?.is_empty())
}

fn check_allowed(policy: &Policy, email: &str, first: bool, may_set_up: bool) -> Result<(), Error> {
    if first {
        return if may_set_up { Ok(()) } else { Err(setup_code_required()) };
    }
    if policy.registration == Registration::Closed {
        return Err(Error::new(Code::RegistrationClosed, "This community takes no new members at present."));
    }
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let allowed = &policy.allowed_email_domains;
    if allowed.is_empty() || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain)) {
        return Ok(());
    }
    Err(Error::new(Code::EmailDomainNotAllowed, format!("Use an address at {}.", allowed.join(" or "))))
}

/// Whether an account can only be made with an invite.
fn needs_invite(policy: &Policy, first: bool) -> bool {
    policy.registration == Registration::Invite && !first
}

fn setup_code_required() -> Error {
    let detail = "The first account becomes the admin: register from the server's own machine, or with the setup_code \
                  that it printed at its start.";
    Error::new(Code::SetupCodeRequired, detail)
}

fn email_taken() -> Error {
    Error::new(Code::EmailTaken, "Sign in with this address, or use another one.")
}

/// The highest cost of a bcrypt hash that any account still has: what failing to sign in must cost, whoever it is.
///
/// # Errors
///
/// What reading gives.
pub fn dearest_bcrypt(read: &impl Read) -> Result<Option<u32>, StoreError> {
    let dearest = read.scan(&record::BCRYPT, &Range::all().backward().limit(1))?;
    Ok(dearest.first().map(|(cost, _)| *cost))
}

/// Turns the refusal of a unique index into words.
fn taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken { index } if index == BY_EMAIL.name() => email_taken(),
        StoreError::Taken { .. } => Error::new(Code::HandleTaken, "Choose another handle."),
        other => other.into(),
    }
}

/// A handle made from the account's name that nobody has.
fn free_handle(tx: &Tx<'_>, account: &Account) -> Result<String, Error> {
    let slug = text::slug(&account.name, 24);
    let base = if slug.len() < 3 { format!("member_{slug}").trim_end_matches('_').to_owned() } else { slug };
    for number in 1..=HANDLE_TRIES {
        let handle = if number == 1 { base.clone() } else { format!("{base}_{number}") };
        if tx.find(&BY_HANDLE, &handle)?.is_none() {
            return Ok(handle);
        }
    }
    let id = account.id.to_string();
    Ok(format!("{}_{}", &base[..base.len().min(17)], &id[id.len() - 12..]))
}

/// The account `id`, unless it is deleted.
///
/// # Errors
///
/// What reading gives.
pub fn find(read: &impl Read, id: AccountId) -> Result<Option<Arc<Account>>, StoreError> {
    Ok(read.get::<Account>(&id)?.filter(|account| !account.deleted))
}

/// The account with this id or handle, unless it is deleted.
///
/// # Errors
///
/// [`Code::UserNotFound`], or what reading gives.
pub fn look_up(read: &impl Read, id_or_handle: &str) -> Result<Arc<Account>, Error> {
    let found = match id_or_handle.parse() {
        Ok(id) => find(read, id)?,
        Err(_) => read.find(&BY_HANDLE, &id_or_handle.to_lowercase())?,
    };
    found.ok_or_else(|| Error::new(Code::UserNotFound, "There is no user with this id or handle."))
}

/// A page of the directory: everybody by handle, or those whose handle, name or a word of whose name starts with `q`.
///
/// # Errors
///
/// [`Code::InvalidCursor`], or what reading gives.
pub fn directory(read: &impl Read, q: &str, page: &Page) -> Result<Paged<UserView>, Error> {
    const LIST: &str = "users";
    let q = text::folded(q.trim());
    let mut place: Option<(String, AccountId)> = page.after(LIST)?;
    let mut found = Vec::new();
    while found.len() <= page.limit {
        let range = Range::text(&q).after_some(place.as_ref()).limit(DIRECTORY_CHUNK);
        let entries = read.scan(&DIRECTORY, &range)?;
        let Some(last) = entries.last().cloned() else { break };
        for (key, id) in entries {
            // An account stands in the directory several times; it is listed where it first fits.
            let account = find(read, id)?.filter(|account| first_fit(account, &q).is_some_and(|fit| fit == key));
            found.extend(account.map(|account| ((key, id), UserView::from(&*account))));
        }
        place = Some(last);
    }
    Ok(Paged::cut(LIST, page.limit, found))
}

fn first_fit(account: &Account, q: &str) -> Option<String> {
    if q.is_empty() {
        return Some(account.handle.clone());
    }
    account.directory_keys().into_iter().find(|key| key.starts_with(q))
}

/// Changes one's own password and ends every other session.
///
/// # Errors
///
/// [`Code::WrongPassword`], [`Code::RateLimited`] after several of those, or what hashing and the store give.
pub async fn change_password(
    app: &App,
    account: &Account,
    session: sessions::SessionId,
    current: Password,
    new: Password,
) -> Result<(), Error> {
    check_password(app, account, session, current).await?;
    let (id, password) = (account.id, app.passwords.hash(new).await?);
    app.store
        .write(move |tx| {
            tx.put(&Account { password: password.clone(), ..own(tx, id)? })?;
            sessions::end_all(tx, id, Some(session))
        })
        .await
}

/// Deletes one's own account: what it wrote stays, by an author `[deleted]`.
///
/// # Errors
///
/// [`Code::WrongPassword`], [`Code::RateLimited`] after several of those, [`Code::LastAdmin`] for the only admin of
/// others, or what hashing and the store give.
pub async fn delete(
    app: &App,
    account: &Account,
    session: sessions::SessionId,
    password: Password,
) -> Result<(), Error> {
    check_password(app, account, session, password).await?;
    let (id, now) = (account.id, app.clock.now());
    app.store
        .write(move |tx| {
            let account = own(tx, id)?;
            if account.role == Role::Admin && tx.scan(&BY_HANDLE, &Range::all().limit(2))?.len() > 1 {
                keep_an_admin(tx, id)?;
            }
            if let Some(avatar) = account.avatar {
                media::remove(tx, avatar, now)?;
            }
            tx.put(&account.deleted())?;
            sessions::end_all(tx, id, None)?;
            housekeeping::note(tx, Chore::Account(id), now)
        })
        .await?;
    app.chores.notify_one();
    Ok(())
}

async fn check_password(
    app: &App,
    account: &Account,
    session: sessions::SessionId,
    password: Password,
) -> Result<(), Error> {
    let attempt = app.failures.begin_signed_in(session.as_u128())?;
    let verified = match app.passwords.verify(password, Some(account.password.clone()), None).await {
        Ok(verified) => verified,
        Err(error) => {
            attempt.withdrawn();
            return Err(error);
        }
    };
    if verified.matches {
        attempt.succeeded();
        Ok(())
    } else {
        Err(Error::new(Code::WrongPassword, "Give the account's present password."))
    }
}

/// The account of the request at hand, as the write sees it.
fn own(tx: &Tx<'_>, id: AccountId) -> Result<Account, Error> {
    let account = find(tx, id)?.ok_or_else(|| Error::new(Code::InvalidToken, "This account was deleted."))?;
    Ok(Account::clone(&account))
}

/// Removes up to `limit` of a deleted account's own things; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn purge(tx: &mut Tx<'_>, account: AccountId, limit: usize) -> Result<bool, StoreError> {
    let blocks = tx.records::<Block>(&Range::prefix(&account).limit(limit))?;
    for block in &blocks {
        tx.delete::<Block>(&(block.blocker, block.blocked))?;
    }
    Ok(blocks.len() == limit)
}
