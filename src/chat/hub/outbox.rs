//! What waits to be sent to one device: bounded in bytes, whatever the device does.
//!
//! Two lanes. On the direct one is what the device asked for: answers, and what it missed; whoever puts it there waits
//! for room. On the live one is what happens meanwhile; nobody waits for that: where it does not fit, what may be
//! forgotten is, and else the device is told to come back and go on from its cursor. Live frames wait until what was
//! missed has been put on the direct lane, so that each conversation is seen in order.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytestring::ByteString;
use tokio::sync::Notify;

use super::ending::Ending;

/// What a waiting frame costs beyond its text, in bytes.
const OVERHEAD: usize = 64;

/// How much may wait on the direct lane before whoever fills it waits, in bytes.
const DIRECT: usize = 64 * 1024;

/// Frames that an idle lane keeps room for.
const IDLE: usize = 4;

/// Something to be sent. Clones share the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// JSON, with its place in the order of everything where that is known.
    Text(ByteString, Option<u64>),
    /// Asks whether the device is there.
    Ping,
    /// Answers the same question.
    Pong(bytes::Bytes),
}

impl Frame {
    fn cost(&self) -> usize {
        OVERHEAD
            + match self {
                Self::Text(text, _) => text.len(),
                Self::Ping => 0,
                Self::Pong(bytes) => bytes.len(),
            }
    }
}

/// What comes out of an outbox next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This.
    Frame(Frame),
    /// The end, and why.
    End(Ending),
}

/// The queue of one device.
pub struct Outbox {
    lanes: Mutex<Lanes>,
    bound: usize,
    /// Rings when there is room again, or when the end is asked for.
    changed: Notify,
}

#[derive(Default)]
struct Lanes {
    direct: VecDeque<Frame>,
    direct_bytes: usize,
    live: VecDeque<(Frame, bool)>,
    live_bytes: usize,
    /// Whether live frames may go out.
    released: bool,
    /// Whoever serves the device should end it when it can.
    asked: Option<Ending>,
    /// Nothing more comes in; the end comes after what waits.
    ended: Option<Ending>,
    /// Whether the device is gone.
    gone: bool,
    waker: Option<Waker>,
}

impl Lanes {
    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn clear(&mut self) {
        (self.direct, self.direct_bytes) = (VecDeque::new(), 0);
        (self.live, self.live_bytes) = (VecDeque::new(), 0);
    }
}

impl Outbox {
    /// An empty one, whose live lane holds up to `bound` bytes.
    pub fn new(bound: usize) -> Self {
        Self { lanes: Mutex::default(), bound, changed: Notify::new() }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a frame on the live lane. One that need not be `lasting` may be dropped.
    pub fn push(&self, frame: &Frame, lasting: bool) {
        let mut lanes = self.lanes();
        if lanes.ended.is_some() || lanes.gone {
            return;
        }
        if lanes.live_bytes + frame.cost() > self.bound {
            lanes.live.retain(|(_, lasting)| *lasting);
            lanes.live_bytes = lanes.live.iter().map(|(frame, _)| frame.cost()).sum();
        }
        if lanes.live_bytes + frame.cost() > self.bound {
            if lasting {
                lanes.clear();
                lanes.ended = Some(Ending::TooSlow);
                lanes.wake();
                drop(lanes);
                self.changed.notify_one();
            }
            return;
        }
        lanes.live_bytes += frame.cost();
        lanes.live.push_back((frame.clone(), lasting));
        if lanes.released {
            lanes.wake();
        }
    }

    /// Puts a frame on the direct lane, without waiting for room.
    pub fn put(&self, frame: Frame) {
        let mut lanes = self.lanes();
        if lanes.ended.is_none() && !lanes.gone {
            lanes.direct_bytes += frame.cost();
            lanes.direct.push_back(frame);
            lanes.wake();
        }
    }

    /// Waits until the direct lane has room; `false` where the end came first.
    pub async fn room(&self) -> bool {
        loop {
            {
                let lanes = self.lanes();
                if lanes.ended.is_some() || lanes.gone || lanes.asked.is_some() {
                    return false;
                }
                if lanes.direct_bytes < DIRECT {
                    return true;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Lets live frames out: what was missed is on the direct lane.
    pub fn release(&self) {
        let mut lanes = self.lanes();
        lanes.released = true;
        lanes.wake();
    }

    /// Asks whoever serves the device to end it once it has answered what it is about to answer.
    pub fn ask_to_end(&self, ending: Ending) {
        self.lanes().asked.get_or_insert(ending);
        self.changed.notify_one();
    }

    /// Ends after what waits on the direct lane, and on the live one where it is let out.
    pub fn end(&self, ending: Ending) {
        let mut lanes = self.lanes();
        if lanes.ended.is_none() {
            if !lanes.released {
                (lanes.live, lanes.live_bytes) = (VecDeque::new(), 0);
            }
            lanes.ended = Some(ending);
            lanes.wake();
        }
        drop(lanes);
        self.changed.notify_one();
    }

    /// Ends now: what waits is not sent any more.
    pub fn end_at_once(&self, ending: Ending) {
        let mut lanes = self.lanes();
        lanes.clear();
        lanes.ended = Some(ending);
        lanes.wake();
        drop(lanes);
        self.changed.notify_one();
    }

    /// The device does not listen any more.
    pub fn hang_up(&self) {
        let mut lanes = self.lanes();
        lanes.clear();
        lanes.gone = true;
        drop(lanes);
        self.changed.notify_one();
    }

    /// Waits until the end is asked for (`Some`), or has come (`None`).
    pub async fn interrupted(&self) -> Option<Ending> {
        loop {
            {
                let lanes = self.lanes();
                if lanes.ended.is_some() || lanes.gone {
                    return None;
                }
                if let Some(ending) = lanes.asked {
                    return Some(ending);
                }
            }
            self.changed.notified().await;
        }
    }

    /// The next thing to be sent: the direct lane first.
    pub fn poll_next(&self, context: &mut Context<'_>) -> Poll<Next> {
        let mut lanes = self.lanes();
        if let Some(frame) = lanes.direct.pop_front() {
            let full = lanes.direct_bytes >= DIRECT;
            lanes.direct_bytes -= frame.cost();
            if full && lanes.direct_bytes < DIRECT {
                self.changed.notify_one();
            }
            return Poll::Ready(Next::Frame(frame));
        }
        if lanes.released
            && let Some((frame, _)) = lanes.live.pop_front()
        {
            lanes.live_bytes -= frame.cost();
            return Poll::Ready(Next::Frame(frame));
        }
        if let Some(ending) = lanes.ended {
            return Poll::Ready(Next::End(ending));
        }
        // What a burst needed is given back.
        lanes.direct.shrink_to(IDLE);
        let waiting = lanes.live.len();
        lanes.live.shrink_to(IDLE.max(waiting));
        if !lanes.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            lanes.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// Bytes that wait.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let lanes = self.lanes();
        lanes.direct_bytes + lanes.live_bytes
    }
}
