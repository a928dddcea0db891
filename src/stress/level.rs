//! One level, from its people's log-ins to reading back what they made.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::crew::{Crew, Share, Shared};
use super::deliveries::{Deliveries, Heard};
use super::open::{self, Schedule};
use super::outcome::{Level, Mode, Resources, Stored};
use super::person::{Made, Room};
use super::plan::{self, Until};
use super::progress::Progress;
use super::readback::{self, Wanted, sample};
use super::recorder::Recorder;
use super::resources::{self, Sample, Sampler};
use super::{StressError, closed, people};

/// How long messages may still be on their way when a level has ended.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is looked whether they have come.
const LOOK: Duration = Duration::from_millis(100);

/// How long before its first request a schedule is handed out.
const AHEAD: Duration = Duration::from_millis(50);

/// What a level is to be.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name.
    pub name: String,
    /// People at once.
    pub users: usize,
    /// How long they warm up.
    pub warm_up: Until,
    /// How long they are measured.
    pub measured: Until,
    /// Who decides when the next request is sent.
    pub mode: Mode,
    /// Whether people sign in anew, in new conversations, and leave when it is over; else they stay.
    pub is_apart: bool,
}

/// The people, their conversations, and who looks on.
pub struct Load {
    /// The threads.
    pub crew: Crew,
    /// What all know.
    pub shared: Shared,
    /// What is shown meanwhile.
    pub progress: Progress,
    /// Shown to a server that gives its figures only to who knows it.
    pub metrics_token: Option<String>,
    registered: usize,
    ids: Arc<HashMap<usize, String>>,
    rooms: HashMap<Vec<usize>, Room>,
    places: usize,
}

impl Load {
    /// Nobody yet.
    pub fn new(crew: Crew, shared: Shared, progress: Progress, metrics_token: Option<String>) -> Self {
        Self {
            crew,
            shared,
            progress,
            metrics_token,
            registered: 0,
            ids: Arc::default(),
            rooms: HashMap::new(),
            places: 0,
        }
    }

    /// Makes accounts until there are `users`. The first one looks around, and writes some posts.
    ///
    /// # Errors
    ///
    /// [`StressError`], also where it was ended meanwhile.
    pub async fn register(&mut self, users: usize) -> Result<(), StressError> {
        if self.registered == 0 {
            let there = self.crew.each(|share| async move { people::knock(&share).await });
            there.await.into_iter().collect::<Result<(), _>>()?;
            self.register_from(0, 1).await?;
            let looked = self.crew.each(|share| async move { people::look_around(&share).await }).await;
            let looked: Vec<_> = looked.into_iter().collect::<Result<_, _>>()?;
            let known = looked.into_iter().flatten().next().unwrap_or_default();
            self.crew
                .each(move |share| {
                    let known = known.clone();
                    async move { people::tell(&share, known) }
                })
                .await;
        }
        if users > self.registered { self.register_from(self.registered, users).await } else { Ok(()) }
    }

    async fn register_from(&mut self, from: usize, users: usize) -> Result<(), StressError> {
        let bar = self.progress.step("making accounts", users - from, &self.shared.live);
        let made = bar.watch(self.crew.each(move |share| async move { people::register(&share, from, users).await }));
        made.await.into_iter().collect::<Result<(), _>>()?;
        let people = self.crew.each(|share| async move {
            let people = share.people.borrow();
            people.iter().map(|person| (person.number, person.id.to_string())).collect::<Vec<_>>()
        });
        self.ids = Arc::new(people.await.into_iter().flatten().collect());
        self.registered = users;
        Ok(())
    }

