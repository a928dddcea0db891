//! `hearth stress`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::stress::outcome::{Mode, Outcome, Targets};
use crate::stress::plan::{Plan, Steps, stages};
use crate::stress::target::Target;
use crate::stress::{Settings, StressError, report, run as test};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::{Failure, say, trust, trust_flags};

const EXAMPLES: &str = "\
Examples:
  hearth stress                              all five levels, against a server of its own
  hearth stress --quick --report report      in about a minute
  hearth stress --users 50,200 --calls 100   levels of your own
  hearth stress --users 100 --rate 500       500 requests a second, whatever the answers do
  hearth stress --find-capacity              how many people it holds, and what runs out first
  hearth stress --compare earlier.json       what moved since an earlier report
  hearth stress --target https://hearth.example.org --yes

The exit status is 0 where every target was reached, 1 where one was missed or something
failed, 2 where the command was not understood. Ctrl-C ends it with a report of what was
measured so far; once more ends it at once.";

pub(super) fn command() -> Command {
    Command::new("stress")
        .about("Lets people read, write and chat against a server, and reports how it went")
        .after_help(EXAMPLES)
        .args(what())
        .args(trust_flags())
        .args(how())
        .args(reached())
        .args(reported())
}

/// What is tested.
fn what() -> Vec<Arg> {
    vec![
        text("target", "URL", "The server; without one, it is one of its own on a temporary folder"),
        flag("yes", "Do not ask before another machine is loaded"),
        text("metrics-token", "TOKEN", "Shown to a server that gives its figures only to who knows its metrics_token"),
        flag("keep", "Keep the folder of the server of its own"),
    ]
}

/// How the load is made.
fn how() -> Vec<Arg> {
    vec![
        list("users", "People at once, for each level [default: 25,50,100,200,500]"),
        list("calls", "Calls of each of them, for each level; the last one is repeated [default: 50,100,200,300,500]"),
        flag("quick", "Fewer calls of each: about a minute for the five levels"),
        text(
            "rate",
            "N",
            "Requests a second in all, which come whatever the answers do; without it, people wait for answers",
        )
        .value_parser(positive),
        flag("find-capacity", "Raise the number of people until a target breaks, instead of the levels"),
        text("step-seconds", "S", "Length of each of its steps")
            .value_parser(positive)
            .default_value("8")
            .requires("find-capacity"),
    ]
}

/// What has to be reached.
fn reached() -> Vec<Arg> {
    let usual = Targets::default();
    vec![
        text("target-users", "N", "To be reached: people at once")
            .value_parser(value_parser!(u32).range(1..))
            .default_value(usual.users.to_string()),
        text("target-rps", "N", "To be reached: answers a second, with as many people")
            .value_parser(positive)
            .default_value(usual.requests_per_second.to_string()),
        text("min-success", "SHARE", "To be kept by every level and step: the share of requests that succeed, 0 to 1")
            .value_parser(share)
            .default_value(usual.success.to_string()),
        text("max-p95-ms", "MS", "To be kept by every level and step: 95 of 100 requests take at most this")
            .value_parser(positive)
            .default_value(usual.p95_ms.to_string()),
        text("max-average-ms", "MS", "To be kept by every level: the mean of all requests")
            .value_parser(positive)
            .default_value(usual.average_ms.to_string()),
    ]
}

/// What is made of it.
fn reported() -> Vec<Arg> {
    vec![
        text("report", "DIR", "Folder for scalability-report.md, .json and .html")
            .value_parser(value_parser!(PathBuf))
            .default_value("."),
        text("compare", "FILE", "The scalability-report.json of an earlier run: the report shows what moved")
            .value_parser(value_parser!(PathBuf)),
    ]
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn list(name: &'static str, help: &'static str) -> Arg {
    let number = value_parser!(u32).range(1..=100_000);
    text(name, "N,N", help).value_parser(number).value_delimiter(',').action(ArgAction::Append)
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "a number above 0 is needed".into())
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|share: &f64| (0.0..=1.0).contains(share));
    number.ok_or_else(|| "a number from 0 to 1 is needed".into())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let settings = settings(matches)?;
    let folder = matches.get_one::<PathBuf>("report").cloned().unwrap_or_default();
    // Before anything is loaded for minutes.
    let earlier = matches.get_one::<PathBuf>("compare").map(|path| report::read(path).map_err(Failure::usage));
    let earlier = earlier.transpose()?;
    writable(&folder)?;
    allowed(&settings, matches.get_flag("yes"))?;
    let outcome = test(&settings).map_err(|error| match error {
        StressError::Target(_) => Failure::usage(error),
        error => Failure::new(error),
    })?;
    reported_in(&outcome, &folder, earlier.as_ref())
}

