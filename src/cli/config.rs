//! `hearth config check` and `hearth config print`.

use crate::config::{Config, SETTINGS};
use clap::{ArgMatches, Command};

use super::{Failure, say, setting_flags, settings};

const EXAMPLES: &str = "\
Examples:
  hearth config check --config /etc/hearth.toml
  HEARTH_WORKERS=8 hearth config print";

pub(super) fn command() -> Command {
    let check = Command::new("check").about("Says ok, or what is wrong with the settings");
    let print = Command::new("print").about("Prints each setting, its value, and where that came from");
    Command::new("config")
        .about("The settings in force")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(check.args(setting_flags(&[])).after_help(EXAMPLES))
        .subcommand(print.args(setting_flags(&[])).after_help(EXAMPLES))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("print", matches)) => say(table(&settings(matches)?)),
        Some((_, matches)) => settings(matches).map(|_| say("ok"))?,
        None => return Err(Failure::usage("say `hearth config check` or `hearth config print`")),
    }
    Ok(())
}

fn table(config: &Config) -> String {
    let shown = |value: String| if value.is_empty() { "-".to_owned() } else { value };
    let mut rows = vec![["key".to_owned(), "value".to_owned(), "source".to_owned()]];
    rows.extend(
        SETTINGS.iter().filter(|setting| !setting.is_hidden()).map(|setting| {
            [setting.key.to_owned(), shown(setting.value(config)), config.source(setting.key).to_string()]
        }),
    );
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (keys, values) = (width(0), width(1));
    let lines: Vec<_> =
        rows.iter().map(|[key, value, source]| format!("{key:keys$}  {value:values$}  {source}")).collect();
    lines.join("\n")
}
