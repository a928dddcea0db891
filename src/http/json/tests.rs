use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::{App, HttpResponse, web};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only their decoding is looked at")]
struct CreateParty {
    title: String,
    guests: Option<Vec<Guest>>,
    size: Option<u32>,
    open: Option<bool>,
    kind: Option<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only their decoding is looked at")]
struct Guest {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Birthday,
    Wedding,
}

impl Parse for CreateParty {
    type Parsed = String;

    fn parse(self) -> Result<String, Vec<FieldError>> {
        if self.title.is_empty() { Err(vec![FieldError::new("title", "is empty")]) } else { Ok(self.title) }
    }
}

async fn create_party(Valid(title): Valid<CreateParty>) -> HttpResponse {
    HttpResponse::Created().json(title)
}

fn refused(body: &[u8]) -> (&'static str, String) {
    let error = decode::<CreateParty>(body).map(|_| ()).unwrap_err();
    (error.code.word(), error.detail.into_owned())
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    let wrong: [(&[u8], &str); 7] = [
        (b"", "The body is empty: send a JSON object."),
        (b" \n ", "The body is empty: send a JSON object."),
        (b"{\"title\":", "Line 1, column 9: it ends inside a value."),
        (b"{\n  \"title\": x}", "Line 2, column 12: expected value."),
        (b"{\"title\": \"a\"} x", "Line 1, column 16: trailing characters."),
        (b"{\"title\": \"\n\"}", "Line 2, column 0: control character (\\u0000-\\u001F) found while parsing a string."),
        (b"{\n\"title\": \"\xff\"}", "Line 2, column 11: this is not UTF-8."),
    ];
    for (body, detail) in wrong {
        assert_eq!(refused(body), ("malformed_json", detail.to_owned()));
    }
    let deep = format!("{{\"title\": {}", "[".repeat(100_000));
    let (code, detail) = refused(deep.as_bytes());
    assert!(code == "malformed_json" && detail.ends_with("this is nested too deeply."), "{detail}");
    assert_eq!(refused(b"{\"size\": \"wrong\", \"title\": oops}").0, "malformed_json");
}

#[test]
fn fields_that_do_not_fit_are_named_without_words_of_the_language() {
    let wrong = [
        (r#"{}"#, "title: is required"),
        (r#"{"title": 5}"#, "title: must be a string"),
        (r#"{"title": null}"#, "title: must be a string, not null"),
        (r#"{"title": "a", "size": -1}"#, "size: must be a whole number, 0 or more"),
        (r#"{"title": "a", "size": "many"}"#, "size: must be a whole number, 0 or more, not a string"),
        (r#"{"title": "a", "open": []}"#, "open: must be true or false, not a list"),
        (r#"{"title": "a", "guests": {}}"#, "guests: must be a list, not an object"),
        (r#"{"title": "a", "guests": [{"name": "b"}, {}]}"#, "guests[1].name: is required"),
        (r#"{"title": "a", "guests": [{"nam": "b"}]}"#, "guests[0].nam: is not a field of this"),
        (r#"{"title": "a", "guests": ["b"]}"#, "guests[0]: must be an object, not a string"),
        (r#"{"title": "a", "kind": "wake"}"#, "kind: must be birthday or wedding"),
        (r#"{"title": "a", "title": "b"}"#, "title: is there twice"),
        (r#"["a"]"#, "body: must be a JSON object"),
        (r#""a""#, "body: must be a JSON object"),
    ];
    for (body, detail) in wrong {
        assert_eq!(refused(body.as_bytes()), ("validation_failed", detail.to_owned()), "{body}");
    }
}

#[test]
fn json_comes_under_several_names() {
    for right in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/merge-patch+json",
        "application/json;charset=\"utf-8\"",
    ] {
        assert!(is_json(right), "{right}");
    }
    for wrong in ["", "text/plain", "application/jsonp", "application/json; charset=latin1", "multipart/form-data"] {
        assert!(!is_json(wrong), "{wrong}");
    }
}

#[actix_web::test]
async fn the_extractor_answers_each_kind_of_wrong_with_its_status() {
    let app = init_service(App::new().route("/", web::post().to(create_party))).await;
    let json = || TestRequest::post().insert_header(("content-type", "application/json"));
    let large = format!("{{\"title\": \"{}\"}}", "a".repeat(MAX_BODY));
    let requests = [
        (json().set_payload(r#"{"title": "a"}"#), StatusCode::CREATED, None),
        (json().set_payload(r#"{"title": ""}"#), StatusCode::UNPROCESSABLE_ENTITY, Some("validation_failed")),
        (json().set_payload("{"), StatusCode::BAD_REQUEST, Some("malformed_json")),
        (TestRequest::post(), StatusCode::BAD_REQUEST, Some("malformed_json")),
        (TestRequest::post().set_payload("{}"), StatusCode::UNSUPPORTED_MEDIA_TYPE, Some("unsupported_media_type")),
        (
            json().insert_header(("content-encoding", "gzip")).set_payload("{}"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Some("unsupported_media_type"),
        ),
        (json().set_payload(large), StatusCode::PAYLOAD_TOO_LARGE, Some("body_too_large")),
    ];
    for (request, status, code) in requests {
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), status, "{code:?}");
        if let Some(code) = code {
            assert_eq!(read_body_json::<Value, _>(response).await["code"], code);
        }
    }
}
