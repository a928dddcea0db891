//! `hearth doctor`: what on this machine would hurt, and what to do about it.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::{Failure, say, setting_flags, settings};
use crate::doctor::{Finding, Verdict, examine};

const EXAMPLES: &str = "\
Examples:
  hearth doctor --data /var/lib/hearth
  hearth doctor --json | jq '.findings[] | select(.verdict != \"ok\")'

ok: nothing to do; look: it may hurt one day, or could not be told; bad: it hurts. Ends with status 1 where anything is bad.";

pub(super) fn command() -> Command {
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("doctor")
        .about("Looks at disk, limits, memory, clock, permissions and the way in, and says what to do")
        .after_help(EXAMPLES)
        .arg(json.help("As JSON"))
        .args(setting_flags(&[]))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let file = matches.get_one::<String>("config").map_or_else(|| PathBuf::from("hearth.toml"), PathBuf::from);
    let findings = examine(&settings(matches)?, Some(file));
    if matches.get_flag("json") {
        let worst = findings.iter().map(|finding| finding.verdict).max();
        let report = json!({"verdict": worst.unwrap_or(Verdict::Ok), "findings": findings});
        say(serde_json::to_string_pretty(&report).map_err(Failure::new)?);
    } else {
        let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let width = findings.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
        findings.iter().for_each(|finding| say(line(finding, width, colours)));
    }
    match findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count() {
        0 => Ok(()),
        1 => Err(Failure::new("one thing is bad: its line says what to do")),
        bad => Err(Failure::new(format!("{bad} things are bad: their lines say what to do"))),
    }
}

fn line(finding: &Finding, width: usize, colours: bool) -> String {
    let Finding { check, verdict, found, advice } = finding;
    let (word, colour) = match verdict {
        Verdict::Ok => ("ok  ", "32"),
        Verdict::Look => ("look", "33"),
        Verdict::Bad => ("bad ", "1;31"),
    };
    let word = if colours { format!("\x1b[{colour}m{word}\x1b[0m") } else { word.to_owned() };
    let advice = advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
    format!("{word}  {check:width$}  {found}{advice}")
}
