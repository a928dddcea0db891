//! What packages promise of the executable, held against it: the Dockerfile and the systemd unit.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Ran;
use crate::client::{Server, hearth};

const DOCKERFILE: &str = include_str!("../../Dockerfile");

fn run(args: &[&str]) -> Ran {
    Ran::new(tempfile::tempdir().unwrap().path(), args)
}

/// The words of the last `name` instruction, which are a JSON array somewhere in it.
fn words(name: &str) -> Vec<String> {
    let line = DOCKERFILE.lines().rfind(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}"));
    serde_json::from_str(&line[line.find('[').unwrap()..]).unwrap()
}

#[test]
fn the_dockerfile_runs_commands_that_there_are_with_settings_that_there_are() {
    let [entry, command, health] = ["ENTRYPOINT", "CMD", "HEALTHCHECK"].map(words);
    assert_eq!(
        (&entry[..], &health[..]),
        (&["/hearth".to_owned()][..], &["/hearth".to_owned(), "health".to_owned()][..])
    );
    for args in [&command[..], &health[1..]] {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        run(&[&args[..], &["--help"]].concat()).succeeded();
    }
    let settings = run(&["config", "print"]).succeeded();
    let variables: Vec<_> = DOCKERFILE.split_whitespace().filter_map(|word| word.strip_prefix("HEARTH_")).collect();
    assert!(variables.len() >= 3, "{variables:?}");
    for variable in variables {
        let (name, _) = variable.split_once('=').unwrap();
        assert!(settings.lines().any(|line| line.starts_with(&format!("{} ", name.to_lowercase()))), "HEARTH_{name}");
    }
    for line in DOCKERFILE.lines().filter_map(|line| line.split_once(" hearth /hearth ")) {
        let command: Vec<_> = line.1.split("  ").next().unwrap().split(' ').collect();
        run(&[&command[..], &["--help"]].concat()).succeeded();
    }
}

#[test]
fn the_dockerfile_copies_what_the_build_needs_and_ends_without_rights() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = fs::read_to_string(root.join(".dockerignore")).unwrap();
    let copied = DOCKERFILE.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from"));
    let copied: Vec<_> =
        copied.flat_map(|line| line.split(' ').skip(1).filter(|word| !word.starts_with('.'))).collect();
    for source in ["Cargo.toml", "Cargo.lock", "src", "benches"] {
        assert!(copied.contains(&source) && root.join(source).exists(), "{source}");
        assert!(ignored.lines().any(|line| line == format!("!{source}")), "{source}");
    }
    let user = DOCKERFILE.lines().rfind(|line| line.starts_with("USER ")).unwrap();
    assert!(DOCKERFILE.contains(&format!("--chown={} /data", &user[5..])) && !user.contains("USER 0"), "{user}");
    let minimum = include_str!("../../Cargo.toml").split_once("rust-version = \"").unwrap().1;
    let minimum = minimum.split('"').next().unwrap();
    assert!(DOCKERFILE.contains(&format!("FROM rust:{minimum}-")), "the image has the oldest Rust that builds this");
}

#[test]
fn the_containers_own_settings_serve_and_are_healthy() {
    let folder = tempfile::tempdir().unwrap();
    // As the image has it, but for the port and the folder, which are taken from a free place of this machine.
    let server = Server::start_at("0.0.0.0:0", folder.path(), &[]);
    let listen = server.address.to_string();
    let health = hearth(folder.path(), &["health"]).env("HEARTH_LISTEN", listen).output().unwrap();
    assert_eq!(health.status.code(), Some(0), "{health:?}");
}

#[test]
fn the_unit_runs_this_executable_with_flags_that_it_takes() {
    let unit = run(&["systemd", "--listen", "0.0.0.0:443", "--public-url", "https://hearth.example.org"]).succeeded();
    let value =
        |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("{key}: {unit}"));
    let mut command = value("ExecStart=").split(' ');
    let executable = Path::new(env!("CARGO_BIN_EXE_hearth")).canonicalize().unwrap();
    assert_eq!(command.next(), executable.to_str());
    let args: Vec<_> = command.collect();
    assert_eq!(args[0], "serve");
    let checked = run(&[&["config", "check"], &args[1..]].concat());
    assert_eq!(checked.succeeded(), "ok\n");
    let variables: Vec<_> =
        unit.lines().filter_map(|line| line.strip_prefix("Environment=")?.split_once('=')).collect();
    assert_eq!(variables, [("HEARTH_LISTEN", "0.0.0.0:443"), ("HEARTH_PUBLIC_URL", "https://hearth.example.org")]);
    let printed = Ran::with(tempfile::tempdir().unwrap().path(), &["config", "print"], &variables).succeeded();
    assert!(printed.contains("https://hearth.example.org  HEARTH_PUBLIC_URL"), "{printed}");
    assert_eq!(value("AmbientCapabilities="), "CAP_NET_BIND_SERVICE");
    for line in ["NoNewPrivileges=yes", "ProtectSystem=strict", "Restart=on-failure", "LimitNOFILE=65536", "UMask=0077"]
    {
        assert!(unit.lines().any(|has| has == line), "{line}");
    }
}

#[test]
fn no_secret_stands_in_the_unit() {
    let secret = "9f86d081884c7d659a2feaa0c55ad015";
    let unit = run(&["systemd", "--metrics-token", secret]).succeeded();
    assert!(!unit.contains(secret) && !unit.contains("METRICS_TOKEN"), "{unit}");
}

#[test]
fn systemd_itself_understands_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("NOT CHECKED: there is no systemd-analyze here");
        return;
    }
    // Somebody that every machine has.
    let unit = Ran::new(folder.path(), &["systemd", "--user", "root"]).succeeded();
    let path = folder.path().join("hearth.service");
    fs::write(&path, unit).unwrap();
    let verified = Command::new("systemd-analyze").arg("verify").arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    // Of other units it may say what it likes.
    let own: Vec<_> = said.lines().filter(|line| line.contains("hearth.service")).collect();
    assert!(own.is_empty(), "{own:#?}");
}
