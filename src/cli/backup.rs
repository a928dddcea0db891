//! `hearth backup create`, `verify` and `list`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::{Failure, orders, say, setting_flags, settings};
use crate::backup::{self, BackupView, Listed, Made, Manifest, Verified};
use crate::control::Order;

/// Differences that are printed.
const SHOWN: usize = 20;

const EXAMPLES: &str = "\
Examples:
  hearth backup create
  hearth backup create --data /var/lib/hearth --to /mnt/usb
  hearth backup verify data/backups/hearth-20261123-033000Z.tar
  hearth backup list

A backup is a tar file with everything in it, and confidential. `hearth restore FILE` makes a data folder of it.";

const CREATE_EXAMPLES: &str = "\
Examples:
  hearth backup create
  hearth backup create --to /mnt/usb
  hearth backup create --to friday.tar --without-secrets

Works while the server runs, which then writes the file, and while it does not. A server finishes what it began, also
where this command is ended.";

const VERIFY_EXAMPLES: &str = "\
Examples:
  hearth backup verify data/backups/hearth-20261123-033000Z.tar
  hearth backup verify --quick friday.tar

Builds the store from it in a temporary folder beside it, which needs some times its size.";

const LIST_EXAMPLES: &str = "\
Examples:
  hearth backup list
  hearth backup list --backup-dir /mnt/usb --json";

pub(super) fn command() -> Command {
    Command::new("backup")
        .about("Makes, verifies and lists backups, also while the server runs")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(create_command())
        .subcommand(verify_command())
        .subcommand(list_command())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("create", matches)) => create(matches),
        Some(("verify", matches)) => verify(matches),
        Some(("list", matches)) => list(matches),
        _ => Err(Failure::usage("name what to do: `hearth backup --help` lists it")),
    }
}

/// A backup that is named.
pub(super) fn file() -> Arg {
    Arg::new("file").value_name("FILE").required(true).help("The backup")
}

pub(super) fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.get_one::<String>(name).map(PathBuf::from)
}

/// Shows what is being done and how much of it was, while something long works.
pub(super) fn with_progress<T>(work: impl FnOnce(backup::Progress<'_>) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos}") {
        bar.set_style(style);
    }
    let mut doing = String::new();
    let done = work(&mut |what, done| {
        if doing != what {
            what.clone_into(&mut doing);
            bar.set_message(doing.clone());
        }
        bar.set_position(done);
    });
    bar.finish_and_clear();
    done
}

fn create_command() -> Command {
    let (to, without) = (Arg::new("to").long("to").value_name("FILE|DIR"), Arg::new("without-secrets"));
    Command::new("create")
        .about("Makes a backup of everything: records, uploaded files, and the server's keys")
        .after_help(CREATE_EXAMPLES)
        .arg(to.help("Where it goes, instead of the folder that the setting backup_dir names"))
        .arg(
            without
                .long("without-secrets")
                .action(ArgAction::SetTrue)
                .help("Leave out the server's keys: after a restore elsewhere everybody then signs in again"),
        )
        .args(setting_flags(&["data"]))
}

fn create(matches: &ArgMatches) -> Result<(), Failure> {
    let secrets = !matches.get_flag("without-secrets");
    // The server has another working folder.
    let to = path(matches, "to").map(std::path::absolute).transpose().map_err(Failure::new)?;
    let made: Made = orders::ask(matches, &Order::Backup { to, secrets })?;
    let Made { path, bytes, records, media, left_out, .. } = &made;
    let size = HumanBytes(*bytes);
    say(format!("{}\n{size}, {records} records, {}, {}", path.display(), files(*media), keys(secrets)));
    for what in left_out.iter().filter(|_| secrets) {
        say(format!("left out: {what}"));
    }
    say("It is confidential. `hearth backup verify` proves that it can be restored.");
    Ok(())
}

fn files(media: u64) -> String {
    if media == 1 { "1 uploaded file".into() } else { format!("{media} uploaded files") }
}