/// Writes the report, and fails where a target was missed.
fn reported_in(outcome: &Outcome, folder: &Path, earlier: Option<&Outcome>) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::new(format!("the report was not written to {}: {error}", folder.display()));
    let written = report::write(outcome, folder, earlier).map_err(failed)?;
    say(format!("\n{}", report::summary(outcome)));
    let files = [&written.page, &written.markdown, &written.json].map(|path| format!("  {}", path.display()));
    say(format!("The report is in\n{}", files.join("\n")));
    let missed = report::missed(outcome);
    match missed.len() {
        0 => Ok(()),
        1 => Err(Failure::new(format!("a target was missed: {}", missed.join("")))),
        many => Err(Failure::new(format!("{many} targets were missed: they are listed above"))),
    }
}

/// What the command line asks for.
fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let numbers = |name: &str| -> Vec<usize> {
        matches.get_many::<u32>(name).unwrap_or_default().filter_map(|number| usize::try_from(*number).ok()).collect()
    };
    let number = |name: &str| matches.get_one::<f64>(name).copied();
    let (users, calls) = (numbers("users"), numbers("calls"));
    if users.contains(&1) {
        return Err(Failure::usage("one person alone has nobody to chat with: --users needs at least 2"));
    }
    let is_search = matches.get_flag("find-capacity");
    let rate = number("rate");
    if is_search && (rate.is_some() || !users.is_empty() || !calls.is_empty()) {
        return Err(Failure::usage("--find-capacity chooses the people itself: leave out --rate, --users and --calls"));
    }
    let usual = Targets::default();
    let target_users = matches.get_one::<u32>("target-users").and_then(|users| usize::try_from(*users).ok());
    let targets = Targets {
        users: target_users.unwrap_or(usual.users),
        requests_per_second: number("target-rps").unwrap_or(usual.requests_per_second),
        success: number("min-success").unwrap_or(usual.success),
        average_ms: number("max-average-ms").unwrap_or(usual.average_ms),
        p95_ms: number("max-p95-ms").unwrap_or(usual.p95_ms),
    };
    let capacity = is_search.then(|| Steps {
        length: Duration::from_secs_f64(number("step-seconds").unwrap_or(8.0).min(3600.0)),
        max_p95_ms: targets.p95_ms,
        min_success: targets.success,
    });
    let plan = Plan {
        stages: if is_search { Vec::new() } else { stages(&users, &calls, matches.get_flag("quick")) },
        mode: rate.map_or(Mode::Closed, |rate| Mode::Open { rate }),
        targets,
        capacity,
    };
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let target = text("target").map(|url| Target::parse(&url).map_err(Failure::usage)).transpose()?;
    Ok(Settings {
        plan,
        target,
        metrics_token: text("metrics-token"),
        trust: trust(matches)?,
        config: text("config"),
        is_kept: matches.get_flag("keep"),
    })
}

/// Makes the folder of the report, so that it is known to be there when there is something to write.
fn writable(folder: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("no report can be written to {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)
}

/// Whether the target may be loaded: this machine always, another one where somebody says so.
fn allowed(settings: &Settings, is_sure: bool) -> Result<(), Failure> {
    let Some(target) = settings.target.as_ref().filter(|target| !target.is_loopback() && !is_sure) else {
        return Ok(());
    };
    let url = target.url();
    if !io::stdin().is_terminal() {
        let why =
            format!("{url} is another machine: say --yes to load it, which makes accounts, posts and messages there");
        return Err(Failure::usage(why));
    }
    let most = settings.plan.stages.iter().map(|stage| stage.users).max();
    let (people, accounts) = most.map_or_else(
        || ("more and more people".to_owned(), "an account for each".to_owned()),
        |most| (format!("up to {most} people"), format!("{most} accounts")),
    );
    eprint!("Load {url} with {people}? It will make {accounts} there, with posts and messages. [y/N] ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::new(format!("{url} was not loaded")))
}
