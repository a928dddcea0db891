//! What is shown while it goes on: bars on a terminal, lines where there is none.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::time::{MissedTickBehavior, interval};

use super::level::Task;
use super::live::Live;
use super::outcome::Level;
use super::plan::Until;

/// How often bars are drawn.
const DRAW: Duration = Duration::from_millis(200);

/// How long a rate and its percentile are looked at.
const WINDOW: Duration = Duration::from_secs(1);

const STEP: &str = "  {spinner} {msg} {pos}/{len}";
const STEP_ALONE: &str = "  {spinner} {msg}";
const LEVEL: &str = "  {prefix:<12} {bar:24.cyan/blue} {percent:>3} %  {msg}";

/// Where progress is shown; all copies are the same.
#[derive(Clone)]
pub struct Progress {
    bars: Option<MultiProgress>,
}

/// Something that goes on.
pub struct Bar {
    bar: ProgressBar,
    live: Arc<Live>,
    /// How long it takes, where it is known by time.
    length: Option<Duration>,
    is_level: bool,
}

impl Progress {
    /// Bars where standard error is a terminal.
    pub fn new() -> Self {
        Self { bars: stderr().is_terminal().then(MultiProgress::new) }
    }

    /// Says something in between.
    pub fn say(&self, text: &str) {
        match &self.bars {
            Some(bars) => {
                let _ = bars.println(text);
            }
            None => {
                let mut out = stdout().lock();
                // Whoever no longer reads it did not want it.
                let _ = writeln!(out, "{text}").and_then(|()| out.flush());
            }
        }
    }

    /// A step of getting ready, of so many parts, or of none that can be counted; its bar goes when it is done.
    pub fn step(&self, name: &str, parts: usize, live: &Arc<Live>) -> Bar {
        live.reset();
        let bar = self.bar(parts as u64, if parts > 0 { STEP } else { STEP_ALONE });
        bar.set_message(name.to_owned());
        Bar { bar, live: live.clone(), length: None, is_level: false }
    }

    /// The calls of a level.
    pub fn level(&self, task: &Task, live: &Arc<Live>) -> Bar {
        live.reset();
        let (calls, length) = match task.measured {
            Until::Calls(calls) => ((task.users * calls) as u64, None),
            Until::Time(length) => (100, Some(length)),
        };
        let bar = self.bar(calls, LEVEL);
        bar.set_prefix(task.name.clone());
        Bar { bar, live: live.clone(), length, is_level: true }
    }

    fn bar(&self, length: u64, template: &str) -> ProgressBar {
        let Some(bars) = &self.bars else { return ProgressBar::hidden() };
        let bar = bars.add(ProgressBar::new(length));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar
    }

    /// What came of a level, which stays.
    pub fn finished(&self, level: &Level) {
        self.say(&described(level));
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Bar {
    /// Shows what goes on until `work` is done.
    pub async fn watch<T>(self, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let mut draw = interval(DRAW);
        draw.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut work = std::pin::pin!(work);
        let (mut since, mut before) = (began, 0);
        loop {
            tokio::select! {
                done = &mut work => {
                    self.bar.finish_and_clear();
                    return done;
                }
                _ = draw.tick() => {}
            }
            let (done, failed) = self.live.counts();
            let share = self.length.map(|length| 100.0 * began.elapsed().as_secs_f64() / length.as_secs_f64());
            self.bar.set_position(share.map_or(done, percent));
            self.bar.tick();
            if self.is_level && since.elapsed() >= WINDOW {
                self.bar.set_message(going(done - before, since.elapsed(), self.live.p95(), failed));
                (since, before) = (Instant::now(), done);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
const fn percent(share: f64) -> u64 {
    share.clamp(0.0, 100.0) as u64
}

/// The rate of the last moment, and how it went.
#[expect(clippy::cast_precision_loss, reason = "calls in a second")]
fn going(calls: u64, time: Duration, p95: Option<f64>, failed: u64) -> String {
    let rate = calls as f64 / time.as_secs_f64().max(0.001);
    let p95 = p95.map_or_else(|| "-".to_owned(), in_words);
    format!("{rate:>6.0}/s   p95 {p95:>8}   {failed} failed")
}

/// Milliseconds, as short as they can be said.
fn in_words(milliseconds: f64) -> String {
    if milliseconds < 10.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

/// A level in a line.
#[expect(clippy::cast_precision_loss, reason = "calls of a level")]
fn described(level: &Level) -> String {
    let Level { name, users, seconds, all, .. } = level;
    let rate = if *seconds > 0.0 { (all.calls - all.failed) as f64 / seconds } else { 0.0 };
    let mut line = format!(
        "  {name:<12} {users:>5} people  {:>7} calls in {seconds:>5.1} s  {rate:>6.0}/s  p95 {:>7}  {} failed, {}",
        all.calls,
        in_words(all.latency.p95),
        all.failed,
        what_was_lost(level),
    );
    if level.cut_short {
        line += ", cut short";
    }
    for (why, count) in &all.errors {
        line += &format!("\n    {count} times: {why}");
    }
    line
}

/// What became of messages, and of what was to be stored.
fn what_was_lost(level: &Level) -> String {
    let missing = level.stored.looked_for - level.stored.found;
    let counts = [(level.chat.lost, "lost"), (level.chat.duplicated, "twice"), (missing, "not found again")];
    let lost: Vec<_> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if lost.is_empty() { "nothing lost".into() } else { lost.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_is_said() {
        let mut level = Level::default();
        assert_eq!(what_was_lost(&level), "nothing lost");
        (level.chat.lost, level.stored.looked_for, level.stored.found) = (3, 10, 8);
        assert_eq!(what_was_lost(&level), "3 lost, 2 not found again");
    }

    #[test]
    fn a_moment_is_said_by_rate_percentile_and_failures() {
        assert_eq!(going(500, Duration::from_millis(500), Some(12.34), 3), "  1000/s   p95    12 ms   3 failed");
        assert_eq!(going(0, Duration::from_secs(1), None, 0), "     0/s   p95        -   0 failed");
        assert_eq!(in_words(1.26), "1.3 ms");
    }
}
