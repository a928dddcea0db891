//! Backups: what comes back is what there was, by schedule and over HTTP.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_web::web::block;
use hearth::app::App;
use hearth::backup::restore::restore;
use hearth::backup::{self, Made, MadeBy, Wish, list, verify};
use hearth::clock::Timestamp;
use hearth::config::Config;
use hearth::demo;
use hearth::store::snapshot::{Item, Reader};
use hearth::store::{Store, catalog};
use serde_json::{Value, json};

use crate::actor::text;
use crate::community::Community;

const DAY: Duration = Duration::from_secs(24 * 3600);

type Records = BTreeMap<(String, Vec<u8>), Vec<u8>>;

/// Every record of a store, but for what a restore changes.
fn records(store: &Store) -> Records {
    let mut bytes = Vec::new();
    store.snapshot(&mut bytes, &mut |_, _| {}).unwrap();
    let mut reader = Reader::new(catalog::HEARTH, &bytes[..]).unwrap();
    let mut records = Records::new();
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Record { table, key, value } => records.insert((table.into(), key), value),
            Item::Change(change) => match change.value {
                Some(value) => records.insert((change.tree.into(), change.key), value),
                None => records.remove(&(change.tree.into(), change.key)),
            },
        };
    }
    records.retain(|(table, _), _| table != "timeline");
    records
}

async fn made(community: &Community, wish: Wish) -> Made {
    let waiting = backup::in_background(community.app().clone().into_inner(), wish, |_, _| {}).unwrap();
    waiting.await.unwrap().unwrap()
}

fn by_hand() -> Wish {
    Wish { to: None, secrets: true, made_by: MadeBy::Hand }
}

fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A backup of an opened data folder, and the folder that it becomes.
fn there_and_back(app: App, to: &Path) -> (Records, PathBuf, App) {
    let app = std::sync::Arc::new(app);
    let waiting = backup::in_background(app.clone(), by_hand(), |_, _| {}).unwrap();
    let made = waiting.blocking_recv().unwrap().unwrap();
    let before = records(&app.store);
    app.close();
    let verified = verify(&made.path, false, &mut |_, _| {}).unwrap();
    assert_eq!(verified.report.unwrap().problems, 0);
    restore(&made.path, to, false, Timestamp::from_millis(0), &mut |_, _| {}).unwrap();
    (before, made.path, App::open(&Config::new(to)).unwrap())
}

#[actix_web::test]
async fn a_restored_backup_is_the_same_store_and_so_is_a_backup_of_that() {
    let community = Community::start().await;
    demo::fill(community.app()).await.unwrap();
    community.tidy().await;
    let dir = tempfile::tempdir().unwrap();
    let data = community.app().backups.dir().parent().unwrap().to_owned();
    put(&data.join("media/ab/one.jpg"), b"one");
    put(&data.join("media/two"), b"");
    put(&data.join("media/.unfinished"), b"half");
    let epoch = community.app().hub.epoch().to_owned();
    community.close_store().await;
    let (first, second) = (dir.path().join("first"), dir.path().join("second"));
    let check = move || {
        let app = App::open(&Config::new(&data)).unwrap();
        let (before, _, app) = there_and_back(app, &first);
        assert!(before.len() > 1000, "{}", before.len());
        assert!(records(&app.store) == before, "the first is another");
        assert_ne!(app.hub.epoch(), epoch);
        let once = app.hub.epoch().to_owned();
        let (before_again, _, app) = there_and_back(app, &second);
        assert!(records(&app.store) == before && before_again == before, "the second is another");
        assert!(app.hub.epoch() != epoch && app.hub.epoch() != once);
        for restored in [&first, &second] {
            assert_eq!(fs::read(restored.join("media/ab/one.jpg")).unwrap(), b"one");
            assert_eq!(fs::read(restored.join("media/two")).unwrap(), b"");
            assert!(!restored.join("media/.unfinished").exists());
            let key = "secrets/signing.key";
            assert_eq!(fs::read(restored.join(key)).unwrap(), fs::read(data.join(key)).unwrap());
        }
        app.close();
    };
    block(check).await.unwrap();
}

