//! The files of pictures: there once for the same bytes, there before anybody knows of them, and gone when nobody does.

use std::fs;
use std::time::Duration;

use actix_web::web::block;
use hearth::backup::{self, Wish};
use hearth::media::{self, Hash};
use serde_json::json;

use super::{any_photo, files};
use crate::actor::text;
use crate::community::Community;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[actix_web::test]
async fn what_is_not_used_within_a_day_is_gone() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let [unused, used] = [ana.picture().await, ana.picture().await];
    ana.publish_as(&json!({"title": "Bread", "categories": ["food"], "images": [used]})).await;
    community.later(DAY - Duration::from_millis(1));
    community.tidy().await;
    let ana = ana.renewed().await;
    assert_eq!(ana.get(&format!("/media/{unused}")).await.status, 200);
    let before = files(&community).len();
    community.later(Duration::from_millis(1));
    community.tidy().await;
    ana.get(&format!("/media/{unused}")).await.assert_problem(404, "media_not_found");
    ana.patch("/me", &json!({"avatar": unused})).await.assert_invalid(&["avatar"]);
    assert_eq!(community.anonymous().get(&format!("/media/{used}")).await.status, 200);
    assert_eq!(files(&community).len() * 2, before, "its files went with it");
}

#[actix_web::test]
async fn the_same_bytes_are_there_once_until_the_last_picture_of_them_goes() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let photo = any_photo();
    let [one, other] = [ana.upload(&photo).await.expect(201), ben.upload(&photo).await.expect(201)];
    assert_ne!(one["id"], other["id"]);
    let shared = files(&community);
    assert!(shared.len() <= 3, "{shared:?}");
    for (who, picture) in [(&ana, &one), (&ben, &other)] {
        who.patch("/me", &json!({"avatar": picture["id"]})).await.expect(200);
    }
    ana.patch("/me", &json!({"avatar": null})).await.expect(200);
    community.tidy().await;
    assert_eq!(files(&community), shared, "Ben still has it");
    assert_eq!(community.anonymous().at_root().get(&text(&other["url"])).await.status, 200);
    ben.patch("/me", &json!({"avatar": null})).await.expect(200);
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn what_is_uploaded_again_while_it_is_cleared_away_is_there_or_was_never_gone() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let photo = any_photo();
    for _ in 0..20 {
        let first = ana.upload(&photo).await.expect(201);
        ana.patch("/me", &json!({"avatar": first["id"]})).await.expect(200);
        ana.patch("/me", &json!({"avatar": null})).await.expect(200);
        let (second, cleared, swept) = futures::join!(
            ana.upload(&photo),
            hearth::housekeeping::tidy(community.app()),
            media::sweep(community.app())
        );
        cleared.unwrap();
        swept.unwrap();
        let second = second.expect(201);
        assert_eq!(ana.at_root().get(&text(&second["url"])).await.status, 200);
        let app = community.app().clone();
        let checked =
            block(move || media::check(&app.store, app.media.files(), &mut |_, _| {})).await.unwrap().unwrap();
        assert_eq!((checked.problems, checked.described), (0, Vec::new()));
    }
}

