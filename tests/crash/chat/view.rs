//! What a device has seen of a conversation: its log as it came, event by event.

use serde_json::{Value, json};

/// An event, without what may change later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub kind: String,
    /// The message that it is, or that it is about.
    pub message: Option<String>,
    pub client_id: Option<String>,
    pub actor: Option<String>,
    /// All of it.
    own: String,
    /// All of it as others see it, where that is less.
    others: Option<String>,
}

impl Seen {
    pub fn of(event: &Value) -> Self {
        let mut stable = event.clone();
        for changing in ["text", "edited_at", "deleted", "reactions"] {
            stable.as_object_mut().unwrap().remove(changing);
        }
        let text = |name: &str| event[name].as_str().map(str::to_owned);
        let own = stable.to_string();
        let others = (event["for"] == "me").then(|| {
            for secret in ["actor", "message_id", "message_seq"] {
                stable[secret] = Value::Null;
            }
            stable.to_string()
        });
        Self {
            kind: text("kind").unwrap(),
            message: text("id").or_else(|| text("message_id")),
            client_id: text("client_id"),
            actor: text("actor"),
            own,
            others,
        }
    }

    /// Whether somebody deleted something for themselves.
    pub fn is_for_one(&self) -> bool {
        self.others.is_some()
    }

    /// As everybody sees it.
    pub fn public(&self) -> &str {
        self.others.as_ref().unwrap_or(&self.own)
    }
}

/// A log as far as a device has seen it.
#[derive(Default)]
pub struct View {
    events: Vec<Seen>,
    /// The last event that it has seen since it last began at the beginning.
    cursor: u64,
}

impl View {
    pub fn events(&self) -> &[Seen] {
        &self.events
    }

    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Begins at the beginning again: all that was seen has to be seen again.
    pub fn forget(&mut self) {
        self.cursor = 0;
    }

    /// The event `seq`.
    pub fn at(&self, seq: u64) -> Option<&Seen> {
        self.events.get(usize::try_from(seq).unwrap().checked_sub(1)?)
    }

    /// Takes the next event, which must be the next one.
    pub fn take(&mut self, event: &Value) {
        assert_eq!(event["seq"], json!(self.cursor + 1), "not the next event: {event}");
        let seen = Seen::of(event);
        self.check_text(event, &seen);
        self.cursor += 1;
        match self.at(self.cursor) {
            Some(before) => assert_eq!(*before, seen, "event {} was another one before", self.cursor),
            None => self.events.push(seen),
        }
    }

    /// Every text begins with the `client_id` of its message, so that none can be in a wrong place.
    fn check_text(&self, event: &Value, seen: &Seen) {
        let about = event["message_seq"].as_u64().map(|seq| self.at(seq).unwrap());
        let about = about.unwrap_or(seen);
        assert_eq!(about.message, seen.message, "{event} is not about what it says");
        if let Some(text) = event["text"].as_str() {
            assert!(text.starts_with(about.client_id.as_ref().unwrap()), "this is another one's text: {event}");
        }
    }
}
