//! An hour of samples, kept in memory.

use std::collections::VecDeque;
use std::time::Duration;

use super::SAMPLE_EVERY;
use super::reading::Reading;
use super::view::{Now, Point, Stats};

/// How long a sample is kept.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// The most samples that are kept.
const MOST: u64 = KEPT.as_secs() / SAMPLE_EVERY.as_secs();

/// What the samples said.
#[derive(Default)]
pub struct History {
    last: Option<Reading>,
    now: Option<Now>,
    points: VecDeque<Point>,
}

impl History {
    /// Adds a sample, if time has passed since the one before. The first one is only what the next is compared with, and
    /// so is one that comes after the clock was set back.
    pub fn add(&mut self, reading: Reading) {
        if let Some(last) = self.last.as_ref().filter(|last| last.at() <= reading.at()) {
            if last.at() == reading.at() {
                return;
            }
            let now = reading.since(last);
            // A clock that was set back leaves points of a time that has not come yet.
            self.points.retain(|point| point.at < now.at && point.at.until(now.at) < KEPT);
            if self.points.len() as u64 == MOST {
                self.points.pop_front();
            }
            self.points.push_back(Point::of(&now));
            self.now = Some(now);
        }
        self.last = Some(reading);
    }

    /// What is told of it.
    pub fn stats(&self) -> Stats {
        Stats { now: self.now.clone(), history: self.points.iter().cloned().collect() }
    }
}
