//! Who is connected, and to what each listens: kept in memory, for as long as somebody is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Push;
use super::outbox::{Frame, Outbox};
use crate::accounts::AccountId;
use crate::chat::record::ConversationId;
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
    /// Where everything stood when it came: what is not later has been read from the store for it.
    pub position: u64,
    /// What waits to be sent to it.
    pub outbox: Arc<Outbox>,
}

/// An account with at least one socket.
#[derive(Default)]
pub struct Online {
    /// Its sockets, each with the session that it belongs to.
    pub sockets: Vec<(Socket, SessionId)>,
    /// The conversations that one of them listens to.
    pub rooms: HashSet<ConversationId>,
}

/// The sockets that listen to a conversation.
#[derive(Default)]
pub struct Room(Vec<Listener>);

/// A socket in a room.
struct Listener {
    socket: Socket,
    /// Its account takes part since the event after this one.
    since: u64,
    /// It hears of events after this one.
    seen: u64,
}

/// Everybody who is connected.
#[derive(Default)]
pub struct Rooms {
    pub online: HashMap<AccountId, Online>,
    pub rooms: HashMap<ConversationId, Room>,
    pub sessions: HashMap<SessionId, Vec<Socket>>,
}

impl Rooms {
    /// Connects a socket, which listens to nothing yet.
    pub fn join(&mut self, socket: &Socket, session: SessionId) {
        let online = self.online.entry(socket.account).or_default();
        online.sockets.push((socket.clone(), session));
        self.sessions.entry(session).or_default().push(socket.clone());
    }

    /// Lets a socket that does not listen to a conversation do so: its account takes part since the event after `since`,
    /// and it hears of those after `seen`.
    pub fn listen(&mut self, socket: &Socket, conversation: ConversationId, since: u64, seen: u64) {
        let listener = Listener { socket: socket.clone(), since, seen };
        self.rooms.entry(conversation).or_default().0.push(listener);
        self.online.entry(socket.account).or_default().rooms.insert(conversation);
    }

    /// Lets those sockets of `account` listen to a conversation that it takes part in since the event after `since`, which
    /// came before `position` and do not listen yet; gives them.
    pub fn let_in(
        &mut self,
        account: AccountId,
        conversation: ConversationId,
        since: u64,
        position: u64,
    ) -> Vec<Socket> {
        let Some(online) = self.online.get(&account) else { return Vec::new() };
        let room = self.rooms.get(&conversation);
        let listens = |id| room.is_some_and(|room| room.0.iter().any(|listener| listener.socket.id == id));
        let sockets = online.sockets.iter().map(|(socket, _)| socket);
        let new = sockets.filter(|socket| socket.position < position && !listens(socket.id));
        let new: Vec<_> = new.cloned().collect();
        for socket in &new {
            self.listen(socket, conversation, since, since);
        }
        new
    }

    /// Takes the sockets of `account` out of a conversation, if it took part before the event `seq`.
    pub fn let_out(&mut self, account: AccountId, conversation: ConversationId, seq: u64) {
        let Some(room) = self.rooms.get_mut(&conversation) else { return };
        room.0.retain(|listener| listener.socket.account != account || listener.since >= seq);
        let stays = room.0.iter().any(|listener| listener.socket.account == account);
        if let Some(online) = self.online.get_mut(&account).filter(|_| !stays) {
            online.rooms.remove(&conversation);
        }
        self.drop_if_empty(conversation);
    }

    fn drop_if_empty(&mut self, conversation: ConversationId) {
        if self.rooms.get(&conversation).is_some_and(|room| room.0.is_empty()) {
            self.rooms.remove(&conversation);
        }
    }

    /// Disconnects a socket; where it was the account's last, gives the conversations that it listened to.
    pub fn part(&mut self, socket: &Socket) -> Option<HashSet<ConversationId>> {
        let online = self.online.get_mut(&socket.account)?;
        let place = online.sockets.iter().position(|(other, _)| other.id == socket.id)?;
        let (_, session) = online.sockets.swap_remove(place);
        let last = online.sockets.is_empty();
        let conversations = online.rooms.clone();
        if last {
            self.online.remove(&socket.account);
        }
        for conversation in &conversations {
            if let Some(room) = self.rooms.get_mut(conversation)
                && let Some(place) = room.0.iter().position(|listener| listener.socket.id == socket.id)
            {
                room.0.swap_remove(place);
            }
            self.drop_if_empty(*conversation);
        }
        self.forget_session(socket, session);
        last.then_some(conversations)
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

    /// Gives a frame to everybody in a conversation who has not seen the event `seq`: `own` to the sockets of `actor` and
    /// `frame` to all others; `None` is nothing.
    pub fn deliver(
        &self,
        conversation: ConversationId,
        seq: u64,
        actor: AccountId,
        (own, frame): (Option<&Frame>, Option<&Frame>),
        lasting: bool,
    ) {
        let Some(room) = self.rooms.get(&conversation) else { return };
        for listener in room.0.iter().filter(|listener| listener.seen < seq) {
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

    /// Tells `account`, of which `sockets` were just let into a conversation, who else is there, and them of it, as far as
    /// they did not know.
    pub fn introduce(&self, account: AccountId, sockets: &[Socket], conversation: ConversationId) {
        let Some(room) = self.rooms.get(&conversation).filter(|_| !sockets.is_empty()) else { return };
        let is_new = |other| other != account && !self.have_met(account, other, conversation);
        let others: Vec<_> = room.small().iter().filter(|listener| is_new(listener.socket.account)).collect();
        let accounts: HashSet<_> = others.iter().map(|listener| listener.socket.account).collect();
        for frame in accounts.into_iter().map(|other| Push::presence(other, true)) {
            sockets.iter().for_each(|socket| socket.outbox.push(&frame, false));
        }
        let frame = Push::presence(account, true);
        others.iter().for_each(|listener| listener.socket.outbox.push(&frame, false));
    }

    /// Whether two accounts share a small conversation other than `conversation`.
    fn have_met(&self, one: AccountId, other: AccountId, conversation: ConversationId) -> bool {
        let (Some(one), Some(other)) = (self.online.get(&one), self.online.get(&other)) else { return false };
        let mut shared = one.rooms.intersection(&other.rooms).filter(|room| **room != conversation);
        shared.any(|room| self.rooms.get(room).is_some_and(|room| !room.small().is_empty()))
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
}

impl Room {
    /// Its listeners, where they are few enough to be told of each other.
    fn small(&self) -> &[Listener] {
        if self.0.len() <= MAX_PRESENCE { &self.0 } else { &[] }
    }
}
