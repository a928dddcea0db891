//! What a post may hold: lengths, categories, tags.

use serde_json::{Value, json};

use crate::actor::text;
use crate::community::Community;

fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut post = json!({"title": "Bread", "categories": ["food"]});
    post[field] = value.into();
    post
}

#[actix_web::test]
async fn titles_have_1_to_200_characters_on_one_line() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Before").await;
    for title in ["B".to_owned(), "é".repeat(200), "🔥".repeat(200)] {
        assert_eq!(ana.post("/posts", &with("title", title.clone())).await.expect(201)["title"], title);
    }
    for title in ["".to_owned(), "   ".into(), "B".repeat(201), "a\nb".into(), "a\u{0}b".into(), "a\u{202e}b".into()] {
        ana.post("/posts", &with("title", title.clone())).await.assert_invalid(&["title"]);
        ana.patch(&format!("/posts/{post}"), &json!({"title": title})).await.assert_invalid(&["title"]);
    }
    assert_eq!(ana.post_of(&post).await["title"], "Before");
}

#[actix_web::test]
async fn a_body_of_20000_characters_of_four_bytes_comes_back_whole() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    // Pieces of different length, so that a part that is lost or moved is seen.
    let body: String =
        (0..20_000_u32).map(|n| if n % 7 == 3 { 'x' } else { char::from_u32(0x1f300 + n % 500).unwrap() }).collect();
    let long = ana.post("/posts", &with("body", body.clone())).await.expect(201);
    assert_eq!(long["body"], body);
    let id = text(&long["id"]);
    let next = "🔥".repeat(20_000);
    assert_eq!(ana.patch(&format!("/posts/{id}"), &json!({"body": next})).await.expect(200)["body"], next);
    community.restart().await;
    assert_eq!(community.anonymous().post_of(&id).await["body"], next);
    assert_eq!(ana.get("/posts").await.items()[0]["body"], next);
    assert_eq!(ana.get(&format!("/posts/{id}/history")).await.items()[0]["body"], body);
    for body in ["🔥".repeat(20_001), "a\u{0}b".into(), "a\u{202e}b".into(), "a\u{1b}[31m".into()] {
        ana.post("/posts", &with("body", body.clone())).await.assert_invalid(&["body"]);
        ana.patch(&format!("/posts/{id}"), &json!({"body": body})).await.assert_invalid(&["body"]);
    }
    community.tidy().await;
}

#[actix_web::test]
async fn a_category_that_does_not_exist_is_refused_by_its_name() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let post = ana.publish("Bread").await;
    admin.delete("/categories/help").await.expect(204);
    for slug in ["nowhere", "help"] {
        let body = json!({"title": "x", "categories": ["food", slug]});
        let answers = [
            ana.post("/posts", &body).await,
            ana.patch(&format!("/posts/{post}"), &json!({"categories": [slug]})).await,
        ];
        for answer in answers {
            answer.assert_invalid(&["categories"]);
            assert!(text(&answer.json()["errors"][0]["message"]).contains(&format!("'{slug}'")));
        }
    }
    assert_eq!(ana.post_of(&post).await["categories"], json!(["general"]));
    assert_eq!(ana.get("/me/posts").await.items().len(), 1);
}

#[actix_web::test]
async fn a_post_has_1_to_5_categories_in_any_case_each_once() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let created = ana.post("/posts", &with("categories", json!(["FOOD", " help ", "food"]))).await.expect(201);
    assert_eq!(created["categories"], json!(["food", "help"]));
    let five = json!(["food", "help", "books", "general", "creative"]);
    assert_eq!(ana.post("/posts", &with("categories", five.clone())).await.expect(201)["categories"], five);
    let six = json!(["food", "help", "books", "general", "creative", "offtopic"]);
    for none in [json!([]), six] {
        ana.post("/posts", &with("categories", none)).await.assert_invalid(&["categories"]);
    }
    let answer = ana.post("/posts", &with("categories", json!(["food", "a b", ""]))).await;
    answer.assert_invalid(&["categories[1]", "categories[2]"]);
    ana.post("/posts", &json!({"title": "x"})).await.assert_invalid(&["categories"]);
}

#[actix_web::test]
async fn tags_lose_case_and_hash_sign_and_come_once() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let tags = json!(["#Rye", "rye", "RYE ", "Ｓｏｕｒ", "日本", "two words"]);
    let created = ana.post("/posts", &with("tags", tags)).await.expect(201);
    assert_eq!(created["tags"], json!(["rye", "sour", "日本", "two words"]));
    let ten: Vec<_> = (0..10).map(|number| format!("{number}{}", "t".repeat(29))).collect();
    assert_eq!(ana.post("/posts", &with("tags", ten.clone())).await.expect(201)["tags"], json!(ten));
    let eleven: Vec<_> = (0..11).map(|number| number.to_string()).collect();
    ana.post("/posts", &with("tags", eleven)).await.assert_invalid(&["tags"]);
    let wrong = json!(["ok", "", "#", "t".repeat(31), "a\nb"]);
    ana.post("/posts", &with("tags", wrong)).await.assert_invalid(&["tags[1]", "tags[2]", "tags[3]", "tags[4]"]);
}

#[actix_web::test]
async fn everything_that_is_wrong_is_said_at_once_and_nothing_is_kept() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let wrong = json!({"title": "", "body": "\u{0}", "categories": [], "tags": [""], "images": ["x"]});
    let answer = ana.post("/posts", &wrong).await;
    answer.assert_invalid(&["title", "body", "categories", "tags[0]", "images[0]"]);
    assert!(ana.get("/me/posts").await.items().is_empty());
}
