//! From what the store applied to what each device hears: one thread, in the order of the journal.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Instant;

use super::rooms::Rooms;
use super::{Ending, Hub, Push};
use crate::chat::record::{Conversation, Event, Member, ReadMark, Scope, What};
use crate::chat::view::EventView;
use crate::media::Media;
use crate::sessions::Session;
use crate::store::{Notice, Record, Store, StoreError, Watch};

/// The tables that the hub hears of.
const TABLES: [&str; 6] =
    [Conversation::TABLE, Event::TABLE, Media::TABLE, Member::TABLE, ReadMark::TABLE, Session::TABLE];

/// Has `hub` hear of everything that `store` applies from now on, until the store is closed or the hub is gone.
///
/// # Errors
///
/// What the operating system says, where there are no more threads.
pub fn listen(hub: &Arc<Hub>, store: &Store) -> std::io::Result<()> {
    let watch = store.watch(TABLES.to_vec());
    let hub = Arc::downgrade(hub);
    std::thread::Builder::new().name("hub".into()).spawn(move || run(&hub, &watch)).map(drop)
}

fn run(hub: &Weak<Hub>, watch: &Watch) {
    while let Some(notice) = watch.next() {
        let Some(hub) = hub.upgrade() else { return };
        let heard = catch_unwind(AssertUnwindSafe(|| hub.heard(&notice)));
        let failure = heard.map_or(Some("a panic".into()), |heard| heard.err().map(|error| error.to_string()));
        if let Some(error) = failure {
            // What cannot be read cannot be passed on: everybody starts again from what is stored.
            log::error!("a change could not be passed on, so all sockets are closed: {error}");
            hub.rooms().end_all(Ending::TooSlow);
        }
    }
}

impl Hub {
    /// Passes on the changes of one frame of the journal.
    fn heard(&self, notice: &Notice) -> Result<(), StoreError> {
        let mut events = notice.changes::<Event>().filter_map(present).collect::<Result<Vec<_>, _>>()?;
        events.sort_unstable_by_key(|event| event.position);
        let conversations = notice.changes::<Conversation>().filter_map(present).collect::<Result<Vec<_>, _>>()?;
        for member in notice.changes::<Member>().filter_map(present) {
            let member = member?;
            // Whoever came later is let in by the event that says so; one that has written is not new.
            if member.since == 0
                && member.sent == 0
                && let Some(conversation) = conversations.iter().find(|found| found.id == member.conversation)
            {
                self.rooms().founded(&member, conversation.position);
            }
        }
        let known: HashMap<_, _> = events.iter().map(|event| (event.key(), event.clone())).collect();
        // A picture gets its place in the write that makes the message.
        let pictures = notice.changes::<Media>().filter_map(present).collect::<Result<Vec<_>, _>>()?;
        let passed_on = self.position.load(Ordering::SeqCst);
        for event in events.iter().filter(|event| event.position > passed_on) {
            let about = match event.what {
                What::Edited(seq, _) => known.get(&(event.conversation, seq)),
                _ => None,
            };
            // Whoever comes need not wait for more than one.
            let mut rooms = self.rooms();
            if matches!(event.what, What::Message(_)) {
                self.figures.messages.inc();
            }
            let image = event.image.and_then(|image| pictures.iter().find(|picture| picture.id == image));
            rooms.happened(event, about.map(|event| &**event), image.map(|image| &**image), notice.applied_at());
            self.position.store(event.position, Ordering::SeqCst);
        }
        let rooms = self.rooms();
        for mark in notice.changes::<ReadMark>().filter_map(present) {
            let mark = mark?;
            let frame = Push::read(&mark);
            rooms.deliver(mark.conversation, u64::MAX, mark.account, (Some(&frame), Some(&frame)), false);
        }
        for session in notice.changes::<Session>() {
            if let (id, None) = session? {
                for socket in rooms.sessions.get(&id).into_iter().flatten() {
                    socket.outbox.end_at_once(Ending::SignedOut);
                }
            }
        }
        Ok(())
    }
}

/// A changed record that is there, of any key.
fn present<K, R>(change: Result<(K, Option<Arc<R>>), StoreError>) -> Option<Result<Arc<R>, StoreError>> {
    change.map(|(_, record)| record).transpose()
}

impl Rooms {
    /// Lets somebody listen to a conversation that has just begun with them, at `position`.
    fn founded(&mut self, member: &Member, position: u64) {
        let sockets = self.let_in(member.account, member.conversation, 0, position);
        let frame = Push::Conversation { conversation: member.conversation }.frame(None);
        for socket in &sockets {
            socket.outbox.push(&frame, true);
        }
        self.introduce(member.account, &sockets, member.conversation);
    }

    /// Passes on a new event, which could be read since `applied_at`. `about` is the message that an edit is about, `image`
    /// the picture of a message.
    fn happened(&mut self, event: &Event, about: Option<&Event>, image: Option<&Media>, applied_at: Instant) {
        let conversation = event.conversation;
        if let What::Joined(account) = event.what {
            let sockets = self.let_in(account, conversation, event.seq - 1, event.position);
            self.introduce(account, &sockets, conversation);
        }
        if !self.rooms.contains_key(&conversation) {
            return;
        }
        let frame = |to_actor| {
            let view = EventView::fresh(event, about, image, to_actor);
            Push::event(&view, event.position, applied_at)
        };
        let own = frame(true);
        let others = match event.what {
            What::Deleted(_, _, Scope::Me) => frame(false),
            _ => own.clone(),
        };
        self.deliver(conversation, event.seq, event.actor, (Some(&own), Some(&others)), true);
        if let What::Left(account, _) = event.what {
            self.let_out(account, conversation, event.seq);
        }
    }

    /// Has everybody come back, and go on from what they have.
    fn end_all(&self, ending: Ending) {
        for (socket, _) in self.online.values().flat_map(|online| &online.sockets) {
            socket.outbox.end_at_once(ending);
        }
    }
}