const fn keys(secrets: bool) -> &'static str {
    if secrets { "with the server's keys" } else { "without the server's keys" }
}

fn verify_command() -> Command {
    let quick = Arg::new("quick").long("quick").action(ArgAction::SetTrue);
    Command::new("verify")
        .about("Proves that a backup is good: every checksum, and a restore on trial that is checked")
        .after_help(VERIFY_EXAMPLES)
        .arg(file())
        .arg(quick.help("Compare the checksums only"))
}

fn verify(matches: &ArgMatches) -> Result<(), Failure> {
    let file = path(matches, "file").unwrap_or_default();
    let quick = matches.get_flag("quick");
    let Verified { manifest, report } =
        with_progress(|progress| backup::verify(&file, quick, progress)).map_err(Failure::new)?;
    say(described(&manifest));
    let Some(report) = report else {
        say("Every checksum is right. Without --quick it is restored on trial, too.");
        return Ok(());
    };
    for problem in report.described.iter().take(SHOWN) {
        say(format!("  {problem}"));
    }
    if report.problems > 0 {
        return Err(Failure::new(format!(
            "every checksum is right, but the store in it has {} differences: it was damaged when the backup was made. \
             Use an earlier backup, or restore this one and run `hearth check --repair`",
            report.problems
        )));
    }
    let (records, entries) = (report.records, report.entries);
    say(format!(
        "Every checksum is right, and restored on trial everything agrees: {records} records, {entries} index entries.\n\
         This backup is good."
    ));
    Ok(())
}

/// A backup in a line.
pub(super) fn described(manifest: &Manifest) -> String {
    let (when, version, records) = (manifest.created_at, &manifest.hearth, manifest.total_records());
    let (media, keys) = (files(manifest.media.files), keys(manifest.secrets.is_some()));
    format!("Made at {when} by Hearth {version}: {records} records, {media}, {keys}.")
}

fn list_command() -> Command {
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("list")
        .about("Lists the backups in the folder of backups, the newest first")
        .after_help(LIST_EXAMPLES)
        .arg(json.help("Print JSON"))
        .args(setting_flags(&["data", "backup_dir"]))
}

fn list(matches: &ArgMatches) -> Result<(), Failure> {
    let dir = settings(matches)?.backup_folder();
    let listed = backup::list(&dir).map_err(Failure::new)?;
    if matches.get_flag("json") {
        let views: Vec<_> = listed.iter().map(BackupView::from).collect();
        say(serde_json::to_string_pretty(&views).map_err(Failure::new)?);
    } else if listed.is_empty() {
        say(format!("there is no backup in {}: `hearth backup create` makes one", dir.display()));
    } else {
        say(table(&listed));
    }
    Ok(())
}

fn table(listed: &[Listed]) -> String {
    let heads = ["name", "made at (UTC)", "size", "records", "files", "keys", "version"];
    let mut rows = vec![heads.map(str::to_owned)];
    let mut damaged = Vec::new();
    for one in listed {
        let (name, size) = (one.name.clone(), HumanBytes(one.bytes).to_string());
        rows.push(match &one.manifest {
            Ok(said) => [
                name,
                said.created_at.to_string().get(..19).unwrap_or_default().replace('T', " "),
                size,
                said.total_records().to_string(),
                said.media.files.to_string(),
                if said.secrets.is_some() { "yes" } else { "no" }.into(),
                said.hearth.clone(),
            ],
            Err(error) => {
                damaged.push(error.to_string());
                [name, "damaged".into(), size, "-".into(), "-".into(), "-".into(), "-".into()]
            }
        });
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..heads.len()).map(width).collect();
    let cell = |(text, width): (&String, &usize)| format!("{text:width$}");
    let line =
        |row: &[String; 7]| row.iter().zip(&widths).map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned();
    rows.iter().map(line).chain(damaged).collect::<Vec<_>>().join("\n")
}
