//! Whether every chat message arrived everywhere, once and in order.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use hdrhistogram::{CreationError, Histogram};

use super::outcome::Chat;
use super::recorder::{in_microseconds, latency, microseconds};

/// A message that was acknowledged.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// Its id.
    pub message: u128,
    /// The conversation, by its place in the list of rooms.
    pub room: usize,
    /// Who wrote it.
    pub sender: usize,
}

/// A message that came to somebody's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arrival {
    /// Its id.
    pub message: u128,
    /// Whose socket.
    pub member: usize,
}

/// What one socket has seen of each conversation: the last `seq`.
#[derive(Clone, Debug, Default)]
pub struct Cursors(HashMap<String, u64>);

impl Cursors {
    /// From here on.
    pub fn set(&mut self, conversation: &str, seq: u64) {
        self.0.insert(conversation.to_owned(), seq);
    }

    /// What to say in `hello`.
    pub const fn all(&self) -> &HashMap<String, u64> {
        &self.0
    }

    /// An event came; whether it is the one after the last.
    pub fn hear(&mut self, conversation: &str, seq: u64) -> bool {
        let Some(last) = self.0.get_mut(conversation) else {
            self.set(conversation, seq);
            return seq == 1;
        };
        let is_next = seq == *last + 1;
        *last = seq.max(*last);
        is_next
    }
}

/// What the sockets of one thread have heard.
pub struct Heard {
    /// Messages of others.
    pub arrivals: Vec<Arrival>,
    /// Events whose `seq` was not the one after the last.
    pub out_of_order: u64,
    /// From sending to arriving, in microseconds, of messages that are measured.
    pub delays: Histogram<u64>,
}

impl Heard {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// None with the bounds that are used here.
    pub fn new() -> Result<Self, CreationError> {
        Ok(Self { arrivals: Vec::new(), out_of_order: 0, delays: microseconds()? })
    }

    /// Takes out what was heard so far.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let delays = self.delays.clone();
        self.delays.reset();
        let (arrivals, out_of_order) = (std::mem::take(&mut self.arrivals), std::mem::take(&mut self.out_of_order));
        Self { arrivals, out_of_order, delays }
    }
}

/// The time of sending, in the message's own text: whoever gets it knows how long it took without asking anybody.
#[derive(Clone, Copy, Debug)]
pub struct Stamp(Instant);

impl Stamp {
    /// Times count from `start`, which is the same for all threads.
    pub const fn since(start: Instant) -> Self {
        Self(start)
    }

    /// The text of a message that is sent now.
    pub fn text(&self, is_measured: bool) -> String {
        let kind = if is_measured { "sent at" } else { "warm-up at" };
        format!("{kind} {} µs: is the oven free on Saturday?", in_microseconds(self.0.elapsed()))
    }

    /// How long a message was on its way; `None` where it is not measured.
    pub fn delay(&self, text: &str) -> Option<Duration> {
        let at = text.strip_prefix("sent at ")?.split(' ').next()?.parse().ok()?;
        Some(self.0.elapsed().saturating_sub(Duration::from_micros(at)))
    }
}

/// The account of a level.
pub struct Deliveries {
    /// For each message that was acknowledged, at whose sockets it must arrive.
    awaited: HashMap<u128, Vec<usize>>,
    arrived: HashSet<Arrival>,
    duplicated: u64,
    out_of_order: u64,
    delays: Histogram<u64>,
}

impl Deliveries {
    /// An empty account.
    ///
    /// # Errors
    ///
    /// None with the bounds that are used here.
    pub fn new() -> Result<Self, CreationError> {
        Ok(Self {
            awaited: HashMap::new(),
            arrived: HashSet::new(),
            duplicated: 0,
            out_of_order: 0,
            delays: microseconds()?,
        })
    }

    /// A message was acknowledged in a conversation of `members`.
    pub fn acknowledge(&mut self, acknowledged: &Acknowledged, members: &[usize]) {
        let others = members.iter().copied().filter(|member| *member != acknowledged.sender);
        self.awaited.insert(acknowledged.message, others.collect());
    }

    /// What sockets heard.
    pub fn hear(&mut self, heard: &Heard) {
        for arrival in &heard.arrivals {
            self.duplicated += u64::from(!self.arrived.insert(*arrival));
        }
        self.out_of_order += heard.out_of_order;
        // The same bounds everywhere, so this cannot fail.
        let _ = self.delays.add(&heard.delays);
    }

