//! What the hub measures of itself.

use std::time::Instant;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

use super::outbox::Frame;
use crate::store::{Count, Histogram};

/// What the hub measures of itself. Clones share it.
#[derive(Clone, Debug)]
pub struct Figures {
    /// WebSockets that are open, also those that have not said hello.
    pub websockets: Gauge,
    /// Streams of server-sent events that are open.
    pub streams: Gauge,
    /// Messages that the hub heard of from the store.
    pub messages: Counter,
    /// Events that connections took to write them, replayed ones too.
    pub deliveries: Count,
    /// How long each event took that was not replayed, from when it could be read to when a connection took it.
    pub delay: Histogram,
    /// Devices that were cut off because they did not read.
    pub slow_readers: Counter,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            websockets: Gauge::default(),
            streams: Gauge::default(),
            messages: Counter::default(),
            deliveries: Count::default(),
            delay: Histogram::of_durations(),
            slow_readers: Counter::default(),
        }
    }
}

/// Measures what one connection takes in one go, for which one look at the clock is enough.
#[derive(Default)]
pub struct Taking {
    events: u64,
    at: Option<Instant>,
}

impl Taking {
    /// The connection took this frame.
    pub fn took(&mut self, frame: &Frame, figures: &Figures) {
        let Frame::Event(_, _, applied_at) = frame else { return };
        self.events += 1;
        if let Some(applied_at) = applied_at {
            let at = *self.at.get_or_insert_with(Instant::now);
            figures.delay.took(at.saturating_duration_since(*applied_at));
        }
    }

    /// That was all.
    pub fn end(self, figures: &Figures) {
        if self.events > 0 {
            figures.deliveries.add(self.events);
        }
    }
}
