//! When a backup is due: `off`, `hourly`, `daily 03:30`, `weekly sun 03:30`, in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

use crate::clock::Timestamp;

/// The hour at which the fewest are awake, where nobody says another.
const USUAL: (i8, i8) = (3, 30);

/// How often backups are made. Times are UTC, which has no hour twice and none that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Never.
    Off,
    /// At each full hour.
    Hourly,
    /// At this hour and minute of each day.
    Daily(i8, i8),
    /// On this day of each week, at this hour and minute.
    Weekly(Weekday, i8, i8),
}

/// Days as they are written.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Schedule {
    /// Every day at 03:30.
    pub const USUAL: Self = Self::Daily(USUAL.0, USUAL.1);

    /// The last moment up to `now` at which one was due; none where none ever is.
    fn last_due(self, now: Timestamp) -> Option<Timestamp> {
        let now = jiff::Timestamp::from_millisecond(now.millis()).ok()?.to_zoned(TimeZone::UTC);
        let at = |day: &Zoned, hour, minute| day.with().time(Time::new(hour, minute, 0, 0).ok()?).build().ok();
        let due = match self {
            Self::Off => return None,
            Self::Hourly => at(&now, now.hour(), 0)?,
            Self::Daily(hour, minute) => {
                let today = at(&now, hour, minute)?;
                if today <= now { today } else { today.checked_sub(1.day()).ok()? }
            }
            Self::Weekly(day, hour, minute) => {
                let back = i64::from(day.until(now.weekday()));
                let this_week = at(&now.checked_sub(back.days()).ok()?, hour, minute)?;
                if this_week <= now { this_week } else { this_week.checked_sub(7.days()).ok()? }
            }
        };
        Some(Timestamp::from_millis(due.timestamp().as_millisecond()))
    }

    /// Whether one is due at `now`, where the last was begun at `last`. One that was missed is due until it is made.
    pub fn is_due(self, last: Option<Timestamp>, now: Timestamp) -> bool {
        // A backup from the future was made while the clock was wrong, and says nothing of when the next is due.
        let last = last.filter(|last| *last <= now);
        self.last_due(now).is_some_and(|due| last.is_none_or(|last| last < due))
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split_whitespace().collect();
        let time = |text: &str| {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
            ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
        };
        let day = |text: &str| DAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day);
        let schedule = match words.as_slice() {
            ["off"] => Some(Self::Off),
            ["hourly"] => Some(Self::Hourly),
            ["daily"] => Some(Self::USUAL),
            ["daily", at] => time(at).map(|(hour, minute)| Self::Daily(hour, minute)),
            ["weekly"] => Some(Self::Weekly(Weekday::Sunday, USUAL.0, USUAL.1)),
            ["weekly", on] => day(on).map(|day| Self::Weekly(day, USUAL.0, USUAL.1)),
            ["weekly", on, at] => day(on).zip(time(at)).map(|(day, (hour, minute))| Self::Weekly(day, hour, minute)),
            _ => None,
        };
        schedule.ok_or_else(|| "off, hourly, daily 03:30 or weekly sun 03:30, in UTC".into())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Hourly => f.write_str("hourly"),
            Self::Daily(hour, minute) => write!(f, "daily {hour:02}:{minute:02}"),
            Self::Weekly(day, hour, minute) => {
                let name = DAYS.iter().find(|(_, known)| known == day).map_or("", |(name, _)| *name);
                write!(f, "weekly {name} {hour:02}:{minute:02}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn due(schedule: &str, last: &str, now: &str) -> bool {
        let last = (!last.is_empty()).then(|| moment(last));
        schedule.parse::<Schedule>().unwrap().is_due(last, moment(now))
    }

    #[test]
    fn what_is_written_is_shown_in_full_and_reads_back() {
        let shown = [
            ("off", "off"),
            ("hourly", "hourly"),
            ("daily", "daily 03:30"),
            ("daily 4:05", "daily 04:05"),
            ("weekly", "weekly sun 03:30"),
            ("weekly  mon", "weekly mon 03:30"),
            ("weekly sat 23:59", "weekly sat 23:59"),
        ];
        for (text, full) in shown {
            let schedule: Schedule = text.parse().unwrap();
            assert_eq!(schedule.to_string(), full);
            assert_eq!(full.parse(), Ok(schedule));
        }
        for wrong in
            ["", "on", "daily 24:00", "daily 3", "daily 03:60", "weekly day", "weekly 03:30", "hourly 3", "daily -1:00"]
        {
            assert!(wrong.parse::<Schedule>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_is_due_once_each_time_has_come() {
        // 2026-11-23 is a Monday.
        let cases = [
            ("daily 03:30", "2026-11-22T03:31:00Z", "2026-11-23T03:29:59Z", false),
            ("daily 03:30", "2026-11-22T03:31:00Z", "2026-11-23T03:30:00Z", true),
            ("daily 03:30", "2026-11-23T03:30:00Z", "2026-11-23T23:59:59Z", false),
            ("daily 03:30", "2026-11-23T03:30:00Z", "2026-11-24T03:29:00Z", false),
            ("hourly", "2026-11-23T03:00:01Z", "2026-11-23T03:59:59Z", false),
            ("hourly", "2026-11-23T03:00:01Z", "2026-11-23T04:00:00Z", true),
            ("weekly sun 03:30", "2026-11-15T03:30:00Z", "2026-11-22T03:29:00Z", false),
            ("weekly sun 03:30", "2026-11-15T03:30:00Z", "2026-11-22T03:30:00Z", true),
            ("weekly sun 03:30", "2026-11-22T03:30:00Z", "2026-11-28T23:00:00Z", false),
            ("weekly mon 12:00", "2026-11-16T12:00:00Z", "2026-11-23T11:59:00Z", false),
            ("weekly mon 12:00", "2026-11-16T12:00:00Z", "2026-11-23T12:00:00Z", true),
            ("off", "", "2026-11-23T12:00:00Z", false),
        ];
        for (schedule, last, now, expected) in cases {
            assert_eq!(due(schedule, last, now), expected, "{schedule}, last {last}, now {now}");
        }
    }

    #[test]
    fn what_was_missed_is_made_up_for() {
        for schedule in ["hourly", "daily 03:30", "weekly sun 03:30"] {
            assert!(due(schedule, "", "2026-11-23T12:00:00Z"), "{schedule}: the first");
            assert!(due(schedule, "2026-10-01T00:00:00Z", "2026-11-23T12:00:00Z"), "{schedule}: off for weeks");
        }
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_keep_the_next_away() {
        assert!(due("daily 03:30", "2031-01-01T00:00:00Z", "2026-11-23T12:00:00Z"));
    }
}
