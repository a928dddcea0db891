//! How many people a server holds: more and more of them, until a target breaks.

use super::StressError;
use super::level::{Load, Task};
use super::limit::first_to_run_out;
use super::machine;
use super::outcome::{Capacity, Level, Limit, Machine, Mode};
use super::plan::{Steps, Until};

/// People of the first step.
const FIRST: usize = 50;

/// People are raised to this many at the most.
const MOST: usize = 20_000;

/// Steps between the best that held and the first that broke.
const HALVINGS: u32 = 2;

/// People come in tens, so that nobody's conversations change from step to step.
const TENS: usize = 10;

/// The share of a step's length before it in which people warm up.
const WARM_UP: f64 = 0.15;

/// Looks for the most that holds: by doubling until it breaks, and then by halving what is between.
#[derive(Clone, Debug)]
pub struct Search {
    most: usize,
    held: usize,
    broke: Option<usize>,
    halvings: u32,
}

impl Search {
    /// One that goes up to `most`.
    pub const fn new(most: usize) -> Self {
        Self { most, held: 0, broke: None, halvings: 0 }
    }

    /// How many to try next; `None` when there is nothing more to learn.
    pub fn next_users(&mut self) -> Option<usize> {
        match self.broke {
            None if self.held >= self.most => None,
            None if self.held == 0 => Some(FIRST.min(self.most)),
            None => Some((self.held * 2).min(self.most)),
            Some(broke) => {
                let between = (self.held + (broke - self.held) / 2) / TENS * TENS;
                let is_new = between > self.held && between < broke;
                self.halvings += 1;
                (is_new && self.halvings <= HALVINGS).then_some(between)
            }
        }
    }

    /// So many held, or did not.
    pub const fn learn(&mut self, users: usize, has_held: bool) {
        if has_held {
            self.held = users;
        } else {
            self.broke = Some(users);
        }
    }

    /// The most that held.
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Whether anything broke.
    pub const fn has_broken(&self) -> bool {
        self.broke.is_some()
    }
}

/// Whether a step kept what it had to.
fn has_held(level: &Level, steps: &Steps) -> bool {
    let all = &level.all;
    all.calls > all.failed && all.success() >= steps.min_success && all.latency.p95 <= steps.max_p95_ms
}

/// Answers a second.
#[expect(clippy::cast_precision_loss, reason = "calls of a step")]
fn rate(level: &Level) -> f64 {
    if level.seconds > 0.0 { (level.all.calls - level.all.failed) as f64 / level.seconds } else { 0.0 }
}

/// Raises the number of people until a target breaks. They make calls without a pause, and stay from step to step, with the
/// sessions of their registration: nobody signs in meanwhile.
///
/// # Errors
///
/// [`StressError`] where a step could not be got ready.
pub async fn find(load: &mut Load, steps: &Steps, machine: &Machine, is_here: bool) -> Result<Capacity, StressError> {
    let (connected, bound) = machine::most_people();
    let most = MOST.min(connected / TENS * TENS).max(TENS);
    let mut search = Search::new(most);
    let mut levels: Vec<Level> = Vec::new();
    while let Some(users) = search.next_users().filter(|_| !load.shared.stop.is_set()) {
        let task = Task {
            name: format!("{users} people"),
            users,
            warm_up: Until::Time(steps.length.mul_f64(WARM_UP)),
            measured: Until::Time(steps.length),
            mode: Mode::Closed,
            is_apart: false,
        };
        let level = match load.run(&task).await {
            Err(StressError::Ended) if !levels.is_empty() => break,
            level => level?,
        };
        if level.cut_short {
            levels.push(level);
            break;
        }
        search.learn(users, has_held(&level, steps));
        levels.push(level);
    }
    let bound = if most == MOST { "that is as many as are tried" } else { bound };
    Ok(found(&search, levels, machine, is_here, most, bound))
}

