//! Finding things as somebody does who hears the page: by what they are and what they are called.

use serde_json::{Value, json};
use thirtyfour::error::WebDriverResult;

use crate::browser::Browser;

/// What can be pressed.
pub const PRESSABLE: &[&str] = &[
    "button",
    "link",
    "tab",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "checkbox",
    "radio",
    "switch",
    "option",
    "DisclosureTriangle",
];

/// What can be written into.
pub const WRITABLE: &[&str] = &["textbox", "searchbox", "combobox", "spinbutton"];

/// Something on a page.
#[derive(Clone, Debug)]
pub struct Thing {
    pub role: String,
    pub name: String,
    /// Its states: `focused`, `checked`, `pressed`, `expanded`, `disabled`, …
    states: Vec<(String, Value)>,
    node: u64,
}

impl Thing {
    /// A node of the accessibility tree; `None` where nobody would hear of it.
    fn new(node: &Value) -> Option<Self> {
        if node["ignored"] == true {
            return None;
        }
        let text = |part: &str| node[part]["value"].as_str().unwrap_or_default().trim().to_owned();
        let states = node["properties"].as_array().into_iter().flatten();
        let states = states.map(|state| (text_of(&state["name"]), state["value"]["value"].clone())).collect();
        Some(Self { role: text("role"), name: text("name"), states, node: node["backendDOMNodeId"].as_u64()? })
    }

    /// Whether this is called `name`; `name…` is anything that starts so, and `…` anything.
    fn is_called(&self, name: &str) -> bool {
        name.strip_suffix('…').map_or(self.name == name, |start| self.name.starts_with(start))
    }

    /// The state of a name; null where it has none.
    pub fn state(&self, name: &str) -> Value {
        self.states.iter().find(|(known, _)| known == name).map_or(Value::Null, |(_, value)| value.clone())
    }

    pub fn has_focus(&self) -> bool {
        self.state("focused") == true
    }

    /// The remote object that this is.
    pub async fn object(&self, browser: &Browser) -> WebDriverResult<String> {
        let found = browser.command("DOM.resolveNode", json!({"backendNodeId": self.node})).await?;
        Ok(text_of(&found["object"]["objectId"]))
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The remote object that the whole page is.
pub async fn page(browser: &Browser) -> WebDriverResult<String> {
    let found = browser.command("Runtime.evaluate", json!({"expression": "document"})).await?;
    Ok(text_of(&found["result"]["objectId"]))
}

/// What is inside `place`, a remote object, has one of these roles, and is called `name`; in the page's order.
pub async fn things(browser: &Browser, place: &str, roles: &[&str], name: &str) -> WebDriverResult<Vec<Thing>> {
    let mut query = json!({"objectId": place});
    if let [role] = roles {
        query["role"] = json!(role);
    }
    if !name.ends_with('…') {
        query["accessibleName"] = json!(name);
    }
    let found = browser.command("Accessibility.queryAXTree", query).await?;
    let things = found["nodes"].as_array().into_iter().flatten().filter_map(Thing::new);
    Ok(things.filter(|thing| roles.contains(&&*thing.role) && thing.is_called(name)).collect())
}
