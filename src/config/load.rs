//! Bringing the sources together, and saying clearly what is wrong in them.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Config, SETTINGS, Secret, Setting, Source, file};

/// The file that is read where no other is named.
const FILE: &str = "hearth.toml";

/// What the command line gives.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The settings' keys and what their flags were set to.
    pub flags: Vec<(&'static str, String)>,
    /// The file to read in the place of `hearth.toml`.
    pub file: Option<PathBuf>,
}

/// Why there are no settings; each message is one line that says what to change.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value cannot be what it is.
    #[error("{key} cannot be {value:?} (from {source_name}): it must be {right}")]
    Value {
        /// The setting.
        key: &'static str,
        /// Its value as it was written.
        value: String,
        /// Where it was written.
        source_name: Source,
        /// What would be right.
        right: String,
    },
    /// A variable is not text.
    #[error("{key} cannot be read from {variable}: it is not UTF-8")]
    NotText {
        /// The setting.
        key: &'static str,
        /// The variable.
        variable: String,
    },
    /// The file has a key that is none.
    #[error(
        "{}: there is no setting {key:?}{}", path.display(),
        nearest.map_or_else(|| "; `hearth config print` lists them".into(), |key| format!("; did you mean {key}?"))
    )]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key as it was written.
        key: String,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The file is not TOML.
    #[error("{} line {line}: {message}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The file cannot be read.
    #[error("{}: {cause}; name another one with --config, or leave that out", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
}

impl Config {
    /// The settings from `given`, the environment, the file, and the defaults.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn load(given: &Given) -> Result<Self, ConfigError> {
        Self::load_with(given, |variable| std::env::var_os(variable))
    }

    /// As [`Config::load`], with another environment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn load_with(given: &Given, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        let path = given.file.as_deref().unwrap_or(Path::new(FILE));
        let file = file::read(path, given.file.is_some())?;
        // Only the variables of settings are looked at: others may be called HEARTH_… too (Kubernetes makes some).
        for setting in SETTINGS {
            if let Some(text) = value_of(&file, setting) {
                config.put(setting, text, Source::File(path.to_owned()))?;
            }
            if let Some(text) = variable(&setting.variable()) {
                let not_text = |_| ConfigError::NotText { key: setting.key, variable: setting.variable() };
                config.put(setting, &text.into_string().map_err(not_text)?, Source::Variable(setting.variable()))?;
            }
            if let Some(text) = value_of(&given.flags, setting) {
                config.put(setting, text, Source::Flag(format!("--{}", setting.flag())))?;
            }
        }
        Ok(config)
    }

    /// Sets one setting; a secret is not in the error either.
    fn put(&mut self, setting: &Setting, text: &str, source: Source) -> Result<(), ConfigError> {
        (setting.set)(self, text).map_err(|right| ConfigError::Value {
            key: setting.key,
            value: if setting.is_secret { Secret::DOTS } else { text }.to_owned(),
            source_name: source.clone(),
            right,
        })?;
        self.sources.insert(setting.key, source);
        Ok(())
    }
}