    /// How many arrivals are still missing.
    pub fn missing(&self) -> u64 {
        let is_missing =
            |(message, member): &(u128, usize)| !self.arrived.contains(&Arrival { message: *message, member: *member });
        let all = self.awaited.iter().flat_map(|(message, members)| members.iter().map(|member| (*message, *member)));
        all.filter(is_missing).count() as u64
    }

    /// What became of all messages.
    pub fn chat(&self) -> Chat {
        let expected = self.awaited.values().map(|members| members.len() as u64).sum();
        let lost = self.missing();
        Chat {
            acknowledged: self.awaited.len() as u64,
            expected,
            delivered: expected - lost,
            lost,
            duplicated: self.duplicated,
            out_of_order: self.out_of_order,
            delay: latency(&self.delays),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(message: u128, sender: usize) -> Acknowledged {
        Acknowledged { message, room: 0, sender }
    }

    fn heard(arrivals: &[(u128, usize)]) -> Heard {
        let arrivals = arrivals.iter().map(|(message, member)| Arrival { message: *message, member: *member });
        Heard { arrivals: arrivals.collect(), ..Heard::new().unwrap() }
    }

    #[test]
    fn what_reaches_all_others_is_delivered() {
        let mut deliveries = Deliveries::new().unwrap();
        deliveries.acknowledge(&sent(1, 0), &[0, 1, 2]);
        deliveries.acknowledge(&sent(2, 2), &[2, 0]);
        assert_eq!(deliveries.missing(), 3);
        deliveries.hear(&heard(&[(1, 1), (1, 2), (2, 0)]));
        let chat = deliveries.chat();
        assert_eq!((chat.acknowledged, chat.expected, chat.delivered), (2, 3, 3));
        assert_eq!((chat.lost, chat.duplicated, chat.out_of_order), (0, 0, 0));
    }

    #[test]
    fn what_comes_to_nobody_or_to_the_wrong_ones_is_lost() {
        let mut deliveries = Deliveries::new().unwrap();
        deliveries.acknowledge(&sent(1, 0), &[0, 1, 2]);
        deliveries.hear(&heard(&[(1, 1), (1, 7), (9, 2)]));
        let chat = deliveries.chat();
        assert_eq!((chat.expected, chat.delivered, chat.lost), (2, 1, 1));
    }

    #[test]
    fn what_comes_twice_to_the_same_socket_is_a_duplicate_and_counts_once() {
        let mut deliveries = Deliveries::new().unwrap();
        deliveries.hear(&heard(&[(1, 1), (1, 2)]));
        deliveries.hear(&heard(&[(1, 2)]));
        deliveries.acknowledge(&sent(1, 0), &[0, 1, 2]);
        let chat = deliveries.chat();
        assert_eq!((chat.delivered, chat.lost, chat.duplicated), (2, 0, 1));
    }

    #[test]
    fn gaps_and_steps_back_are_out_of_order() {
        let mut cursors = Cursors::default();
        cursors.set("a", 4);
        let heard: Vec<_> = [5, 6, 8, 9, 7, 9, 10].iter().map(|seq| cursors.hear("a", *seq)).collect();
        assert_eq!(heard, [true, true, false, true, false, false, true]);
        assert!(cursors.hear("new", 1) && cursors.hear("new", 2));
        assert!(!cursors.hear("late", 3), "its beginning is missing");
        assert_eq!(cursors.all()["a"], 10);
    }

    #[test]
    fn a_stamp_tells_how_long_a_message_took() {
        let stamp = Stamp::since(Instant::now().checked_sub(Duration::from_secs(100)).unwrap());
        let early = "sent at 40000000 µs: hello";
        assert!(stamp.delay(early).is_some_and(|delay| delay >= Duration::from_secs(60)), "{:?}", stamp.delay(early));
        assert!(stamp.delay(&stamp.text(true)).is_some_and(|delay| delay < Duration::from_secs(50)));
        assert_eq!(stamp.delay(&stamp.text(false)), None);
        assert_eq!(stamp.delay("good morning"), None);
    }

    #[test]
    fn taking_leaves_nothing_behind() {
        let mut heard = heard(&[(1, 1)]);
        heard.delays.saturating_record(5);
        heard.out_of_order = 2;
        let taken = heard.take();
        assert_eq!((taken.arrivals.len(), taken.out_of_order, taken.delays.len()), (1, 2, 1));
        assert_eq!((heard.arrivals.len(), heard.out_of_order, heard.delays.len()), (0, 0, 0));
    }
}
