//! `hearth restore`: a data folder from a backup.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::backup::{described, file, path, with_progress};
use super::{Failure, say, setting_flags, settings};
use crate::backup::restore::{Restored, restore};
use crate::clock::{Clock, SystemClock};

const EXAMPLES: &str = "\
Examples:
  hearth restore data/backups/hearth-20261123-033000Z.tar --force
  hearth restore /mnt/usb/hearth-20261123-033000Z.tar --data /var/lib/hearth

The server must be stopped. Every checksum is compared first, and the new is built beside the old: where something is
wrong, or this is interrupted, the data folder stays as it is. Nothing is deleted: with --force, what was there is moved
into a folder before-restore-… among the data.";

pub(super) fn command() -> Command {
    let force = Arg::new("force").long("force").action(ArgAction::SetTrue);
    Command::new("restore")
        .about("Makes a data folder what it was when a backup was made; the server must be stopped")
        .after_help(EXAMPLES)
        .arg(file())
        .arg(force.help("Also where there is a store: it is moved aside"))
        .args(setting_flags(&["data"]))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (data, file) = (settings(matches)?.data, path(matches, "file").unwrap_or_default());
    let force = matches.get_flag("force");
    let restored = with_progress(|progress| restore(&file, &data, force, SystemClock.now(), progress));
    let Restored { manifest, aside, kept_secrets } = restored.map_err(Failure::new)?;
    say(described(&manifest));
    say(format!("Restored into {}.", data.display()));
    if let Some(aside) = aside {
        let aside = aside.display();
        say(format!("What was there before is in {aside}: remove it once you are sure that you do not need it."));
    }
    match (&manifest.secrets, kept_secrets) {
        (Some(_), _) => {}
        (None, true) => say("The backup has no keys of the server: those that were here stay."),
        (None, false) => say(
            "The backup has no keys of the server: the next start makes new ones, and everybody has to sign in again.",
        ),
    }
    say(format!(
        "Next: `hearth serve --data {}`. What came after the backup is not in here: sessions that ended since are back, \
         and clients fetch their conversations anew.",
        data.display()
    ));
    Ok(())
}