#[actix_web::test]
async fn files_that_are_held_or_named_are_not_removed() {
    let community = Community::start().await;
    let app = community.app().clone();
    block(move || {
        let bytes = b"not yet named".as_slice();
        let (files, hash) = (app.media.files(), media::hash(bytes));
        let held = files.bring(&[(hash, bytes)]).unwrap();
        let twice = files.bring(&[(hash, bytes)]).unwrap();
        assert!(!files.remove(hash, || Ok(false)).unwrap());
        drop(held);
        assert!(!files.remove(hash, || Ok(false)).unwrap(), "another one still holds it");
        drop(twice);
        assert!(!files.remove(hash, || Ok(true)).unwrap(), "it is named");
        assert!(files.path(hash).exists());
        assert!(files.remove(hash, || Ok(false)).unwrap() && !files.path(hash).exists());
        // One that was cut short is mended by whoever brings it again.
        drop(files.bring(&[(hash, bytes)]).unwrap());
        fs::write(files.path(hash), b"not").unwrap();
        drop(files.bring(&[(hash, bytes)]).unwrap());
        assert_eq!(fs::read(files.path(hash)).unwrap(), bytes);
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn what_a_crash_left_between_a_file_and_its_record_is_swept_away() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let picture = ana.picture().await;
    let named = files(&community);
    let media = community.data().join("media");
    let orphan = media::hash(b"an orphan").to_string();
    fs::create_dir_all(media.join(&orphan[..2])).unwrap();
    fs::write(media.join(&orphan[..2]).join(&orphan), b"an orphan").unwrap();
    fs::write(media.join(format!(".{orphan}")), b"half an orph").unwrap();
    fs::write(media.join("notes.txt"), b"of the operator").unwrap();
    assert_eq!(files(&community).len(), named.len() + 3);
    community.restart().await;
    assert_eq!(media::sweep(community.app()).await.unwrap(), 1);
    let mut left = files(&community);
    left.retain(|path| !path.ends_with("notes.txt"));
    assert_eq!(left, named, "what is not ours stays, what is not finished went at the start");
    assert_eq!(ana.get(&format!("/media/{picture}")).await.status, 200);
}

#[actix_web::test]
async fn a_picture_that_is_removed_while_a_backup_is_made_is_in_the_backup() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let picture = ana.picture().await;
    ana.patch("/me", &json!({"avatar": picture})).await.expect(200);
    let before = files(&community);
    let app = community.app().clone();
    let dir = tempfile::tempdir().unwrap();
    let wish = Wish { to: Some(dir.path().join("one.tar")), secrets: false, made_by: backup::MadeBy::Hand };
    let (told, begun) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let mut stopped = false;
    let made = backup::in_background(app.into_inner(), wish, move |what, _| {
        // The records are in the backup, and the first of the files.
        if what != "media" || stopped {
            return;
        }
        stopped = true;
        told.send(()).unwrap();
        let _ = wait.recv();
    })
    .unwrap();
    block(move || begun.recv().unwrap()).await.unwrap();
    ana.patch("/me", &json!({"avatar": null})).await.expect(200);
    community.tidy().await;
    assert_eq!(files(&community), before, "the backup's records name them");
    drop(go_on);
    made.await.unwrap().unwrap();
    let path = dir.path().join("one.tar");
    let verified = block(move || backup::verify(&path, false, &mut |_, _| {}).unwrap()).await.unwrap();
    assert_eq!(verified.report.unwrap().problems, 0);
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn a_check_names_the_pictures_whose_files_are_missing_or_changed() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let picture = ana.upload(&any_photo()).await.expect(201);
    let check = || {
        let app = community.app().clone();
        async { block(move || media::check(&app.store, app.media.files(), &mut |_, _| {})).await.unwrap().unwrap() }
    };
    let whole = check().await;
    assert_eq!(whole.problems, 0);
    assert_eq!(usize::try_from(whole.files).unwrap(), files(&community).len());
    for path in files(&community) {
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        *changed.last_mut().unwrap() ^= 1;
        for (content, said) in [
            (Some(changed), "is not as it was written"),
            (Some(bytes[1..].to_vec()), "another length"),
            (None, "is missing"),
        ] {
            match content {
                Some(content) => fs::write(&path, content).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let found = check().await;
            assert_eq!(found.problems, 1);
            assert!(
                found.described[0].contains(said) && found.described[0].contains(&text(&picture["id"])),
                "{found:?}"
            );
        }
        fs::write(&path, bytes).unwrap();
    }
    let hash = files(&community)[0].file_name().and_then(|name| Hash::of_digits(name.to_str()?)).unwrap();
    fs::remove_file(community.app().media.files().path(hash)).unwrap();
    // What is in memory may still be served; after a restart there is nothing to serve.
    assert_eq!(check().await.problems, 1);
}
