//! The live picture of a server in the terminal, and the keys that it listens to.

use std::io;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch as latest;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::scrape::{Scrape, ScrapeError};
use super::source::{Source, told_to_end};
use super::watch::Watch;
use crate::clock::{Clock, SystemClock, Timestamp};

mod layout;
mod panel;
mod picture;
mod spark;
#[cfg(test)]
mod tests;
mod words;

/// The intervals that + and - go through, in milliseconds.
const STEPS: [u64; 9] = [200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];

/// How often the clock on the screen goes on where nothing else happens.
const CLOCK: Duration = Duration::from_secs(1);

/// What is shown.
struct Shown {
    target: String,
    watch: Watch,
    /// What stands still while everything goes on being measured.
    paused: Option<(Timestamp, Watch)>,
    step: Duration,
    help: bool,
    now: Timestamp,
}

impl Shown {
    fn new(target: &str, step: Duration, now: Timestamp) -> Self {
        Self { target: target.to_owned(), watch: Watch::new(now), paused: None, step, help: false, now }
    }

    /// What is looked at: how it is, or how it was when it was paused.
    fn watched(&self) -> &Watch {
        self.paused.as_ref().map_or(&self.watch, |(_, watch)| watch)
    }

    /// Does what a key stands for; whether to go on.
    fn press(&mut self, key: KeyEvent) -> bool {
        if key.kind == KeyEventKind::Release {
            return true;
        }
        match key.code {
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            KeyCode::Esc if self.help => self.help = false,
            KeyCode::Char('q') | KeyCode::Esc => return false,
            KeyCode::Char('p' | ' ') => {
                self.paused = if self.paused.is_some() { None } else { Some((self.now, self.watch.clone())) };
            }
            KeyCode::Char('?' | 'h') => self.help = !self.help,
            KeyCode::Char('+' | '=') => self.step = longer(self.step),
            KeyCode::Char('-') => self.step = shorter(self.step),
            _ => {}
        }
        true
    }
}

fn longer(step: Duration) -> Duration {
    STEPS.into_iter().map(Duration::from_millis).find(|next| *next > step).unwrap_or(step)
}

fn shorter(step: Duration) -> Duration {
    STEPS.into_iter().rev().map(Duration::from_millis).find(|next| *next < step).unwrap_or(step)
}

/// Shows what the server does, until somebody quits or a signal ends it. `first` is its first reading. The terminal is
/// as it was afterwards, after a panic too. Must run within a `LocalSet`.
///
/// # Errors
///
/// Those of the terminal.
pub async fn show(source: Source, first: Scrape, step: Duration) -> io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    let ended = live(&mut terminal, source, first, step).await;
    ratatui::try_restore().and(ended)
}

async fn live(terminal: &mut DefaultTerminal, source: Source, first: Scrape, step: Duration) -> io::Result<()> {
    let mut shown = Shown::new(source.url(), step, SystemClock.now());
    shown.watch.hear(Ok(first), shown.now);
    let mut keys = keys();
    let (steps, asked) = latest::channel(step);
    let (readings, mut read) = unbounded_channel();
    let feeding = tokio::task::spawn_local(feed(Rc::new(source), asked, readings));
    let mut clock = interval(CLOCK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = std::pin::pin!(told_to_end());
    loop {
        terminal.draw(|frame| picture::draw(frame, &shown))?;
        tokio::select! {
            key = keys.recv() => match key {
                Some(Event::Key(key)) if !shown.press(key) => break,
                // Any other event is a reason to draw, as after a change of the size.
                Some(_) => { steps.send_if_modified(|step| std::mem::replace(step, shown.step) != shown.step); }
                None => break,
            },
            Some(said) = read.recv() => {
                shown.now = SystemClock.now();
                shown.watch.hear(said, shown.now);
            }
            _ = clock.tick() => shown.now = SystemClock.now(),
            () = &mut told => break,
        }
    }
    feeding.abort();
    Ok(())
}

/// What is pressed. It is read by a thread of its own, as reading waits.
fn keys() -> UnboundedReceiver<Event> {
    let (pressed, keys) = unbounded_channel();
    thread::spawn(move || {
        while let Ok(event) = event::read() {
            if pressed.send(event).is_err() {
                break;
            }
        }
    });
    keys
}

/// Reads the server's figures at each interval, until nobody wants them.
async fn feed(
    source: Rc<Source>,
    mut step: latest::Receiver<Duration>,
    readings: UnboundedSender<Result<Scrape, ScrapeError>>,
) {
    let mut last = Instant::now();
    loop {
        let next = last + *step.borrow_and_update();
        tokio::select! {
            () = sleep_until(next) => {}
            changed = step.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            }
        }
        last = Instant::now();
        if readings.send(source.read().await).is_err() {
            return;
        }
    }
}
