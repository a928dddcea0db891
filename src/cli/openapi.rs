//! `hearth openapi`.

use crate::http::openapi;
use clap::Command;

use super::{Failure, say};

pub(super) fn command() -> Command {
    Command::new("openapi")
        .about("Prints the OpenAPI document of the HTTP interface, as JSON")
        .after_help("Examples:\n  hearth openapi > openapi.json")
}

pub(super) fn run() -> Result<(), Failure> {
    say(openapi::document().to_pretty_json().map_err(Failure::new)?);
    Ok(())
}
