//! `hearth health`: asks a running server whether it is ready, for containers and service managers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::config::Config;
use crate::tls;
use crate::tls::client::Trust;
use clap::Command;
use tokio::runtime;
use tokio::task::LocalSet;

use super::{Failure, say, setting_flags};

/// How long the whole answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

const EXAMPLES: &str = "\
Examples:
  hearth health && echo ready
  hearth health --listen 127.0.0.1:9000";

pub(super) fn command() -> Command {
    Command::new("health")
        .about("Ends with status 0 when the server that these settings describe is ready, and with 1 when not")
        .after_help(EXAMPLES)
        .args(setting_flags(&["listen", "tls_cert", "tls_key", "acme_domain"]))
}

pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let address = address(config, "--listen")?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::new)?;
    let scheme = if tls::is_on(config) { "https" } else { "http" };
    LocalSet::new().block_on(&runtime, ask(&format!("{scheme}://{address}/readyz")))?;
    say("ready");
    Ok(())
}

/// Where the server that these settings describe can be reached from this machine; `flag` names another one.
pub(super) fn address(config: &Config, flag: &str) -> Result<SocketAddr, Failure> {
    let address = reachable(config.listen);
    if address.port() == 0 {
        let said = format!("port 0 stands for any free port: name the one the server printed with {flag}");
        return Err(Failure::usage(said));
    }
    Ok(address)
}

async fn ask(url: &str) -> Result<(), Failure> {
    let no_answer = |cause: &dyn std::fmt::Display| {
        Failure::new(format!("{url} gave no answer ({cause}): is `hearth serve` running there?"))
    };
    // The certificate names the domain, not this address; and nothing secret is asked or sent.
    let client = awc::Client::builder()
        .connector(awc::Connector::new().rustls_0_23(Trust::anyone().config()))
        .timeout(PATIENCE)
        .finish();
    let answer = tokio::time::timeout(PATIENCE, async {
        let mut response = client.get(url).send().await.map_err(|error| no_answer(&error))?;
        let body = response.body().await.map_err(|error| no_answer(&error))?;
        Ok((response.status(), body))
    });
    let (status, body) = answer.await.map_err(|_| no_answer(&"it took longer than 3 seconds"))??;
    if status == awc::http::StatusCode::OK {
        return Ok(());
    }
    Err(Failure::new(format!("not ready: {status}: {}", String::from_utf8_lossy(&body))))
}

/// Where a server that listens on `listen` can be reached from this machine.
fn reachable(mut listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    listen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_asked_on_loopback() {
        assert_eq!(reachable("0.0.0.0:80".parse().unwrap()).to_string(), "127.0.0.1:80");
        assert_eq!(reachable("[::]:80".parse().unwrap()).to_string(), "[::1]:80");
        assert_eq!(reachable("10.0.0.7:80".parse().unwrap()).to_string(), "10.0.0.7:80");
    }
}
