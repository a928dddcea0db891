//! An answer made once and sent many times: its bytes, their entity tag, and their compressed form.

use std::io::Write;
use std::sync::OnceLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::negotiation::{Wanted, has, wanted};
use crate::error::Error;

/// Bodies shorter than this, in bytes, are not compressed: they fit in one packet either way.
const MIN_COMPRESSED: usize = 1024;

/// The effort of compressing: the level that zlib takes for the best bargain.
const LEVEL: u32 = 6;

/// The bytes of the hash in an entity tag: enough that two bodies of one URL never share one.
const TAG_BYTES: usize = 12;

/// A hash of a body.
pub type Digest = [u8; 32];

/// The hash of `body`.
pub fn digest(body: &[u8]) -> Digest {
    Sha256::digest(body).into()
}

/// Who may be shown an answer again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: it is the same for all.
    Public,
    /// Only who asked: it depends on that.
    Private,
    /// Everybody, for ever: what its address answers never changes.
    Everybody,
}

impl Audience {
    /// Any cache asks first whether its copy is still right, unless it can be nothing else.
    pub(super) const fn cache_control(self) -> HeaderValue {
        match self {
            Self::Public => HeaderValue::from_static("public, no-cache"),
            Self::Private => HeaderValue::from_static("private, no-cache"),
            Self::Everybody => HeaderValue::from_static("public, max-age=31536000, immutable"),
        }
    }
}

/// A body with its type and, for each encoding, its entity tag.
#[derive(Debug)]
pub struct Representation {
    content_type: HeaderValue,
    body: Bytes,
    etag: HeaderValue,
    /// Made when it is first asked for; none where compressing failed.
    gzip: OnceLock<Option<Bytes>>,
    gzip_etag: HeaderValue,
}

impl Representation {
    /// `value` as JSON.
    ///
    /// # Errors
    ///
    /// An internal error where it cannot be written as JSON, which no wire type brings about.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        let json = serde_json::to_vec(value).map_err(|error| Error::internal(&error))?;
        let digest = digest(&json);
        Self::of_json(json, &digest)
    }

    /// `json`, which is JSON already, and of which `digest` is a hash that no other bytes of the same URL have.
    ///
    /// # Errors
    ///
    /// As [`Representation::new`].
    pub fn of_json(json: Vec<u8>, digest: &Digest) -> Result<Self, Error> {
        Self::tagged(HeaderValue::from_static("application/json"), json.into(), digest)
    }

    /// `body`, which is of the type `content_type`.
    ///
    /// # Errors
    ///
    /// An internal error where the type cannot stand in a header, nor the entity tag, which its alphabet rules out.
    pub fn new(content_type: &str, body: impl Into<Bytes>) -> Result<Self, Error> {
        let body = body.into();
        let digest = digest(&body);
        let content_type = HeaderValue::from_str(content_type).map_err(|error| Error::internal(&error))?;
        Self::tagged(content_type, body, &digest)
    }

    fn tagged(content_type: HeaderValue, body: Bytes, digest: &Digest) -> Result<Self, Error> {
        let hash = URL_SAFE_NO_PAD.encode(&digest[..TAG_BYTES]);
        let etag =
            |suffix| HeaderValue::from_str(&format!("\"{hash}{suffix}\"")).map_err(|error| Error::internal(&error));
        Ok(Self { content_type, etag: etag("")?, gzip: OnceLock::new(), gzip_etag: etag("-gz")?, body })
    }

    /// The bytes of the body, without compression.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// About what it takes in memory, in bytes, once its compressed form is there too.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.body.len() + self.body.len() / 3
    }

    /// The answer to `request`, a `GET` or `HEAD`: 200 with the body, or 304 where the client has it.
    pub fn respond(&self, request: &HttpRequest, audience: Audience) -> HttpResponse {
        let gzip = self.compressed(wanted(request.headers()));
        let etag = if gzip.is_some() { &self.gzip_etag } else { &self.etag };
        if has(request.headers(), etag.as_bytes()) {
            let mut response = HttpResponse::NotModified();
            with_headers(&mut response, Some(etag), audience);
            return response.finish();
        }
        let mut response = HttpResponse::Ok();
        with_headers(&mut response, Some(etag), audience);
        self.with_body(response, gzip)
    }

    /// The answer to `request` where what it asks for is not there: 404 with the body, also where the client has it, for
    /// there is no other way to say so again.
    pub fn not_found(&self, request: &HttpRequest, audience: Audience) -> HttpResponse {
        let gzip = self.compressed(wanted(request.headers()));
        let mut response = HttpResponse::NotFound();
        with_headers(&mut response, None, audience);
        self.with_body(response, gzip)
    }

    fn with_body(&self, mut response: HttpResponseBuilder, gzip: Option<&Bytes>) -> HttpResponse {
        response.insert_header((header::CONTENT_TYPE, self.content_type.clone()));
        if gzip.is_some() {
            response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("gzip")));
        }
        response.body(gzip.unwrap_or(&self.body).clone())
    }

    /// The compressed form, where it is the one to send.
    fn compressed(&self, wanted: Wanted) -> Option<&Bytes> {
        match wanted {
            Wanted::Identity => None,
            Wanted::Gzip if self.body.len() < MIN_COMPRESSED => None,
            Wanted::Gzip => self.gzip().filter(|gzip| gzip.len() < self.body.len()),
            Wanted::OnlyGzip => self.gzip(),
        }
    }

    fn gzip(&self) -> Option<&Bytes> {
        let compress = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
            encoder.write_all(&self.body).and_then(|()| encoder.finish()).ok().map(Bytes::from)
        };
        self.gzip.get_or_init(compress).as_ref()
    }
}

