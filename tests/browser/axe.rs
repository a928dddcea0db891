//! axe-core, which holds a page against the rules of WCAG and good practice.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::browser::Browser;

/// What a page is held against.
#[derive(Clone, Copy)]
pub enum Rules {
    /// WCAG 2.2 at AA with all that it stands on, and what axe's makers recommend beyond it.
    All,
    /// Those about colours: a page in other colours breaks no others.
    Colours,
}

impl Rules {
    /// As axe wants to be told.
    fn option(self) -> Value {
        match self {
            Self::All => {
                let tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
                json!({"type": "tag", "values": tags})
            }
            Self::Colours => json!({"type": "rule", "values": ["color-contrast", "link-in-text-block"]}),
        }
    }
}

/// Each rule that the page breaks, with where and how, as somebody needs it who mends it.
pub async fn violations(browser: &Browser, rules: Rules) -> Vec<String> {
    if browser.run("return typeof axe", &[]).await == "undefined" {
        browser.run(&source(), &[]).await;
    }
    let check = "const [runOnly, done] = arguments;
        axe.run(document, { runOnly, resultTypes: ['violations'] }).then(({ violations }) => done(violations),
            (error) => done([{ id: 'axe', help: String(error), nodes: [] }]));";
    let found = browser.driver.execute_async(check, vec![rules.option()]).await;
    let found = found.unwrap_or_else(|error| panic!("axe: {error}"));
    found.json().as_array().unwrap().iter().map(describe).collect()
}

/// axe-core as npm installed it.
fn source() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}. Run ./test, or npm ci in tests/browser, which brings axe-core", path.display())
    })
}

fn describe(violation: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![format!("{}: {} ({})", text(&violation["id"]), text(&violation["help"]), violation["impact"])];
    for node in violation["nodes"].as_array().into_iter().flatten() {
        lines.push(format!("  at {}: {}", node["target"], text(&node["html"])));
        lines.push(format!("    {}", text(&node["failureSummary"]).replace('\n', "\n    ")));
    }
    lines.join("\n")
}
