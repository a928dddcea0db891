//! Bodies that cannot be taken.

use actix_web::http::Method;
use actix_web::web::Bytes;
use futures::stream;
use serde_json::json;

use crate::answer::Answer;
use crate::community::Community;

#[actix_web::test]
async fn what_is_no_json_is_malformed() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let deep = "[".repeat(2000);
    for body in ["{", "nonsense", "{\"title\": \"x\",}", "{'title': 'x'}", "{\"title\": \"x\"} x", "\"\u{0}\"", &deep] {
        let problem = ana.post_raw("/posts", body).await.assert_problem(400, "malformed_json");
        assert!(problem["detail"].as_str().unwrap().contains("column"), "{problem}");
    }
    for body in ["", "  "] {
        ana.post_raw("/posts", body).await.assert_problem(400, "malformed_json");
    }
    let request = ana.request(Method::POST, "/posts").content_type("application/json");
    let answer = Answer::read(request.send_body(&b"{\"title\": \"\xff\"}"[..]).await.unwrap()).await;
    answer.assert_problem(400, "malformed_json");
    ana.post_nothing("/posts").await.assert_problem(400, "malformed_json");
}

#[actix_web::test]
async fn a_field_of_another_type_is_named_by_its_path() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let cases = [
        (json!({"title": 7, "categories": ["food"]}), "title"),
        (json!({"title": null, "categories": ["food"]}), "title"),
        (json!({"title": "x", "categories": "food"}), "categories"),
        (json!({"title": "x", "categories": ["food", 7]}), "categories[1]"),
        (json!({"title": "x", "categories": ["food"], "tags": [{}]}), "tags[0]"),
        (json!({"title": "x", "categories": ["food"], "anonymous": "yes"}), "anonymous"),
        (json!({"categories": ["food"]}), "title"),
        (json!({"title": "x"}), "categories"),
        (json!([]), "body"),
        (json!("x"), "body"),
        (json!(null), "body"),
    ];
    for (body, field) in cases {
        let answer = ana.post("/posts", &body).await;
        answer.assert_invalid(&[field]);
        for internal in ["serde", "struct", "String", "Vec", "u64", "borrowed"] {
            assert!(!answer.text().contains(internal), "{}", answer.text());
        }
    }
    ana.post(&format!("/posts/{post}/comments"), &json!({"text": [], "parent": 1})).await.expect(422);
    ana.post_raw("/posts", r#"{"title": "a", "title": "b", "categories": []}"#).await.assert_invalid(&["title"]);
}

#[actix_web::test]
async fn only_json_is_taken() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let body = r#"{"title": "x", "categories": ["food"]}"#;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "json"]
    {
        let request = ana.request(Method::POST, "/posts").insert_header(("content-type", content_type));
        let answer = Answer::read(request.send_body(body).await.unwrap()).await;
        answer.assert_problem(415, "unsupported_media_type");
    }
    let zipped = ana.with("content-encoding", "gzip").post_raw("/posts", body).await;
    zipped.assert_problem(415, "unsupported_media_type");
    for content_type in ["application/json; charset=UTF-8", "Application/JSON", "application/merge-patch+json"] {
        let request = ana.request(Method::POST, "/posts").insert_header(("content-type", content_type));
        Answer::read(request.send_body(body).await.unwrap()).await.expect(201);
    }
    assert_eq!(ana.get("/me/posts").await.items().len(), 3);
}

#[actix_web::test]
async fn a_body_that_is_too_large_is_refused_by_its_length_and_while_it_streams() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let large = "x".repeat(600 * 1024);
    let routes = [
        (Method::POST, "/posts"),
        (Method::POST, "/auth/login"),
        (Method::PATCH, "/me"),
        (Method::PUT, "/me/password"),
    ];
    for (method, path) in routes {
        let request = ana.request(method.clone(), path).content_type("application/json");
        let answer = Answer::read(request.send_body(json!({"title": large}).to_string()).await.unwrap()).await;
        answer.assert_problem(413, "body_too_large");
        let chunks = (0..150).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 4096])));
        let request = ana.request(method, path).content_type("application/json");
        let answer = Answer::read(request.send_stream(stream::iter(chunks)).await.unwrap()).await;
        answer.assert_problem(413, "body_too_large");
    }
    // The largest post that is valid fits, however much it is escaped.
    let escaped = "\\ud83d\\udd25".repeat(20_000);
    let body = format!(r#"{{"title": "x", "categories": ["food"], "body": "{escaped}"}}"#);
    assert_eq!(ana.post_raw("/posts", body).await.expect(201)["body"], "🔥".repeat(20_000));
}
