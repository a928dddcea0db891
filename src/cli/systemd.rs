//! `hearth systemd`: a unit for this executable, with its paths, so that no file of it has to be kept beside.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use super::{Failure, say, setting_flags, settings};
use crate::config::{Config, SETTINGS, Setting, Source};

const EXAMPLES: &str = "\
Examples:
  sudo useradd --system --home-dir /var/lib/hearth --shell /usr/sbin/nologin hearth
  hearth systemd --public-url https://hearth.example.org | sudo tee /etc/systemd/system/hearth.service
  sudo systemctl daemon-reload && sudo systemctl enable --now hearth
  sudo -u hearth hearth admin list --data /var/lib/hearth

Settings that are given here as flags stand in the unit. Secrets do not: put them into a file of mode 0600 that
--config names.";

/// Where the data are, unless another folder is named.
const DATA: &str = "/var/lib/hearth";

/// What a process that only serves needs none of: see systemd.exec(5). `ProcSubset=pid` is not there because the
/// server reads the machine's load, and `~@resources` is not because it raises its own limit of open files.
const HARDENING: &str = "\
NoNewPrivileges=yes
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0077";

pub(super) fn command() -> Command {
    let user = Arg::new("user").long("user").value_name("NAME").default_value("hearth");
    Command::new("systemd")
        .about("Prints a hardened systemd unit that runs this very executable")
        .after_help(EXAMPLES)
        .arg(user.help("The user that runs the server; it must exist"))
        .args(setting_flags(&[]))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let config = settings(matches)?;
    let absolute = |path: &Path| std::path::absolute(path).map_err(Failure::new);
    let executable = std::env::current_exe().and_then(|path| path.canonicalize()).map_err(Failure::new)?;
    let data = match config.source("data") {
        Source::Flag(_) => absolute(&config.data)?,
        _ => PathBuf::from(DATA),
    };
    let file = matches.get_one::<String>("config").map(|file| absolute(Path::new(file))).transpose()?;
    let user = matches.get_one::<String>("user").map_or("hearth", String::as_str);
    say(unit(&config, &executable, &data, file.as_deref(), user));
    Ok(())
}

fn unit(config: &Config, executable: &Path, data: &Path, file: Option<&Path>, user: &str) -> String {
    let mut command = format!("{} serve --data {}", quoted(executable), quoted(data));
    if let Some(file) = file {
        command += &format!(" --config {}", quoted(file));
    }
    let given = |setting: &&Setting| matches!(config.source(setting.key), Source::Flag(_)) && setting.key != "data";
    let variable = |setting: &Setting| {
        format!("Environment={}\n", quoted(format!("{}={}", setting.variable(), setting.value(config))))
    };
    let variables: String = SETTINGS.iter().filter(given).filter(|setting| !setting.is_secret).map(variable).collect();
    let (folder, backups) = (folder(data), backups(config));
    let capabilities = capabilities(config.listen.port());
    let home = if [executable, data].into_iter().chain(file).any(is_in_a_home) { "read-only" } else { "yes" };
    format!(
        "[Unit]\n\
         Description=Hearth, a community in one executable\n\
         Wants=network-online.target\n\
         After=network-online.target\n\
         \n\
         [Service]\n\
         Type=exec\n\
         User={user}\n\
         ExecStart={command}\n\
         {variables}\
         {folder}\
         {backups}\
         Restart=on-failure\n\
         RestartSec=2\n\
         TimeoutStopSec=90\n\
         LimitNOFILE=65536\n\
         {capabilities}\
         ProtectHome={home}\n\
         {HARDENING}\n\
         \n\
         [Install]\n\
         WantedBy=multi-user.target"
    )
}

/// The folder of backups may be written to as well, where it is not among the data. Where it is not mounted, the
/// server starts all the same, and says that no backup was made.
fn backups(config: &Config) -> String {
    let elsewhere = config.backup_dir.as_ref().filter(|dir| dir.is_absolute());
    elsewhere.map_or_else(String::new, |dir| format!("ReadWritePaths={}\n", quoted(format!("-{}", dir.display()))))
}

