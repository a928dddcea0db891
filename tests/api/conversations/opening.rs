//! Beginning a conversation, and finding the one between two again.

use futures::future::join_all;
use serde_json::{Value, json};

use super::room::{Room, ids, stored};
use crate::actor::text;
use crate::community::Community;

#[actix_web::test]
async fn two_have_one_conversation_whoever_asks_for_it() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let first = ana.post("/conversations", &json!({"members": [ben.id()]})).await.expect(201);
    for (who, whom) in [(&ana, &ben), (&ben, &ana)] {
        // Naming oneself, or somebody twice, or no name at all, says the same.
        for new in [
            json!({"members": [whom.id()]}),
            json!({"members": [whom.id(), who.id()]}),
            json!({"members": [whom.id(), whom.id()], "name": null}),
        ] {
            assert_eq!(who.post("/conversations", &new).await.expect(200), first, "{new}");
        }
    }
    let other = ana.post("/conversations", &json!({"members": [cem.id()]})).await.expect(201);
    assert_ne!(other["id"], first["id"]);
    assert_eq!(ana.get("/conversations").await.items().len(), 2);
    // What has happened since is in the answer.
    let said = Room::of(&text(&first["id"])).say(&ben, "Hello").await;
    let found = ana.post("/conversations", &json!({"members": [ben.id()]})).await.expect(200);
    assert_eq!((&found["last_event"]["id"], &found["unread_count"]), (&said["id"], &json!(1)));
    community.tidy().await;
}

#[actix_web::test]
async fn two_who_ask_for_each_other_at_once_get_one_conversation() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for handle in ["ben", "cem", "dia", "eli", "fay"] {
        let other = community.member(handle).await;
        let (to_other, to_ana) = (json!({"members": [other.id()]}), json!({"members": [ana.id()]}));
        let (one, two) = futures::join!(ana.post("/conversations", &to_other), other.post("/conversations", &to_ana));
        assert_eq!(one.json()["id"], two.json()["id"]);
        assert_eq!(one.status + two.status, 401, "one begins it and the other finds it");
        assert_eq!(other.get("/conversations").await.items().len(), 1);
    }
    let gil = community.member("gil").await;
    let (to_gil, to_ana) = (json!({"members": [gil.id()]}), json!({"members": [ana.id()]}));
    let answers = join_all((0..8).map(async |number| match number % 2 {
        0 => ana.post("/conversations", &to_gil).await,
        _ => gil.post("/conversations", &to_ana).await,
    }));
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 7, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.json()["id"] == answers[0].json()["id"]));
    assert_eq!(stored(&community.app().store), [6, 0, 0, 12, 0, 0]);
    community.tidy().await;
}

#[actix_web::test]
async fn a_name_or_a_third_makes_a_group_and_each_is_another_one() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let named = json!({"members": [ben.id()], "name": "  Bakers "});
    let nameless = json!({"members": ids(&[&cem, &ben, &ana])});
    let mut found = Vec::new();
    for (new, name, members) in [(&named, "Bakers", 2), (&nameless, "ana, ben, cem", 3)] {
        for _ in 0..2 {
            let group = ana.post("/conversations", new).await.expect(201);
            assert_eq!((&group["kind"], &group["name"]), (&json!("group"), &json!(name)));
            assert_eq!((&group["owner"], group["members"].as_array().unwrap().len()), (&json!(ana.id()), members));
            found.push(text(&group["id"]));
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 4);
    // The group of two is not the conversation between them.
    ana.post("/conversations", &json!({"members": [ben.id()]})).await.expect(201);
    // Who begins comes first in the name, and the others by id.
    let by_ben = ben.post("/conversations", &nameless).await.expect(201);
    assert_eq!((&by_ben["name"], &by_ben["owner"]), (&json!("ben, ana, cem"), &json!(ben.id())));
    community.tidy().await;
}

#[actix_web::test]
async fn a_group_that_is_named_after_its_members_has_as_many_names_as_fit() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut others = Vec::new();
    for letter in ["b", "c", "d"] {
        let other = community.member(&letter.repeat(3)).await;
        let name = letter.repeat(37);
        other.patch("/me", &json!({"name": name})).await.expect(200);
        others.push(other);
    }
    let others: Vec<_> = others.iter().collect();
    let group = ana.post("/conversations", &json!({"members": ids(&others)})).await.expect(201);
    // "ana" and a name of 37 are 42 characters; with the next one they would be 81.
    assert_eq!(group["name"], format!("ana, {}", "b".repeat(37)));
    others[1].patch("/me", &json!({"name": "c".repeat(36)})).await.expect(200);
    let group = ana.post("/conversations", &json!({"members": ids(&others)})).await.expect(201);
    assert_eq!(group["name"], format!("ana, {}, {}", "b".repeat(37), "c".repeat(36)));
    assert_eq!(text(&group["name"]).chars().count(), 80);
}

