//! What a request says about the answer it wants: which encoding, and which answers it has already.

use actix_web::http::header::{self, HeaderMap};

/// Which encoding to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// No compression.
    Identity,
    /// gzip, where that is worth it.
    Gzip,
    /// gzip in any case: the bare bytes are refused.
    OnlyGzip,
}

/// Reads `Accept-Encoding` as RFC 9110 section 12.5.3 has it. Where neither encoding is taken the answer is the bare
/// bytes: the header is a wish, and a client that sends such a one is better served than refused.
pub(super) fn wanted(headers: &HeaderMap) -> Wanted {
    let (mut gzip, mut identity, mut any) = (None, None, None);
    for line in headers.get_all(header::ACCEPT_ENCODING) {
        for item in line.to_str().unwrap_or_default().split(',') {
            let (coding, weight) = weighed(item);
            if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
                gzip = Some(weight);
            } else if coding.eq_ignore_ascii_case("identity") {
                identity = Some(weight);
            } else if coding == "*" {
                any = Some(weight);
            }
        }
    }
    let gzip = gzip.or(any).unwrap_or(0);
    // Unless it is named, the bare form is taken, and anything else that is taken is preferred to it.
    let refused = identity.or(any) == Some(0);
    match gzip {
        0 => Wanted::Identity,
        _ if refused => Wanted::OnlyGzip,
        _ if gzip >= identity.unwrap_or(0) => Wanted::Gzip,
        _ => Wanted::Identity,
    }
}

/// An item of a list with weights: its name, and its weight in thousandths. A weight that is none counts as 0.
fn weighed(item: &str) -> (&str, u32) {
    let Some((name, parameters)) = item.split_once(';') else { return (item.trim(), 1000) };
    let weight = parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
    });
    (name.trim(), weight.unwrap_or(1000))
}

/// RFC 9110 section 12.4.2: `0` or `1`, with up to three decimals.
fn thousandths(weight: &str) -> u32 {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1000,
        "0" => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// Whether `If-None-Match` names `etag` or anything (`*`), by the weak comparison of RFC 9110 section 8.8.3.2.
pub(super) fn has(headers: &HeaderMap, etag: &[u8]) -> bool {
    headers.get_all(header::IF_NONE_MATCH).any(|line| names(line.as_bytes(), etag))
}

fn names(mut list: &[u8], etag: &[u8]) -> bool {
    if list.trim_ascii() == b"*" {
        return true;
    }
    // A tag may hold commas, so the quotes lead; whether it is weak (W/ before them) makes no difference.
    while let Some(start) = list.iter().position(|byte| *byte == b'"') {
        let rest = &list[start + 1..];
        let Some(length) = rest.iter().position(|byte| *byte == b'"') else { return false };
        if &list[start..start + length + 2] == etag {
            return true;
        }
        list = &rest[length + 1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn accept_encoding_is_read_with_its_weights() {
        let wishes = [
            ("", Wanted::Identity),
            ("br", Wanted::Identity),
            ("gzip, deflate, br, zstd", Wanted::Gzip),
            ("GZIP;Q=0.5", Wanted::Gzip),
            ("gzip;q=0", Wanted::Identity),
            ("gzip;q=0.0, *", Wanted::Identity),
            ("*", Wanted::Gzip),
            ("*;q=0", Wanted::Identity),
            ("gzip;q=0.2, identity;q=0.8", Wanted::Identity),
            ("gzip, identity;q=0", Wanted::OnlyGzip),
            ("gzip;q=0.1, *;q=0", Wanted::OnlyGzip),
            ("gzip;q=often", Wanted::Identity),
            ("gzip ; q=0.001", Wanted::Gzip),
        ];
        for (wish, expected) in wishes {
            let request = TestRequest::get().insert_header(("accept-encoding", wish)).to_http_request();
            assert_eq!(wanted(request.headers()), expected, "{wish}");
        }
        assert_eq!(wanted(TestRequest::get().to_http_request().headers()), Wanted::Identity);
        let lines =
            TestRequest::get().append_header(("accept-encoding", "br")).append_header(("accept-encoding", "gzip"));
        assert_eq!(wanted(lines.to_http_request().headers()), Wanted::Gzip);
    }

    #[test]
    fn if_none_match_takes_lists_weak_tags_and_the_star() {
        for list in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\"", "\"x,y\" , \"a\"", " * "] {
            assert!(names(list.as_bytes(), b"\"a\""), "{list}");
        }
        for list in ["", "a", "\"b\"", "\"a-gz\"", "\"a", "\"b, \"a, \"", "\"*\""] {
            assert!(!names(list.as_bytes(), b"\"a\""), "{list}");
        }
    }
}
