//! `hearth invite`: letting people in where not everybody may register.

use clap::{Arg, ArgMatches, Command};
use serde::Deserialize;

use super::{Failure, orders, say, setting_flags};
use crate::control::Order;
use crate::invites::{InviteId, USUAL_DAYS};

const EXAMPLES: &str = "\
Examples:
  hearth invite create
  hearth invite create --uses 30 --expires 7 --note 'the choir'
  hearth invite list
  hearth invite revoke 019aafb4-5c1e-7d2f-9a54-1f0c2b7e6d11

With registration = invite, accounts can be made with an invite alone. All of these work while the server runs, and
while it does not.";

/// An invite as it is shown.
#[derive(Deserialize)]
struct Shown {
    id: InviteId,
    note: String,
    uses: u32,
    used: u32,
    open: bool,
    expires_at: String,
}

/// An invite that was just made.
#[derive(Deserialize)]
struct Made {
    #[serde(flatten)]
    invite: Shown,
    code: String,
    link: String,
}

pub(super) fn command() -> Command {
    let number = |flag: &'static str, name: &'static str| {
        Arg::new(flag).long(flag).value_name(name).value_parser(clap::value_parser!(u32))
    };
    let note = Arg::new("note").long("note").value_name("TEXT").default_value("").hide_default_value(true);
    let create = Command::new("create").about("Makes an invite, and prints its code and link: the only time");
    let list = Command::new("list").about("Lists the invites, the newest first; never their codes");
    let revoke = Command::new("revoke").about("Takes an invite back: nobody else gets in with it");
    let uses = number("uses", "COUNT").default_value("1").help("Accounts that may be made with it");
    let expires = number("expires", "DAYS").default_value(USUAL_DAYS.to_string()).help("Days that it is good");
    let id =
        Arg::new("id").value_name("ID").required(true).value_parser(parse_id).help("As `hearth invite list` has it");
    Command::new("invite")
        .about("Makes, lists and takes back invites, also while the server runs")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            create
                .after_help(EXAMPLES)
                .args([uses, expires, note.help("What it is for; people who register do not see it")])
                .args(setting_flags(&["data", "listen", "public_url"])),
        )
        .subcommand(list.after_help(EXAMPLES).args(setting_flags(&["data"])))
        .subcommand(revoke.after_help(EXAMPLES).arg(id).args(setting_flags(&["data"])))
}

fn parse_id(text: &str) -> Result<InviteId, String> {
    text.parse().map_err(|_| "write the whole id, as `hearth invite list` has it".into())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("create", matches)) => create(matches),
        Some(("revoke", matches)) => revoke(matches),
        Some((_, matches)) => list(matches),
        None => Err(Failure::usage("name what to do: `hearth invite --help` lists it")),
    }
}

fn create(matches: &ArgMatches) -> Result<(), Failure> {
    let number = |flag: &str| matches.get_one::<u32>(flag).copied().unwrap_or_default();
    let note = matches.get_one::<String>("note").cloned().unwrap_or_default();
    let order = Order::CreateInvite { uses: number("uses"), days: number("expires"), note };
    let Made { invite, code, link } = orders::ask(matches, &order)?;
    say(format!("code  {code}\nlink  {link}\nid    {}", invite.id));
    say(format!(
        "Good for {} until {}. The code is stored nowhere: keep it now.",
        accounts(invite.uses),
        invite.expires_at
    ));
    Ok(())
}

fn accounts(uses: u32) -> String {
    if uses == 1 { "1 account".into() } else { format!("{uses} accounts") }
}

fn list(matches: &ArgMatches) -> Result<(), Failure> {
    let invites: Vec<Shown> = orders::ask(matches, &Order::ListInvites)?;
    if invites.is_empty() {
        say("there are no invites: `hearth invite create` makes one");
    }
    for Shown { id, note, uses, used, open, expires_at } in invites {
        let state = if open { "open  " } else { "closed" };
        say(format!("{id}  {state}  {used} of {} made, until {expires_at}  {note}", accounts(uses)).trim_end());
    }
    Ok(())
}

fn revoke(matches: &ArgMatches) -> Result<(), Failure> {
    let Some(id) = matches.get_one::<InviteId>("id").copied() else { return Err(Failure::usage("name an invite")) };
    orders::ask::<()>(matches, &Order::RevokeInvite { id })?;
    say(format!("{id} is taken back"));
    Ok(())
}
