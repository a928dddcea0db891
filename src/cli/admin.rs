//! `hearth admin`: chores with accounts, done by the running server, or here where none runs.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Failure, orders, say, setting_flags};
use crate::control::Order;

const EXAMPLES: &str = "\
Examples:
  hearth admin logout-all ana@example.org

USER is an id, a handle or an e-mail address. All of these work while the server runs, and while it does not.";

pub(super) fn command() -> Command {
    Command::new("admin")
        .about("Makes, promotes, bans and signs out accounts, also while the server runs")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(log_out_command())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some((_, matches)) => log_out(matches),
        None => Err(Failure::usage("name what to do: `hearth admin --help` lists it")),
    }
}

/// An account, by whatever names it.
fn user() -> Arg {
    Arg::new("user").value_name("USER").help("An id, a handle or an e-mail address")
}

fn log_out_command() -> Command {
    let everybody = Arg::new("everybody").long("everybody").action(ArgAction::SetTrue);
    Command::new("logout-all")
        .about("Signs an account out on every device, or everybody; sockets included, at once")
        .after_help("Examples:\n  hearth admin logout-all ana\n  hearth admin logout-all --everybody")
        .arg(user().required_unless_present("everybody").conflicts_with("everybody"))
        .arg(everybody.help("Everybody, you included"))
        .args(setting_flags(&["data"]))
}

fn log_out(matches: &ArgMatches) -> Result<(), Failure> {
    let user = matches.get_one::<String>("user").cloned();
    let who = user.clone().unwrap_or_else(|| "everybody".into());
    let ended: usize = orders::ask(matches, &Order::LogOut { user })?;
    say(format!("{who} is signed out: {ended} {} ended", if ended == 1 { "session" } else { "sessions" }));
    Ok(())
}
