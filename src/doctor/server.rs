//! Whether a server runs on the data folder, and whether it is of this version.

use super::{Finding, Patient};

const CHECK: &str = "server";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let found = match &patient.server {
        Ok(Some(status)) if status.version == env!("CARGO_PKG_VERSION") => {
            let address = status.address.map(|address| format!(" on http://{address}")).unwrap_or_default();
            Finding::ok(CHECK, format!("process {} runs{address}", status.process))
        }
        Ok(Some(status)) => Finding::look(
            CHECK,
            format!("it is of version {}, and this command of {}", status.version, env!("CARGO_PKG_VERSION")),
            "restart it, so that both are the same",
        ),
        Ok(None) => Finding::ok(CHECK, "none runs on this data folder; what only a server knows is left out"),
        Err(error) => Finding::look(CHECK, error.to_string(), "run the doctor as the user that runs the server"),
    };
    vec![found]
}
