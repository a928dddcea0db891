//! What the command line says of itself.

use serde_json::Value;

use super::Ran;

fn help(command: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    Ran::new(folder.path(), &[command, &["--help"]].concat()).succeeded()
}

/// The commands that a help lists.
fn listed(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("Commands:\n") else { return Vec::new() };
    let names = list.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        let name = line.strip_prefix("  ")?.split(' ').next()?;
        (!name.is_empty() && name != "help").then(|| name.to_owned())
    });
    names.collect()
}

#[test]
fn the_help_of_every_command_has_an_example_of_it() {
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = 0;
    while let Some(command) = commands.pop() {
        let words: Vec<_> = command.iter().map(String::as_str).collect();
        let help = help(&words);
        let examples = help.split_once("Examples:").map_or("", |(_, examples)| examples);
        let example = format!("hearth {}", words.join(" "));
        assert!(examples.contains(example.trim_end()), "add an example of `{example}` to its help:\n{help}");
        commands.extend(listed(&help).into_iter().map(|name| [command.clone(), vec![name]].concat()));
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} commands were found");
}

#[test]
fn version_is_the_packages() {
    let folder = tempfile::tempdir().unwrap();
    let version = format!("hearth {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(Ran::new(folder.path(), &["--version"]).succeeded(), version);
}

#[test]
fn a_command_that_is_none_ends_with_2_and_names_the_help() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["srve"][..], &["serve", "--lisen", "127.0.0.1:0"], &["config"], &[]] {
        let ran = Ran::new(folder.path(), args);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(ran.complaint.contains("--help") || ran.complaint.contains("Usage:"), "{ran:?}");
    }
}

#[test]
fn openapi_prints_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let document: Value = serde_json::from_str(&Ran::new(folder.path(), &["openapi"]).succeeded()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    assert!(document["paths"]["/api/v1/posts"]["post"].is_object());
}
