//! The hub: who is connected, what each is to hear, and how it gets to them.
//!
//! It hears of what happened from the store alone ([`crate::store::Watch`]), on a thread of its own, in the order of the
//! journal. Whoever comes is first let in to the rooms, so that nothing new can pass by, and told where each log stood
//! then ([`Attached::heads`]); what they missed up to there is read from the store while the new waits in their outbox.

mod ending;
mod figures;
mod listening;
mod outbox;
mod push;
mod rooms;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use ending::Ending;
pub use figures::{Figures, Taking};
pub use listening::listen;
pub use outbox::{Frame, Next, Outbox};
pub use push::Push;
pub use rooms::Socket;

use super::record::{Conversation, ConversationId, Member};
use super::{conversations, log};
use crate::accounts::AccountId;
use crate::id::hex;
use crate::sessions::{Session, SessionId};
use crate::store::{Read, Record, Store, StoreError};
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
    /// The conversations that it listens to, each with the last event that is not going to come by itself.
    pub heads: Vec<(ConversationId, u64)>,
    /// Who shares a small conversation with it and is connected.
    pub online: Vec<AccountId>,
}

/// Who is connected.
pub struct Hub {
    rooms: Mutex<Rooms>,
    limits: Limits,
    /// The last position that was passed on: what is not later is an event that was changed in place.
    position: AtomicU64,
    next_socket: AtomicU64,
    stopping: AtomicBool,
    /// Names the history that cursors belong to.
    epoch: String,
    figures: Arc<Figures>,
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
            epoch: hex(&timeline.epoch),
            figures: Arc::default(),
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

    /// What the hub measures of itself.
    pub const fn figures(&self) -> &Arc<Figures> {
        &self.figures
    }

    /// An outbox for a device that has just come.
    pub fn outbox(&self) -> Arc<Outbox> {
        Arc::new(Outbox::new(self.limits.queue, self.figures.clone()))
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a device in. From here on `outbox` gets everything that comes after [`Attached::heads`].
    ///
    /// What the account takes part in and where the logs stand is read from the store, with the rooms locked: the hub
    /// itself may still have to pass on some of it, and does not do so to this device.
    ///
    /// # Errors
    ///
    /// [`Refused`], where the account has too many sockets, the session has ended, the server is stopping, or
    /// reading fails.
    pub(in crate::chat) fn attach(
        &self,
        store: &Store,
        account: AccountId,
        session: SessionId,
        outbox: &Arc<Outbox>,
    ) -> Result<Attached, Refused> {
        let mut rooms = self.rooms();
        if self.stopping.load(Ordering::SeqCst) {
            return Err(Refused::Ending(Ending::ShuttingDown));
        }
        // Where the session has ended just before, the hub may have heard of that already.
        if store.get::<Session>(&session)?.is_none() {
            return Err(Refused::Ending(Ending::SignedOut));
        }
        let others = rooms.online.get(&account).map_or(0, |online| online.sockets.len());
        if others >= self.limits.sockets {
            return Err(Refused::Ending(Ending::TooManySockets));
        }
        // Before the logs: whatever is later than this position is in what is read of them, or still to be heard.
        let position = log::timeline(store)?.position;
        let mut heads = Vec::new();
        for member in conversations::memberships(store, account)? {
            let head = store.get::<Conversation>(&member.conversation)?.map_or(0, |found| found.last_seq);
            // Looked at after the log's end: whoever was put out in between must not be given what came after.
            if store.get::<Member>(&member.key())?.is_some() {
                heads.push((member, head));
            }
        }
        let id = self.next_socket.fetch_add(1, Ordering::Relaxed);
        let socket = Socket { id, account, position, outbox: outbox.clone() };
        rooms.join(&socket, session);
        for (member, head) in &heads {
            rooms.listen(&socket, member.conversation, member.since.saturating_sub(1), *head);
        }
        if let Some(present) = rooms.online.get(&account).filter(|_| others == 0) {
            rooms.tell_around(account, &present.rooms, &Push::presence(account, true));
        }
        let online = rooms.around(account);
        let heads = heads.into_iter().map(|(member, head)| (member.conversation, head)).collect();
        Ok(Attached { socket, heads, online })
    }

    /// Lets a device go.
    pub(in crate::chat) fn detach(&self, socket: &Socket) {
        let mut rooms = self.rooms();
        if let Some(around) = rooms.part(socket) {
            rooms.tell_around(socket.account, &around, &Push::presence(socket.account, false));
        }
    }

    /// Makes a socket belong to another session of the same account, from which a fresh token came.
    pub(in crate::chat) fn rebind(&self, socket: &Socket, session: SessionId) {
        self.rooms().rebind(socket, session);
    }

    /// Passes on that `account` is typing in a conversation that it takes part in.
    pub fn typing(&self, account: AccountId, conversation: ConversationId) {
        let frame = Push::typing(conversation, account);
        self.rooms().deliver(conversation, u64::MAX, account, (None, Some(&frame)), false);
    }

    /// Has every device go, each after what it is being answered; nobody is let in any more.
    pub fn stop(&self) {
        let rooms = self.rooms();
        self.stopping.store(true, Ordering::SeqCst);
        for (socket, _) in rooms.online.values().flat_map(|online| &online.sockets) {
            socket.outbox.ask_to_end(Ending::ShuttingDown);
        }
    }

    /// Bytes that wait to be sent to all devices that are connected.
    pub fn waiting_bytes(&self) -> usize {
        let rooms = self.rooms();
        let sockets = rooms.online.values().flat_map(|online| &online.sockets);
        let outboxes: Vec<_> = sockets.map(|(socket, _)| socket.outbox.clone()).collect();
        // The hub goes on while they are looked at.
        drop(rooms);
        outboxes.iter().map(|outbox| outbox.bytes()).sum()
    }

    /// How many devices are connected.
    pub fn sockets(&self) -> usize {
        self.rooms().online.values().map(|online| online.sockets.len()).sum()
    }
}
