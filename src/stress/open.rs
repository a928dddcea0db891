//! Open loop: requests come at their times, whatever becomes of those before them.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::crew::Share;
use super::plan::Until;
use super::recorder::Ended;

/// What an arrival is counted as that found too many under way.
const NO_ROOM: &str = "no room: too many under way";

/// When each request of a level is due, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// When the first is due.
    pub start: Instant,
    /// Requests a second, all people together.
    pub rate: f64,
    /// People, who take turns.
    pub users: usize,
    /// Requests that warm up.
    pub warm_up: usize,
    /// Requests after those, which are measured.
    pub measured: usize,
}

impl Schedule {
    /// One that lets the first `users` people make about so many calls each, or as many as come in that time.
    pub fn new(start: Instant, rate: f64, users: usize, warm_up: Until, measured: Until) -> Self {
        let count = |until| match until {
            Until::Calls(calls) => users * calls,
            Until::Time(length) => whole(length.as_secs_f64() * rate),
        };
        Self { start, rate, users, warm_up: count(warm_up), measured: count(measured).max(1) }
    }

    /// When the request with this number is due.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 requests")]
    pub fn due(&self, number: usize) -> Instant {
        self.start + Duration::from_secs_f64(number as f64 / self.rate)
    }

    /// Whose it is.
    pub const fn whose(&self, number: usize) -> usize {
        number % self.users
    }

    /// Whether it is measured.
    pub const fn is_measured(&self, number: usize) -> bool {
        number >= self.warm_up
    }

    /// When the measured part begins.
    pub fn origin(&self) -> Instant {
        self.due(self.warm_up)
    }

    /// All of them.
    pub const fn count(&self) -> usize {
        self.warm_up + self.measured
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of requests")]
fn whole(number: f64) -> usize {
    number.max(0.0) as usize
}

/// Sends those requests of the schedule that are due to this thread's people, and waits for the last answer.
///
/// Their latency counts from when they were due: what a late answer, or a late sender, does to all behind it is in it.
pub async fn run(share: &Rc<Share>, schedule: Schedule) {
    let people = share.first(schedule.users);
    let mut under_way = JoinSet::new();
    for number in (0..schedule.count()).filter(|number| share.is_mine(schedule.whose(*number))) {
        let due = schedule.due(number);
        tokio::select! {
            biased;
            () = share.common.stop.wait() => break,
            () = sleep_until(due.into()) => {}
        }
        // They are dealt out in turn, so the thread's people come in the order of their numbers.
        let Some(person) = people.get(schedule.whose(number) / share.of).cloned() else { continue };
        let (share, is_measured) = (share.clone(), schedule.is_measured(number));
        let call = person.next_call();
        if !share.common.live.begin() {
            if is_measured {
                let now = Instant::now();
                share.ended(Ended { call, due, sent: now, ended: now, failed: Some(NO_ROOM.to_owned()) });
            }
            continue;
        }
        under_way.spawn_local(async move {
            person.stay_signed_in().await;
            let sent = Instant::now();
            let failed = person.perform(call, &share, is_measured).await.err();
            share.common.live.end();
            if is_measured {
                share.ended(Ended { call, due, sent, ended: Instant::now(), failed });
            }
        });
        while under_way.try_join_next().is_some() {}
    }
    while under_way.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_due_evenly_and_go_round() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 50.0, 4, Until::Calls(1), Until::Calls(10));
        let after: Vec<_> = [0, 1, 50].iter().map(|number| (schedule.due(*number) - start).as_millis()).collect();
        assert_eq!(after, [0, 20, 1000]);
        assert_eq!((schedule.count(), schedule.warm_up, schedule.measured), (44, 4, 40));
        let whose: Vec<_> = (0..6).map(|number| schedule.whose(number)).collect();
        assert_eq!(whose, [0, 1, 2, 3, 0, 1]);
        assert!(!schedule.is_measured(3) && schedule.is_measured(4));
        assert_eq!(schedule.origin(), schedule.due(4));
    }

    #[test]
    fn in_a_given_time_as_many_come_as_the_rate_says() {
        let second = Until::Time(Duration::from_secs(1));
        let schedule = Schedule::new(Instant::now(), 120.0, 7, second, Until::Time(Duration::from_secs(10)));
        assert_eq!((schedule.warm_up, schedule.measured), (120, 1200));
    }
}
