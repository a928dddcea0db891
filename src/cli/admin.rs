//! `hearth admin`: chores with accounts, done by the running server, or here where none runs.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::password::{self, Chosen};
use super::{Failure, orders, say, setting_flags};
use crate::accounts::{OperatorView, Role};
use crate::control::Order;

const EXAMPLES: &str = "\
Examples:
  hearth admin create --email ana@example.org --name 'Ana Lindqvist'
  hearth admin promote ana --role moderator
  hearth admin reset-password ana@example.org --generate
  hearth admin ban ana
  hearth admin logout-all --everybody
  hearth admin list

USER is an id, a handle or an e-mail address. All of these work while the server runs, and while it does not.";

const ROLES: [Role; 3] = [Role::Admin, Role::Moderator, Role::Member];

pub(super) fn command() -> Command {
    Command::new("admin")
        .about("Makes, promotes, bans and signs out accounts, also while the server runs")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([create_command(), promote_command(), reset_command(), ban_command(), log_out_command()])
        .subcommand(chore("list", "Lists the admins and moderators", "hearth admin list"))
}

/// A command on the data folder, with an example.
fn chore(name: &'static str, about: &'static str, examples: &str) -> Command {
    let examples = examples.lines().fold("Examples:".to_owned(), |all, example| format!("{all}\n  {example}"));
    Command::new(name).about(about).after_help(examples).args(setting_flags(&["data"]))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("create", matches)) => create(matches),
        Some(("promote", matches)) => promote(matches),
        Some(("reset-password", matches)) => reset_password(matches),
        Some(("ban", matches)) => ban(matches),
        Some(("logout-all", matches)) => log_out(matches),
        Some((_, matches)) => list(matches),
        None => Err(Failure::usage("name what to do: `hearth admin --help` lists it")),
    }
}

/// An account, by whatever names it.
fn user() -> Arg {
    Arg::new("user").value_name("USER").help("An id, a handle or an e-mail address")
}

fn role() -> Arg {
    let words = PossibleValuesParser::new(ROLES.map(Role::word));
    Arg::new("role").long("role").value_name("ROLE").value_parser(words).default_value("admin")
}

fn text(matches: &ArgMatches, name: &str) -> String {
    matches.get_one::<String>(name).cloned().unwrap_or_default()
}

fn chosen_role(matches: &ArgMatches) -> Role {
    let word = text(matches, "role");
    ROLES.into_iter().find(|role| role.word() == word).unwrap_or_default()
}

fn create_command() -> Command {
    let examples = "hearth admin create --email ana@example.org --name 'Ana Lindqvist'\n\
                    hearth admin create --email ben@example.org --name Ben --role member --generate";
    let [email, name, handle] = ["email", "name", "handle"].map(|flag| Arg::new(flag).long(flag));
    chore("create", "Makes an account, whatever the settings say of who may register", examples)
        .arg(email.value_name("ADDRESS").required(true).help("Its e-mail address"))
        .arg(name.value_name("NAME").required(true).help("Its name, of 2 to 80 characters"))
        .arg(handle.value_name("HANDLE").help("Its handle; made from the name where it is left out"))
        .arg(role().help("What it may do"))
        .args(password::flags())
}

fn create(matches: &ArgMatches) -> Result<(), Failure> {
    let Chosen { password, made } = password::choose(matches)?;
    let order = Order::CreateAccount {
        name: text(matches, "name"),
        email: text(matches, "email"),
        handle: matches.get_one::<String>("handle").cloned(),
        password: password.clone(),
        role: chosen_role(matches),
    };
    let account: OperatorView = orders::ask(matches, &order)?;
    say(format!("made {}, id {}", described(&account), account.id));
    show(made.then_some(&password));
    Ok(())
}

/// Prints a password that was made here.
fn show(password: Option<&String>) {
    if let Some(password) = password {
        say(format!("password: {password}\nIt is stored nowhere in this form: keep it now."));
    }
}

fn described(account: &OperatorView) -> String {
    let OperatorView { handle, email, role, banned, .. } = account;
    let banned = if *banned { ", banned" } else { "" };
    format!("@{handle} ({email}), {}{banned}", role.word())
}

fn promote_command() -> Command {
    let examples = "hearth admin promote ana\n\
                    hearth admin promote ana --role moderator\n\
                    hearth admin promote ana --role member";
    chore("promote", "Gives an account a role; member takes its role away again", examples)
        .arg(user().required(true))
        .arg(role().help("What it may do from now on"))
}

fn promote(matches: &ArgMatches) -> Result<(), Failure> {
    let order = Order::SetRole { user: text(matches, "user"), role: chosen_role(matches) };
    let account: OperatorView = orders::ask(matches, &order)?;
    say(format!("now {}", described(&account)));
    Ok(())
}

fn reset_command() -> Command {
    let examples = "hearth admin reset-password ana\n\
                    hearth admin reset-password ana@example.org --generate\n\
                    hearth admin reset-password ana --password-file - < new-password";
    chore("reset-password", "Gives an account another password, and signs it out everywhere at once", examples)
        .arg(user().required(true))
        .args(password::flags())
}

fn reset_password(matches: &ArgMatches) -> Result<(), Failure> {
    let Chosen { password, made } = password::choose(matches)?;
    let order = Order::ResetPassword { user: text(matches, "user"), password: password.clone() };
    let account: OperatorView = orders::ask(matches, &order)?;
    say(format!("another password for {}; it is signed out everywhere", described(&account)));
    show(made.then_some(&password));
    Ok(())
}

fn ban_command() -> Command {
    let lift = Arg::new("lift").long("lift").action(ArgAction::SetTrue);
    let examples = "hearth admin ban ana\nhearth admin ban ana --lift";
    chore("ban", "Signs an account out everywhere at once, and keeps it out", examples)
        .arg(user().required(true))
        .arg(lift.help("Let it back in"))
}

fn ban(matches: &ArgMatches) -> Result<(), Failure> {
    let banned = !matches.get_flag("lift");
    let account: OperatorView = orders::ask(matches, &Order::SetBanned { user: text(matches, "user"), banned })?;
    let done = if banned { "signed out and banned" } else { "may sign in again" };
    say(format!("@{} ({}): {done}", account.handle, account.email));
    Ok(())
}

fn log_out_command() -> Command {
    let everybody = Arg::new("everybody").long("everybody").action(ArgAction::SetTrue);
    let examples = "hearth admin logout-all ana\nhearth admin logout-all --everybody";
    chore("logout-all", "Signs an account out on every device at once, or everybody; sockets included", examples)
        .arg(user().required_unless_present("everybody").conflicts_with("everybody"))
        .arg(everybody.help("Everybody, you included"))
}

fn log_out(matches: &ArgMatches) -> Result<(), Failure> {
    let user = matches.get_one::<String>("user").cloned();
    let who = user.clone().unwrap_or_else(|| "everybody".into());
    let ended: usize = orders::ask(matches, &Order::LogOut { user })?;
    say(format!("{who}: {ended} {} ended", if ended == 1 { "session" } else { "sessions" }));
    Ok(())
}

fn list(matches: &ArgMatches) -> Result<(), Failure> {
    let staff: Vec<OperatorView> = orders::ask(matches, &Order::ListStaff)?;
    if staff.is_empty() {
        say("nobody is an admin or a moderator: `hearth admin promote USER` makes somebody one");
    }
    for account in &staff {
        say(described(account));
    }
    Ok(())
}
