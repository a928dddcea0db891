//! `hearth invite`, and the links that let somebody in.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{create, newcomer};
use crate::client::Server;
use crate::{Ran, printed, stopped};

/// The rest of the line that begins with `name`.
fn told(output: &str, name: &str) -> String {
    output.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{output}")).trim().to_owned()
}

/// Whether any file below `folder` holds `text`.
fn is_written(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return is_written(&path, text);
        }
        fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    })
}

#[test]
fn an_invite_made_with_the_server_or_without_lets_in_and_its_code_is_stored_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    let options = ["--registration", "invite", "--public-url", "https://hearth.example.org"];
    let before =
        Ran::new(folder.path(), &["invite", "create", "--note", "the choir", "--public-url", options[3]]).succeeded();
    let server = Server::start(folder.path(), &options);
    let during = Ran::new(folder.path(), &["invite", "create", "--uses", "2", "--expires", "3"]).succeeded();
    assert!(during.contains("Good for 2 accounts until "), "{during}");
    assert_eq!(server.ask(&newcomer("eve", &json!({}))).expect(403)["code"], "invite_required");
    for (output, handles) in [(&before, &["ana"][..]), (&during, &["ben", "cyd"])] {
        let code = told(output, "code  ");
        assert_eq!(told(output, "link  "), format!("https://hearth.example.org/#invite={code}"));
        for handle in handles {
            assert_eq!(server.ask(&newcomer(handle, &json!({"invite": code}))).expect(201)["user"]["role"], "member");
        }
        assert_eq!(server.ask(&newcomer("eve", &json!({"invite": code}))).expect(403)["code"], "invalid_invite");
    }
    let third = Ran::new(folder.path(), &["invite", "create"]).succeeded();
    let (code, id) = (told(&third, "code  "), told(&third, "id    "));
    Ran::new(folder.path(), &["invite", "revoke", &id]).succeeded();
    assert_eq!(server.ask(&newcomer("eve", &json!({"invite": code}))).expect(403)["code"], "invalid_invite");
    Ran::new(folder.path(), &["invite", "revoke", &id]).failed(1, &["no invite with this id"]);
    let listed = Ran::new(folder.path(), &["invite", "list"]).succeeded();
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].contains("closed  2 of 2 accounts made") && lines[1].ends_with("the choir"), "{listed}");
    stopped(server);
    assert_eq!(Ran::new(folder.path(), &["invite", "list"]).succeeded(), listed);
    for output in [&before, &during, &third] {
        let code = told(output, "code  ");
        assert!(!is_written(folder.path(), &code) && !is_written(folder.path(), &code.replace('-', "")), "{code}");
    }
    assert!(is_written(folder.path(), "the choir"), "the search above finds nothing");
    Ran::new(folder.path(), &["check"]).succeeded();
}

#[test]
fn what_an_invite_cannot_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    Ran::new(folder.path(), &["invite", "create", "--uses", "0"]).failed(1, &["uses"]);
    Ran::new(folder.path(), &["invite", "create", "--expires", "4000"]).failed(1, &["expires_in_days"]);
    let unclear = Ran::new(folder.path(), &["invite", "create", "--uses", "many"]);
    assert_eq!(unclear.status, Some(2), "{unclear:?}");
}

#[test]
fn a_server_for_others_prints_a_set_up_link_until_there_is_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let everywhere = Server::start_at("0.0.0.0:0", folder.path(), &[]);
    let port = everywhere.address.port();
    let link = printed(&everywhere, "or open once:");
    let (base, code) = link.split_once("/#setup=").unwrap();
    assert!(base.starts_with("http://") && base.ends_with(&format!(":{port}")) && !base.contains("0.0.0.0"), "{link}");
    assert!(code.len() >= 16, "{link}");
    stopped(everywhere);
    let proxied = ["--public-url", "https://hearth.example.org"];
    let server = Server::start(folder.path(), &proxied);
    let link = printed(&server, "or open once:");
    let (base, code) = link.split_once("/#setup=").unwrap();
    assert_eq!(base, "https://hearth.example.org");
    let from_afar =
        |handle, code| newcomer(handle, &json!({"setup_code": code})).header("x-forwarded-for", "203.0.113.7");
    assert_eq!(server.ask(&from_afar("ada", code)).expect(201)["user"]["role"], "admin");
    assert_eq!(server.ask(&from_afar("eve", code)).expect(201)["user"]["role"], "member", "it is good for once");
    assert!(!server.log().contains(code), "a secret is in no log: {}", server.log());
    stopped(server);
    assert!(!stopped(Server::start(folder.path(), &proxied)).contains("#setup="));
}
