//! The demo's conversations.

use std::time::Duration;

use super::content::{Line, Talk};
use super::{Demo, id};
use crate::accounts::AccountId;
use crate::chat::{self, Change, ConversationId, MessageId, NewConversation, NewMessage};
use crate::clock::Clock;
use crate::error::Error;

const MINUTE: Duration = Duration::from_secs(60);

/// How long one thinks before one writes.
const PAUSE: Duration = Duration::from_secs(170);

impl Demo {
    /// Has people talk. All but the last messages have been read by everybody, and those by who wrote them.
    pub(super) async fn talk(&self, people: &[AccountId], talk: &Talk) -> Result<(), Error> {
        let began = self.now.minus(MINUTE * talk.minutes_ago);
        self.clock.set(began);
        let members = talk.members[1..].iter().map(|member| people[*member]).collect();
        let new = NewConversation { members, name: talk.name.map(str::to_owned) };
        let conversation = id(&chat::open(&self.app, people[talk.members[0]], new, None).await?.given)?;
        let mut said: Vec<(u64, MessageId)> = Vec::new();
        for (place, line) in (1..).zip(talk.lines) {
            self.clock.set(began.plus(PAUSE * place));
            let reply_to =
                line.reply_to.and_then(|earlier| said.get(usize::try_from(earlier).ok()?)).map(|said| said.0);
            said.push(self.say(people, conversation, line, reply_to).await?);
            let is_unread = said.len() + 2 > talk.lines.len();
            for member in talk.members.iter().filter(|member| !is_unread || **member == line.author) {
                chat::mark_read(&self.app, people[*member], conversation, u64::MAX).await?;
            }
        }
        Ok(())
    }

    async fn say(
        &self,
        people: &[AccountId],
        conversation: ConversationId,
        line: &Line,
        reply_to: Option<u64>,
    ) -> Result<(u64, MessageId), Error> {
        let client_id = self.app.ids.next::<MessageId>(self.clock.now()).to_string();
        let new = NewMessage { client_id, text: line.text.into(), image: None, reply_to };
        let sent = chat::send(&self.app, people[line.author], conversation, new).await?.event;
        let message = sent.message().ok_or_else(|| Error::internal(&"what was said is no message"))?.id;
        for (fan, emoji) in line.emoji {
            let react = Change::React((*emoji).to_owned(), true);
            chat::change(&self.app, people[*fan], conversation, message, react).await?;
        }
        Ok((sent.seq, message))
    }
}
