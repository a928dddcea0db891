//! The executable: the library's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth::cli::run()
}
