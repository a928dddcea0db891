//! What waits to be sent to one device: bounded in bytes, whatever the device does.
//!
//! Two lanes. On the direct one is what the device asked for: answers, and what it missed; whoever puts it there waits
//! for room. On the live one is what happens meanwhile; nobody waits for that: where it does not fit, what may be
//! forgotten is, and else the device is told to come back and go on from its cursor. Live frames wait until what was
//! missed has been put on the direct lane, so that each conversation is seen in order.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytestring::ByteString;

use super::ending::Ending;
use super::figures::Figures;

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
    /// The same of an event; with when it could be read, where it is not replayed.
    Event(ByteString, Option<u64>, Option<Instant>),
    /// Asks whether the device is there.
    Ping,
    /// Answers the same question.
    Pong(bytes::Bytes),
}

impl Frame {
    fn cost(&self) -> usize {
        OVERHEAD
            + match self {
                Self::Text(text, _) | Self::Event(text, ..) => text.len(),
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
    figures: Arc<Figures>,
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
    /// Wakes the connection, which sends.
    sender: Option<Waker>,
    /// Wakes whoever serves the device.
    server: Option<Waker>,
}

impl Lanes {
    fn wake_sender(&mut self) {
        self.sender.take().into_iter().for_each(Waker::wake);
    }

    fn wake_server(&mut self) {
        self.server.take().into_iter().for_each(Waker::wake);
    }

    fn clear(&mut self) {
        (self.direct, self.direct_bytes) = (VecDeque::new(), 0);
        (self.live, self.live_bytes) = (VecDeque::new(), 0);
    }
}

impl Outbox {
    /// An empty one, whose live lane holds up to `bound` bytes.
    pub fn new(bound: usize, figures: Arc<Figures>) -> Self {
        Self { lanes: Mutex::default(), bound, figures }
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
                self.figures.slow_readers.inc();
                lanes.wake_sender();
                lanes.wake_server();
            }
            return;
        }
        lanes.live_bytes += frame.cost();
        lanes.live.push_back((frame.clone(), lasting));
        if lanes.released {
            lanes.wake_sender();
        }
    }

    /// Puts a frame on the direct lane, without waiting for room.
    pub fn put(&self, frame: Frame) {
        let mut lanes = self.lanes();
        if lanes.ended.is_none() && !lanes.gone {
            lanes.direct_bytes += frame.cost();
            lanes.direct.push_back(frame);
            lanes.wake_sender();
        }
    }

    /// Waits until the direct lane has room; `false` where the end came first.
    pub async fn room(&self) -> bool {
        self.until(|lanes| {
            let is_over = lanes.ended.is_some() || lanes.gone || lanes.asked.is_some();
            (is_over || lanes.direct_bytes < DIRECT).then_some(!is_over)
        })
        .await
    }

    /// Waits until `reached` gives something. All who wait belong to the one task that serves the device.
    async fn until<T>(&self, reached: impl Fn(&Lanes) -> Option<T>) -> T {
        poll_fn(|context| {
            let mut lanes = self.lanes();
            if let Some(reached) = reached(&lanes) {
                return Poll::Ready(reached);
            }
            register(&mut lanes.server, context);
            Poll::Pending
        })
        .await
    }

    /// Lets live frames out: what was missed is on the direct lane.
    pub fn release(&self) {
        let mut lanes = self.lanes();
        lanes.released = true;
        lanes.wake_sender();
    }

    /// Asks whoever serves the device to end it once it has answered what it is about to answer.
    pub fn ask_to_end(&self, ending: Ending) {
        let mut lanes = self.lanes();
        lanes.asked.get_or_insert(ending);
        lanes.wake_server();
    }

    /// Ends after what waits on the direct lane, and on the live one where it is let out.
    pub fn end(&self, ending: Ending) {
        let mut lanes = self.lanes();
        if lanes.ended.is_none() {
            if !lanes.released {
                (lanes.live, lanes.live_bytes) = (VecDeque::new(), 0);
            }
            lanes.ended = Some(ending);
            lanes.wake_sender();
        }
        lanes.wake_server();
    }

    /// Ends now: what waits is not sent any more.
    pub fn end_at_once(&self, ending: Ending) {
        let mut lanes = self.lanes();
        lanes.clear();
        lanes.ended = Some(ending);
        lanes.wake_sender();
        lanes.wake_server();
    }

    /// The device does not listen any more.
    pub fn hang_up(&self) {
        let mut lanes = self.lanes();
        lanes.clear();
        lanes.gone = true;
        lanes.wake_server();
    }

    /// Waits until the end is asked for (`Some`), or has come (`None`).
    pub async fn interrupted(&self) -> Option<Ending> {
        self.until(|lanes| if lanes.ended.is_some() || lanes.gone { Some(None) } else { lanes.asked.map(Some) }).await
    }

