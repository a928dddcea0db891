//! The command line: which commands there are, and how each ends.

mod admin;
mod backup;
mod check;
mod config;
mod doctor;
mod export;
mod health;
mod import;
mod invite;
mod monitor;
mod openapi;
mod orders;
mod password;
mod progress;
mod restore;
mod serve;
mod stress;
mod systemd;

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::{Config, Given, SETTINGS, Setting};
use crate::tls::client::Trust;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// Why a command failed, and the exit status that says so.
struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    /// Something did not work; `message` says what to do next.
    fn new(message: impl Display) -> Self {
        Self { status: 1, message: message.to_string() }
    }

    /// What was asked for cannot be meant that way.
    fn usage(message: impl Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }
}

/// Does what the command line says; the exit status is 0, 1 (it failed) or 2 (it was not understood).
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    start_log();
    let done = match matches.subcommand() {
        Some(("serve", matches)) => settings(matches).and_then(|config| serve::run(&config, matches)),
        Some(("check", matches)) => settings(matches).and_then(|config| check::run(&config, matches)),
        Some(("export", matches)) => settings(matches).and_then(|config| export::run(&config, matches)),
        Some(("import", matches)) => settings(matches).and_then(|config| import::run(&config, matches)),
        Some(("config", matches)) => config::run(matches),
        Some(("admin", matches)) => admin::run(matches),
        Some(("backup", matches)) => backup::run(matches),
        Some(("restore", matches)) => restore::run(matches),
        Some(("doctor", matches)) => doctor::run(matches),
        Some(("invite", matches)) => invite::run(matches),
        Some(("stress", matches)) => stress::run(matches),
        Some(("systemd", matches)) => systemd::run(matches),
        Some(("health", matches)) => settings(matches).and_then(|config| health::run(&config)),
        Some(("monitor", matches)) => monitor::run(matches),
        // clap lets nothing else through than the commands it was given.
        _ => openapi::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("hearth: {}", failure.message);
            ExitCode::from(failure.status)
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  hearth serve                          a community on http://127.0.0.1:8080, kept in ./data
  hearth serve --demo --data /tmp/demo  one that is already lively
  hearth stress --quick                 how much of it this machine holds
  hearth backup create                  everything in one file, also while the server runs
  hearth restore FILE                   and back again
  hearth doctor                         what on this machine would hurt it
  hearth check                          whether everything that is stored agrees
  hearth monitor                        what the server does, live in the terminal
  hearth config print                   the settings in force, and where each came from

Settings are flags, environment variables (HEARTH_LISTEN) or keys of hearth.toml (listen), in this order.
RUST_LOG sets what is logged: RUST_LOG=warn, RUST_LOG=warn,hearth=debug.";

fn command() -> Command {
    let config = Arg::new("config").long("config").value_name("FILE").global(true);
    Command::new("hearth")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A whole community in one executable.")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(config.help("Settings file to read instead of ./hearth.toml"))
        .subcommand(serve::command())
        .subcommand(monitor::command())
        .subcommand(stress::command())
        .subcommand(admin::command())
        .subcommand(backup::command())
        .subcommand(restore::command())
        .subcommand(invite::command())
        .subcommand(check::command())
        .subcommand(doctor::command())
        .subcommand(export::command())
        .subcommand(import::command())
        .subcommand(config::command())
        .subcommand(openapi::command())
        .subcommand(health::command())
        .subcommand(systemd::command())
}

/// A flag for each setting, or for each whose key is in `keys` where there are any.
fn setting_flags(keys: &[&str]) -> Vec<Arg> {
    let flag = |setting: &Setting| {
        let default = match setting.value(&Config::default()) {
            value if value.is_empty() => String::new(),
            value => format!(", default: {value}"),
        };
        let help = format!("{} [such as {}{default}]", setting.help, setting.example);
        Arg::new(setting.key).long(setting.flag()).value_name(setting.placeholder).help(help).hide(setting.is_hidden())
    };
    SETTINGS.iter().filter(|setting| keys.is_empty() || keys.contains(&setting.key)).map(flag).collect()
}

/// Flags that say which certificates are good.
fn trust_flags() -> [Arg; 2] {
    let ca = Arg::new("ca").long("ca").value_name("FILE").value_parser(clap::value_parser!(PathBuf));
    let insecure = Arg::new("insecure").long("insecure").action(ArgAction::SetTrue).conflicts_with("ca");
    [
        ca.help("PEM file with the authority, or the certificate itself, that an https target is trusted by"),
        insecure.help("Take whatever certificate an https target shows: for tests, as anybody may stand in between"),
    ]
}

/// Which certificates are good.
fn trust(matches: &ArgMatches) -> Result<Trust, Failure> {
    match matches.get_one::<PathBuf>("ca") {
        Some(path) => Trust::authority(path).map_err(Failure::usage),
        None if matches.get_flag("insecure") => Ok(Trust::anyone()),
        None => Ok(Trust::public()),
    }
}

/// The settings in force.
fn settings(matches: &ArgMatches) -> Result<Config, Failure> {
    let value = |key: &str| matches.try_get_one::<String>(key).ok().flatten().cloned();
    let flags = SETTINGS.iter().filter_map(|setting| Some((setting.key, value(setting.key)?))).collect();
    let given = Given { flags, file: value("config").map(Into::into) };
    Config::load(&given).map_err(Failure::usage)
}

/// Logs to standard error: what Hearth does, and what the libraries warn of. A line for each request is there for who
/// asks for it.
fn start_log() {
    let filter = env_logger::Env::default().default_filter_or("warn,hearth=info,hearth::access=warn");
    env_logger::Builder::from_env(filter).format_timestamp_secs().init();
}

/// Prints `text` and a line break to standard output. Whoever no longer reads it did not want it.
fn say(text: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
