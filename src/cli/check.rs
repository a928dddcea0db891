//! `hearth check`.

use crate::config::Config;
use crate::media::{self, Checked, Files};
use crate::store::check::{Report, check};
use crate::store::{Compacted, Store, catalog};
use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::HumanBytes;

use super::progress::Spinner;
use super::{Failure, existing_store, say, setting_flags};

/// Differences that are printed.
const SHOWN: usize = 20;

const EXAMPLES: &str = "\
Examples:
  hearth check --data /var/lib/hearth
  hearth check --repair
  hearth check --compact";

pub(super) fn command() -> Command {
    let repair = Arg::new("repair").long("repair").action(ArgAction::SetTrue);
    let compact = Arg::new("compact").long("compact").action(ArgAction::SetTrue);
    Command::new("check")
        .about("Holds every index, count, checksum and picture against every record; the server must be stopped")
        .after_help(EXAMPLES)
        .arg(repair.help("Mend indexes and counts, which follow from the records"))
        .arg(compact.help("First make the store's files as small as they can be"))
        .args(setting_flags(&["data"]))
}

pub(super) fn run(config: &Config, matches: &ArgMatches) -> Result<(), Failure> {
    let mut options = config.store_options();
    options.compact = matches.get_flag("compact");
    let _hold = existing_store(config)?;
    let store = Store::open(catalog::HEARTH, &options).map_err(Failure::new)?;
    if let Some(Compacted { before, after }) = store.compacted() {
        say(format!("The state took {} on the disk and takes {} now.", HumanBytes(before), HumanBytes(after)));
    }
    let repair = matches.get_flag("repair");
    let first = pass(&store, repair)?;
    say(described(&first));
    let left = if first.repaired > 0 { mended(&store, &first)? } else { first.problems };
    let left = left + pictures(&store, &Files::new(&config.data, 0))?;
    store.close();
    match (left, repair) {
        (0, _) => Ok(()),
        (left, false) => {
            Err(Failure::new(format!("{}: `hearth check --repair` mends what can be mended", count(left))))
        }
        (left, true) => Err(Failure::new(format!(
            "{} cannot be mended here: restore the newest backup, or keep {} as it is and ask for help",
            count(left),
            config.data.display()
        ))),
    }
}

/// Looks again after a repair: how many differences are left.
fn mended(store: &Store, first: &Report) -> Result<u64, Failure> {
    let second = pass(store, false)?;
    say(format!("{} repairs were made; looking again found {}.", first.repaired, count(second.problems)));
    Ok(second.problems)
}

/// Holds the files of pictures against their records: how many differences there are.
fn pictures(store: &Store, files: &Files) -> Result<u64, Failure> {
    let spinner = Spinner::start();
    let checked = media::check(store, files, &mut |what, read| spinner.show(what, read));
    spinner.end();
    let Checked { files, problems, described } = checked.map_err(Failure::new)?;
    if problems == 0 {
        say(format!("Read {files} files of pictures: everything agrees."));
        return Ok(0);
    }
    say(listed(format!("Read {files} files of pictures"), problems, &described));
    Ok(problems)
}

fn pass(store: &Store, repair: bool) -> Result<Report, Failure> {
    let spinner = Spinner::start();
    let report = check(store, repair, &mut |what, read| spinner.show(what, read));
    spinner.end();
    report.map_err(|error| Failure::new(format!("the check could not be finished: {error}")))
}

fn described(report: &Report) -> String {
    let Report { records, entries, counts, frames, snapshots, problems, .. } = report;
    let read = format!(
        "Read {records} records, {entries} index entries, {counts} counts, {frames} journal frames and {snapshots} \
         snapshots"
    );
    if *problems == 0 {
        return format!("{read}: everything agrees.");
    }
    listed(read, *problems, &report.described)
}

/// What was read, and the first differences.
fn listed(read: String, problems: u64, described: &[String]) -> String {
    let mut lines = vec![read + ": " + &count(problems) + "."];
    lines.extend(described.iter().take(SHOWN).map(|problem| format!("  {problem}")));
    let more = problems.saturating_sub(SHOWN as u64);
    if more > 0 {
        lines.push(format!("  … and {more} more"));
    }
    lines.join("\n")
}

fn count(problems: u64) -> String {
    match problems {
        0 => "no differences".into(),
        1 => "1 difference".into(),
        many => format!("{many} differences"),
    }
}
