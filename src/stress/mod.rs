//! The load test: people who read, write and chat against a running server, and what came of it.
//!
//! | file | what it is |
//! |---|---|
//! | [`plan`] | levels, the mix of calls, who talks to whom |
//! | [`crew`] | the threads, each with its share of the people |
//! | [`people`], [`person`], [`client`], [`socket`] | getting ready; what one person does, and over what |
//! | [`level`], [`closed`], [`open`] | one level; who decides when the next call is sent |
//! | [`recorder`], [`deliveries`], [`readback`], [`resources`] | what is measured: calls, messages, what was stored, what was used |
//! | [`capacity`], [`limit`] | how many people it holds, and what runs out first |
//! | [`outcome`], [`report`] | the figures, and everything that is said about them |
//! | [`server`], [`target`], [`machine`], [`progress`], [`stop`], [`live`], [`dice`] | what is around it |

pub mod capacity;
pub mod client;
pub mod closed;
pub mod crew;
pub mod deliveries;
pub mod dice;
pub mod level;
pub mod limit;
pub mod live;
pub mod machine;
pub mod open;
pub mod outcome;
pub mod people;
pub mod person;
pub mod plan;
pub mod progress;
pub mod readback;
pub mod recorder;
pub mod report;
pub mod resources;
pub mod server;
pub mod socket;
pub mod stop;
pub mod target;

use std::fmt::Display;
use std::sync::Arc;
use std::time::Instant;

use thiserror::Error;
use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;

use crate::clock::{Clock, SystemClock};
use crate::tls::client::Trust;
use client::Refusal;
use crew::{Crew, Shared};
use deliveries::Stamp;
use level::{Load, Task};
use live::Live;
use outcome::{Capacity, Level, Outcome};
use plan::{Plan, Until};
use progress::Progress;
use server::Server;
use stop::Stop;
use target::Target;

/// Why there is no outcome. Each message says what to do next.
#[derive(Debug, Error)]
pub enum StressError {
    /// The target is no URL of a server.
    #[error("{0:?} is no server: name one as http://127.0.0.1:8080")]
    Target(String),
    /// The target takes no new accounts.
    #[error(
        "{0} takes no new accounts, and everybody in a load test needs one: set registration = open there for its time, \
         or leave --target out to test a server of its own"
    )]
    Closed(String),
    /// The target limits what the load test is about to do.
    #[error(
        "{0} limits how often anybody may do something, so nothing but its limits would be measured: set rate_limit = off \
         there for the time of the test, or leave --target out to test a server of its own"
    )]
    Limited(String),
    /// It could not be got ready.
    #[error("{0}")]
    SetUp(String),
    /// The server of its own did not start.
    #[error("the server of the load test's own did not start: {0}")]
    Server(String),
    /// Something on this machine is missing.
    #[error("this machine could not do its part: {0}")]
    Here(String),
    /// It was to end before it had begun.
    #[error("it was ended before anything was measured")]
    Ended,
    /// It was to end at once.
    #[error("ended at once, without a report")]
    AtOnce,
}

impl StressError {
    fn here(error: impl Display) -> Self {
        Self::Here(error.to_string())
    }

    fn set_up(what: &str, refusal: &Refusal) -> Self {
        let detail = if refusal.detail == refusal.words { String::new() } else { format!(": {}", refusal.detail) };
        Self::SetUp(format!("{what}: {refusal}{detail}"))
    }
}

/// What is tested, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is done.
    pub plan: Plan,
    /// The server; without one, it is one of its own.
    pub target: Option<Target>,
    /// Shown to a server that gives its figures only to who knows it.
    pub metrics_token: Option<String>,
    /// Which certificates of an https target are good.
    pub trust: Trust,
    /// The settings file of the server of its own.
    pub config: Option<String>,
    /// Whether the folder of the server of its own stays.
    pub is_kept: bool,
}

/// Runs the load test. The first Ctrl-C ends it in order, with what was measured so far; the second at once.
///
/// # Errors
///
/// [`StressError`] where nothing was measured.
pub fn run(settings: &Settings) -> Result<Outcome, StressError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(StressError::here)?;
    let stop = Stop::new();
    let progress = Progress::new();
    let told = || progress.say("Ending: what was measured is still read back and reported. Once more ends at once.");
    LocalSet::new().block_on(&runtime, async {
        tokio::select! {
            outcome = test(settings, progress.clone(), &stop) => outcome,
            ended = stop::told_twice(&stop, told) => {
                ended.map_err(StressError::here)?;
                Err(StressError::AtOnce)
            }
        }
    })
}

