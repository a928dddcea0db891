//! Talking, whatever becomes of the line and of the server.

use serde_json::Value;

use crate::house::{House, play};
use crate::member::Member;
use crate::record::{NO_CONNECTION, SOCKET_LOST};
use crate::visitor::Visitor;

/// What has become of one's own messages, as it stands at the end of their names.
const STATES: [&str; 4] = [". Sending", ". Sent", ". Read", ". Not sent"];

/// What somebody sees of a conversation: each message with who wrote it, in order.
async fn conversation(visitor: &Visitor) -> Vec<(String, String)> {
    let log = visitor.within("log", "Messages");
    let messages = log.things(&["article"], "…").await.unwrap_or_default();
    let split = |name: &str| {
        let (who, rest) = name.split_once(", ")?;
        let (_, words) = rest.split_once(": ")?;
        let words = STATES.iter().find_map(|state| words.strip_suffix(state)).unwrap_or(words);
        Some((who.to_owned(), words.to_owned()))
    };
    messages.iter().map(|message| split(&message.name).unwrap_or_else(|| panic!("{message:?}"))).collect()
}

/// What was said in a conversation, whoever said it.
async fn words_of(visitor: &Visitor) -> Vec<String> {
    conversation(visitor).await.into_iter().map(|(_, words)| words).collect()
}

/// Waits until somebody sees exactly these messages, each with who wrote it.
async fn sees_exactly(visitor: &Visitor, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(who, words)| ((*who).to_owned(), (*words).to_owned())).collect();
    let what = format!("{} does not see {expected:?}", visitor.browser.owner);
    visitor.until(&what, async || (conversation(visitor).await == expected).then_some(())).await;
}

/// Writes a message and sends it.
async fn says(visitor: &Visitor, words: &str) {
    visitor.fills("Message to …", words).await;
    visitor.presses("Send").await;
}

/// Two people who have the conversation open that they have.
async fn two(house: &House, ana: &(Member, Visitor), ben: &(Member, Visitor)) -> (Visitor, Visitor) {
    let conversation = ana.0.talks_with(house, &[&ben.0], None);
    for (_, visitor) in [ana, ben] {
        visitor.opens(&format!("/chat/{conversation}")).await;
        visitor.sees("Nothing has been said yet.").await;
        visitor.sees("Here now").await;
    }
    (ana.1.clone(), ben.1.clone())
}

/// Waits until somebody's last message is in a state.
async fn becomes(visitor: &Visitor, state: &str) {
    let look = async || {
        let mine = visitor.things(&["article"], "You, …").await.ok()?;
        mine.last()?.name.ends_with(state).then_some(())
    };
    visitor.until(&format!("the last message is not {state:?}"), look).await;
}

#[test]
fn two_browsers_talk() {
    play(async |house| {
        let (_, ana) = house.member_visitor("Ana").await;
        let (_, ben) = house.member_visitor("Ben").await;
        ana.within("navigation", "Community").presses("Chat").await;
        ana.presses("New conversation").await;
        ana.fills("Who would you like to talk to?", "be").await;
        ana.presses("Talk to Ben…").await;
        ana.has_title("Ben · Hearth").await;
        says(&ana, "Is the oven warm?").await;
        ben.has_title("(1) Hearth").await;
        ben.within("navigation", "Community").presses("Chat…").await;
        ben.presses("online Ana…").await;
        sees_exactly(&ben, &[("Ana", "Is the oven warm?")]).await;
        ben.has_title("Ana · Hearth").await;
        ana.within("log", "Messages").finds("article", "You, …").await;
        ana.sees("Here now").await;
        becomes(&ana, ". Read").await;
        ben.types("It is").await;
        ana.sees("writing").await;
        says(&ben, "It is, come over.").await;
        sees_exactly(&ana, &[("You", "Is the oven warm?"), ("Ben", "It is, come over.")]).await;
    });
}

