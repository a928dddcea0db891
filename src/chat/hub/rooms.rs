//! Who is connected, and to what each listens: kept in memory, for as long as somebody is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::outbox::{Frame, Outbox};
use crate::accounts::AccountId;
use crate::chat::record::{ConversationId, Member};
use crate::sessions::SessionId;

/// Rooms with more sockets than this are not told who comes and goes: with n people it would be n² frames.
const MAX_PRESENCE: usize = 200;

/// A device that is connected.
#[derive(Clone)]
pub struct Socket {
    /// Tells it from all others.
    pub id: u64,
    /// Whose it is.
    pub account: AccountId,
    /// What waits to be sent to it.
    pub outbox: Arc<Outbox>,
}

/// An account with at least one socket.
#[derive(Default)]
pub struct Online {
    pub sockets: Vec<(Socket, SessionId)>,
    /// The conversations that it listens to.
    pub rooms: HashSet<ConversationId>,
}

/// A conversation with at least one socket.
pub struct Room {
    /// The last event that its sockets were given, or could read when the first of them came.
    pub head: u64,
    listeners: Vec<Listener>,
}

/// A socket in a room.
struct Listener {
    socket: Socket,
    /// Takes part since the event after this one.
    since: u64,
    /// Has seen the events up to this one already, whatever the room's head says.
    seen: u64,
}

impl Listener {
    fn hears(&self, seq: u64) -> bool {
        self.since < seq && self.seen < seq
    }
}

/// Everybody who is connected.
#[derive(Default)]
pub struct Rooms {
    pub online: HashMap<AccountId, Online>,
    pub rooms: HashMap<ConversationId, Room>,
    pub sessions: HashMap<SessionId, Vec<Socket>>,
}

impl Rooms {
    /// Lets the sockets of `account` listen in a conversation, which `head` gives where nobody else listens yet.
    /// Nothing where the account is not connected or listens already.
    pub fn subscribe(&mut self, account: AccountId, conversation: ConversationId, since: u64, head: u64) -> bool {
        let Some(online) = self.online.get_mut(&account) else { return false };
        if !online.rooms.insert(conversation) {
            return false;
        }
        let room = self.rooms.entry(conversation).or_insert_with(|| Room { head, listeners: Vec::new() });
        let sockets = online.sockets.iter().map(|(socket, _)| Listener { socket: socket.clone(), since, seen: 0 });
        room.listeners.extend(sockets);
        true
    }

    /// Takes the sockets of `account` out of a conversation, if they came before the event `seq`.
    pub fn unsubscribe(&mut self, account: AccountId, conversation: ConversationId, seq: u64) {
        let Some(room) = self.rooms.get_mut(&conversation) else { return };
        let leaves = |listener: &Listener| listener.socket.account == account && listener.since < seq;
        if !room.listeners.iter().any(leaves) {
            return;
        }
        room.listeners.retain(|listener| !leaves(listener));
        if let Some(online) = self.online.get_mut(&account) {
            online.rooms.remove(&conversation);
        }
        self.drop_if_empty(conversation);
    }

    fn drop_if_empty(&mut self, conversation: ConversationId) {
        if self.rooms.get(&conversation).is_some_and(|room| room.listeners.is_empty()) {
            self.rooms.remove(&conversation);
        }
    }

    /// Connects a further socket of an account that is connected already: it listens where the others do.
    pub fn join(&mut self, socket: &Socket, session: SessionId) {
        let online = self.online.entry(socket.account).or_default();
        online.sockets.push((socket.clone(), session));
        self.sessions.entry(session).or_default().push(socket.clone());
        for conversation in &online.rooms {
            if let Some(room) = self.rooms.get_mut(conversation) {
                let other = room.listeners.iter().find(|listener| listener.socket.account == socket.account);
                let since = other.map_or(0, |listener| listener.since);
                room.listeners.push(Listener { socket: socket.clone(), since, seen: 0 });
            }
        }
    }