/// The one folder that may be written to. Below /var/lib systemd makes it; elsewhere it must be there.
fn folder(data: &Path) -> String {
    match data.strip_prefix("/var/lib") {
        Ok(below) if below.components().count() > 0 && !below.to_string_lossy().contains(' ') => {
            let below = below.display();
            format!("StateDirectory={below}\nStateDirectoryMode=0700\nWorkingDirectory=%S/{below}\n")
        }
        _ => format!(
            "ReadWritePaths={}\nWorkingDirectory={}\n",
            quoted(data),
            data.display().to_string().replace('%', "%%")
        ),
    }
}

/// A port below 1024 needs a right of its own; otherwise none is left.
fn capabilities(port: u16) -> String {
    const BIND: &str = "CAP_NET_BIND_SERVICE";
    if (1..1024).contains(&port) {
        format!("CapabilityBoundingSet={BIND}\nAmbientCapabilities={BIND}\n")
    } else {
        "CapabilityBoundingSet=\n".into()
    }
}

/// Whether `ProtectHome=yes` would hide it.
fn is_in_a_home(path: &Path) -> bool {
    ["/home", "/root", "/run/user"].iter().any(|home| path.starts_with(home))
}

/// As systemd reads it back: systemd.syntax(7) for the quotes, systemd.unit(5) for `%`, systemd.service(5) for `$`.
fn quoted(text: impl AsRef<std::ffi::OsStr>) -> String {
    let text = text
        .as_ref()
        .to_string_lossy()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    let plain = |c: char| c.is_alphanumeric() || "/._-=:%$,[]".contains(c);
    if text.chars().all(plain) { text } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(config: &Config, executable: &str, data: &str) -> Vec<String> {
        let unit = unit(config, Path::new(executable), Path::new(data), None, "hearth");
        unit.lines().map(str::to_owned).collect()
    }

    fn has(unit: &[String], line: &str) -> bool {
        unit.iter().any(|has| has == line)
    }

    #[test]
    fn a_folder_below_var_lib_is_made_by_systemd_and_another_one_is_opened_for_writing() {
        let unit = made(&Config::default(), "/usr/local/bin/hearth", "/var/lib/hearth");
        assert!(has(&unit, "ExecStart=/usr/local/bin/hearth serve --data /var/lib/hearth"), "{unit:#?}");
        assert!(has(&unit, "StateDirectory=hearth") && has(&unit, "ProtectHome=yes"));
        let unit = made(&Config::default(), "/usr/local/bin/hearth", "/srv/our place");
        assert!(has(&unit, r#"ExecStart=/usr/local/bin/hearth serve --data "/srv/our place""#), "{unit:#?}");
        assert!(has(&unit, r#"ReadWritePaths="/srv/our place""#));
        assert!(!unit.iter().any(|line| line.starts_with("StateDirectory")));
    }

    #[test]
    fn a_folder_of_backups_elsewhere_is_opened_for_writing_too() {
        let mut config = Config::default();
        config.backup_dir = Some("/mnt/our backups".into());
        let unit = made(&config, "/hearth", "/var/lib/hearth");
        assert!(has(&unit, r#"ReadWritePaths="-/mnt/our backups""#), "{unit:#?}");
    }

    #[test]
    fn what_lies_in_a_home_can_still_be_read() {
        assert!(has(&made(&Config::default(), "/home/ana/hearth", "/var/lib/hearth"), "ProtectHome=read-only"));
    }

    #[test]
    fn only_a_low_port_leaves_a_capability() {
        let mut config = Config::default();
        config.listen = "0.0.0.0:443".parse().unwrap();
        assert!(has(&made(&config, "/hearth", "/data"), "AmbientCapabilities=CAP_NET_BIND_SERVICE"));
        let unit = made(&Config::default(), "/hearth", "/data");
        assert!(has(&unit, "CapabilityBoundingSet=") && !unit.iter().any(|line| line.starts_with("Ambient")));
    }

    #[test]
    fn what_systemd_would_replace_is_doubled() {
        assert_eq!(quoted("/srv/100%/$HOME"), "/srv/100%%/$$HOME");
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
    }
}
