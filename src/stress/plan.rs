//! What is going to be done: which levels, what people do in them, and who talks to whom.

use std::collections::BTreeMap;
use std::time::Duration;

use super::dice::Dice;
use super::outcome::{Call, Mode, Targets};

/// The levels of the system that Hearth replaces: people at once, and calls of each.
const LEVELS: [(&str, usize, usize); 5] =
    [("baseline", 25, 50), ("medium", 50, 100), ("high", 100, 200), ("extreme", 200, 300), ("ultimate", 500, 500)];

/// Calls of each, where there is about a minute for all levels together.
const QUICK_CALLS: [usize; 5] = [20, 40, 60, 80, 100];

/// How often people do what, as weights: some 70 % reading, 20 % writing, 10 % talking.
const WEIGHTS: [(Call, u32); 9] = [
    (Call::Health, 5),
    (Call::Posts, 26),
    (Call::OneCategory, 16),
    (Call::SeveralCategories, 11),
    (Call::Users, 10),
    (Call::CreatePost, 4),
    (Call::CreateComment, 6),
    (Call::Like, 10),
    (Call::SendMessage, 12),
];

/// People in a group conversation.
const GROUP: usize = 10;

/// One in so many of each person's calls warms up, and is left out of the figures.
const WARM_UP: usize = 20;

/// Calls of a person that warm up, at the most: by then connections and caches are warm.
const MOST_WARM_UP: usize = 50;

/// So many people, each making so many calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Such as `baseline`.
    pub name: String,
    /// People at once.
    pub users: usize,
    /// Calls of each that are measured.
    pub calls: usize,
}

/// How long people go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Each has made so many calls.
    Calls(usize),
    /// So much time is over.
    Time(Duration),
}

/// Everything that was asked for.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The levels, in their order.
    pub stages: Vec<Stage>,
    /// Who decides when the next request is sent.
    pub mode: Mode,
    /// What has to be reached.
    pub targets: Targets,
    /// How to look for the capacity, where that is wanted.
    pub capacity: Option<Steps>,
}

/// How to look for the capacity.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// How long each step is measured.
    pub length: Duration,
    /// At most this 95th percentile, in milliseconds.
    pub max_p95_ms: f64,
    /// At least this share of requests, 0..=1.
    pub min_success: f64,
}

/// The levels for numbers of people and of calls. Without either they are the usual five; where there are fewer numbers of
/// calls than of people, the last one is repeated.
pub fn stages(users: &[usize], calls: &[usize], quick: bool) -> Vec<Stage> {
    let usual_users: Vec<_> = LEVELS.iter().map(|(_, users, _)| *users).collect();
    let usual_calls: Vec<_> =
        if quick { QUICK_CALLS.to_vec() } else { LEVELS.iter().map(|(_, _, calls)| *calls).collect() };
    let users = if users.is_empty() { &usual_users } else { users };
    let calls = if calls.is_empty() { &usual_calls } else { calls };
    let last = calls.last().copied().unwrap_or(1);
    let stage = |(number, users): (usize, &usize)| Stage {
        name: name(*users),
        users: *users,
        calls: calls.get(number).copied().unwrap_or(last),
    };
    users.iter().enumerate().map(stage).collect()
}

/// What a level with so many people is called.
fn name(users: usize) -> String {
    let usual = LEVELS.iter().find(|(_, usual, _)| *usual == users);
    usual.map_or_else(|| format!("{users} users"), |(name, ..)| (*name).to_owned())
}

/// Calls that warm up before so many are measured: one in twenty, at least one and at most fifty.
pub fn warm_up(calls: usize) -> usize {
    (calls / WARM_UP).clamp(1, MOST_WARM_UP)
}

/// The share of each kind of call.
pub fn mix() -> BTreeMap<Call, f64> {
    let all = f64::from(WEIGHTS.iter().map(|(_, weight)| weight).sum::<u32>());
    WEIGHTS.iter().map(|(call, weight)| (*call, f64::from(*weight) / all)).collect()
}

/// What somebody does next.
pub fn next_call(dice: &mut Dice) -> Call {
    let all = WEIGHTS.iter().map(|(_, weight)| weight).sum::<u32>();
    let mut left = dice.share() * f64::from(all);
    for (call, weight) in WEIGHTS {
        left -= f64::from(weight);
        if left < 0.0 {
            return call;
        }
    }
    Call::SendMessage
}

/// Who talks to whom, by their numbers: everybody to one other, and in a group of about ten.
pub fn rooms(users: usize) -> Vec<Vec<usize>> {
    let pairs = (0..users / 2).map(|pair| vec![2 * pair, 2 * pair + 1]);
    let groups = (0..users).step_by(GROUP).map(|first| (first..users.min(first + GROUP)).collect::<Vec<_>>());
    let mut groups: Vec<_> = groups.collect();
    // One alone is no group: they join the one before.
    if let [.., before, last] = groups.as_mut_slice()
        && let [alone] = last[..]
    {
        before.push(alone);
        groups.pop();
    }
    pairs.chain(groups.into_iter().filter(|group| group.len() > 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_levels_are_those_of_the_plan() {
        let stages = stages(&[], &[], false);
        let figures: Vec<_> = stages.iter().map(|stage| (stage.name.as_str(), stage.users, stage.calls)).collect();
        assert_eq!(figures, LEVELS);
    }

    #[test]
    fn own_levels_repeat_the_last_number_of_calls() {
        let stages = stages(&[4, 25, 6], &[10, 20], true);
        let figures: Vec<_> = stages.iter().map(|stage| (stage.name.as_str(), stage.users, stage.calls)).collect();
        assert_eq!(figures, [("4 users", 4, 10), ("baseline", 25, 20), ("6 users", 6, 20)]);
    }

    #[test]
    fn quick_makes_fewer_calls_of_each() {
        let calls: Vec<_> = stages(&[], &[], true).iter().map(|stage| stage.calls).collect();
        assert_eq!(calls, QUICK_CALLS);
    }

    #[test]
    fn the_mix_is_whole_and_is_what_people_do() {
        let mix = mix();
        assert!((mix.values().sum::<f64>() - 1.0).abs() < 1e-9);
        let reads = mix.iter().filter(|(call, _)| !call.is_write()).map(|(_, share)| share).sum::<f64>();
        assert!((0.65..0.72).contains(&reads), "{reads}");
        let mut dice = Dice::seeded(1);
        let mut counts = BTreeMap::new();
        for _ in 0..20_000 {
            *counts.entry(next_call(&mut dice)).or_insert(0.0) += 1.0 / 20_000.0;
        }
        for (call, share) in &mix {
            let done: f64 = counts.get(call).copied().unwrap_or(0.0);
            assert!((done - share).abs() < 0.01, "{call:?}: {done} instead of {share}");
        }
        assert_eq!(counts.len(), mix.len());
    }

    #[test]
    fn everybody_has_somebody_to_talk_to() {
        for users in 2..60 {
            let rooms = rooms(users);
            for person in 0..users {
                assert!(rooms.iter().any(|room| room.contains(&person)), "{person} of {users}");
            }
            assert!(rooms.iter().all(|room| (2..=GROUP + 1).contains(&room.len())), "{users}");
        }
    }

    #[test]
    fn rooms_of_tens_stay_when_more_people_come() {
        let (few, many) = (rooms(50), rooms(110));
        assert!(few.iter().all(|room| many.contains(room)));
    }

    #[test]
    fn warming_up_is_one_call_in_twenty_and_within_bounds() {
        assert_eq!([1, 10, 50, 500, 100_000].map(warm_up), [1, 1, 2, 25, 50]);
    }
}
