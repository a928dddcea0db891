//! The house rules (`src/lib.rs` says why), held against the source tree. Each failure says what to do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use source::{Source, first_word};

/// Longest file, in lines.
const MOST_LINES: usize = 400;

/// Files that may be longer, each with the reason.
const LONGER: &[(&str, &str)] = &[];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 5] = ["utils", "helpers", "common", "manager", "misc"];

/// Files that name the routes of every slice; those of `fuzzing` are for tests alone.
const LISTS_OF_ROUTES: [&str; 4] =
    ["src/http/routes.rs", "src/http/openapi.rs", "src/fuzzing/bodies.rs", "src/fuzzing/wire.rs"];

/// What a slice has for who asks from outside, which those files name.
const DOORS: [&str; 2] = ["routes", "socket"];

/// `code` without what is only built for tests.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some((before, item)) = rest.split_once("#[cfg(test)]") {
        kept.push_str(before);
        let mut depth = 0;
        let end = item.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0 && (*c == ';' || *c == '}')
        });
        rest = end.map_or("", |(at, _)| &item[at + 1..]);
    }
    kept + rest
}

/// Every file below a folder, with its path from the repository's root.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // What npm brings for the tests is not the house's.
                folders.extend(Some(path).filter(|path| !path.ends_with("node_modules")));
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push((path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The Rust files below a folder, as they are.
fn rust(folder: &str) -> Vec<Source> {
    let rust = files(folder).into_iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(path, text)| Source::new(path, &text)).collect()
}

/// The product's own code: `src` without its tests.
fn product() -> Vec<Source> {
    let sources = rust("src").into_iter().filter(|source| !source.is_called("tests"));
    sources.map(|source| Source { code: without_tests(&source.code), ..source }).collect()
}

/// The features: each folder that stores something of its own.
fn slices(product: &[Source]) -> BTreeSet<String> {
    let records = product.iter().filter_map(|source| source.path.strip_suffix("/record.rs")?.strip_prefix("src/"));
    let slices: BTreeSet<_> = records.filter(|folder| *folder != "store").map(str::to_owned).collect();
    assert!(slices.len() >= 7 && slices.contains("posts"), "{slices:?}");
    slices
}

fn assert_none(what_to_do: &str, found: impl IntoIterator<Item = String>) {
    let found: Vec<_> = found.into_iter().collect();
    assert!(found.is_empty(), "{what_to_do}\n  {}", found.join("\n  "));
}

/// Fails for each of `sources` that is not right.
fn assert_each(what_to_do: &str, sources: &[Source], is_right: impl Fn(&Source) -> bool) {
    assert_none(what_to_do, sources.iter().filter(|source| !is_right(source)).map(|source| source.path.clone()));
}

#[test]
fn sled_is_named_only_in_the_store() {
    let rule = "Only src/store knows sled: ask the store through Read, Tx or Store instead.";
    assert_each(rule, &product(), |source| source.is_in("store") || !source.has_word(|word| word == "sled"));
}

#[test]
fn actix_is_named_only_where_requests_come_in() {
    let may = |source: &Source| {
        source.is_in("http")
            || source.is_called("routes")
            || source.is_called("socket")
            || source.path == "src/cli/serve.rs"
    };
    let rule = "Only src/http, routes, a socket file and src/cli/serve.rs know actix: move the handler to the slice's \
                routes, and leave plain functions here.";
    assert_each(rule, &product(), |source| may(source) || !source.has_word(|word| word.starts_with("actix")));
}

#[test]
fn urls_are_only_in_the_list_of_routes() {
    let rule = "Every URL stands in src/http/routes.rs: add a line to its list instead.";
    let registering = ["resource", "scope", "route"];
    let is_right = |source: &Source| registering.iter().all(|name| !source.below("web").contains(name));
    assert_each(rule, &product(), |source| source.path == "src/http/routes.rs" || is_right(source));
}

#[test]
fn slices_meet_only_through_each_others_front_door() {
    let product = product();
    let mut found = Vec::new();
    for slice in slices(&product) {
        let own = format!("src/{slice}/");
        let inside = product.iter().filter_map(|source| source.path.strip_prefix(&own));
        let rooms: BTreeSet<_> = inside.map(first_word).filter(|name| *name != "mod").collect();
        for source in product.iter().filter(|source| !source.path.starts_with(&own)) {
            let entered = source.below(&slice).into_iter().filter(|name| rooms.contains(name));
            let listed = |name: &&str| DOORS.contains(name) && LISTS_OF_ROUTES.contains(&source.path.as_str());
            found.extend(entered.filter(|name| !listed(name)).map(|name| format!("{}: {slice}::{name}", source.path)));
        }
        let front = product.iter().find(|source| source.path == format!("{own}mod.rs")).unwrap();
        let declared = front.code.split([';', '{', '}']).filter_map(|item| item.rsplit_once("mod "));
        let open =
            declared.filter(|(before, _)| before.ends_with("pub ") || before.contains("pub(")).map(|(_, name)| name);
        found.extend(open.filter(|name| !DOORS.contains(name)).map(|name| format!("{own}mod.rs: {name}")));
    }
    let rule = "A slice is used as `crate::slice::Item`, never through its record, view, routes or socket (but for the \
                lists in src/http): re-export the item in the slice's mod.rs, and keep the module private.";
    assert_none(rule, found);
}

#[test]
fn rules_and_records_know_no_http() {
    let product = product();
    let slices = slices(&product);
    let rule = "In a slice only routes and sockets know crate::http: pass plain values to the rules.";
    assert_each(rule, &product, |source| {
        let in_slice = slices.iter().any(|slice| source.is_in(slice));
        !in_slice || source.is_called("routes") || source.is_called("socket") || !source.below("crate").contains("http")
    });
}

#[test]
fn the_store_knows_nothing_that_is_stored_but_in_its_catalogue() {
    let rule = "src/store stands below everything: name features in src/store/catalog.rs alone, and pass the rest in.";
    // How a file gets onto a disk stands below the store, and knows of nothing.
    let below = ["store", "durable"];
    assert_each(rule, &product(), |source| {
        let named = source.below("crate");
        !source.is_in("store") || source.path == "src/store/catalog.rs" || named.iter().all(|name| below.contains(name))
    });
}

#[test]
fn no_stored_type_can_be_serialized() {
    let product = product();
    let mut found = Vec::new();
    for source in &product {
        for record in source.records() {
            let attributes = source.attributes(record);
            let by_hand = product.iter().any(|other| other.code.contains(&format!("Serialize for {record}{{")));
            match attributes {
                None => found.push(format!("{}: {record} is not declared beside its `impl Record`", source.path)),
                Some(attributes) if by_hand || attributes.contains("Serialize") => {
                    found.push(format!("{}: {record}", source.path));
                }
                Some(_) => {}
            }
        }
    }
    let rule =
        "What is stored is never what goes out: take Serialize away and make a view of the fields that may be seen.";
    assert_none(rule, found);
}

#[test]
fn every_table_is_in_the_catalogue() {
    let product = product();
    let records: BTreeSet<_> = product.iter().flat_map(Source::records).collect();
    let catalog = product.iter().find(|source| source.path == "src/store/catalog.rs").unwrap();
    let (_, list) = catalog.code.split_once("const HEARTH:").unwrap();
    let listed: BTreeSet<_> = list.split("TableOf::<").skip(1).map(first_word).collect();
    assert!(records.len() >= 13 && records.contains("Post"), "{records:?}");
    let rule = "Each `impl Record` needs its line in HEARTH of src/store/catalog.rs, or nobody checks or rebuilds it.";
    assert_none(rule, records.symmetric_difference(&listed).map(|name| (*name).to_owned()));
}

#[test]
fn the_web_app_makes_no_markup_of_text_and_runs_none() {
    const SINKS: [&str; 8] = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "parseFromString",
        "eval(",
        "new Function",
    ];
    let own = files("src/web/app").into_iter().filter(|(path, _)| !path.contains("/vendor/") && path.ends_with(".js"));
    let uses = own.flat_map(|(path, text)| {
        let sinks = SINKS.iter().filter(|sink| text.contains(**sink)).map(|sink| format!("{path}: {sink}"));
        sinks.collect::<Vec<_>>()
    });
    assert_none(
        "Make elements with `html` or `h`: what people wrote is text (and the page's policy forbids this).",
        uses,
    );
}