#[actix_web::test]
async fn only_an_admin_may_see_make_or_take_backups() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for (path, nobody) in [("/backups", community.anonymous()), ("/backups/x.tar", community.anonymous())] {
        nobody.get(path).await.assert_problem(401, "authentication_required");
        ana.get(path).await.assert_problem(403, "forbidden");
    }
    ana.post_nothing("/backups").await.assert_problem(403, "forbidden");
    assert!(!community.app().backups.dir().exists());
}

#[actix_web::test]
async fn an_admin_makes_lists_and_downloads_a_backup() {
    let community = Community::start().await;
    let admin = community.admin().await;
    assert_eq!(admin.get("/backups").await.expect(200), json!({"items": [], "under_way": null}));
    assert_eq!(admin.post_nothing("/backups").await.expect(202)["since"], "2026-11-23T08:11:00.000Z");
    let listed = loop {
        let listed = admin.get("/backups").await.expect(200);
        if listed["under_way"].is_null() {
            break listed;
        }
        actix_web::rt::time::sleep(Duration::from_millis(2)).await;
    };
    let item = &listed["items"][0];
    assert_eq!((&item["name"], &item["damage"]), (&json!("hearth-20261123-081100Z.tar"), &Value::Null));
    assert_eq!((&item["about"]["scheduled"], &item["about"]["secrets"]), (&json!(false), &json!(true)));
    let answer = admin.get("/backups/hearth-20261123-081100Z.tar").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let disposition = answer.header("content-disposition");
    assert_eq!(disposition, Some("attachment; filename=\"hearth-20261123-081100Z.tar\""));
    let stored = fs::read(community.app().backups.dir().join("hearth-20261123-081100Z.tar")).unwrap();
    assert!((answer.status, &answer.body[..]) == (200, &stored[..]));
    assert_eq!(item["bytes"], stored.len());
}

#[actix_web::test]
async fn no_name_leads_out_of_the_folder_of_backups() {
    let community = Community::start().await;
    let admin = community.admin().await;
    let made = made(&community, by_hand()).await;
    let dir = community.app().backups.dir().to_owned();
    put(&dir.parent().unwrap().join("outside.tar"), b"x");
    std::os::unix::fs::symlink("/etc/passwd", dir.join("link.tar")).unwrap();
    put(&dir.join(".hidden.tar"), b"x");
    for name in [
        "missing.tar",
        "..%2foutside.tar",
        "%2e%2e%2foutside.tar",
        "..%2f..%2fsecrets%2fsigning.key",
        "link.tar",
        ".hidden.tar",
        "%00.tar",
        "signing.key",
        "..%5coutside.tar",
    ] {
        let answer = admin.get(&format!("/backups/{name}")).await;
        assert_eq!(answer.status, 404, "{name}");
    }
    admin.get("/backups/missing.tar").await.assert_problem(404, "backup_not_found");
    let name = made.path.file_name().unwrap().to_str().unwrap();
    assert_eq!(admin.get(&format!("/backups/{name}")).await.status, 200);
    assert_eq!(admin.get("/backups").await.expect(200)["items"].as_array().unwrap().len(), 1, "no link is listed");
}

#[actix_web::test]
async fn there_is_one_at_a_time() {
    let community = Community::start().await;
    let admin = community.admin().await;
    // A slow one: it waits at its first step.
    let (go_on, gate) = std::sync::mpsc::channel::<()>();
    let app = community.app().clone().into_inner();
    let waiting = backup::in_background(app, by_hand(), move |_, _| gate.recv().unwrap_or_default()).unwrap();
    admin.post_nothing("/backups").await.assert_problem(409, "backup_running");
    assert!(!admin.get("/backups").await.expect(200)["under_way"].is_null());
    drop(go_on);
    waiting.await.unwrap().unwrap();
    admin.post_nothing("/backups").await.expect(202);
}