#[test]
fn nothing_is_lost_or_doubled_when_the_server_is_killed() {
    play(async |house| {
        let (ana, line) = house.visitor_on_a_line("Ana").await;
        let member = house.member("Ana");
        ana.logs_in(&member).await;
        let ben = house.member_visitor("Ben").await;
        let (ana, ben) = two(house, &(member, ana), &ben).await;
        for visitor in [&ana, &ben] {
            visitor.browser.expects(NO_CONNECTION);
            visitor.browser.expects(SOCKET_LOST);
        }
        // The server has it on disk, and is killed before it can say so.
        line.is_mute();
        says(&ana, "one").await;
        sees_exactly(&ben, &[("Ana", "one")]).await;
        house.is_killed();
        line.is_cut();
        says(&ana, "two").await;
        line.is_mended();
        house.is_opened_again();
        sees_exactly(&ana, &[("You", "one"), ("You", "two")]).await;
        sees_exactly(&ben, &[("Ana", "one"), ("Ana", "two")]).await;
        // The server has it, or has it on disk, or never saw it: nobody knows.
        says(&ana, "three").await;
        says(&ben, "four").await;
        house.is_killed();
        says(&ana, "five").await;
        house.is_opened_again();
        let everything = async || {
            let [hers, his] = [words_of(&ana).await, words_of(&ben).await];
            (hers.len() == 5 && hers == his).then_some(hers)
        };
        let said = ana.until("not all is there once, and in the same order", everything).await;
        assert_eq!(said[..2], ["one", "two"]);
        for words in ["three", "four", "five"] {
            assert_eq!(said.iter().filter(|one| *one == words).count(), 1, "{words} in {said:?}");
        }
        for visitor in [&ana, &ben] {
            // What is shown is what the server has.
            visitor.browser.driver.refresh().await.unwrap();
            let same = async || (words_of(visitor).await == said).then_some(());
            visitor.until("it is another conversation after loading it again", same).await;
        }
    });
}

#[test]
fn what_is_written_without_a_network_arrives_when_it_is_back() {
    play(async |house| {
        let (ana, line) = house.visitor_on_a_line("Ana").await;
        let member = house.member("Ana");
        ana.logs_in(&member).await;
        let ben = house.member_visitor("Ben").await;
        let (ana, ben) = two(house, &(member, ana), &ben).await;
        ana.browser.expects(NO_CONNECTION);
        ana.browser.expects(SOCKET_LOST);
        says(&ana, "one").await;
        sees_exactly(&ben, &[("Ana", "one")]).await;
        ana.loses_the_network(&line).await;
        ana.sees("You are offline.").await;
        says(&ana, "two").await;
        says(&ana, "three").await;
        sees_exactly(&ana, &[("You", "one"), ("You", "two"), ("You", "three")]).await;
        ben.sees("Not here now").await;
        says(&ben, "four").await;
        ana.has_the_network_again(&line).await;
        let expected = [("Ana", "one"), ("You", "four"), ("Ana", "two"), ("Ana", "three")];
        sees_exactly(&ben, &expected).await;
        let expected = [("You", "one"), ("Ben", "four"), ("You", "two"), ("You", "three")];
        sees_exactly(&ana, &expected).await;
        ana.sees_no("You are offline.").await;
    });
}

#[test]
fn a_message_that_is_refused_says_so_and_is_sent_again_or_discarded_by_hand() {
    play(async |house| {
        let (ana, ben) = (house.member_visitor("Ana").await, house.member_visitor("Ben").await);
        let block = format!("/users/{}/block", ana.0.id());
        let (her, his) = two(house, &ana, &ben).await;
        ben.0.asks(house, "PUT", &block, Value::Null);
        says(&her, "one").await;
        becomes(&her, ". Not sent").await;
        ben.0.asks(house, "DELETE", &block, Value::Null);
        her.within("log", "Messages").presses("Try again").await;
        sees_exactly(&his, &[("Ana", "one")]).await;
        becomes(&her, ". Read").await;
        ben.0.asks(house, "PUT", &block, Value::Null);
        says(&her, "two").await;
        becomes(&her, ". Not sent").await;
        // It is kept where it was written until she decides.
        her.browser.driver.refresh().await.unwrap();
        becomes(&her, ". Not sent").await;
        sees_exactly(&her, &[("You", "one"), ("You", "two")]).await;
        her.within("log", "Messages").presses("Discard").await;
        sees_exactly(&her, &[("You", "one")]).await;
        sees_exactly(&his, &[("Ana", "one")]).await;
    });
}