    /// Runs one level.
    ///
    /// # Errors
    ///
    /// [`StressError`] where it could not be got ready.
    pub async fn run(&mut self, task: &Task) -> Result<Level, StressError> {
        let users = task.users;
        self.register(users).await?;
        if task.is_apart {
            self.rooms.clear();
        }
        self.forget().await?;
        let ramp = self.sampler();
        if task.is_apart {
            let bar = self.progress.step("signing in", users, &self.shared.live);
            bar.watch(self.crew.each(move |share| async move { people::log_in(&share, users).await })).await;
        }
        let rooms = Arc::new(self.open_rooms(users).await?);
        self.connect(users, &rooms).await;
        let ramp = resources::used(&ramp.finish().await, &[]);
        if self.shared.stop.is_set() {
            return Err(StressError::Ended);
        }
        let Measured { origin, seconds, samples } = self.measure(task).await?;
        let ends = self.crew.each(|share| async move { (share.recorder.borrow().clone(), share.made.take()) }).await;
        if self.shared.stop.is_set() && ends.iter().all(|(recorder, _)| recorder.calls() == 0) {
            return Err(StressError::Ended);
        }
        let made: Vec<_> = ends.iter().map(|(_, made)| made).collect();
        let chat = self.deliveries(&made, &rooms).await?.chat();
        let stored = self.read_back(users, &made, &rooms).await;
        if task.is_apart {
            self.crew.each(move |share| async move { leave(&share, users) }).await;
        }

        let mut calls = Recorder::new(origin).map_err(StressError::here)?;
        ends.iter().for_each(|(recorder, _)| calls.add(recorder));
        let mut timeline = calls.timeline();
        resources::fill(&mut timeline, &samples, origin, seconds);
        let interval = (task.mode == Mode::Closed).then(|| mean_interval(seconds, users, calls.calls())).flatten();
        let level = Level {
            name: task.name.clone(),
            users,
            calls: calls_of_each(task, calls.calls()),
            seconds,
            all: calls.all(interval),
            uncorrected: calls.uncorrected(),
            by_call: calls.by_call(),
            chat,
            stored,
            resources: resources::used(&samples, &timeline).map(|used| with_ramp(used, ramp.as_ref())),
            timeline,
            cut_short: self.shared.stop.is_set(),
        };
        self.progress.finished(&level);
        Ok(level)
    }

    fn sampler(&self) -> Sampler {
        Sampler::start(self.shared.target.url(), self.metrics_token.as_deref())
    }

    /// Has everybody count anew.
    async fn forget(&self) -> Result<(), StressError> {
        let recorder = Recorder::new(Instant::now()).map_err(StressError::here)?;
        let forget = self.crew.each(move |share: Rc<Share>| {
            share.recorder.replace(recorder.clone());
            share.made.take();
            drop(share.heard.borrow_mut().take());
            std::future::ready(())
        });
        forget.await;
        Ok(())
    }

    /// The conversations of the first `users` people, made where they are not there.
    async fn open_rooms(&mut self, users: usize) -> Result<Vec<(Vec<usize>, Room)>, StressError> {
        let all = plan::rooms(users);
        let mut new = Vec::new();
        for members in all.iter().filter(|members| !self.rooms.contains_key(*members)) {
            new.push((self.places, members.clone()));
            self.places += 1;
        }
        let bar = self.progress.step("making conversations", new.len(), &self.shared.live);
        let (new, ids) = (Arc::new(new), self.ids.clone());
        let opened = self.crew.each(move |share| {
            let (new, ids) = (new.clone(), ids.clone());
            async move { people::open_rooms(&share, &new, &ids).await }
        });
        for opened in bar.watch(opened).await {
            self.rooms.extend(opened?);
        }
        Ok(all
            .into_iter()
            .filter_map(|members| self.rooms.get(&members).cloned().map(|room| (members, room)))
            .collect())
    }

    async fn connect(&self, users: usize, rooms: &Arc<Vec<(Vec<usize>, Room)>>) {
        let bar = self.progress.step("opening sockets", users, &self.shared.live);
        let rooms = rooms.clone();
        let connected = self.crew.each(move |share| {
            let rooms = rooms.clone();
            async move { people::connect(&share, users, &rooms).await }
        });
        bar.watch(connected).await;
    }

    /// Lets people make their calls.
    async fn measure(&self, task: &Task) -> Result<Measured, StressError> {
        let Task { users, warm_up, measured, .. } = *task;
        let schedule = match task.mode {
            Mode::Closed => {
                let bar = self.progress.step(&format!("{}: warming up", task.name), 0, &self.shared.live);
                let warm = self.crew.each(move |share| async move { closed::run(&share, users, warm_up, false).await });
                bar.watch(warm).await;
                None
            }
            Mode::Open { rate } => Some(Schedule::new(Instant::now() + AHEAD, rate, users, warm_up, measured)),
        };
        let origin = schedule.map_or_else(Instant::now, |schedule| schedule.origin());
        let begin = self.crew.each(move |share: Rc<Share>| {
            share.recorder.borrow_mut().begin(origin);
            std::future::ready(())
        });
        begin.await;
        let sampler = self.sampler();
        let bar = self.progress.level(task, &self.shared.live);
        let calls = self.crew.each(move |share| async move {
            match schedule {
                Some(schedule) => open::run(&share, schedule).await,
                None => closed::run(&share, users, measured, true).await,
            }
        });
        bar.watch(calls).await;
        let seconds = origin.elapsed().as_secs_f64();
        Ok(Measured { origin, seconds, samples: sampler.finish().await })
    }

