//! Coming in and going out.

use crate::house::play;

#[test]
fn somebody_registers_leaves_and_comes_back() {
    play(async |house| {
        let ana = house.visitor("Ana").await;
        ana.registers("Ana Lima").await;
        ana.sees("Welcome, Ana Lima. You are the admin here.").await;
        ana.logs_out().await;
        ana.opens("/settings").await;
        ana.sees("Log in to go on.").await;
        let form = ana.within("main", "…");
        form.fills("E-mail address", "ana@example.org").await;
        form.fills("Password", "wrong horse battery").await;
        // The browser says so of every answer of this kind.
        ana.browser.expects("401 (Unauthorized)");
        form.presses("Log in").await;
        form.within("alert", "…").sees("password").await;
        form.fills("Password", crate::member::PASSWORD).await;
        form.presses("Log in").await;
        ana.finds("button", "Account").await;
        ana.has_title("Settings · Hearth").await;
    });
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    play(async |house| {
        house.member("Ana");
        let ben = house.visitor("Ben").await;
        ben.opens("/join").await;
        let form = ben.within("main", "…");
        form.fills("Name", "Ben").await;
        form.fills("E-mail address", "ANA@example.org").await;
        form.fills("Password", crate::member::PASSWORD).await;
        ben.browser.expects("409 (Conflict)");
        form.presses("Join").await;
        form.sees("It belongs to an account here already").await;
        form.is_on("textbox", "E-mail address").await;
        form.fills("E-mail address", "ben@example.org").await;
        form.presses("Join").await;
        ben.sees("Welcome, Ben.").await;
    });
}

#[test]
fn a_session_outlives_its_token_in_every_tab_also_over_plain_http() {
    play(async |house| {
        let member = house.member("Ana");
        let ana = house.visitor_by_name("Ana").await;
        // Said of each document over plain HTTP by a name.
        ana.browser.expects("Cross-Origin-Opener-Policy");
        ana.logs_in(&member).await;
        assert_eq!(ana.browser.run("return 'locks' in navigator", &[]).await, false, "browsers have locks here now");
        let driver = &ana.browser.driver;
        let first = driver.window().await.unwrap();
        let second = driver.new_tab().await.unwrap();
        for tab in [&first, &second] {
            // So long that what a page asks for at its beginning is on its way all at once.
            driver.switch_to_window(tab.clone()).await.unwrap();
            ana.browser.is_far_away(400).await;
        }
        for _ in 0..3 {
            // Both tabs begin anew at about the same time, and each asks for several things at once: a refresh token works once.
            driver.switch_to_window(second.clone()).await.unwrap();
            ana.opens("/people").await;
            ana.is_at("People").await;
            ana.is_quiet().await;
            ana.browser.run("setTimeout(() => location.assign('/chat'), 500)", &[]).await;
            driver.switch_to_window(first.clone()).await.unwrap();
            let ended = "const kept = JSON.parse(localStorage['hearth.tokens']);
                localStorage['hearth.tokens'] = JSON.stringify({ ...kept, expires: 0 });
                setTimeout(() => location.assign('/mine'), 300);
                return kept.refresh";
            let before = ana.browser.run(ended, &[]).await;
            let renewed = "const kept = JSON.parse(localStorage['hearth.tokens'] ?? null);
                return kept?.expires ? kept.refresh : null";
            let fresh = async || {
                let answer = driver.execute(renewed, vec![]).await.ok()?;
                Some(answer.json().clone()).filter(|fresh| !fresh.is_null())
            };
            assert_ne!(ana.until("the token is not renewed", fresh).await, before);
            ana.is_at("My posts").await;
            ana.is_quiet().await;
        }
        ana.opens("/settings").await;
        ana.is_at("Settings").await;
        ana.is_quiet().await;
        ana.finds("button", "Account").await;
    });
}