async fn due(community: &Community, schedule: &str, keep: &str) -> Option<String> {
    let app = community.app().clone().into_inner();
    let made = backup::when_due(&app, schedule.parse().unwrap(), &keep.parse().unwrap()).await.unwrap();
    made.map(|made| made.path.file_name().unwrap().to_str().unwrap().to_owned())
}

fn names(community: &Community) -> Vec<String> {
    list(community.app().backups.dir()).unwrap().into_iter().map(|listed| listed.name).collect()
}

#[actix_web::test]
async fn the_schedule_makes_one_a_day_and_removes_only_its_own() {
    let community = Community::start().await;
    let (schedule, keep) = ("daily 03:30", "2");
    let by_hand = made(&community, by_hand()).await.path;
    assert_eq!(due(&community, schedule, keep).await.as_deref(), Some("hearth-20261123-081100Z-scheduled.tar"));
    assert_eq!(due(&community, schedule, keep).await, None);
    community.later(DAY / 2);
    assert_eq!(due(&community, schedule, keep).await, None, "it is not 03:30 yet");
    // One that only looks as if it were the schedule's, and one that is not whole.
    let dir = community.app().backups.dir().to_owned();
    fs::copy(&by_hand, dir.join("hearth-20200101-033000Z-scheduled.tar")).unwrap();
    put(&dir.join("hearth-20200102-033000Z-scheduled.tar"), b"half");
    for _ in 0..4 {
        community.later(DAY);
        assert!(due(&community, schedule, keep).await.is_some());
    }
    let left = names(&community);
    let expected = [
        "hearth-20261127-201100Z-scheduled.tar",
        "hearth-20261126-201100Z-scheduled.tar",
        "hearth-20261123-081100Z.tar",
        "hearth-20200101-033000Z-scheduled.tar",
        "hearth-20200102-033000Z-scheduled.tar",
    ];
    assert_eq!(left, expected);
    // Off for weeks, and then only one.
    community.later(DAY * 30);
    assert!(due(&community, schedule, keep).await.is_some());
    assert_eq!(due(&community, schedule, keep).await, None);
    community.later(DAY * 30);
    assert_eq!(due(&community, "off", keep).await, None);
}

#[actix_web::test]
async fn what_fails_leaves_nothing_keeps_the_earlier_and_is_measured() {
    let community = Community::start().await;
    let (schedule, keep) = ("hourly", "1");
    let first = due(&community, schedule, keep).await.unwrap();
    let figures = community.app().backups.figures().clone();
    let success = figures.last_success.get();
    assert_eq!((success, figures.failing.get(), figures.failures.get()), (1_795_421_460, 0, 0));
    // A folder that cannot be read as a file is in the way of the copy.
    let media = community.app().backups.dir().parent().unwrap().join("media");
    put(&media, b"not a folder");
    community.later(DAY);
    let app = community.app().clone().into_inner();
    let failed =
        backup::when_due(&app, schedule.parse().unwrap(), &keep.parse().unwrap()).await.unwrap_err().to_string();
    assert!(failed.contains("media"), "{failed}");
    assert_eq!(names(&community), [first], "the earlier one stays, and nothing is half there");
    assert_eq!(fs::read_dir(app.backups.dir()).unwrap().count(), 1);
    assert_eq!((figures.last_success.get(), figures.failing.get(), figures.failures.get()), (success, 1, 1));
    fs::remove_file(&media).unwrap();
    assert!(due(&community, schedule, keep).await.is_some());
    let metrics = text(&Value::from(community.anonymous().at_root().get("/metrics").await.text()));
    for line in ["hearth_backup_failing 0", "hearth_backup_failures_total 1"] {
        assert!(metrics.contains(line), "{line}");
    }
    let now = format!("hearth_backup_last_success_timestamp_seconds {}", success + 24 * 3600);
    assert!(metrics.contains(&now), "{metrics}");
}