fn found(search: &Search, steps: Vec<Level>, machine: &Machine, is_here: bool, most: usize, bound: &str) -> Capacity {
    let best = steps.iter().rfind(|level| level.users == search.held());
    let requests_per_second = best.map_or(0.0, rate);
    let broken = steps.iter().filter(|level| level.users > search.held() && !level.cut_short);
    let (limit, evidence) = match broken.min_by_key(|level| level.users) {
        Some(level) => {
            let (limit, evidence) = first_to_run_out(level, machine, is_here);
            let with = format!("With {} people, p95 was {:.0} ms", level.users, level.all.latency.p95);
            (limit, format!("{with} and {:.2} % succeeded: {evidence}.", level.all.success() * 100.0))
        }
        None if search.held() == most => {
            (Limit::Nothing, format!("{most} people held, and the load could not be raised further: {bound}."))
        }
        None => (Limit::Unknown, "It was ended before a target broke.".to_owned()),
    };
    Capacity { users: search.held(), requests_per_second, limit, evidence, steps }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stress::outcome::{Figures, Latency};

    /// The steps that are tried where `truth` people hold, and the most that are found to.
    fn tried(truth: usize, most: usize) -> (Vec<usize>, usize) {
        let (mut search, mut tried) = (Search::new(most), Vec::new());
        while let Some(users) = search.next_users() {
            tried.push(users);
            search.learn(users, users <= truth);
            assert!(tried.len() < 30, "{tried:?}");
        }
        (tried, search.held())
    }

    #[test]
    fn people_double_until_it_breaks_and_then_the_gap_is_halved_twice() {
        assert_eq!(tried(700, 20_000), (vec![50, 100, 200, 400, 800, 600, 700], 700));
        assert_eq!(tried(450, 20_000), (vec![50, 100, 200, 400, 800, 600, 500], 400));
        assert_eq!(tried(0, 20_000), (vec![50, 20, 10], 0));
    }

    #[test]
    fn what_cannot_be_raised_is_not_raised() {
        assert_eq!(tried(1_000_000, 300), (vec![50, 100, 200, 300], 300));
        assert_eq!(tried(1_000_000, 30), (vec![30], 30));
    }

    fn step(users: usize, p95: f64, failed: u64) -> Level {
        let latency = Latency { p95, ..Latency::default() };
        let all = Figures { calls: 1000, failed, latency, ..Figures::default() };
        Level { users, seconds: 2.0, all, ..Level::default() }
    }

    fn machine() -> Machine {
        Machine { system: "x".into(), processor: "y".into(), cores: 2, memory: 1 }
    }

    #[test]
    fn a_step_holds_within_both_targets() {
        let length = std::time::Duration::from_secs(1);
        let steps = Steps { length, max_p95_ms: 300.0, min_success: 0.95 };
        assert!(has_held(&step(50, 300.0, 50), &steps));
        assert!(!has_held(&step(50, 301.0, 0), &steps) && !has_held(&step(50, 1.0, 51), &steps));
        assert!(
            !has_held(&step(50, 0.0, 1000), &Steps { min_success: 0.0, ..steps }),
            "nothing answered is no success"
        );
    }

    #[test]
    fn the_best_step_is_stated_and_the_first_that_broke_says_why() {
        let mut search = Search::new(1000);
        for (users, has_held) in [(50, true), (100, true), (200, false), (150, false)] {
            search.learn(users, has_held);
        }
        let steps = vec![step(50, 9.0, 0), step(100, 20.0, 10), step(200, 900.0, 0), step(150, 400.0, 0)];
        let capacity = found(&search, steps, &machine(), true, 1000, "x");
        assert_eq!((capacity.users, capacity.limit, capacity.steps.len()), (100, Limit::Unknown, 4));
        assert!((capacity.requests_per_second - 495.0).abs() < 1e-9);
        assert!(capacity.evidence.starts_with("With 150 people, p95 was 400 ms"), "{}", capacity.evidence);
    }

    #[test]
    fn where_nothing_broke_nothing_ran_out() {
        let mut search = Search::new(50);
        search.learn(50, true);
        let capacity = found(&search, vec![step(50, 9.0, 0)], &machine(), true, 50, "the limit of open files here");
        assert_eq!((capacity.users, capacity.limit), (50, Limit::Nothing));
        assert!(capacity.evidence.contains("open files"));
    }
}
