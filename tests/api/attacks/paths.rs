//! Paths that lead out of where they begin.

use super::raw;
use crate::community::Community;

/// Ways to say "one folder up".
const UP: [&str; 14] = [
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..%00",
    "....",
    "..;",
    "%c0%ae%c0%ae",
    "%e0%80%ae%e0%80%ae",
    "..%5c..",
    "..\\..",
    "\u{ff0e}\u{ff0e}",
    ".. ",
];

/// Ways to say "a folder ends here".
const SLASHES: [&str; 6] = ["/", "%2f", "%252f", "%5c", "\\", "//"];

/// What is not to be had.
const SECRETS: [&str; 5] = ["etc/passwd", "Cargo.toml", "data/secrets/tokens", "web/index.html", "api/v1/me"];

#[actix_web::test]
async fn no_path_leads_to_a_file_of_the_machine() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for start in ["/assets", "/docs", "/api/v1/posts", "/api/v1/users", ""] {
        for up in UP {
            for slash in SLASHES {
                for secret in SECRETS {
                    let path = format!("{start}/{}{secret}", format!("{up}{slash}").repeat(6));
                    let reply = raw::get(&ana, &path, "");
                    assert!([400, 404, 405, 422].contains(&reply.status), "{path}: {}", reply.status);
                    let body = String::from_utf8_lossy(&reply.body);
                    for found in ["root:", "[package]", "<!doctype"] {
                        assert!(!body.contains(found), "{path}: {body}");
                    }
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_path_that_is_no_text_or_has_no_end_is_refused_and_the_server_goes_on() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let long = "x".repeat(20_000);
    let nested = "/..".repeat(5000);
    for path in [
        b"/docs/\xff\xfe".as_slice(),
        b"/docs/%ff%fe",
        b"/docs/%",
        b"/docs/%2",
        b"/docs/%zz",
        b"/docs/index.html%00.png",
        b"/assets/app.js%00",
        b"/assets/app.js/",
        b"/assets/APP.JS",
        b"/assets/app.js%20",
        b"/assets/app.js::$DATA",
        b"/docs/index.html/..",
        b"/docs/CON",
        b"file:///etc/passwd",
        b"*",
        b"//",
        b"/\\evil.example",
        long.as_bytes(),
        nested.as_bytes(),
    ] {
        let reply = raw::get(&ana, path, "");
        let shown = String::from_utf8_lossy(&path[..path.len().min(60)]).into_owned();
        assert!([400, 404, 414].contains(&reply.status), "{shown}: {}", reply.status);
    }
    ana.get("/me").await.expect(200);
}

#[actix_web::test]
async fn nothing_sends_a_browser_to_another_site() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let targets =
        ["//evil.example", "/\\evil.example", "https://evil.example", "%2f%2fevil.example", "/%09/evil.example"];
    for path in ["/docs", "/docs/", "/docs/errors", "/", "/api/v1/auth/login", "/api/v1/users"] {
        for target in targets {
            for parameter in ["next", "url", "redirect", "return_to", "configUrl", "continue"] {
                let reply = raw::get(&ana, format!("{path}?{parameter}={target}"), "");
                let location = reply.header("location").unwrap_or("/docs/");
                assert_eq!(location, "/docs/", "{path}?{parameter}={target}");
                assert_eq!(reply.header("refresh"), None);
            }
        }
    }
    for path in [
        "//evil.example",
        "//evil.example/docs",
        "/docs//evil.example",
        "///evil.example/%2e%2e",
        "/docs/../docs",
        "/%5cevil.example",
    ] {
        let reply = raw::get(&ana, path, "");
        assert!(reply.status >= 400, "{path}: {}", reply.status);
        assert_eq!(reply.header("location"), None, "{path}");
    }
    let reply = raw::ask(&ana, "GET /docs HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n");
    assert_eq!((reply.status, reply.header("location")), (308, Some("/docs/")));
}