    /// Disconnects a socket; whether it was the account's last.
    pub fn part(&mut self, socket: &Socket) -> bool {
        let Some(online) = self.online.get_mut(&socket.account) else { return false };
        let Some(place) = online.sockets.iter().position(|(other, _)| other.id == socket.id) else { return false };
        let (_, session) = online.sockets.swap_remove(place);
        let last = online.sockets.is_empty();
        let conversations = online.rooms.clone();
        if last {
            self.online.remove(&socket.account);
        }
        for conversation in conversations {
            if let Some(room) = self.rooms.get_mut(&conversation)
                && let Some(place) = room.listeners.iter().position(|listener| listener.socket.id == socket.id)
            {
                room.listeners.swap_remove(place);
            }
            self.drop_if_empty(conversation);
        }
        self.forget_session(socket, session);
        last
    }

    fn forget_session(&mut self, socket: &Socket, session: SessionId) {
        if let Some(sockets) = self.sessions.get_mut(&session) {
            sockets.retain(|other| other.id != socket.id);
            if sockets.is_empty() {
                self.sessions.remove(&session);
            }
        }
    }

    /// Makes a socket belong to another session of the same account.
    pub fn rebind(&mut self, socket: &Socket, session: SessionId) {
        let Some(online) = self.online.get_mut(&socket.account) else { return };
        let Some((_, bound)) = online.sockets.iter_mut().find(|(other, _)| other.id == socket.id) else { return };
        let before = std::mem::replace(bound, session);
        if before != session {
            self.forget_session(socket, before);
            self.sessions.entry(session).or_default().push(socket.clone());
        }
    }

    /// Whether `account` listens to a conversation.
    pub fn listens(&self, account: AccountId, conversation: ConversationId) -> bool {
        self.online.get(&account).is_some_and(|online| online.rooms.contains(&conversation))
    }

    /// Gives a frame to everybody in a conversation who came before the event `seq`: `own` to the sockets of `actor`
    /// and `frame` to all others; `None` is nothing.
    pub fn deliver(
        &self,
        conversation: ConversationId,
        seq: u64,
        actor: AccountId,
        (own, frame): (Option<&Frame>, Option<&Frame>),
        lasting: bool,
    ) {
        let Some(room) = self.rooms.get(&conversation) else { return };
        for listener in room.listeners.iter().filter(|listener| listener.hears(seq)) {
            let frame = if listener.socket.account == actor { own } else { frame };
            if let Some(frame) = frame {
                listener.socket.outbox.push(frame, lasting);
            }
        }
    }

    /// Gives a frame to everybody who shares a small conversation with `account`, once, and not to itself.
    pub fn tell_around(&self, account: AccountId, rooms: &HashSet<ConversationId>, frame: &Frame) {
        let mut told = HashSet::new();
        for room in rooms.iter().filter_map(|conversation| self.rooms.get(conversation)) {
            for listener in room.small().iter().filter(|listener| listener.socket.account != account) {
                if told.insert(listener.socket.id) {
                    listener.socket.outbox.push(frame, false);
                }
            }
        }
    }

    /// Who is connected and shares a small conversation with `account`.
    pub fn around(&self, account: AccountId) -> Vec<AccountId> {
        let Some(online) = self.online.get(&account) else { return Vec::new() };
        let rooms = online.rooms.iter().filter_map(|conversation| self.rooms.get(conversation));
        let mut around: Vec<_> = rooms.flat_map(Room::small).map(|listener| listener.socket.account).collect();
        around.sort_unstable();
        around.dedup();
        around.retain(|other| *other != account);
        around
    }

    /// Subscribes an account that has just connected to what it takes part in.
    pub fn enter(&mut self, members: &[(Arc<Member>, u64)]) {
        for (member, head) in members {
            // The event that says that they came is the first one they hear of.
            self.subscribe(member.account, member.conversation, member.since.saturating_sub(1), *head);
        }
    }

    /// Notes what a device has seen, which may be more than everybody in a room was given: it may have paged ahead.
    pub fn has_seen(&mut self, socket: &Socket, cursors: &HashMap<ConversationId, u64>) {
        for (conversation, seen) in cursors {
            let listeners = self.rooms.get_mut(conversation).map(|room| room.listeners.iter_mut());
            let own = listeners.into_iter().flatten().find(|listener| listener.socket.id == socket.id);
            own.into_iter().for_each(|own| own.seen = *seen);
        }
    }
}

impl Room {
    /// Its listeners, where they are few enough to be told of each other.
    fn small(&self) -> &[Listener] {
        if self.listeners.len() <= MAX_PRESENCE { &self.listeners } else { &[] }
    }
}
