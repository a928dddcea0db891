//! What a device comes to want: most of all to say something, and else to change what was said.

use serde_json::json;

use super::device::{Device, Own};
use super::wish::{EMOJI, What, Wish};

/// How far back a device goes for something to change.
const NEWS: usize = 60;

impl Device<'_> {
    pub(super) fn wish(&mut self) -> Wish {
        let wish = match self.chance.below(20) {
            0..2 => self.again(),
            2..4 => self.edit(),
            4 => self.delete(),
            5 => self.hide(),
            6..9 => self.react(),
            9..11 => self.read(),
            _ => None,
        };
        wish.unwrap_or_else(|| self.send())
    }

    fn new_wish(&self, what: What, room: usize, message: &str, fields: serde_json::Value) -> Wish {
        Wish::new(what, room, &self.rooms[room].id, message, fields)
    }

    /// A text that tells whose it is.
    fn text(&mut self, client_id: &str) -> String {
        let mark = format!("{:016x}", self.chance.next());
        match self.chance.below(30) {
            0 => format!("{client_id} {}", mark.repeat(240)),
            1 => format!("{client_id} {}", "🔥".repeat(300)),
            _ => format!("{client_id}\n\nsays {mark}."),
        }
    }

    fn send(&mut self) -> Wish {
        let room = self.chance.below(self.rooms.len());
        let client_id = format!("{:016x}", self.chance.next());
        let text = self.text(&client_id);
        let events = self.rooms[room].view.events().len() as u64;
        let answered = self.chance.next() % (events + 1);
        let view = &self.rooms[room].view;
        let reply_to = view.at(answered).filter(|event| event.kind == "message").map(|_| answered);
        let fields = json!({"client_id": client_id, "text": text, "reply_to": reply_to});
        self.new_wish(What::Send, room, &client_id, fields)
    }

    /// Whether something is being asked about a message already: then nobody could say what comes of it.
    fn is_busy(&self, message: &str) -> bool {
        self.wishes.values().any(|wish| wish.message == message)
    }

    /// One of its newest own messages that are still there.
    fn own(&mut self) -> Option<usize> {
        let newest = self.own.iter().enumerate().rev().take(NEWS);
        let there = newest.filter(|(_, own)| own.text.is_some() && !self.is_busy(&own.id));
        let there: Vec<_> = there.map(|(place, _)| place).collect();
        self.chance.one(&there).copied()
    }

    /// One of the newest messages of others that it sees: room, `seq` and message.
    fn others(&mut self) -> Option<(usize, u64, String)> {
        let room = self.chance.below(self.rooms.len());
        let view = &self.rooms[room].view;
        let newest = (1..=view.events().len() as u64).rev().take(NEWS);
        let messages = newest.filter_map(|seq| {
            let event = view.at(seq).filter(|event| event.kind == "message")?;
            let fits = event.actor.as_ref() != Some(&self.account.id) && !self.hidden.contains(&(room, seq));
            let message = event.message.as_ref().filter(|message| fits && !self.is_busy(message))?;
            Some((room, seq, message.clone()))
        });
        let messages: Vec<_> = messages.collect();
        self.chance.one(&messages).cloned()
    }

    /// Any message that was acknowledged, also one that is deleted.
    fn again(&mut self) -> Option<Wish> {
        let place = if self.own.is_empty() { return None } else { self.chance.below(self.own.len()) };
        let Own { room, client_id, text, .. } = &self.own[place];
        let fields = json!({"client_id": client_id, "text": text.as_deref().unwrap_or("gone")});
        Some(self.new_wish(What::Again(place), *room, client_id, fields))
    }

    fn edit(&mut self) -> Option<Wish> {
        let place = self.own()?;
        let text = self.text(&self.own[place].client_id.clone());
        let Own { room, id, .. } = &self.own[place];
        let fields = json!({"text": text});
        Some(self.new_wish(What::Edit(place, text), *room, id, fields))
    }

    fn delete(&mut self) -> Option<Wish> {
        let place = self.own()?;
        let Own { room, id, .. } = &self.own[place];
        Some(self.new_wish(What::Delete(place), *room, id, json!({})))
    }

    fn hide(&mut self) -> Option<Wish> {
        let (room, seq, message) = self.others()?;
        Some(self.new_wish(What::Hide(seq), room, &message, json!({"for": "me"})))
    }

    fn react(&mut self) -> Option<Wish> {
        let (room, _, message) = self.others()?;
        let (emoji, _) = self.chance.one(&EMOJI)?;
        let on = self.reactions.get(&(message.clone(), (*emoji).to_owned())) != Some(&true);
        let fields = json!({"emoji": emoji, "remove": !on});
        Some(self.new_wish(What::React((*emoji).to_owned(), on), room, &message, fields))
    }

    fn read(&mut self) -> Option<Wish> {
        let room = self.chance.below(self.rooms.len());
        let mark = format!("read {room}");
        if self.is_busy(&mark) {
            return None;
        }
        // Now and then less than before, which changes nothing.
        let seq = self.rooms[room].view.cursor().saturating_sub(self.chance.next() % 5);
        Some(self.new_wish(What::Read(seq), room, &mark, json!({"seq": seq})))
    }
}