fn with_headers(response: &mut HttpResponseBuilder, etag: Option<&HeaderValue>, audience: Audience) {
    if let Some(etag) = etag {
        response.insert_header((header::ETAG, etag.clone()));
    }
    response.insert_header((header::CACHE_CONTROL, audience.cache_control()));
    response.insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding, Authorization")));
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;

    use super::*;

    fn large() -> Representation {
        Representation::json(&vec!["the same again"; 200]).unwrap()
    }

    fn answer(representation: &Representation, headers: &[(&str, &str)]) -> HttpResponse {
        let request = headers.iter().fold(TestRequest::get(), |request, header| request.append_header(*header));
        representation.respond(&request.to_http_request(), Audience::Public)
    }

    fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[actix_web::test]
    async fn each_encoding_has_its_own_strong_tag_and_the_same_vary() {
        let page = large();
        let (plain, zipped) = (answer(&page, &[]), answer(&page, &[("accept-encoding", "br, gzip")]));
        let (plain_tag, zipped_tag) = (header(&plain, "etag").unwrap(), header(&zipped, "etag").unwrap());
        assert_eq!(zipped_tag, format!("{}-gz\"", plain_tag.trim_end_matches('"')));
        assert_eq!(plain_tag.len(), 18);
        assert_eq!((header(&plain, "content-encoding"), header(&zipped, "content-encoding")), (None, Some("gzip")));
        for response in [plain, zipped] {
            assert_eq!(header(&response, "vary"), Some("Accept-Encoding, Authorization"));
            assert_eq!(header(&response, "cache-control"), Some("public, no-cache"));
            assert_eq!(header(&response, "content-type"), Some("application/json"));
        }
    }

    #[actix_web::test]
    async fn the_compressed_form_holds_the_same_bytes() {
        let page = large();
        let zipped = answer(&page, &[("accept-encoding", "gzip")]);
        let zipped = to_bytes(zipped.into_body()).await.unwrap();
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&zipped[..]), &mut plain).unwrap();
        assert_eq!(plain, page.body()[..]);
        assert!(page.weight() > plain.len() + zipped.len());
    }

    #[actix_web::test]
    async fn short_bodies_are_compressed_only_where_nothing_else_is_taken() {
        let short = Representation::json(&"short").unwrap();
        assert_eq!(header(&answer(&short, &[("accept-encoding", "gzip")]), "content-encoding"), None);
        let only_gzip = answer(&short, &[("accept-encoding", "gzip, identity;q=0")]);
        assert_eq!(header(&only_gzip, "content-encoding"), Some("gzip"));
    }

    #[actix_web::test]
    async fn who_has_the_words_for_what_is_not_there_gets_them_again() {
        let page = large();
        let tag = header(&answer(&page, &[]), "etag").unwrap().to_owned();
        let request = TestRequest::get().append_header(("if-none-match", tag)).to_http_request();
        let response = page.not_found(&request, Audience::Private);
        assert_eq!((response.status().as_u16(), header(&response, "etag")), (404, None));
        assert_eq!(header(&response, "content-type"), Some("application/json"));
        assert_eq!(to_bytes(response.into_body()).await.unwrap(), page.body());
    }

    #[actix_web::test]
    async fn who_has_it_gets_304_with_the_headers_and_no_body() {
        let page = large();
        let zip = ("accept-encoding", "gzip");
        let tag = header(&answer(&page, &[zip]), "etag").unwrap().to_owned();
        let response = answer(&page, &[zip, ("if-none-match", &tag)]);
        assert_eq!((response.status().as_u16(), header(&response, "etag")), (304, Some(tag.as_str())));
        assert_eq!(header(&response, "vary"), Some("Accept-Encoding, Authorization"));
        assert_eq!(header(&response, "cache-control"), Some("public, no-cache"));
        assert!(to_bytes(response.into_body()).await.unwrap().is_empty());
        let other_encoding = answer(&page, &[("if-none-match", &tag)]);
        assert_eq!(other_encoding.status().as_u16(), 200);
    }
}
