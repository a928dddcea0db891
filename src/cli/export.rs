//! `hearth export`.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::media::Files;
use crate::portable::{self, Exported, KINDS, LEFT_OUT};
use crate::store::{Store, catalog};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};

use super::progress::Spinner;
use super::{Failure, existing_store, say, setting_flags};

const EXAMPLES: &str = "\
Examples:
  hearth export                              into ./hearth-export-2026-11-23, say
  hearth export --data /var/lib/hearth --to /mnt/move/export
  hearth export --only posts | jq -r .id     one kind, to standard output";

const ABOUT: &str = "\
Writes everything into a folder: for each kind of record one file of JSON Lines, such as posts.jsonl, with one record
a line and all its fields, and manifest.json with the version of the format and the SHA-256 of each file. Counts are
left out, for they follow from the rest. The server must be stopped.

It is confidential: it holds password hashes, e-mail addresses, private messages, and who wrote anonymous posts. Only
its owner can read the folder. The files of pictures are in its folder media. Secrets are not in it: a backup has these.";

pub(super) fn command() -> Command {
    let to = Arg::new("to").long("to").value_name("DIR").value_parser(value_parser!(PathBuf));
    let only = Arg::new("only").long("only").value_name("KIND").conflicts_with("to");
    let left_out: Vec<_> = LEFT_OUT.iter().map(|(table, why)| format!("  {table:<20} {why}")).collect();
    Command::new("export")
        .about("Writes everything as JSON Lines, to be read or imported elsewhere; the server must be stopped")
        .long_about(ABOUT)
        .after_help(EXAMPLES)
        .after_long_help(format!("Not exported:\n{}\n\n{EXAMPLES}", left_out.join("\n")))
        .arg(to.help("New folder to write to; left out, one in this folder that is named after the day"))
        .arg(
            only.value_parser(PossibleValuesParser::new(KINDS.iter().map(|kind| kind.name())))
                .help("Print the records of one kind instead"),
        )
        .args(setting_flags(&["data"]))
}

pub(super) fn run(config: &Config, matches: &ArgMatches) -> Result<(), Failure> {
    let options = config.store_options();
    let _hold = existing_store(config)?;
    let store = Store::open(catalog::HEARTH, &options).map_err(Failure::new)?;
    let done = match matches.get_one::<String>("only").and_then(|name| portable::kind(name)) {
        Some(kind) => {
            let mut out = BufWriter::new(io::stdout().lock());
            portable::export_one(&store, kind, &mut out).map(drop).map_err(Failure::new)
        }
        None => export(&store, &Files::new(&config.data, 0), matches.get_one::<PathBuf>("to").cloned()),
    };
    store.close();
    done
}

fn export(store: &Store, pictures: &Files, to: Option<PathBuf>) -> Result<(), Failure> {
    let now = SystemClock.now();
    let to = to.unwrap_or_else(|| format!("hearth-export-{}", &now.to_string()[..10]).into());
    let spinner = Spinner::start();
    let exported = portable::export(store, pictures, &to, now, &mut |what, read| spinner.show(what, read));
    spinner.end();
    let exported = exported.map_err(Failure::new)?;
    say(described(&exported, &to));
    eprintln!("Confidential: it holds password hashes, e-mail addresses, private messages and who wrote anonymously.");
    Ok(())
}

fn described(exported: &Exported, to: &Path) -> String {
    let mut lines: Vec<_> =
        exported.lines.iter().map(|(kind, lines)| format!("  {lines:>10} {}", kind.replace('_', " "))).collect();
    lines.insert(0, format!("Exported to {}:", to.display()));
    lines.push(format!("  {:>10} files of pictures", exported.pictures));
    if exported.left_out > 0 {
        lines.push(format!(
            "{} records or files were left out, because what they belong to, or they themselves, are not there. That is \
             so for a moment after a deletion; `hearth check` says whether anything is damaged.",
            exported.left_out
        ));
        lines.extend(exported.described.iter().map(|one| format!("  {one}")));
    }
    lines.join("\n")
}
