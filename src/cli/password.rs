//! A new password for somebody: typed unseen at a terminal, read from a file or standard input, or made here. Never an
//! argument, which every process of the machine can read.

use std::fs;
use std::io::{self, IsTerminal, Read};

use clap::{Arg, ArgAction, ArgMatches};

use super::Failure;
use crate::id::{hex, random_bytes};

/// More than a password can have, in bytes.
const MAX_BYTES: u64 = 1024;

/// A password, and whether it was made here, so that it must be shown.
pub(super) struct Chosen {
    pub(super) password: String,
    pub(super) made: bool,
}

/// The flags that say where the password comes from.
pub(super) fn flags() -> [Arg; 2] {
    let file = Arg::new("password_file").long("password-file").value_name("FILE");
    let generate = Arg::new("generate").long("generate").action(ArgAction::SetTrue).conflicts_with("password_file");
    [
        file.help("Read the password from the first line of FILE; - is standard input"),
        generate.help("Make a password, and print it once"),
    ]
}

/// The password that the flags and the terminal give.
pub(super) fn choose(matches: &ArgMatches) -> Result<Chosen, Failure> {
    if matches.get_flag("generate") {
        return Ok(Chosen { password: generated(), made: true });
    }
    let password = match matches.get_one::<String>("password_file").map(String::as_str) {
        None if io::stdin().is_terminal() => typed()?,
        None | Some("-") => first_line("standard input", &mut io::stdin())?,
        Some(path) => {
            let unreadable = |error| Failure::new(format!("{path}: {error}: name a file that this user can read"));
            first_line(path, &mut fs::File::open(path).map_err(unreadable)?)?
        }
    };
    Ok(Chosen { password, made: false })
}

/// 96 bits in six groups: nobody guesses them, and they can be read out.
fn generated() -> String {
    let digits = hex(&random_bytes::<12>());
    let groups: Vec<_> = (0..6).map(|group| &digits[group * 4..group * 4 + 4]).collect();
    groups.join("-")
}

fn typed() -> Result<String, Failure> {
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .map_err(|error| Failure::new(format!("the terminal cannot be read ({error}): use --password-file")))
    };
    let password = ask("New password: ")?;
    if ask("The same again: ")? == password {
        return Ok(password);
    }
    Err(Failure::new("these were two different passwords: try again"))
}

fn first_line(name: &str, input: &mut dyn Read) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = input.take(MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name} is not text (UTF-8)")))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(Failure::new(format!(
            "{name} has no password in its first line: write one there, or let --generate make one"
        ))),
    }
}
