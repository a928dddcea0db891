//! Keeping somebody out.

use crate::house::play;

#[test]
fn who_is_banned_is_out_at_once_wherever_they_are() {
    play(async |house| {
        let (admin, ada) = house.member_visitor("Ada").await;
        let (member, ben) = house.member_visitor("Ben").await;
        let conversation = admin.talks_with(house, &[&member], None);
        ben.opens(&format!("/chat/{conversation}")).await;
        // His connection stands, and nothing else on this page asks the server by itself.
        ben.sees("Here now").await;
        ada.opens(&format!("/u/{}", member.account["handle"].as_str().unwrap())).await;
        ada.presses("More about Ben").await;
        ada.presses("Ban").await;
        ada.within("dialog", "Ban Ben?").presses("Ban").await;
        ada.sees("Ben is banned, and signed out everywhere.").await;
        // He does nothing, and sees it. His browser says what it was told, too.
        ben.browser.expects("401 (Unauthorized)");
        ben.sees("You were signed out.").await;
        ben.finds_no("button", "Account").await;
        ben.browser.expects("403 (Forbidden)");
        let form = ben.within("main", "…");
        form.fills("E-mail address", &member.email).await;
        form.fills("Password", crate::member::PASSWORD).await;
        form.presses("Log in").await;
        ben.sees("This account is banned.").await;
    });
}