#[actix_web::test]
async fn members_must_exist_and_be_others_and_not_too_many() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let nobody = |number: usize| format!("00000000-0000-7000-8000-{number:012}");
    let crowd: Vec<_> = (0..500).map(nobody).collect();
    for (new, field) in [
        (json!({}), "members"),
        (json!({"members": null}), "members"),
        (json!({"members": "ben"}), "members"),
        (json!({"members": []}), "members"),
        (json!({"members": [], "name": "Alone"}), "members"),
        (json!({"members": [ana.id()]}), "members"),
        (json!({"members": [ana.id()], "name": "Alone"}), "members"),
        (json!({"members": [nobody(1)]}), "members"),
        (json!({"members": [ben.id(), nobody(1)]}), "members"),
        (json!({"members": crowd, "name": "Crowd"}), "members"),
        (json!({"members": ["ben"]}), "members[0]"),
        (json!({"members": [ben.id(), 5]}), "members[1]"),
        (json!({"members": [ben.id()], "name": ""}), "name"),
        (json!({"members": [ben.id()], "name": " \t "}), "name"),
        (json!({"members": [ben.id()], "name": "a\nb"}), "name"),
        (json!({"members": [ben.id()], "name": "a\u{202e}b"}), "name"),
        (json!({"members": [ben.id()], "name": "🔥".repeat(81)}), "name"),
        (json!({"members": [ben.id()], "name": 5}), "name"),
    ] {
        ana.post("/conversations", &new).await.assert_invalid(&[field]);
    }
    // Too many are told apart from those who are not there.
    let refused = ana.post("/conversations", &json!({"members": crowd})).await;
    assert!(refused.text().contains("499"), "{}", refused.text());
    ana.post_raw("/conversations", "{").await.assert_problem(400, "malformed_json");
    assert_eq!(stored(&community.app().store), [0; 6]);
    for name in ["B".to_owned(), "🔥".repeat(80)] {
        let group = ana.post("/conversations", &json!({"members": [ben.id()], "name": name})).await;
        assert_eq!(group.expect(201)["name"], name);
    }
}

#[actix_web::test]
async fn the_same_key_gets_the_first_answer_and_makes_one_group() {
    let mut community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let with_key = ana.with("idempotency-key", "a");
    let new = json!({"members": ids(&[&ben, &cem]), "name": "Bakers"});
    let answers = join_all((0..8).map(|_| with_key.post("/conversations", &new))).await;
    let first: Vec<_> = answers.iter().filter(|answer| answer.header("idempotency-replayed") != Some("true")).collect();
    assert_eq!(first.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| (answer.status, &answer.body) == (201, &first[0].body)), "{answers:?}");
    let body = first[0].json();
    community.restart().await;
    // What means the same is the same.
    let same = json!({"name": " Bakers", "members": ids(&[&cem, &ben, &cem])});
    let again = with_key.post("/conversations", &same).await;
    assert_eq!((again.expect(201), again.header("idempotency-replayed")), (body, Some("true")));
    let other = json!({"members": ids(&[&ben]), "name": "Bakers"});
    with_key.post("/conversations", &other).await.assert_problem(422, "idempotency_key_reused");
    assert_eq!(stored(&community.app().store)[0], 1);
    // A refused one does not use up its key, and the key of somebody else is another one.
    let second = ana.with("idempotency-key", "b");
    second.post("/conversations", &json!({"members": []})).await.assert_invalid(&["members"]);
    second.post("/conversations", &new).await.expect(201);
    ben.with("idempotency-key", "a").post("/conversations", &json!({"members": [cem.id()]})).await.expect(201);
    community.tidy().await;
}

#[actix_web::test]
async fn the_same_key_gets_the_first_answer_also_for_a_conversation_between_two() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let with_key = ana.with("idempotency-key", "a");
    let new = json!({"members": [ben.id()]});
    let first = with_key.post("/conversations", &new).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    Room::of(&text(&first.json()["id"])).say(&ben, "Hello").await;
    let again = with_key.post("/conversations", &new).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")), "{}", again.text());
    assert_eq!(again.body, first.body);
    // Another request under the same key is refused, also where it would find something.
    ana.post("/conversations", &json!({"members": [cem.id()]})).await.expect(201);
    let other = with_key.post("/conversations", &json!({"members": [cem.id()]})).await;
    other.assert_problem(422, "idempotency_key_reused");
    // One that finds something is asked for as often as one likes.
    let found = ben.with("idempotency-key", "b").post("/conversations", &json!({"members": [ana.id()]})).await;
    assert_eq!(found.expect(200)["id"], first.json()["id"]);
    assert_eq!(ana.get("/conversations").await.expect(200)["next_cursor"], Value::Null);
    community.tidy().await;
}
