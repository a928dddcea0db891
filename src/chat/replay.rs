//! What a device missed, put before what happens now.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::hub::{Attached, Push, REPLAYED, Socket};
use super::log;
use super::record::{ConversationId, Event};
use super::view::EventView;
use crate::error::Error;
use crate::store::{Range, Read, Store, StoreError};

/// Events read at a time.
const CHUNK: usize = 50;

/// A conversation of which a device is not told what it missed: it pages from `from` to `head` over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Limited {
    /// The conversation.
    pub conversation: ConversationId,
    /// The device's cursor.
    pub from: u64,
    /// The last event that is not going to come by itself.
    pub head: u64,
}

/// What is to be replayed.
#[derive(Default)]
pub struct Plan {
    /// Each conversation, with what comes after the first `seq` and up to the second.
    pub replayed: Vec<(ConversationId, u64, u64)>,
    /// Where too much was missed.
    pub limited: Vec<Limited>,
    /// Where the device has named no cursor, and something has happened.
    pub others: Vec<Limited>,
    /// Cursors of conversations that the account does not take part in.
    pub gone: Vec<ConversationId>,
}

impl Plan {
    /// For a device that has seen each conversation up to its cursor.
    pub fn by_cursors(attached: &Attached, cursors: &HashMap<ConversationId, u64>) -> Self {
        let heads: HashMap<_, _> = attached.heads.iter().copied().collect();
        let mut plan = Self::default();
        for (conversation, cursor) in cursors {
            match heads.get(conversation) {
                Some(head) => plan.add(*conversation, *cursor, *head),
                None => plan.gone.push(*conversation),
            }
        }
        let others = heads.into_iter().filter(|(conversation, head)| *head > 0 && !cursors.contains_key(conversation));
        plan.others = others.map(|(conversation, head)| Limited { conversation, from: 0, head }).collect();
        plan
    }

    /// For a device that has heard of everything up to `position`.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub fn by_position(read: &impl Read, attached: &Attached, position: u64) -> Result<Self, StoreError> {
        let mut plan = Self::default();
        for (conversation, head) in &attached.heads {
            let seen = seen_at(read, *conversation, *head, position)?;
            plan.add(*conversation, seen, *head);
        }
        Ok(plan)
    }

    fn add(&mut self, conversation: ConversationId, from: u64, head: u64) {
        if head.saturating_sub(from) > REPLAYED {
            self.limited.push(Limited { conversation, from, head });
        } else if head > from {
            self.replayed.push((conversation, from, head));
        }
    }
}

/// The last event of a conversation up to `head` whose position is not after `position`: by halving, as both only grow.
fn seen_at(read: &impl Read, conversation: ConversationId, head: u64, position: u64) -> Result<u64, StoreError> {
    let (mut seen, mut unseen) = (0, head + 1);
    // Most often there is nothing new, and this asks once.
    let mut probe = head;
    while unseen - seen > 1 {
        let event = read.get::<Event>(&(conversation, probe))?;
        let is_new = event.is_some_and(|event| event.position > position);
        (seen, unseen) = if is_new { (seen, probe) } else { (probe, unseen) };
        probe = seen + (unseen - seen) / 2;
    }
    Ok(seen)
}

/// Puts what `plan` names into the outbox, conversation by conversation, and lets out what waited behind it; `false`
/// where the end came first.
///
/// # Errors
///
/// What reading gives.
pub async fn replay(store: &Store, attached: &Attached, plan: &Plan) -> Result<bool, Error> {
    let socket = &attached.socket;
    for (conversation, from, head) in &plan.replayed {
        let mut from = *from;
        while from < *head {
            let limit = usize::try_from(head - from).unwrap_or(CHUNK).min(CHUNK);
            let events = log::after(store, *conversation, from, limit)?;
            let Some(last) = events.last() else { break };
            from = last.seq;
            for event in &events {
                if !give(store, socket, event, None).await? {
                    return Ok(false);
                }
            }
        }
    }
    socket.outbox.release();
    Ok(true)
}

/// As [`replay`], in the order in which everything happened, so that the last position a device was given says how far
/// it has heard.
///
/// # Errors
///
/// What reading gives.
pub async fn replay_in_order(store: &Store, attached: &Attached, plan: &Plan) -> Result<bool, Error> {
    let socket = &attached.socket;
    for event in in_order(store, plan)? {
        // What is later than that may have overtaken what is still to be heard: its position would promise too much.
        let position = (event.position <= socket.position).then_some(event.position);
        if !give(store, socket, &event, position).await? {
            return Ok(false);
        }
    }
    socket.outbox.release();
    Ok(true)
}

/// Puts an event on the direct lane once there is room; `false` where the end came first.
async fn give(store: &Store, socket: &Socket, event: &Event, position: Option<u64>) -> Result<bool, Error> {
    if !socket.outbox.room().await {
        return Ok(false);
    }
    let view = EventView::of(store, event, socket.account)?;
    socket.outbox.put(Push::Event { event: &view }.frame(position));
    Ok(true)
}

fn in_order(read: &impl Read, plan: &Plan) -> Result<Vec<Arc<Event>>, StoreError> {
    let mut events = Vec::new();
    for (conversation, from, head) in &plan.replayed {
        let limit = usize::try_from(head - from).unwrap_or(usize::MAX);
        let range = Range::prefix(conversation).after(&(*conversation, *from)).limit(limit);
        events.extend(read.records::<Event>(&range)?);
    }
    events.sort_unstable_by_key(|event| event.position);
    Ok(events)
}
