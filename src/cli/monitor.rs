//! `hearth monitor`: what a running server does, live, once, or over some time.

use std::fs;
use std::future::Future;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::monitor::dashboard;
use crate::monitor::quantity::Figure;
use crate::monitor::report::Report;
use crate::monitor::source::Source;
use crate::monitor::summary::summary;
use crate::monitor::watch::Watch;
use crate::tls;
use crate::tls::client::Trust;
use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime;
use tokio::task::LocalSet;

use super::{Failure, health, say, settings, trust, trust_flags};

/// The shortest and the longest time between two readings, in seconds.
const INTERVALS: (f64, f64) = (0.1, 3600.0);

/// The longest time that is watched for a report, in seconds: a week.
const LONGEST: f64 = 604_800.0;

const EXAMPLES: &str = "\
Examples:
  hearth monitor
  hearth monitor --target https://example.org --token 3f9a…
  hearth monitor --once --json | jq .http.p95_ms
  hearth monitor --duration 60 --report monday.md

The dashboard listens to q (quit), p (pause), + and - (the interval) and ? (help).
Without --target, the server that the settings here describe is asked (listen).
Figures are given to a server's own machine; elsewhere to who knows its setting metrics_token.";

pub(super) fn command() -> Command {
    let target = Arg::new("target").long("target").value_name("URL");
    let token = Arg::new("token").long("token").value_name("TOKEN").env("HEARTH_METRICS_TOKEN").hide_env_values(true);
    let interval = Arg::new("interval").long("interval").value_name("SECONDS").default_value("1");
    let once = Arg::new("once").long("once").action(ArgAction::SetTrue).conflicts_with_all(["duration", "report"]);
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue).requires("once");
    let duration = Arg::new("duration").long("duration").value_name("SECONDS");
    let report = Arg::new("report").long("report").value_name("FILE").requires("duration");
    Command::new("monitor")
        .about("Shows live in the terminal what a server does, with warnings and advice")
        .after_help(EXAMPLES)
        .arg(target.help("The server to watch [default: the one of the settings here]"))
        .arg(token.help("The server's metrics_token; needed from another machine"))
        .args(trust_flags())
        .arg(interval.value_parser(seconds(INTERVALS)).help("Time between two readings"))
        .arg(once.help("Print what one interval has, and end"))
        .arg(json.help("With --once: as JSON"))
        .arg(duration.value_parser(seconds((1.0, LONGEST))).help("Watch for this time, then print a report and end"))
        .arg(
            report.value_parser(form).help("With --duration: write the report there, as its ending says: .md or .json"),
        )
}

/// A number of seconds within bounds.
fn seconds((least, most): (f64, f64)) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    move |text| match text.parse::<f64>() {
        Ok(seconds) if (least..=most).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("write a number of seconds from {least} to {most}")),
    }
}

/// A file whose ending says the form.
fn form(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if is_json(&path) || has_ending(&path, "md") {
        Ok(path)
    } else {
        Err("end the file's name with .md or .json".into())
    }
}

fn is_json(path: &Path) -> bool {
    has_ending(path, "json")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|has| has.eq_ignore_ascii_case(ending))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let time = |name: &str| matches.get_one::<Duration>(name).copied();
    let step = time("interval").unwrap_or(Duration::from_secs(1));
    let url = match matches.get_one::<String>("target") {
        Some(url) => url.clone(),
        None => {
            let settings = settings(matches)?;
            let scheme = if tls::is_on(&settings) { "https" } else { "http" };
            format!("{scheme}://{}", health::address(&settings, "--target")?)
        }
    };
    // The server of the settings here is on this machine, where its certificate's name is not what it is asked by.
    let trust = if matches.contains_id("target") { trust(matches)? } else { Trust::anyone() };
    let token = matches.get_one::<String>("token").filter(|token| !token.is_empty()).cloned();
    let watching = async {
        let source = Source::new(&url, token, &trust).map_err(Failure::usage)?;
        match time("duration") {
            _ if matches.get_flag("once") => once(&source, step, matches.get_flag("json")).await,
            Some(time) => over(&source, time, step, matches.get_one::<PathBuf>("report")).await,
            None => live(source, step).await,
        }
    };
    in_runtime(watching)
}

fn in_runtime(watching: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::new)?;
    LocalSet::new().block_on(&runtime, watching)
}

async fn once(source: &Source, step: Duration, json: bool) -> Result<(), Failure> {
    let figures = source.once(step).await.map_err(Failure::new)?;
    say(if json {
        serde_json::to_string_pretty(&figures).map_err(Failure::new)?
    } else {
        summary(source.url(), &figures)
    });
    Ok(())
}

async fn over(source: &Source, time: Duration, step: Duration, file: Option<&PathBuf>) -> Result<(), Failure> {
    let bar = ProgressBar::new(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent} % · {msg}") {
        bar.set_style(style);
    }
    let watched = source.over(time, step, |watch, gone_by| {
        bar.set_position(u64::try_from(gone_by.as_millis()).unwrap_or(u64::MAX));
        bar.set_message(told(watch));
    });
    let watched = watched.await;
    bar.finish_and_clear();
    let report = Report::new(source.url(), &watched.map_err(Failure::new)?);
    let Some(file) = file else {
        say(report.markdown().trim_end());
        return Ok(());
    };
    let text = if is_json(file) { report.json().map_err(Failure::new)? + "\n" } else { report.markdown() };
    let not_written = |error| Failure::new(format!("{} cannot be written ({error}): name another", file.display()));
    fs::write(file, text).map_err(not_written)?;
    say(format!("the report is in {}", file.display()));
    Ok(())
}

/// What a progress bar says besides.
fn told(watch: &Watch) -> String {
    match (watch.latest(), watch.gone()) {
        (Some(of), _) => format!("{} · p95 {}", Figure::requests_per_second.shown(of), Figure::p95_ms.shown(of)),
        (None, Some(_)) => "the server does not answer".into(),
        (None, None) => String::new(),
    }
}

async fn live(source: Source, step: Duration) -> Result<(), Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::usage(
            "the dashboard needs a terminal: use --once (with --json for scripts), or --duration 60 --report FILE.md",
        ));
    }
    // Asked before the screen is taken over: a wrong target or token is told as any other mistake.
    let first = source.read().await.map_err(Failure::new)?;
    // A line of the log would stand in the middle of the picture.
    log::set_max_level(log::LevelFilter::Off);
    let shown = dashboard::show(source, first, step).await;
    shown.map_err(|error| Failure::new(format!("the terminal cannot be used: {error}")))
}
