//! `hearth export` and `hearth import`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;

use super::{Ran, folder_with_posts};
use crate::client::{Request, Server};

const WARNING: &str =
    "Confidential: it holds password hashes, e-mail addresses, private messages and who wrote anonymously.\n";

/// Exports the data folder `data` to `to`.
fn export(folder: &Path, data: &str, to: &str) -> Ran {
    let ran = Ran::new(folder, &["export", "--data", data, "--to", to]);
    assert_eq!((ran.status, ran.complaint.as_str()), (Some(0), WARNING), "{ran:?}");
    ran
}

#[test]
fn a_community_moves_to_another_folder_and_is_the_same() {
    let folder = folder_with_posts(3);
    let path = folder.path();
    assert!(export(path, "data", "out").output.contains("3 posts\n"));
    let imported = Ran::new(path, &["import", "out", "--data", "new"]).succeeded();
    assert!(imported.contains("everything agrees") && imported.contains("3 posts\n"), "{imported}");
    assert!(Ran::new(path, &["check", "--data", "new"]).succeeded().contains("everything agrees"));
    export(path, "new", "again");
    for name in ["accounts", "posts", "post_revisions", "categories"] {
        let read = |dir: &str| fs::read_to_string(path.join(dir).join(format!("{name}.jsonl"))).unwrap();
        assert!(!read("out").is_empty());
        assert_eq!(read("out"), read("again"));
    }
    assert_eq!(fs::metadata(path.join("out")).unwrap().permissions().mode() & 0o777, 0o700);
    let one = Ran::new(path, &["export", "--data", "new", "--only", "posts"]).succeeded();
    assert_eq!(one, fs::read_to_string(path.join("out/posts.jsonl")).unwrap());
    // Whoever is there already stays.
    let again = Ran::new(path, &["import", "out", "--data", "new"]);
    again.failed(1, &["there is a community in", "--data another folder"]);
    fs::rename(path.join("data"), path.join("old")).unwrap();
    fs::rename(path.join("new"), path.join("data")).unwrap();
    let server = Server::start(path, &[]);
    let log_in = json!({"email": "ana@example.org", "password": "correct horse battery"});
    server.ask(&Request::new("POST", "/api/v1/auth/login").json(log_in)).expect(200);
    Ran::new(path, &["export"]).failed(1, &["another hearth (process", "stop it first"]);
    Ran::new(path, &["import", "out"]).failed(1, &["another hearth (process", "stop it first"]);
}

#[test]
fn a_refused_import_says_where_and_leaves_nothing() {
    let folder = folder_with_posts(1);
    let path = folder.path();
    export(path, "data", "out");
    let posts = path.join("out/posts.jsonl");
    fs::write(&posts, format!("{}{{\"id\":1}}\n", fs::read_to_string(&posts).unwrap())).unwrap();
    let refused = Ran::new(path, &["import", "out", "--data", "new"]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.complaint.contains("posts.jsonl:2: ") && refused.complaint.contains("SHA-256"), "{refused:?}");
    assert_eq!(fs::read_dir(path.join("new")).unwrap().count(), 0);
    Ran::new(path, &["import", "nothing", "--data", "new"]).failed(1, &["manifest.json", "--mongodb"]);
    assert_eq!(Ran::new(path, &["import"]).status, Some(2));
}

#[test]
fn a_dump_of_mongodb_becomes_a_community_into_which_its_people_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("dump")).unwrap();
    let hash = bcrypt::hash("as it was there", 4).unwrap();
    let users = format!(
        r#"{{"_id":{{"$oid":"65a0f0c00000000000000001"}},"name":"Ana","email":"Ana@example.org","password":"{hash}"}}"#
    );
    fs::write(path.join("dump/users.json"), users).unwrap();
    let posts = r#"[{"_id":"p1","title":"Moved","author":"65a0f0c00000000000000001","likes":3}, {"title":"No id"}]"#;
    fs::write(path.join("dump/posts.json"), posts).unwrap();
    let moved = Ran::new(path, &["import", "--mongodb", "dump"]).succeeded();
    for part in ["1 posts\n", "Skipped:", "1 posts: it has no _id", "Mended:", "not who", "import-report.jsonl"] {
        assert!(moved.contains(part), "{part}: {moved}");
    }
    assert_eq!(fs::read_to_string(path.join("import-report.jsonl")).unwrap().lines().count(), 2);
    let server = Server::start(path, &[]);
    for _ in 0..2 {
        let log_in = json!({"email": "ana@example.org", "password": "as it was there"});
        server.ask(&Request::new("POST", "/api/v1/auth/login").json(log_in)).expect(200);
    }
    let posts = server.ask(&Request::new("GET", "/api/v1/posts")).expect(200);
    assert_eq!((&posts["items"][0]["title"], &posts["items"][0]["author"]["handle"]), (&json!("Moved"), &json!("ana")));
}