fn value_of<'a>(values: &'a [(&'static str, String)], setting: &Setting) -> Option<&'a str> {
    values.iter().find(|(key, _)| *key == setting.key).map(|(_, text)| text.as_str())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Registration;
    use crate::store::Durability;

    /// What comes of a file, variables and flags.
    fn load(toml: &str, variables: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hearth.toml");
        fs::write(&file, toml).unwrap();
        let flags = flags.iter().map(|(key, text)| (*key, (*text).to_owned())).collect();
        let given = Given { flags, file: Some(file) };
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).into());
        let in_file = format!("{}/", dir.path().display());
        Config::load_with(&given, variable).map_err(|error| error.to_string().replace(&in_file, ""))
    }

    #[test]
    fn flag_beats_variable_beats_file_beats_default() {
        let toml = "cache_mb = 1\nworkers = 2\npublic_read = false";
        let variables = [("HEARTH_CACHE_MB", "3"), ("HEARTH_WORKERS", "4")];
        let config = load(toml, &variables, &[("cache_mb", "5")]).unwrap();
        assert_eq!((config.cache_mb, config.workers, config.public_read), (5, 4, false));
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        let sources = ["cache_mb", "workers", "public_read", "listen"].map(|key| config.source(key));
        assert_eq!(sources[0].to_string(), "--cache-mb");
        assert_eq!(sources[1].to_string(), "HEARTH_WORKERS");
        assert!(matches!(&sources[2], Source::File(path) if path.ends_with("hearth.toml")));
        assert_eq!(sources[3], Source::Default);
    }

    #[test]
    fn every_kind_of_value_can_be_set_in_the_file() {
        let toml = r#"
            listen = "[::]:0"
            data = "/srv/hearth"
            public_url = "https://hearth.example.org/"
            allowed_origins = ["https://App.Example.org/", "http://localhost:3000"]
            public_read = false
            registration = "closed"
            allowed_email_domains = ["Example.org", "example.com"]
            durability = "relaxed"
            cache_mb = 512
            workers = 7
            metrics_token = "long-random-text-17"
        "#;
        let config = load(toml, &[], &[]).unwrap();
        assert_eq!(config.listen.to_string(), "[::]:0");
        assert_eq!(config.data, Path::new("/srv/hearth"));
        assert_eq!(config.public_url.as_deref(), Some("https://hearth.example.org"));
        assert_eq!(config.allowed_origins, ["https://app.example.org", "http://localhost:3000"]);
        assert_eq!(config.registration, Registration::Closed);
        assert_eq!(config.allowed_email_domains, ["example.org", "example.com"]);
        assert!(config.metrics_token.as_ref().is_some_and(|token| token.is("long-random-text-17")));
        assert_eq!(config.store_options().durability, Durability::Relaxed);
        assert_eq!(config.store_options().cache_bytes, 512 * 1024 * 1024);
    }

    #[test]
    fn each_wrong_value_is_one_line_with_key_value_source_and_what_is_right() {
        let wrong = [
            ("listen", "8080", "it must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080"),
            ("data", "", "it must be the path of a folder"),
            ("public_url", "hearth.org", "it must be a URL of scheme and host, such as https://hearth.example.org"),
            ("public_url", "http://a/b", "it must be a URL of scheme and host, such as https://hearth.example.org"),
            ("public_read", "yes", "it must be true or false"),
            ("registration", "friends", "it must be open, invite or closed"),
            ("durability", "none", "it must be synced or relaxed"),
            ("cache_mb", "0", "it must be a whole number from 1 to 1048576"),
            ("workers", "-1", "it must be a whole number from 1 to 256"),
            ("rate_limit", "true", "it must be on or off"),
        ];
        for (key, value, right) in wrong {
            let variable = format!("HEARTH_{}", key.to_uppercase());
            let error = load("", &[(&variable, value)], &[]).unwrap_err();
            assert_eq!(error, format!("{key} cannot be {value:?} (from {variable}): {right}"));
        }
        for value in ["*", "app.example.org", "https://app.example.org/path", "https://app.example.org,"] {
            let error = load("", &[("HEARTH_ALLOWED_ORIGINS", value)], &[]).unwrap_err();
            assert!(error.contains("it must be origins of scheme and host with commas between them"), "{error}");
        }
        let error = load("", &[], &[("allowed_email_domains", "a@b\nc")]).unwrap_err();
        assert_eq!(error.lines().count(), 1);
        assert!(error.contains("(from --allowed-email-domains)"), "{error}");
        let error = load("[listen]\nport = 1", &[], &[]).unwrap_err();
        assert!(error.starts_with("listen cannot be") && error.contains("(from hearth.toml)"), "{error}");
    }

    #[test]
    fn a_secret_is_shown_nowhere() {
        for wrong in ["hunter2", "hunter2 and some blanks", "hunter2-with-ä-in-it"] {
            let error = load("", &[("HEARTH_METRICS_TOKEN", wrong)], &[]).unwrap_err();
            assert!(error.starts_with("metrics_token cannot be ") && !error.contains("hunter2"), "{error}");
        }
        let config = load("", &[], &[("metrics_token", "hunter2hunter2hunter2")]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(SETTINGS.iter().all(|setting| !setting.value(&config).contains("hunter2")));
        assert!(load("metrics_token = \"\"", &[], &[]).unwrap().metrics_token.is_none());
    }

    #[test]
    fn a_wrong_value_is_told_even_where_another_source_has_a_right_one() {
        assert!(load("workers = 0", &[], &[("workers", "2")]).is_err());
    }

    #[test]
    fn unknown_keys_and_broken_toml_are_told_with_their_place() {
        let error = load("lisen = \"127.0.0.1:1\"", &[], &[]).unwrap_err();
        assert_eq!(error, "hearth.toml: there is no setting \"lisen\"; did you mean listen?");
        let error = load("colour = 1", &[], &[]).unwrap_err();
        assert_eq!(error, "hearth.toml: there is no setting \"colour\"; `hearth config print` lists them");
        let error = load("workers = 1\n\ncache_mb = = 3", &[], &[]).unwrap_err();
        assert!(error.starts_with("hearth.toml line 3: ") && error.lines().count() == 1, "{error}");
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let given = Given { flags: Vec::new(), file: Some("/nowhere/hearth.toml".into()) };
        let error = Config::load_with(&given, |_| None).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/hearth.toml: No such file"), "{error}");
    }

    #[test]
    fn every_default_and_every_example_parses_to_itself() {
        let mut config = Config::default();
        for setting in SETTINGS {
            let default = setting.value(&config);
            for text in [default.as_str(), setting.example] {
                (setting.set)(&mut config, text).unwrap_or_else(|right| panic!("{} = {text}: {right}", setting.key));
                let shown = if setting.is_secret && !text.is_empty() { Secret::DOTS } else { text };
                assert_eq!(setting.value(&config), shown);
            }
        }
    }
}