#[test]
fn files_are_short() {
    let all = [files("src"), files("tests")].concat();
    let long = all
        .iter()
        // Cargo writes it for the fuzz targets; it is not kept.
        .filter(|(path, _)| !path.ends_with("Cargo.lock"))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(path, lines)| *lines > MOST_LINES && !LONGER.iter().any(|(longer, _)| longer == path));
    let rule = "A file has at most 400 lines: split it by what it is about.";
    assert_none(rule, long.map(|(path, lines)| format!("{path}: {lines} lines")));
    let gone = LONGER.iter().filter(|(path, _)| !all.iter().any(|(known, _)| known == path));
    assert_none("Take these out of LONGER: they are gone.", gone.map(|(path, _)| (*path).to_owned()));
}

#[test]
fn names_say_what_is_inside() {
    let rule =
        "Name the file or module after what is in it; utils, helpers, common, manager and misc could be anything.";
    let all = [rust("src"), rust("tests"), rust("benches")].into_iter().flatten().collect::<Vec<_>>();
    assert_each(rule, &all, |source| {
        let is_module = |name: &&str| [';', '{'].iter().any(|end| source.code.contains(&format!("mod {name}{end}")));
        !EMPTY_NAMES.iter().any(|name| source.is_called(name) || is_module(name))
    });
}