async fn test(settings: &Settings, progress: Progress, stop: &Stop) -> Result<Outcome, StressError> {
    let Settings { target, config, is_kept, .. } = settings;
    let Some(target) = target else {
        let server = Server::start(config.as_deref(), *is_kept).await?;
        progress.say(&format!("A server of its own answers at {}.", server.url));
        if *is_kept {
            progress.say(&format!("Its data stay in {}.", server.folder().display()));
        }
        let tested = against(settings, Target::parse(&server.url)?, progress, stop).await;
        server.stop().await;
        return tested;
    };
    against(settings, target.clone(), progress, stop).await
}

/// Log-ins and sockets being opened at a time: about as many as the server has threads to hash passwords.
fn at_a_time() -> usize {
    machine::cores().clamp(2, 4)
}

async fn against(settings: &Settings, target: Target, progress: Progress, stop: &Stop) -> Result<Outcome, StressError> {
    let Settings { plan, .. } = settings;
    let (began, here) = (SystemClock.now(), machine::here());
    let (most, bound) = machine::most_people();
    if let Some(stage) = plan.stages.iter().find(|stage| stage.users > most) {
        return Err(StressError::SetUp(format!(
            "{} people are too many for this machine: {most} can be connected, which is bounded by {bound}",
            stage.users
        )));
    }
    let is_here = target.is_loopback();
    let random = |length: usize| format!("{:016x}", dice::Dice::new().roll())[..length].to_owned();
    let trust = if target.is_secure() { settings.trust.clone() } else { Trust::nobody() };
    let shared = Shared {
        target,
        trust,
        prefix: random(6).into(),
        password: format!("{}-{}", random(16), random(16)).into(),
        stamp: Stamp::since(Instant::now()),
        stop: stop.clone(),
        live: Arc::new(Live::new().map_err(StressError::here)?),
        gate: Arc::new(Semaphore::new(at_a_time())),
    };
    let crew = Crew::start(machine::load_threads(here.cores), &shared).map_err(StressError::here)?;
    let mut load = Load::new(crew, shared, progress, settings.metrics_token.clone());
    let levels = levels(&mut load, plan).await?;
    let capacity = match &plan.capacity {
        Some(steps) if !stop.is_set() => match capacity::find(&mut load, steps, &here, is_here).await {
            Err(StressError::Ended) => None,
            capacity => Some(capacity?),
        },
        _ => None,
    };
    if levels.is_empty() && capacity.is_none() {
        return Err(StressError::Ended);
    }
    Ok(Outcome {
        format: outcome::FORMAT,
        hearth: env!("CARGO_PKG_VERSION").to_owned(),
        began_at: began.to_string(),
        target: settings.target.as_ref().map(|target| target.url().to_owned()),
        machine: here,
        targets: plan.targets,
        mode: plan.mode,
        mix: plan::mix(),
        levels,
        cut_short: is_cut_short(stop, capacity.as_ref()),
        capacity,
    })
}

fn is_cut_short(stop: &Stop, capacity: Option<&Capacity>) -> bool {
    stop.is_set() || capacity.is_some_and(|capacity| capacity.steps.iter().any(|step| step.cut_short))
}

/// The levels, in their order, as far as nobody ends them.
async fn levels(load: &mut Load, plan: &Plan) -> Result<Vec<Level>, StressError> {
    let mut levels = Vec::new();
    let most = plan.stages.iter().map(|stage| stage.users).max().unwrap_or(0);
    match load.register(most).await {
        Err(StressError::Ended) => return Ok(levels),
        registered => registered?,
    }
    for stage in &plan.stages {
        let task = Task {
            name: stage.name.clone(),
            users: stage.users,
            warm_up: Until::Calls(plan::warm_up(stage.calls)),
            measured: Until::Calls(stage.calls),
            mode: plan.mode,
            is_apart: true,
        };
        match load.run(&task).await {
            Err(StressError::Ended) => break,
            level => levels.push(level?),
        }
        if load.shared.stop.is_set() {
            break;
        }
    }
    Ok(levels)
}
