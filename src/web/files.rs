//! The app's files. They are served below a hash of all of them, so what a browser once has stays right for ever, the
//! modules find each other by relative paths, and no page mixes two versions.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::http::representation::Representation;

/// Bytes of the hash in the files' addresses.
const TAG_BYTES: usize = 9;

/// The style sheet that stands in each document, so that the first picture waits for nothing.
const FIRST_STYLE: &str = "first.css";

/// The type of what has none in [`content_type`].
const UNKNOWN: &str = "application/octet-stream";

/// A build for development reads them from the source folder at each request, and makes them ready anew when one changed.
#[derive(RustEmbed)]
#[folder = "src/web/app"]
struct Embedded;

/// All files, ready to be sent.
pub(super) struct Files {
    ready: HashMap<String, Representation>,
    /// What each module cannot run without, in the order in which it names them.
    imports: HashMap<String, Vec<String>>,
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
        static FILES: Mutex<Option<Arc<Files>>> = Mutex::new(None);
        let mut known = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = match known.take() {
            Some(files) if !cfg!(debug_assertions) || files.tag == tag(&sources()) => files,
            _ => Arc::new(Self::load()?),
        };
        Ok(known.insert(ready).clone())
    }

    fn load() -> Result<Self, Error> {
        let sources = sources();
        let tag = tag(&sources);
        let (mut ready, mut imports) = (HashMap::new(), HashMap::new());
        let mut first_style = String::new();
        for (name, data) in sources {
            if name == FIRST_STYLE {
                first_style = String::from_utf8_lossy(&without_comments(&name, data.clone())).into_owned();
            }
            if name.ends_with(".js") {
                imports.insert(name.to_string(), imported(&name, &String::from_utf8_lossy(&data)));
            }
            let representation = Representation::new(content_type(&name), without_comments(&name, data))?;
            ready.insert(name.into_owned(), representation);
        }
        let first_style_hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(&first_style)));
        Ok(Self { ready, imports, tag, first_style, first_style_hash })
    }

    /// The file `name`, if `tag` is that of these files.
    pub fn get(&self, tag: &str, name: &str) -> Option<&Representation> {
        self.ready.get(name).filter(|_| tag == self.tag)
    }

    /// The file `name`, for addresses that must stay the same.
    pub fn named(&self, name: &str) -> Option<&Representation> {
        self.ready.get(name)
    }

    /// The addresses of `entries`, which are modules, and of all that they cannot run without: a browser that is told of all
    /// of them fetches them side by side, and not one after another as it meets them.
    pub fn modules(&self, entries: &[&str]) -> Vec<String> {
        let mut found: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        let mut next = 0;
        while let Some(name) = found.get(next).cloned() {
            for import in self.imports.get(&name).into_iter().flatten() {
                if !found.contains(import) {
                    found.push(import.clone());
                }
            }
            next += 1;
        }
        found.iter().map(|name| self.address(name)).collect()
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

/// What is in each file that is served, by its name.
fn sources() -> BTreeMap<Cow<'static, str>, Cow<'static, [u8]>> {
    let names = Embedded::iter().filter(|name| is_served(name));
    names.filter_map(|name| Embedded::get(&name).map(|file| (name, file.data))).collect()
}

/// A hash of all of them.
fn tag(sources: &BTreeMap<Cow<'static, str>, Cow<'static, [u8]>>) -> String {
    let mut hash = Sha256::new();
    for (name, data) in sources {
        hash.update(name.as_bytes());
        hash.update(data);
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..TAG_BYTES])
}

/// The file without the lines that only say something to who reads the source: a quarter of what a browser would have to
/// load. In this app's files a comment of several lines begins and ends with lines of its own, and no text has such lines.
fn without_comments(name: &str, data: Cow<'static, [u8]>) -> Vec<u8> {
    let is_source = name.ends_with(".js") || name.ends_with(".css");
    let Some(source) = str::from_utf8(&data).ok().filter(|_| is_source && !name.starts_with("vendor/")) else {
        return data.into_owned();
    };
    let mut kept = String::with_capacity(source.len());
    let mut is_inside = false;
    for line in source.lines().map(str::trim) {
        let is_comment = is_inside || line.starts_with("/*") && (line.ends_with("*/") || !line.contains("*/"));
        if !is_comment && !line.starts_with("//") && !line.is_empty() {
            kept.push_str(line);
            kept.push('\n');
        }
        is_inside = is_comment && !line.ends_with("*/");
    }
    kept.into_bytes()
}

/// What the module `name` imports at once: those in this folder, whose paths begin with a dot. Each stands in one line, with
/// `from` before it, which is how this app's modules are written.
fn imported(name: &str, source: &str) -> Vec<String> {
    let lines = source.lines().filter(|line| line.starts_with("import ") || line.starts_with("export "));
    let paths = lines.filter_map(|line| line.split_once(" from '")?.1.split_once('\''));
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    paths.filter_map(|(path, _)| relative(folder, path)).collect()
}

/// `path` as seen from `folder`; `None` where it leads out of the app.
fn relative(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    path.starts_with('.').then(|| parts.join("/"))
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
    fn a_module_comes_with_all_that_it_cannot_run_without() {
        let files = Files::load().unwrap();
        let modules = files.modules(&["main.js", "post/page.js"]);
        for wanted in ["main.js", "post/page.js", "vendor/preact.js", "base/tokens.js", "parts/markdown.js"] {
            assert!(modules.contains(&files.address(wanted)), "{wanted} in {modules:?}");
        }
        // What is only loaded when it is asked for is left out.
        assert!(!modules.contains(&files.address("shell/help.js")) && modules.len() > 20);
        for (name, imports) in &files.imports {
            for import in imports {
                assert!(files.ready.contains_key(import), "{name} imports {import}, which is not there");
            }
        }
        assert_eq!(relative("a/b", "../../../c.js"), None);
    }

    #[test]
    fn comments_stay_in_the_source() {
        let left =
            |source: &'static str| String::from_utf8(without_comments("a.js", source.as_bytes().into())).unwrap();
        assert_eq!(left("// One.\n/** Two. */\n/* Three\n * four\n * five. */\n\n  go();\n"), "go();\n");
        assert_eq!(left("/** @type {X} */ (x).go(); // now\n"), "/** @type {X} */ (x).go(); // now\n");
        assert_eq!(left("const a = 'http://b';\n"), "const a = 'http://b';\n");
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
