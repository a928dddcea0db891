//! Which of the schedule's backups are kept.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// A stretch of time of which one backup is kept: its newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stretch {
    Hour,
    Day,
    Week,
    Month,
}

/// Stretches as they are written.
const WORDS: [(&str, Stretch); 4] =
    [("hourly", Stretch::Hour), ("daily", Stretch::Day), ("weekly", Stretch::Week), ("monthly", Stretch::Month)];

/// The most of one kind.
const MOST: usize = 1000;

impl Stretch {
    /// Names the stretch that `moment` is in; later ones have greater names.
    fn of(self, moment: &Zoned) -> (i16, i16, i8) {
        let (year, month, day_of_year) = (moment.year(), i16::from(moment.month()), moment.day_of_year());
        match self {
            Self::Hour => (year, day_of_year, moment.hour()),
            Self::Day => (year, day_of_year, 0),
            Self::Week => {
                let week = moment.date().iso_week_date();
                (week.year(), i16::from(week.week()), 0)
            }
            Self::Month => (year, month, 0),
        }
    }
}

/// How many of the schedule's backups are kept: the newest so many, or the newest of each of so many days, weeks and
/// months (the rule of grandfather, father and son). A stretch without a backup does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    newest: usize,
    stretches: Vec<(usize, Stretch)>,
}

impl Keep {
    /// Seven days and four weeks: a month to notice a mistake in, by eleven files at the most.
    pub fn usual() -> Self {
        Self { newest: 1, stretches: vec![(7, Stretch::Day), (4, Stretch::Week)] }
    }

    /// Those of `backups` that may go. The newest is never among them.
    pub fn superfluous(&self, backups: &[Timestamp]) -> Vec<Timestamp> {
        let mut newest_first = backups.to_vec();
        newest_first.sort_unstable_by(|one, other| other.cmp(one));
        newest_first.dedup();
        let mut kept: BTreeSet<Timestamp> = newest_first.iter().take(self.newest.max(1)).copied().collect();
        for (count, stretch) in &self.stretches {
            let mut seen = BTreeSet::new();
            for moment in &newest_first {
                let Ok(civil) = jiff::Timestamp::from_millisecond(moment.millis()) else { continue };
                let is_first = !seen.contains(&stretch.of(&civil.to_zoned(TimeZone::UTC)));
                if is_first && seen.len() < *count {
                    seen.insert(stretch.of(&civil.to_zoned(TimeZone::UTC)));
                    kept.insert(*moment);
                }
            }
        }
        newest_first.into_iter().filter(|moment| !kept.contains(moment)).collect()
    }
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let right = || "a number, or such as 7 daily, 4 weekly, 6 monthly".to_owned();
        let count = |text: &str| text.parse().ok().filter(|count| (1..=MOST).contains(count)).ok_or_else(right);
        if !text.contains(' ') {
            return Ok(Self { newest: count(text.trim())?, stretches: Vec::new() });
        }
        let mut stretches = Vec::new();
        for part in text.split(',') {
            let (number, word) = part.trim().split_once(' ').ok_or_else(right)?;
            let known = WORDS.iter().find(|(known, _)| *known == word.trim()).ok_or_else(right)?;
            if stretches.iter().any(|(_, stretch)| *stretch == known.1) {
                return Err(right());
            }
            stretches.push((count(number)?, known.1));
        }
        stretches.sort_unstable_by_key(|(_, stretch)| *stretch);
        Ok(Self { newest: 1, stretches })
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.stretches.is_empty() {
            return self.newest.fmt(f);
        }
        let word = |stretch: &Stretch| WORDS.iter().find(|(_, known)| known == stretch).map_or("", |(word, _)| *word);
        let parts: Vec<_> =
            self.stretches.iter().map(|(count, stretch)| format!("{count} {}", word(stretch))).collect();
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn keep(text: &str) -> Keep {
        text.parse().unwrap()
    }

    /// What is left when one was made every `hours` hours, `count` times, and the rule was applied after each.
    fn left(rule: &str, hours: u32, count: u32) -> Vec<String> {
        let mut backups = Vec::new();
        let start: jiff::Timestamp = "2026-01-01T03:30:00Z".parse().unwrap();
        for number in 0..count {
            backups.push(Timestamp::from_millis(start.as_millisecond()).plus(HOUR * hours * number));
            let gone = keep(rule).superfluous(&backups);
            backups.retain(|backup| !gone.contains(backup));
        }
        backups.iter().map(|backup| backup.to_string()[5..16].to_owned()).collect()
    }

    #[test]
    fn rules_read_back() {
        for rule in ["1", "7", "7 daily, 4 weekly", "24 hourly, 7 daily, 4 weekly, 6 monthly"] {
            assert_eq!(keep(rule).to_string(), rule);
        }
        assert_eq!(keep(" 3 monthly,2  daily").to_string(), "2 daily, 3 monthly");
        assert_eq!(Keep::usual().to_string(), "7 daily, 4 weekly");
        for wrong in ["", "0", "-1", "x", "7 days", "0 daily", "7 daily 4 weekly", "1001", "2 daily, 3 daily"] {
            assert!(wrong.parse::<Keep>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_keeps_the_newest() {
        assert_eq!(left("3", 24, 10), ["01-08T03:30", "01-09T03:30", "01-10T03:30"]);
        assert_eq!(left("1", 1, 10).len(), 1);
    }

    #[test]
    fn days_weeks_and_months_each_keep_their_newest() {
        // From 2026-01-01, which is a Thursday, to 2026-04-10, a Friday.
        let expected = [
            "01-31T03:30",
            "02-28T03:30",
            "03-22T03:30",
            "03-29T03:30",
            "03-31T03:30",
            "04-05T03:30",
            "04-08T03:30",
            "04-09T03:30",
            "04-10T03:30",
        ];
        assert_eq!(left("3 daily, 4 weekly, 4 monthly", 24, 100), expected);
    }

    #[test]
    fn several_a_day_leave_one_a_day() {
        assert_eq!(left("2 daily", 6, 9), ["01-02T21:30", "01-03T03:30"]);
        assert_eq!(left("2 hourly, 2 daily", 6, 9), ["01-02T21:30", "01-03T03:30"]);
    }

    proptest! {
        #[test]
        fn the_newest_always_stays_and_applying_a_rule_again_changes_nothing(
            hours in prop::collection::vec(0_i64..20_000, 1..60),
            rule in prop::sample::select(vec!["1", "5", "7 daily, 4 weekly", "2 hourly, 3 daily, 1 monthly"]),
        ) {
            let all: Vec<_> = hours.iter().map(|hour| Timestamp::from_millis(hour * 3_600_000)).collect();
            let gone = keep(rule).superfluous(&all);
            prop_assert!(!gone.contains(all.iter().max().unwrap()));
            let left: Vec<_> = all.into_iter().filter(|one| !gone.contains(one)).collect();
            prop_assert_eq!(keep(rule).superfluous(&left), vec![]);
        }
    }
}
