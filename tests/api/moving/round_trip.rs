//! What goes out comes in again, and is the same.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use actix_web::web::block;
use hearth::portable::{KINDS, LEFT_OUT};
use hearth::store::{Read, Store, catalog};
use serde_json::{Value, json};

use super::{assert_agrees, export, export_of, files, import, lively, pictures};
use crate::community::PASSWORD;

fn timeline(store: &Store) -> hearth::chat::Timeline {
    hearth::chat::Timeline::clone(&store.get::<hearth::chat::Timeline>(&0).unwrap().unwrap())
}

#[actix_web::test]
async fn an_export_that_is_imported_gives_the_same_bytes() {
    let community = lively::community().await;
    community.tidy().await;
    let app = community.app().clone();
    let (first, second, manifest) = block(move || {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let exported = export(&app, &place("first"));
        assert_eq!((exported.left_out, exported.lines.len()), (0, KINDS.len()), "{exported:?}");
        let store = import(&place("first"), &place("data/store")).unwrap();
        assert_agrees(&store);
        export_of(&store, &pictures(&place("data/store")), &place("second"));
        let (before, after) = (timeline(&app.store), timeline(&store));
        assert_eq!(after.position, before.position, "what happens next comes after everything");
        assert_ne!(after.epoch, before.epoch, "a device that knew the old server starts anew");
        store.close();
        let [one, other] = ["first", "second"].map(|export| {
            let mut files: Vec<_> =
                fs::read_dir(place(export).join("media")).unwrap().map(|file| file.unwrap()).collect();
            files.sort_by_key(std::fs::DirEntry::file_name);
            files.iter().map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect::<Vec<_>>()
        });
        assert!(one.len() >= 5 && one == other, "the same pictures");
        let manifest = fs::read_to_string(place("first").join("manifest.json")).unwrap();
        (files(&place("first")), files(&place("second")), manifest)
    })
    .await
    .unwrap();
    for (name, lines) in &first {
        assert!(!lines.is_empty(), "{name} is empty, so nothing is shown by it");
        assert_eq!(lines, &second[name], "{name}");
    }
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((&manifest["format"], &manifest["version"]), (&json!("hearth-export"), &json!(1)));
    assert!(manifest["confidential"].as_str().unwrap().contains("who wrote anonymous posts"));
    assert_eq!(manifest["kinds"]["posts"]["lines"], json!(first["posts.jsonl"].lines().count()));
}

#[actix_web::test]
async fn what_a_deletion_left_behind_is_left_out_and_said() {
    let community = lively::community().await;
    let app = community.app().clone();
    block(move || {
        let folder = tempfile::tempdir().unwrap();
        let exported = export(&app, &folder.path().join("export"));
        assert!(exported.left_out > 0 && exported.described[0].contains("is not in"), "{exported:?}");
        let store = import(&folder.path().join("export"), &folder.path().join("store")).unwrap();
        assert_agrees(&store);
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn an_export_is_for_its_owner_alone_and_never_overwrites() {
    let community = lively::community().await;
    let app = community.app().clone();
    block(move || {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("export");
        export(&app, &to);
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&to), 0o700);
        for file in fs::read_dir(&to).unwrap().chain(fs::read_dir(to.join("media")).unwrap()) {
            let path = file.unwrap().path();
            assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 });
        }
        let again = hearth::portable::export(&app.store, app.media.files(), &to, app.clock.now(), &mut |_, _| {});
        assert!(again.unwrap_err().to_string().contains("is there already: name another folder with --to"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    })
    .await
    .unwrap();
}

#[test]
fn every_table_is_exported_or_left_out_for_a_reason() {
    for table in catalog::HEARTH.0 {
        let exported = KINDS.iter().any(|kind| kind.name() == table.name());
        let left_out = LEFT_OUT.iter().any(|(name, why)| *name == table.name() && !why.is_empty());
        let rule = "add it to KINDS in src/portable/kinds.rs, with its wire form in its slice, or to LEFT_OUT";
        assert!(exported != left_out, "{}: {rule}", table.name());
    }
    let gone = LEFT_OUT.iter().filter(|(name, _)| catalog::HEARTH.0.iter().all(|table| table.name() != *name));
    assert_eq!(gone.count(), 0);
}

#[actix_web::test]
async fn an_imported_community_goes_on() {
    let mut community = lively::community().await;
    community.tidy().await;
    let ana = community.anonymous();
    let log_in = json!({"email": "ana@example.org", "password": PASSWORD});
    let before = ana.post("/auth/login", &log_in).await.expect(200);
    let feed = ana.get("/posts?sort=hot").await.expect(200);
    community.replace_with_its_export().await;
    let after = ana.post("/auth/login", &log_in).await.expect(200);
    assert_eq!(before["user"], after["user"]);
    assert_eq!(ana.get("/posts?sort=hot").await.expect(200), feed);
    // Those who were signed in are so no more.
    ana.signed_in(&before).get("/me").await.expect(401);
    let ana = ana.signed_in(&after);
    let conversations = ana.get("/conversations").await.expect(200);
    let group = &conversations["items"][0];
    let id = group["id"].as_str().unwrap();
    let said = json!({"client_id": "after", "text": "Still here"});
    let event = ana.post(&format!("/conversations/{id}/messages"), &said).await.expect(201);
    assert_eq!(event["seq"].as_u64(), group["last_seq"].as_u64().map(|seq| seq + 1));
    let banned = json!({"email": "ben@example.org", "password": PASSWORD});
    assert_eq!(community.anonymous().post("/auth/login", &banned).await.expect(403)["code"], "banned");
    community.tidy().await;
}
