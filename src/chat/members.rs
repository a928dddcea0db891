//! Who takes part in a group: its owner adds and removes, everybody may leave.

use super::conversations::{MAX_MEMBERS, check_not_blocked, get, memberships, other, owned, seat};
use super::log;
use super::record::{Conversation, ConversationId, Event, Hidden, Kind, Member, Reaction, ReadMark, What};
use super::view::ConversationView;
use crate::accounts::{self, AccountId};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::housekeeping::{self, Chore};
use crate::media;
use crate::store::key::Key;
use crate::store::{Range, Read, Record, StoreError, Tx};

/// Adds somebody to a group; only its owner may. They see what was said before. Doing so again changes nothing.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], [`Code::Forbidden`], [`Code::UserNotFound`], [`Code::Blocked`] where they have
/// blocked the owner, [`Code::ConversationFull`], or what the store gives.
pub async fn add(app: &App, owner: AccountId, id: ConversationId, user: &str) -> Result<ConversationView, Error> {
    let (user, now) = (user.to_owned(), app.clock.now());
    app.store
        .write(move |tx| {
            let (group, _) = owned(tx, id, owner)?;
            let user = accounts::look_up(tx, &user)?.id;
            if !tx.contains::<Member>(&(id, user))? {
                check_not_blocked(tx, user, owner)?;
                if group.members >= MAX_MEMBERS as u64 {
                    let detail = format!("A group has at most {MAX_MEMBERS} members.");
                    return Err(Error::new(Code::ConversationFull, detail));
                }
                join(tx, &group, user, owner, now)?;
            }
            get(tx, owner, id)
        })
        .await
}

fn join(tx: &mut Tx<'_>, group: &Conversation, user: AccountId, by: AccountId, now: Timestamp) -> Result<(), Error> {
    // What they wrote when they were here before counts as theirs again.
    let sent = log::messages_of(tx, group.id, user)?;
    tx.put(&Member { conversation: group.id, account: user, since: group.last_seq + 1, at: now, sent })?;
    let (group, _) = seat(tx, group.id, user)?;
    log::append(tx, &group, by, now, What::Joined(user))?;
    Ok(())
}

/// Removes somebody from a group, which its owner may, or leaves it, which everybody may. Who is out hears of that
/// very event and of nothing after it.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], [`Code::Forbidden`], [`Code::UserNotFound`] for who does not take part, or what the
/// store gives.
pub async fn remove(app: &App, by: AccountId, id: ConversationId, user: &str) -> Result<(), Error> {
    let (user, now) = (user.to_owned(), app.clock.now());
    app.store
        .write(move |tx| {
            let (conversation, _) = seat(tx, id, by)?;
            let user = accounts::look_up(tx, &user)?.id;
            if user != by || matches!(conversation.kind, Kind::Direct(..)) {
                owned(tx, id, by)?;
            }
            if !tx.contains::<Member>(&(id, user))? {
                return Err(Error::new(Code::UserNotFound, "There is no such member in this group."));
            }
            leave(tx, &conversation, user, by, now)
        })
        .await?;
    app.chores.notify_one();
    Ok(())
}

/// Takes `user` out of a group. An owner who leaves passes it on to whoever is there longest; with the last one, the
/// group itself goes.
fn leave(tx: &mut Tx<'_>, group: &Conversation, user: AccountId, by: AccountId, now: Timestamp) -> Result<(), Error> {
    tx.delete::<Member>(&(group.id, user))?;
    tx.delete::<ReadMark>(&(group.id, user))?;
    let left = tx.records::<Member>(&Range::prefix(&group.id))?;
    let Some(longest) = left.iter().min_by_key(|member| (member.since, member.at, member.account)) else {
        tx.delete::<Conversation>(&group.id)?;
        return housekeeping::note(tx, Chore::Conversation(group.id), now);
    };
    let heir = (group.kind == Kind::Group(user)).then_some(longest.account);
    let kind = heir.map_or(group.kind, Kind::Group);
    let members = left.len() as u64;
    let group = Conversation { kind, members, ..group.clone() };
    log::append(tx, &group, by, now, What::Left(user, heir))?;
    Ok(())
}

/// Takes a deleted account out of up to `limit` groups; whether there may be more. Conversations between two stay for
/// the other one, and go when both accounts are deleted.
///
/// # Errors
///
/// What the store gives.
pub fn purge_account(tx: &mut Tx<'_>, account: AccountId, now: Timestamp, limit: usize) -> Result<bool, Error> {
    let mut groups = 0;
    for member in memberships(tx, account)? {
        let Some(conversation) = tx.get::<Conversation>(&member.conversation)? else { continue };
        match other(&conversation, account) {
            None => {
                leave(tx, &conversation, account, account, now)?;
                groups += 1;
            }
            Some(other) if accounts::find(tx, other)?.is_none() => {
                for member in [account, other] {
                    tx.delete::<Member>(&(conversation.id, member))?;
                }
                tx.delete::<Conversation>(&conversation.id)?;
                housekeeping::note(tx, Chore::Conversation(conversation.id), now)?;
            }
            // What they had hidden for themselves, nobody needs to know any more.
            Some(_) if purge_prefix::<Hidden>(tx, &(conversation.id, account), limit)? == limit => return Ok(true),
            Some(_) => {}
        }
        if groups == limit {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes up to `limit` things of a conversation that nobody takes part in any more; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn purge(tx: &mut Tx<'_>, id: ConversationId, now: Timestamp, limit: usize) -> Result<bool, Error> {
    Ok(purge_table::<Reaction>(tx, id, limit)?
        || purge_table::<Hidden>(tx, id, limit)?
        || purge_table::<ReadMark>(tx, id, limit)?
        || purge_log(tx, id, now, limit)?)
}

/// Events go with their pictures.
fn purge_log(tx: &mut Tx<'_>, id: ConversationId, now: Timestamp, limit: usize) -> Result<bool, Error> {
    for event in tx.records::<Event>(&Range::prefix(&id).limit(limit))? {
        if let Some(image) = event.image {
            media::remove(tx, image, now)?;
        }
    }
    Ok(purge_table::<Event>(tx, id, limit)?)
}

fn purge_table<R: Record>(tx: &mut Tx<'_>, id: ConversationId, limit: usize) -> Result<bool, StoreError> {
    Ok(purge_prefix::<R>(tx, &id, limit)? == limit)
}

/// Removes up to `limit` records whose key starts with `prefix`; how many.
fn purge_prefix<R: Record>(tx: &mut Tx<'_>, prefix: &impl Key, limit: usize) -> Result<usize, StoreError> {
    let found = tx.records::<R>(&Range::prefix(prefix).limit(limit))?;
    for record in &found {
        tx.delete::<R>(&record.key())?;
    }
    Ok(found.len())
}
