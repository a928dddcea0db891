//! What the rules found over time: one entry for as long as a rule keeps on finding.

use serde::Serialize;

use super::rules::Alarm;
use crate::clock::Timestamp;

/// Intervals without an alarm after which the next one of the same rule is another story.
const CALM: usize = 10;

/// As many as are kept.
const MOST: usize = 200;

/// Something that a rule found, once or for a while.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// When it was found first.
    pub since: Timestamp,
    /// When it was found last.
    pub last: Timestamp,
    /// In how many intervals it was found.
    pub intervals: usize,
    /// What was measured when it was at its worst.
    pub worst: String,
    /// What was measured last.
    #[serde(skip)]
    pub said: String,
    /// What to do.
    pub advice: String,
    #[serde(skip)]
    measure: f64,
    /// Its place among what was found at the same time: what matters most is first.
    #[serde(skip)]
    rank: usize,
    /// Intervals since it was found last.
    #[serde(skip)]
    calm: usize,
}

impl Finding {
    fn new(alarm: Alarm, rank: usize, at: Timestamp) -> Self {
        let Alarm { rule, measure, said, advice } = alarm;
        Self { rule, since: at, last: at, intervals: 1, worst: said.clone(), said, advice, measure, rank, calm: 0 }
    }

    fn again(&mut self, alarm: Alarm, rank: usize, at: Timestamp) {
        (self.last, self.rank, self.calm) = (at, rank, 0);
        self.intervals += 1;
        if alarm.measure >= self.measure {
            (self.measure, self.worst) = (alarm.measure, alarm.said.clone());
        }
        (self.said, self.advice) = (alarm.said, alarm.advice);
    }

    /// Whether the latest interval had it.
    #[must_use]
    pub const fn is_now(&self) -> bool {
        self.calm == 0
    }
}

/// All that was found, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Takes in what an interval that ended `at` has.
    pub fn take(&mut self, alarms: Vec<Alarm>, at: Timestamp) {
        for finding in &mut self.0 {
            finding.calm += 1;
        }
        for (rank, alarm) in alarms.into_iter().enumerate() {
            match self.0.iter_mut().rev().find(|known| known.rule == alarm.rule && known.calm <= CALM) {
                Some(known) => known.again(alarm, rank, at),
                None => self.0.push(Finding::new(alarm, rank, at)),
            }
        }
        self.0.drain(..self.0.len().saturating_sub(MOST));
    }

    /// All of them, in the order in which they began.
    #[must_use]
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// Those of the latest interval, what matters most first; then the others, the newest first.
    #[must_use]
    pub fn newest_first(&self) -> Vec<&Finding> {
        let (mut now, past): (Vec<_>, Vec<_>) = self.0.iter().rev().partition(|finding| finding.is_now());
        now.sort_by_key(|finding| finding.rank);
        now.extend(past);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(rule: &'static str, measure: f64) -> Alarm {
        Alarm { rule, measure, said: format!("{rule} {measure}"), advice: "do something".into() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    #[test]
    fn what_goes_on_is_one_entry_with_its_worst() {
        let mut findings = Findings::default();
        for (second, measure) in [(1, 5.0), (2, 9.0), (3, 7.0)] {
            findings.take(vec![alarm("slow", measure)], at(second));
        }
        let [one] = findings.all() else { panic!("{findings:?}") };
        assert_eq!((one.since, one.last, one.intervals), (at(1), at(3), 3));
        assert_eq!((one.worst.as_str(), one.said.as_str(), one.is_now()), ("slow 9", "slow 7", true));
    }

    #[test]
    fn what_comes_back_soon_is_the_same_and_later_another() {
        let mut findings = Findings::default();
        findings.take(vec![alarm("slow", 1.0)], at(0));
        for second in 1..=9 {
            findings.take(Vec::new(), at(second));
        }
        assert!(!findings.all()[0].is_now());
        findings.take(vec![alarm("slow", 1.0)], at(10));
        assert_eq!((findings.all().len(), findings.all()[0].is_now()), (1, true));
        for second in 11..=20 {
            findings.take(Vec::new(), at(second));
        }
        findings.take(vec![alarm("slow", 1.0)], at(21));
        assert_eq!(findings.all().len(), 2);
    }

    #[test]
    fn what_is_now_comes_first() {
        let mut findings = Findings::default();
        findings.take(vec![alarm("old", 1.0), alarm("steady", 1.0)], at(1));
        findings.take(vec![alarm("steady", 1.0), alarm("past", 1.0)], at(2));
        findings.take(vec![alarm("grave", 1.0), alarm("steady", 1.0)], at(3));
        let rules: Vec<_> = findings.newest_first().iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["grave", "steady", "past", "old"]);
    }

    #[test]
    fn only_the_newest_are_kept() {
        let mut findings = Findings::default();
        for second in 0..5000 {
            let alarms = if second % 12 == 0 { vec![alarm("slow", 1.0)] } else { Vec::new() };
            findings.take(alarms, at(second));
        }
        assert_eq!((findings.all().len(), findings.all()[MOST - 1].since), (MOST, at(4992)));
    }
}
