//! `hearth import`.

use std::path::{Path, PathBuf};

use crate::backup::restore;
use crate::config::Config;
use crate::media::Files;
use crate::mongodb;
use crate::portable::{self, Imported, Landing};
use clap::{Arg, ArgMatches, Command, value_parser};

use super::progress::Spinner;
use super::{Failure, say, setting_flags};

const EXAMPLES: &str = "\
Examples:
  hearth import hearth-export-2026-11-23 --data /var/lib/hearth
  hearth import --mongodb dump/community
  hearth import --mongodb dump --report /tmp/what-was-skipped.jsonl";

const ABOUT: &str = "\
Takes what `hearth export` wrote into a data folder that has no community yet: everything, or, where a line is not
right, nothing, and then it says which file and line. The server must be stopped. Everybody signs in again afterwards.

With --mongodb it takes a dump of the system that Hearth replaces: the folder that `mongodump` wrote (users.bson,
posts.bson, messages.bson, groups.bson; .gz too), or files of `mongoexport` (users.json, …, also --jsonArray). What is
not right is mended or skipped; the terminal says how much of it and why, and the report lists each. Passwords that
bcrypt hashed go on working. The same dump gives the same ids.";

pub(super) fn command() -> Command {
    let from = Arg::new("from").value_name("FROM").value_parser(value_parser!(PathBuf));
    let dump = Arg::new("mongodb").long("mongodb").value_name("DIR").value_parser(value_parser!(PathBuf));
    let report = Arg::new("report").long("report").value_name("FILE").value_parser(value_parser!(PathBuf));
    Command::new("import")
        .about("Takes an export, or a dump of MongoDB, into an empty data folder; the server must be stopped")
        .long_about(ABOUT)
        .after_help(EXAMPLES)
        .arg(from.help("Folder that `hearth export` wrote").required_unless_present("mongodb"))
        .arg(dump.help("Folder of a dump of MongoDB instead").conflicts_with("from"))
        .arg(
            report
                .default_value("import-report.jsonl")
                .help("File for all that was mended or skipped of a dump of MongoDB"),
        )
        .args(setting_flags(&["data"]))
}

pub(super) fn run(config: &Config, matches: &ArgMatches) -> Result<(), Failure> {
    match matches.get_one::<PathBuf>("mongodb") {
        Some(dump) => {
            let report =
                matches.get_one::<PathBuf>("report").map_or(Path::new("import-report.jsonl"), PathBuf::as_path);
            from_mongodb(config, dump, report)
        }
        None => from_export(config, matches.get_one::<PathBuf>("from").map_or(Path::new(""), PathBuf::as_path)),
    }
}

fn from_export(config: &Config, from: &Path) -> Result<(), Failure> {
    let _hold = restore::enter(&config.data).map_err(Failure::new)?;
    let landing = Landing::open(&config.store_options()).map_err(Failure::new)?;
    let spinner = Spinner::start();
    let store = landing.store().map_err(Failure::new)?;
    let pictures = Files::new(&config.data, config.store_options().reserve_bytes);
    let imported = portable::import(store, &pictures, from, &mut |what, read| spinner.show(what, read));
    spinner.end();
    let imported = imported.map_err(Failure::new)?;
    landing.finish().map_err(Failure::new)?;
    say(described(&imported, config));
    Ok(())
}

fn described(imported: &Imported, config: &Config) -> String {
    let mut lines: Vec<_> =
        imported.lines.iter().map(|(kind, lines)| format!("  {lines:>10} {}", kind.replace('_', " "))).collect();
    lines.insert(0, format!("Imported into {}, and everything agrees:", config.data.display()));
    lines.push("Everybody signs in again.".into());
    lines.join("\n")
}

fn from_mongodb(config: &Config, dump: &Path, report: &Path) -> Result<(), Failure> {
    let _hold = restore::enter(&config.data).map_err(Failure::new)?;
    let landing = Landing::open(&config.store_options()).map_err(Failure::new)?;
    let spinner = Spinner::start();
    let store = landing.store().map_err(Failure::new)?;
    let imported = mongodb::import(store, dump, report, &mut |what, read| spinner.show(what, read));
    spinner.end();
    let imported = imported.map_err(Failure::new)?;
    landing.finish().map_err(Failure::new)?;
    say(format!("Imported into {}:\n{imported}", config.data.display()));
    Ok(())
}