    /// Bytes that wait.
    pub fn bytes(&self) -> usize {
        let lanes = self.lanes();
        lanes.direct_bytes + lanes.live_bytes
    }

    /// The next thing to be sent: the direct lane first.
    pub fn poll_next(&self, context: &mut Context<'_>) -> Poll<Next> {
        let mut lanes = self.lanes();
        if let Some(frame) = lanes.direct.pop_front() {
            let full = lanes.direct_bytes >= DIRECT;
            lanes.direct_bytes -= frame.cost();
            if full && lanes.direct_bytes < DIRECT {
                lanes.wake_server();
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
        register(&mut lanes.sender, context);
        Poll::Pending
    }
}

/// Sees to it that the task of `context` is woken.
fn register(waker: &mut Option<Waker>, context: &Context<'_>) {
    if !waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
        *waker = Some(context.waker().clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(length: usize) -> Frame {
        Frame::Text("x".repeat(length).into(), None)
    }

    fn of_bound(bound: usize) -> Outbox {
        Outbox::new(bound, Arc::default())
    }

    /// What the connection would take now.
    fn next(outbox: &Outbox) -> Option<Next> {
        match outbox.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(next) => Some(next),
            Poll::Pending => None,
        }
    }

    #[test]
    fn what_is_live_waits_for_what_was_missed() {
        let outbox = of_bound(1000);
        outbox.push(&text(2), true);
        assert_eq!(next(&outbox), None);
        outbox.put(text(1));
        assert_eq!(next(&outbox), Some(Next::Frame(text(1))));
        assert_eq!(next(&outbox), None);
        outbox.release();
        assert_eq!(next(&outbox), Some(Next::Frame(text(2))));
        assert_eq!(next(&outbox), None);
    }

    #[test]
    fn what_may_be_forgotten_goes_first_and_then_the_device() {
        let outbox = of_bound(3 * (100 + OVERHEAD));
        outbox.release();
        for lasting in [true, false, true] {
            outbox.push(&text(100), lasting);
        }
        // There is no room for this one before the second is dropped.
        outbox.push(&text(99), true);
        outbox.push(&text(98), false);
        let there: Vec<_> = std::iter::from_fn(|| next(&outbox)).collect();
        assert_eq!(there, [100, 100, 99].map(|length| Next::Frame(text(length))));
        for _ in 0..3 {
            outbox.push(&text(100), true);
        }
        outbox.push(&text(100), false);
        outbox.push(&text(100), true);
        assert_eq!(next(&outbox), Some(Next::End(Ending::TooSlow)));
        assert_eq!(outbox.figures.slow_readers.get(), 1);
        outbox.push(&text(1), true);
        outbox.put(text(1));
        assert_eq!(next(&outbox), Some(Next::End(Ending::TooSlow)), "nothing comes after the end");
        assert_eq!((outbox.figures.slow_readers.get(), outbox.bytes()), (1, 0));
    }

    #[test]
    fn small_frames_count_too() {
        let outbox = of_bound(1000);
        for _ in 0..1000 {
            outbox.push(&text(0), true);
        }
        assert_eq!(next(&outbox), Some(Next::End(Ending::TooSlow)));
    }

    #[test]
    fn the_end_comes_after_what_waits_or_at_once() {
        let outbox = of_bound(1000);
        outbox.release();
        outbox.push(&text(1), true);
        outbox.put(text(2));
        outbox.end(Ending::ShuttingDown);
        outbox.push(&text(3), true);
        let there: Vec<_> = (0..3).filter_map(|_| next(&outbox)).collect();
        assert_eq!(there, [Next::Frame(text(2)), Next::Frame(text(1)), Next::End(Ending::ShuttingDown)]);
        let outbox = of_bound(1000);
        outbox.put(text(1));
        outbox.end_at_once(Ending::SignedOut);
        assert_eq!(next(&outbox), Some(Next::End(Ending::SignedOut)));
    }

    #[actix_web::test]
    async fn both_who_wait_are_woken_whichever_it_is_for() {
        let outbox = Arc::new(of_bound(1000));
        outbox.put(text(DIRECT));
        let other = outbox.clone();
        let waiting = actix_web::rt::spawn(async move {
            tokio::select! {
                ending = other.interrupted() => (ending, false),
                room = other.room() => (None, room),
            }
        });
        tokio::task::yield_now().await;
        assert!(next(&outbox).is_some());
        assert_eq!(waiting.await.unwrap(), (None, true));
        outbox.put(text(DIRECT));
        let other = outbox.clone();
        let waiting = actix_web::rt::spawn(async move {
            tokio::select! {
                biased;
                room = other.room() => (None, room),
                ending = other.interrupted() => (ending, true),
            }
        });
        tokio::task::yield_now().await;
        outbox.ask_to_end(Ending::ShuttingDown);
        assert_eq!(waiting.await.unwrap(), (None, false));
    }
}
