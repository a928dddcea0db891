//! The hub: who is connected, what each is to hear, and how it gets to them.
//!
//! It hears of what happened from the store alone ([`crate::store::Watch`]), on a thread of its own, in the order of the
//! journal. Whoever comes is first let in to the rooms, so that nothing new can pass by, and told where each log stood
//! then ([`Attached::heads`]); what they missed up to there is read from the store while the new waits in their outbox.

mod ending;
mod listening;
mod outbox;
mod push;
mod rooms;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use ending::Ending;
pub use listening::listen;
pub use outbox::{Frame, Next, Outbox};
pub use push::Push;
pub use rooms::Socket;

use super::record::{Conversation, ConversationId};
use super::{conversations, log};
use crate::accounts::AccountId;
use crate::sessions::SessionId;
use crate::store::{Read, Store, StoreError};
use rooms::Rooms;

/// What each device may cost, and how long it may keep still.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a socket may take to say who it is.
    pub hello: Duration,
    /// How often a device is asked whether it is there.
    pub heartbeat: Duration,
    /// How long it may take to say anything then.
    pub patience: Duration,
    /// Bytes that may wait to be sent to a device.
    pub queue: usize,
    /// The longest frame that is taken, in bytes: a `hello` with some 2,000 cursors.
    pub frame: usize,
    /// Sockets of one account.
    pub sockets: usize,
    /// Frames that one socket may send in ten seconds.
    pub frames: u32,
}

impl Limits {
    /// What the contract says, and where it is silent what no honest client comes near.
    pub const PRODUCTION: Self = Self {
        hello: Duration::from_secs(5),
        heartbeat: Duration::from_secs(25),
        patience: Duration::from_secs(10),
        queue: 1024 * 1024,
        frame: 128 * 1024,
        sockets: 64,
        frames: 100_000,
    };
}

/// Events of one conversation that are replayed to a device; where it missed more, it pages through them over HTTP.
pub const REPLAYED: u64 = 500;

/// Why a device was not let in.
#[derive(Debug)]
pub enum Refused {
    /// It is told to go.
    Ending(Ending),
    /// The store could not be read.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A device that was let in.
pub struct Attached {
    /// The device.
    pub socket: Socket,
    /// The conversations that it listens to, each with its last event that is not going to come by itself.
    pub heads: Vec<(ConversationId, u64)>,
    /// Who shares a small conversation with it and is connected.
    pub online: Vec<AccountId>,
    /// Everything up to this position has been given to who was connected.
    pub position: u64,
}

/// Who is connected.
pub struct Hub {
    rooms: Mutex<Rooms>,
    limits: Limits,
    /// The last position that was given to everybody; moves while `rooms` is locked.
    position: AtomicU64,
    next_socket: AtomicU64,
    stopping: AtomicBool,
    /// Names the history that cursors belong to.
    epoch: String,
}

impl Hub {
    /// A hub to which nobody is connected, for a store that is at its present position.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub fn new(store: &Store, limits: Limits) -> Result<Self, StoreError> {
        let timeline = log::timeline(store)?;
        Ok(Self {
            rooms: Mutex::default(),
            limits,
            position: AtomicU64::new(timeline.position),
            next_socket: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            epoch: timeline.epoch.iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    /// What each device may cost.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Names the history that cursors belong to.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a device in that has seen each conversation up to its cursor. From here on `outbox` gets everything that comes
    /// after [`Attached::heads`] and after the cursors.
    ///
    /// # Errors
    ///
    /// [`Refused`], where the account has too many sockets, the server is stopping, or reading fails.
    pub fn attach(
        &self,
        store: &Store,
        account: AccountId,
        session: SessionId,
        outbox: &Arc<Outbox>,
        cursors: &HashMap<ConversationId, u64>,
    ) -> Result<Attached, Refused> {
        let id = self.next_socket.fetch_add(1, Ordering::Relaxed);
        let socket = Socket { id, account, outbox: outbox.clone() };
        let mut rooms = self.rooms();
        if self.stopping.load(Ordering::SeqCst) {
            return Err(Refused::Ending(Ending::ShuttingDown));
        }
        let before = rooms.online.get(&account).map_or(0, |online| online.sockets.len());
        if before >= self.limits.sockets {
            return Err(Refused::Ending(Ending::TooManySockets));
        }
        // What the account takes part in is read with the rooms locked: what changes after is still to be heard.
        let members = if before == 0 { Self::members(store, account)? } else { Vec::new() };
        rooms.join(&socket, session);
        rooms.enter(&members);
        rooms.has_seen(&socket, cursors);
        let listened = rooms.online.get(&account).map(|online| online.rooms.iter().copied()).into_iter().flatten();
        let heads = listened.filter_map(|room| Some((room, rooms.rooms.get(&room)?.head))).collect();
        if before == 0 {
            Self::tell_presence(&rooms, account, true);
        }
        let online = rooms.around(account);
        Ok(Attached { socket, heads, online, position: self.position.load(Ordering::SeqCst) })
    }

    /// What `account` takes part in, with where each log stands.
    fn members(store: &Store, account: AccountId) -> Result<Vec<(Arc<super::record::Member>, u64)>, StoreError> {
        let mut members = Vec::new();
        for member in conversations::memberships(store, account)? {
            let head = store.get::<Conversation>(&member.conversation)?.map_or(0, |found| found.last_seq);
            members.push((member, head));
        }
        Ok(members)
    }

    /// Lets a device go.
    pub fn detach(&self, socket: &Socket) {
        let mut rooms = self.rooms();
        let around = rooms.online.get(&socket.account).map(|online| online.rooms.clone()).unwrap_or_default();
        if rooms.part(socket) {
            rooms.tell_around(socket.account, &around, &Push::presence(socket.account, false));
        }
    }

    fn tell_presence(rooms: &Rooms, account: AccountId, online: bool) {
        if let Some(present) = rooms.online.get(&account) {
            rooms.tell_around(account, &present.rooms, &Push::presence(account, online));
        }
    }

    /// Makes a socket belong to another session of the same account, from which a fresh token came.
    pub fn rebind(&self, socket: &Socket, session: SessionId) {
        self.rooms().rebind(socket, session);
    }

    /// Passes on that `account` is typing; whether it takes part in the conversation.
    pub fn typing(&self, account: AccountId, conversation: ConversationId) -> bool {
        let rooms = self.rooms();
        let listens = rooms.listens(account, conversation);
        if listens {
            let frame = Push::typing(conversation, account);
            rooms.deliver(conversation, u64::MAX, account, (None, Some(&frame)), false);
        }
        listens
    }

    /// Has every device go, each after what it is being answered; nobody is let in any more.
    pub fn stop(&self) {
        let rooms = self.rooms();
        self.stopping.store(true, Ordering::SeqCst);
        for (socket, _) in rooms.online.values().flat_map(|online| &online.sockets) {
            socket.outbox.ask_to_end(Ending::ShuttingDown);
        }
    }

    /// How many devices are connected.
    pub fn sockets(&self) -> usize {
        self.rooms().online.values().map(|online| online.sockets.len()).sum()
    }
}
