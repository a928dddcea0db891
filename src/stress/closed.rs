//! Closed loop: each person sends the next call when the last one was answered.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::crew::Share;
use super::person::Person;
use super::plan::Until;
use super::recorder::Ended;

/// How long somebody waits after a call that failed: who is refused at once would else ask nothing but that.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Has this thread's share of the first `users` people make calls. What is not measured warms up.
pub async fn run(share: &Rc<Share>, users: usize, until: Until, is_measured: bool) {
    let mut people = JoinSet::new();
    for person in share.first(users) {
        people.spawn_local(go_on(share.clone(), person, until, is_measured));
    }
    people.join_all().await;
}

async fn go_on(share: Rc<Share>, person: Rc<Person>, until: Until, is_measured: bool) {
    let began = Instant::now();
    let mut made = 0;
    while !share.common.stop.is_set() && !is_over(until, made, began) {
        person.stay_signed_in().await;
        let call = person.next_call();
        let sent = Instant::now();
        let failed = person.perform(call, &share, is_measured).await.err();
        let has_failed = failed.is_some();
        if is_measured {
            share.ended(Ended { call, due: sent, sent, ended: Instant::now(), failed });
        }
        made += 1;
        if has_failed {
            sleep(AFTER_FAILURE).await;
        }
    }
}

fn is_over(until: Until, made: usize, began: Instant) -> bool {
    match until {
        Until::Calls(calls) => made >= calls,
        Until::Time(length) => began.elapsed() >= length,
    }
}
