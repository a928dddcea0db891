//! The client in the README, run by Node where it is installed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{MESSAGES, Talk};

/// The client as it stands in the README: the one block of JavaScript there.
fn client() -> &'static str {
    let readme = include_str!("../../../README.md");
    let mut blocks = readme.split("\n```js\n").skip(1);
    let (block, _) = blocks.next().unwrap().split_once("\n```\n").unwrap();
    assert!(blocks.next().is_none(), "which block of JavaScript is the client?");
    block
}

/// What Node has to be told to have WebSockets; `None` where there is no Node that has them.
fn node() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&[], &["--experimental-websocket"]];
    WAYS.into_iter().find(|flags| {
        let look = ["-e", "process.exit(typeof WebSocket === 'function' ? 0 : 1)"];
        let looked = Command::new("node").args(*flags).args(look).stderr(Stdio::null()).status();
        looked.is_ok_and(|status| status.success())
    })
}

fn numbers(seen: &Value) -> Vec<u64> {
    seen.as_array().unwrap().iter().map(|event| event[0].as_u64().unwrap()).collect()
}

#[test]
fn the_client_of_the_readme_loses_and_doubles_nothing_while_the_server_is_killed() {
    let Some(flags) = node() else {
        println!("skipped: there is no Node with WebSockets here");
        return;
    };
    let mut talk = Talk::begin();
    let scripts = tempfile::tempdir().unwrap();
    fs::write(scripts.path().join("hearth-chat.mjs"), client()).unwrap();
    fs::write(scripts.path().join("driver.mjs"), include_str!("driver.mjs")).unwrap();
    let (url, tokens) = (format!("http://{}", talk.address), &talk.tokens);
    let settings = json!({"url": url, "talk": talk.id, "tokens": tokens, "messages": MESSAGES});
    let mut node = Command::new("node");
    let node = node.args(flags).arg("--no-warnings").arg("driver.mjs").arg(settings.to_string());
    let mut node = node.current_dir(scripts.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();

    let mut output = BufReader::new(node.stdout.take().unwrap()).lines();
    let mut answered = 0;
    talk.kill_and_restart(|enough| {
        while answered < enough && output.next().is_some_and(|line| line.is_ok()) {
            answered += 1;
        }
    });
    answered += output.count();
    let mut complaint = String::new();
    node.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert!(node.wait().unwrap().success() && answered == 2 * MESSAGES, "after {answered} answers: {complaint}");

    let result: Value = serde_json::from_slice(&fs::read(scripts.path().join("result.json")).unwrap()).unwrap();
    let log = talk.check(&[0, 1].map(|person| result["people"][person]["told"].as_array().unwrap().clone()));
    let log: Vec<_> = log.iter().map(|event| json!([event["seq"], event["id"]])).collect();
    for person in result["people"].as_array().unwrap() {
        assert!(person["seen"] == json!(log), "each event once, and in order");
        assert!(person["asked"].as_u64().unwrap() > 1, "a token is asked for whenever it comes back");
    }
    let all: Vec<u64> = (1..=2 * MESSAGES as u64).collect();
    let [new, behind, lost] = [0, 1, 2].map(|late| numbers(&result["late"][late]["seen"]));
    assert_eq!(new, all, "who has seen nothing gets everything");
    assert_eq!(behind, all[7..], "who is far behind pages, and goes on from where they were");
    assert_eq!(lost, all, "who comes with the cursors of another history begins anew");
    assert_eq!((&result["refused"], &result["ended"]), (&json!("validation_failed"), &json!(4500)));
}
