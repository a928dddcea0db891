//! Who may do what: giving an account a role, and seeing to it that somebody is left who can.

use std::sync::Arc;

use super::{Account, AccountId, BY_ROLE, Role, find_named, look_up};
use crate::app::App;
use crate::error::{Code, Error};
use crate::moderation;
use crate::store::{Range, Read, Tx};

/// Who changes an account that is not their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An admin, over HTTP.
    Admin(AccountId),
    /// Whoever runs the server, who needs no account.
    Operator,
}

/// Gives the account `target` a role: an id or a handle, and for [`By::Operator`] also an e-mail address. Giving it
/// again changes nothing.
///
/// # Errors
///
/// [`Code::UserNotFound`], [`Code::Forbidden`] where an admin is none any more, [`Code::LastAdmin`] where nobody else
/// would be one, or what the store gives.
pub async fn set_role(app: &App, by: By, target: &str, role: Role) -> Result<Arc<Account>, Error> {
    let target = target.to_owned();
    app.store
        .write(move |tx| {
            let found = match by {
                By::Operator => find_named(tx, &target)?,
                By::Admin(by) => {
                    moderation::still_admin(tx, by)?;
                    look_up(tx, &target)?
                }
            };
            if found.role == Role::Admin && role != Role::Admin {
                keep_an_admin(tx, found.id)?;
            }
            let account = Arc::new(Account { role, ..Account::clone(&found) });
            tx.put(&*account)?;
            Ok(account)
        })
        .await
}

/// Lets a write take the admin `going` away only where another one is left who can sign in.
///
/// # Errors
///
/// [`Code::LastAdmin`], or what reading gives.
pub fn keep_an_admin(tx: &Tx<'_>, going: AccountId) -> Result<(), Error> {
    for (_, admin) in tx.scan_every(&BY_ROLE, Range::prefix(&Role::Admin.rank()))? {
        if admin != going && !moderation::is_banned(tx, admin)? {
            return Ok(());
        }
    }
    let detail = "Nobody else is an admin who can sign in: make somebody one first, with PUT /users/{id}/role or \
                  `hearth admin promote`.";
    Err(Error::new(Code::LastAdmin, detail))
}
