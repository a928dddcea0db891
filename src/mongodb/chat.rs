//! The logs of conversations: which message has which place in them.
//!
//! Messages come in the order of the dump, and a log is in the order of time. So they are read twice: first each is given
//! its place, and then they are written, with no more in memory than where each belongs.

use std::collections::HashMap;

use crate::accounts::AccountId;
use crate::chat::ReadMark;
use crate::clock::Timestamp;

use super::groups::Rooms;
use super::{DumpError, Import};

/// Where a message belongs.
pub(super) struct Place {
    pub(super) key: String,
    pub(super) at: Timestamp,
    /// Its conversation, among all.
    pub(super) room: usize,
    pub(super) sender: AccountId,
    pub(super) seq: u64,
    pub(super) position: u64,
    /// Which of its sender's messages there it is.
    pub(super) number: u64,
    /// Whether it was written.
    pub(super) is_written: bool,
}

/// The places of all messages.
#[derive(Default)]
pub(super) struct Places {
    pub(super) all: Vec<Place>,
    pub(super) by_key: HashMap<String, usize>,
}

impl Import<'_> {
    /// Takes all conversations.
    pub(super) fn chat(&mut self) -> Result<(), DumpError> {
        let (mut rooms, mut places) = (Rooms::default(), Places::default());
        self.groups(&mut rooms)?;
        self.find_places(&mut rooms, &mut places)?;
        rooms.name_direct();
        number(&mut rooms, &mut places);
        self.write_rooms(&rooms)?;
        self.write_messages(&mut rooms, &mut places)?;
        for room in &rooms.all {
            for (account, seq) in room.read.iter().filter(|(account, seq)| **seq > 0 && room.members.contains(account))
            {
                let mark = ReadMark { conversation: room.id, account: *account, seq: *seq };
                self.put("messages", &room.id.to_string(), mark)?;
            }
        }
        Ok(())
    }
}

/// Numbers everything by time: each log for itself, and all of them together.
fn number(rooms: &mut Rooms, places: &mut Places) {
    places.all.sort_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
    let mut begins: Vec<_> = rooms.all.iter().enumerate().map(|(place, room)| (room.created_at, place)).collect();
    begins.sort_unstable();
    let mut begins = begins.into_iter().peekable();
    let mut position = 0;
    for place in &mut places.all {
        while let Some((_, begun)) = begins.next_if(|(at, _)| *at <= place.at) {
            position += 1;
            rooms.all[begun].position = rooms.all[begun].position.max(position);
        }
        position += 1;
        let room = &mut rooms.all[place.room];
        room.last_seq += 1;
        room.position = position;
        let sent = room.sent.entry(place.sender).or_default();
        *sent += 1;
        (place.seq, place.position, place.number) = (room.last_seq, position, *sent);
    }
    for (_, begun) in begins {
        position += 1;
        rooms.all[begun].position = rooms.all[begun].position.max(position);
    }
    places.by_key = places.all.iter().enumerate().map(|(at, place)| (place.key.clone(), at)).collect();
}
