//! What whoever runs the server does with accounts, without having one: see [`crate::control`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Account, AccountId, BY_EMAIL, BY_HANDLE, BY_ROLE, Password, Role, find, free_handle, parse_email, parse_handle,
    parse_name, taken,
};
use crate::app::App;
use crate::error::{Code, Error};
use crate::store::{Range, Read};
use crate::{moderation, sessions};

/// An account as whoever runs the server sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OperatorView {
    /// Its id.
    pub id: AccountId,
    /// Its handle.
    pub handle: String,
    /// Its e-mail address.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// Whether it cannot sign in.
    pub banned: bool,
}

impl OperatorView {
    /// `account`, of which is known whether it is banned.
    pub fn of(account: &Account, banned: bool) -> Self {
        let Account { id, handle, email, role, .. } = account.clone();
        Self { id, handle, email, role, banned }
    }
}

/// The account with this id, handle (also as `@handle`) or e-mail address, unless it is deleted: for whoever runs the
/// server, who may know addresses.
///
/// # Errors
///
/// [`Code::UserNotFound`], or what reading gives.
pub fn find_named(read: &impl Read, user: &str) -> Result<Arc<Account>, Error> {
    let user = user.trim();
    let handle = user.strip_prefix('@').unwrap_or(user);
    let found = match handle.parse() {
        Ok(id) => find(read, id)?,
        Err(_) if handle.contains('@') => read.find(&BY_EMAIL, &handle.to_lowercase())?,
        Err(_) => read.find(&BY_HANDLE, &handle.to_lowercase())?,
    };
    let unknown = || format!("There is no account with the id, handle or e-mail address {user:?}.");
    found.ok_or_else(|| Error::new(Code::UserNotFound, unknown()))
}

/// Makes an account, whatever the settings say of who may register. The fields are as in [`super::NewAccount`].
///
/// # Errors
///
/// [`Code::ValidationFailed`], [`Code::EmailTaken`], [`Code::HandleTaken`], or what hashing and the store give.
pub async fn create(
    app: &App,
    name: &str,
    email: &str,
    handle: Option<&str>,
    password: String,
    role: Role,
) -> Result<OperatorView, Error> {
    let (name, email) = (parse_name(name)?, parse_email(email)?);
    let handle = handle.map(parse_handle).transpose()?.unwrap_or_default();
    let password = app.passwords.hash(Password::new("password", password)?).await?;
    let now = app.clock.now();
    let account = Account {
        id: app.ids.next(now),
        email,
        email_verified: false,
        handle,
        name,
        bio: String::new(),
        role,
        password,
        created_at: now,
        deleted: false,
        avatar: None,
    };
    app.store
        .write(move |tx| {
            let mut account = account.clone();
            if account.handle.is_empty() {
                account.handle = free_handle(tx, &account)?;
            }
            tx.put(&account).map_err(taken)?;
            Ok(OperatorView::of(&account, false))
        })
        .await
}

/// Gives the account `user` another password and ends all its sessions in the same write.
///
/// # Errors
///
/// [`Code::UserNotFound`], [`Code::ValidationFailed`], or what hashing and the store give.
pub async fn reset_password(app: &App, user: &str, password: String) -> Result<OperatorView, Error> {
    let password = app.passwords.hash(Password::new("password", password)?).await?;
    let user = user.to_owned();
    app.store
        .write(move |tx| {
            let account = Account { password: password.clone(), ..Account::clone(&*find_named(tx, &user)?) };
            tx.put(&account)?;
            sessions::end_all(tx, account.id, None)?;
            Ok(OperatorView::of(&account, moderation::is_banned(tx, account.id)?))
        })
        .await
}

/// Every admin and then every moderator, the oldest first.
///
/// # Errors
///
/// What reading gives.
pub fn staff(read: &impl Read) -> Result<Vec<OperatorView>, Error> {
    let mut staff = Vec::new();
    for role in [Role::Admin, Role::Moderator] {
        for (_, id) in read.scan_every(&BY_ROLE, Range::prefix(&role.rank()))? {
            if let Some(account) = find(read, id)? {
                staff.push(OperatorView::of(&account, moderation::is_banned(read, id)?));
            }
        }
    }
    Ok(staff)
}
