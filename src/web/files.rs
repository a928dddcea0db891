//! The app's files. They are served below a hash of all of them, so what a browser once has stays right for ever, the
//! modules find each other by relative paths, and no page mixes two versions.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::http::representation::Representation;

/// Bytes of the hash in the files' addresses.
const TAG_BYTES: usize = 9;

/// The style sheet that stands in each document, so that the first picture waits for nothing.
const FIRST_STYLE: &str = "first.css";

/// The type of what has none in [`content_type`].
const UNKNOWN: &str = "application/octet-stream";

/// A build for development reads them from the source folder at each request.
#[derive(RustEmbed)]
#[folder = "src/web/app"]
struct Embedded;

/// All files, ready to be sent.
pub(super) struct Files {
    ready: HashMap<String, Representation>,
    tag: String,
    /// The style sheet that stands in each document.
    pub first_style: String,
    /// Its hash, as a content security policy names it.
    pub first_style_hash: String,
}

impl Files {
    /// The files as they are now.
    ///
    /// # Errors
    ///
    /// An internal error where one cannot be made ready.
    pub fn now() -> Result<Arc<Self>, Error> {
        static FILES: LazyLock<Result<Arc<Files>, Error>> = LazyLock::new(|| Files::load().map(Arc::new));
        if cfg!(debug_assertions) { Self::load().map(Arc::new) } else { FILES.clone() }
    }

    fn load() -> Result<Self, Error> {
        let mut hash = Sha256::new();
        let mut ready = HashMap::new();
        let mut first_style = String::new();
        let mut names: Vec<_> = Embedded::iter().filter(|name| is_served(name)).collect();
        names.sort_unstable();
        for name in names {
            let Some(EmbeddedFile { data, .. }) = Embedded::get(&name) else { continue };
            hash.update(name.as_bytes());
            hash.update(&data);
            if name == FIRST_STYLE {
                first_style = String::from_utf8_lossy(&data).into_owned();
            }
            ready.insert(name.clone().into_owned(), Representation::new(content_type(&name), data.into_owned())?);
        }
        let tag = URL_SAFE_NO_PAD.encode(&hash.finalize()[..TAG_BYTES]);
        let first_style_hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(&first_style)));
        Ok(Self { ready, tag, first_style, first_style_hash })
    }

    /// The file `name`, if `tag` is that of these files.
    pub fn get(&self, tag: &str, name: &str) -> Option<&Representation> {
        self.ready.get(name).filter(|_| tag == self.tag)
    }

    /// The file `name`, for addresses that must stay the same.
    pub fn named(&self, name: &str) -> Option<&Representation> {
        self.ready.get(name)
    }

    /// The address of the file `name`.
    pub fn address(&self, name: &str) -> String {
        format!("/assets/{}/{name}", self.tag)
    }
}

/// The address of the app's file `name`, for pages that are no part of the app.
pub fn address(name: &str) -> String {
    Files::now().map(|files| files.address(name)).unwrap_or_default()
}

/// Whether browsers need the file; the others are for who writes the app.
fn is_served(name: &str) -> bool {
    !name.ends_with(".d.ts") && !name.ends_with(".json")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_below_their_hash_alone() {
        let files = Files::load().unwrap();
        let address = files.address("main.js");
        let tag = address.split('/').nth(2).unwrap();
        assert!(files.get(tag, "main.js").is_some());
        assert!(files.get("another", "main.js").is_none());
        assert!(files.get(tag, "nothing.js").is_none());
        assert!(files.get(tag, "types.d.ts").is_none() && files.get(tag, "jsconfig.json").is_none());
    }

    #[test]
    fn the_first_style_is_there_with_its_hash() {
        let files = Files::load().unwrap();
        assert!(files.first_style.contains("--ember"));
        let hash = STANDARD.encode(Sha256::digest(&files.first_style));
        assert_eq!(files.first_style_hash, format!("sha256-{hash}"));
    }

    #[test]
    fn every_file_has_a_type() {
        let unknown: Vec<_> =
            Embedded::iter().filter(|name| is_served(name) && content_type(name) == UNKNOWN).collect();
        assert!(unknown.is_empty(), "give these a type in content_type: {unknown:?}");
    }
}
