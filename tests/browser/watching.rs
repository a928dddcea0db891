//! That a scene fails when a browser sees what it should not: all other tests lean on it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;

use crate::house::play;
use crate::record::NO_CONNECTION;

/// What a scene fails with in whose page `script` runs; its policy is in force, or not.
fn failure_of(script: &str, has_policy: bool) -> String {
    let played = catch_unwind(AssertUnwindSafe(|| {
        play(async |house| {
            let ana = house.visitor("Ana").await;
            ana.browser.set("Page.setBypassCSP", json!({"enabled": !has_policy})).await;
            ana.opens("/").await;
            let script = format!("setTimeout(() => {{ try {{ {script} }} finally {{ window.done = true }} }})");
            ana.browser.run(&script, &[]).await;
            ana.until("it is not done", async || ana.browser.run("return window.done", &[]).await.as_bool()).await;
            // What is only begun is seen as well, once it is answered.
            ana.is_quiet().await;
        });
    }));
    let failure = played.expect_err("nobody noticed");
    failure.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn what_goes_wrong_in_a_browser_fails_the_scene() {
    let failure = failure_of(
        // A request is over once somebody has read its answer.
        "console.warn('look out'); fetch('/api/v1/nothing').then((answer) => answer.text());
         fetch('http://localhost:9/').catch(() => {});
         throw new Error('so it is')",
        true,
    );
    for fault in ["WARNING", "look out", "404", "Content Security Policy", "SEVERE", "Uncaught Error: so it is"] {
        assert!(failure.contains(fault), "{fault} in {failure}");
    }
    let left = failure_of("fetch('http://localhost:9/elsewhere').catch(() => {})", false);
    assert!(left.contains("request to another host: http://localhost:9/elsewhere"), "{left}");
}

#[test]
fn a_browser_without_a_network_is_off_in_every_way() {
    play(async |house| {
        let (ana, line) = house.visitor_on_a_line("Ana").await;
        ana.browser.expects(NO_CONNECTION);
        ana.opens("/").await;
        let socket = "window.socket = new WebSocket(`ws://${location.host}/api/v1/ws`, 'hearth.v1')";
        ana.browser.run(socket, &[]).await;
        let state = async || ana.browser.run("return [navigator.onLine, socket.readyState]", &[]).await;
        ana.until("it does not open", async || (state().await == json!([true, 1])).then_some(())).await;
        ana.loses_the_network(&line).await;
        ana.until("it does not close", async || (state().await == json!([false, 3])).then_some(())).await;
        ana.has_the_network_again(&line).await;
        ana.browser.run(socket, &[]).await;
        ana.until("it does not open again", async || (state().await == json!([true, 1])).then_some(())).await;
    });
}