    /// Waits until every message has come everywhere, or for as long as that may take.
    async fn deliveries(&self, made: &[&Made], rooms: &[(Vec<usize>, Room)]) -> Result<Deliveries, StressError> {
        let mut deliveries = Deliveries::new().map_err(StressError::here)?;
        let members: HashMap<_, _> = rooms.iter().map(|(members, room)| (room.place, members)).collect();
        for message in made.iter().flat_map(|made| &made.messages) {
            if let Some(members) = members.get(&message.room) {
                deliveries.acknowledge(message, members);
            }
        }
        let began = Instant::now();
        loop {
            let is_last = began.elapsed() >= PATIENCE || deliveries.missing() == 0;
            // What comes twice may come a moment later: there is one more look when nothing is missing any more.
            sleep(LOOK).await;
            let heard: Vec<Heard> = self.crew.each(|share| async move { share.heard.borrow_mut().take() }).await;
            heard.iter().for_each(|heard| deliveries.hear(heard));
            if is_last {
                return Ok(deliveries);
            }
        }
    }

    async fn read_back(&self, users: usize, made: &[&Made], rooms: &Arc<Vec<(Vec<usize>, Room)>>) -> Stored {
        let posts: Vec<_> = made.iter().flat_map(|made| made.posts.iter().cloned()).collect();
        let comments: Vec<_> = made.iter().flat_map(|made| made.comments.iter().cloned()).collect();
        let mut wanted = Wanted { posts: sample(&posts), comments: sample(&comments), ..Wanted::default() };
        for message in made.iter().flat_map(|made| &made.messages) {
            wanted.messages.entry(message.room).or_default().insert(message.message);
        }
        let (wanted, rooms) = (Arc::new(wanted), rooms.clone());
        let bar = self.progress.step("reading back", rooms.len(), &self.shared.live);
        let looked = self.crew.each(move |share| {
            let (wanted, rooms) = (wanted.clone(), rooms.clone());
            async move { readback::look(&share, users, &wanted, &rooms).await }
        });
        let looked = bar.watch(looked).await;
        let add = |all: Stored, one: Stored| Stored {
            looked_for: all.looked_for + one.looked_for,
            found: all.found + one.found,
        };
        looked.into_iter().fold(Stored::default(), add)
    }
}

/// When calls were measured, and what was used meanwhile.
struct Measured {
    origin: Instant,
    seconds: f64,
    samples: Vec<Sample>,
}

/// Closes the sockets of the first `users` people.
fn leave(share: &Share, users: usize) {
    share.first(users).iter().for_each(|person| person.disconnect());
}

/// The mean time from one call of a person to their next, which is what each of them was expected to keep to.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52 calls")]
fn mean_interval(seconds: f64, users: usize, calls: u64) -> Option<Duration> {
    (calls > 0).then(|| Duration::from_secs_f64((seconds * users as f64 / calls as f64).clamp(0.0, 1e6)))
}

fn calls_of_each(task: &Task, all: u64) -> usize {
    match task.measured {
        Until::Calls(calls) => calls,
        Until::Time(_) => usize::try_from(all).unwrap_or(usize::MAX) / task.users.max(1),
    }
}

/// Passwords are hashed while people sign in, which is before their calls are measured.
fn with_ramp(used: Resources, ramp: Option<&Resources>) -> Resources {
    let Some(ramp) = ramp else { return used };
    Resources {
        hashes: used.hashes + ramp.hashes,
        peak_hash_queue: used.peak_hash_queue.max(ramp.peak_hash_queue),
        ..used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_time_between_a_persons_calls() {
        // Ten people made a hundred calls each in 20 s: one each 200 ms.
        assert_eq!(mean_interval(20.0, 10, 1000), Some(Duration::from_millis(200)));
        assert_eq!(mean_interval(20.0, 10, 0), None);
    }

    #[test]
    fn hashes_of_the_ramp_count() {
        let used = Resources { hashes: 1, peak_hash_queue: 2, commits: 3, ..Resources::default() };
        let ramp = Resources { hashes: 40, peak_hash_queue: 7, commits: 50, ..Resources::default() };
        let both = with_ramp(used, Some(&ramp));
        assert_eq!((both.hashes, both.peak_hash_queue, both.commits), (41, 7, 3));
    }
}