#[test]
fn the_readme_shows_and_links_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let linked = readme.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(place, _)| place);
    let own: Vec<_> = linked.filter(|place| !place.contains(':') && !place.starts_with('#')).collect();
    assert!(own.len() >= 3, "{own:?}");
    let missing = own.into_iter().filter(|place| !root.join(place).is_file()).map(str::to_owned);
    assert_none("README.md names files that are not there: add them, or name others.", missing);
}

#[test]
fn no_lint_is_allowed_away() {
    let rule = "Write #[expect(lint, reason = \"…\")] instead: it complains itself when it is not needed any more.";
    let all = [rust("src"), rust("tests"), rust("benches")].into_iter().flatten().collect::<Vec<_>>();
    assert_each(rule, &all, |source| !source.code.contains("#[allow(") && !source.code.contains("#![allow("));
}

#[test]
fn code_is_told_from_comments_texts_and_tests() {
    let text = r##"
        // sled in a comment /* and */
        use crate::posts::{self, record::{Post, Like}, Sort};
        const A: &str = "sled \" sled"; const B: &[u8] = br#"sled " sled"#; const C: char = '"'; const D: char = '\'';
        fn borrow<'a>(text: &'a str) -> &'a str { text } /* sled */
        #[cfg(test)]
        mod tests { fn nested() { sled::open(); } }
        fn last() {}
    "##;
    let source = Source::new("src/x/tests.rs".into(), text);
    assert!(source.has_word(|word| word == "sled") && source.is_called("tests"));
    let source = Source { code: without_tests(&source.code), ..source };
    assert!(!source.has_word(|word| word == "sled") && source.code.ends_with("fn last(){}"), "{}", source.code);
    assert_eq!(source.below("posts"), BTreeSet::from(["self", "record", "Sort"]));
    assert_eq!(source.below("crate"), BTreeSet::from(["posts"]));
}
