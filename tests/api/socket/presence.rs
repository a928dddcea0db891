//! Who is there, and who is writing: told to those whom it concerns, and kept nowhere.

use super::*;

fn presence(actor: &Actor, online: bool) -> Value {
    json!({"push": "presence", "user": actor.id(), "online": online})
}

#[actix_web::test]
async fn who_comes_and_goes_is_told_to_those_who_share_a_conversation_and_to_nobody_else() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    direct(&ana, &ben).await;
    let room = group(&cyd, &[&community.admin().await]).await;
    let (mut of_ben, mut stranger) = (Device::of(&ben).await, Device::of(&cyd).await);
    let (of_ana, greeting) = Device::resuming(&ana, &json!({})).await;
    assert_eq!(greeting["online"], json!([ben.id()]));
    assert_eq!(of_ben.push().await, presence(&ana, true));
    of_ana.leave().await;
    assert_eq!(of_ben.push().await, presence(&ana, false));
    assert_eq!(heard_before_a_message(&mut stranger, &cyd, &room).await, Vec::<Value>::new());
    assert_eq!(Device::resuming(&ben, &json!({})).await.1["online"], json!([]));
}

#[actix_web::test]
async fn who_meets_in_a_new_conversation_learns_who_is_there() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let (mut of_ana, mut of_ben, mut of_cyd) = (Device::of(&ana).await, Device::of(&ben).await, Device::of(&cyd).await);
    let room = group(&ana, &[&ben]).await;
    let heard = [
        heard_before_a_message(&mut of_ana, &ana, &room).await,
        heard_before_a_message(&mut of_ben, &ana, &room).await,
    ];
    for (heard, other) in heard.iter().zip([&ben, &ana]) {
        assert!(heard.contains(&presence(other, true)), "{heard:?}");
    }
    // They have met, and are told nothing new.
    let again = group(&ana, &[&ben]).await;
    let heard = heard_before_a_message(&mut of_ben, &ana, &again).await;
    assert!(!heard.contains(&presence(&ana, true)), "{heard:?}");
    add(&ana, &room, &cyd).await;
    let heard = heard_before_a_message(&mut of_cyd, &ana, &room).await;
    assert!(heard.contains(&presence(&ana, true)) && heard.contains(&presence(&ben, true)), "{heard:?}");
    let heard = heard_before_a_message(&mut of_ben, &ana, &room).await;
    assert!(heard.contains(&presence(&cyd, true)), "{heard:?}");
}

#[actix_web::test]
async fn an_account_comes_with_its_first_device_and_goes_with_its_last() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let mut of_ben = Device::of(&ben).await;
    let phone = signed_in_again(&ana).await;
    let (first, second, third) = (Device::of(&ana).await, Device::of(&phone).await, Device::of(&ana).await);
    assert_eq!(heard_before_a_message(&mut of_ben, &ben, &room).await, [presence(&ana, true)]);
    first.leave().await;
    drop(second);
    until_connected(&community, 2).await;
    assert_eq!(heard_before_a_message(&mut of_ben, &ben, &room).await, Vec::<Value>::new());
    // A new one before the last one goes: the account was there all the time.
    let fourth = Device::of(&ana).await;
    third.leave().await;
    until_connected(&community, 2).await;
    assert_eq!(heard_before_a_message(&mut of_ben, &ben, &room).await, Vec::<Value>::new());
    drop(fourth);
    assert_eq!(of_ben.push().await, presence(&ana, false));
}

#[actix_web::test]
async fn whoever_shares_several_conversations_is_told_once() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    group(&ben, &[&ana]).await;
    group(&ana, &[&ben, &community.admin().await]).await;
    let (mut one, mut other) = (Device::of(&ben).await, Device::of(&ben).await);
    let (of_ana, greeting) = Device::resuming(&ana, &json!({})).await;
    assert_eq!(greeting["online"], json!([ben.id()]));
    of_ana.leave().await;
    until_connected(&community, 2).await;
    let expected = [presence(&ana, true), presence(&ana, false)];
    for device in [&mut one, &mut other] {
        let heard = heard_before_a_message(device, &ben, &room).await;
        let presence: Vec<_> = heard.into_iter().filter(|push| push["push"] == "presence").collect();
        assert_eq!(presence, expected);
    }
}

#[actix_web::test]
async fn who_did_not_say_a_good_hello_was_never_there() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let mut of_ben = Device::of(&ben).await;
    let mut silent = Device::connect(&ana).await;
    let mut wrong = Device::connect(&ana).await;
    wrong.refused(json!({"op": "hello", "token": "nonsense"}), "invalid_token").await;
    assert_eq!(wrong.closed().await, 4500);
    silent.write("nonsense").await;
    assert_eq!(silent.closed().await, 4501);
    assert_eq!(heard_before_a_message(&mut of_ben, &ben, &room).await, Vec::<Value>::new());
}

#[actix_web::test]
async fn who_is_signed_out_is_offline() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    direct(&ana, &ben).await;
    let mut of_ben = Device::of(&ben).await;
    let mut of_ana = Device::of(&ana).await;
    assert_eq!(of_ben.push().await, presence(&ana, true));
    ana.post_nothing("/auth/logout-all").await.expect(204);
    assert_eq!(of_ben.push().await, presence(&ana, false));
    assert_eq!(of_ana.closed().await, 4503);
}

#[actix_web::test]
async fn typing_is_passed_on_to_the_other_members_and_stored_nowhere() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let room = group(&ana, &[&ben]).await;
    let shared = group(&cyd, &[&ana, &ben]).await;
    let (mut typist, mut own) = (Device::of(&ana).await, Device::of(&ana).await);
    let (mut of_ben, mut stranger) = (Device::of(&ben).await, Device::of(&cyd).await);
    for device in [&mut typist, &mut own, &mut of_ben, &mut stranger] {
        heard_before_a_message(device, &cyd, &shared).await;
    }
    assert_eq!(typist.done(json!({"op": "typing", "conversation": room})).await, json!({}));
    let typing = json!({"push": "typing", "conversation": room, "user": ana.id()});
    let heard = heard_before_a_message(&mut of_ben, &cyd, &shared).await;
    assert!(heard.contains(&typing), "{heard:?}");
    // Neither the typist's own devices nor those who do not take part hear of it.
    for device in [&mut typist, &mut own, &mut stranger] {
        let heard = heard_before_a_message(device, &cyd, &shared).await;
        assert!(heard.iter().all(|push| push["push"] == "event"), "{heard:?}");
    }
    assert_eq!(log(&ben, &room).await, Vec::<Value>::new());
    // Who comes later does not hear of it, and neither does who resumes.
    let (mut late, _) = Device::resuming(&ben, &json!({room.clone(): 0})).await;
    assert_eq!(heard_before_a_message(&mut late, &ben, &room).await, Vec::<Value>::new());
    community.tidy().await;
}

#[actix_web::test]
async fn typing_without_end_is_passed_on_some_times_a_second() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let (mut of_ana, mut of_ben) = (Device::of(&ana).await, Device::of(&ben).await);
    let started = std::time::Instant::now();
    for _ in 0..300 {
        of_ana.done(json!({"op": "typing", "conversation": room})).await;
    }
    let most = 1 + started.elapsed().as_millis() / 500;
    let heard = heard_before_a_message(&mut of_ben, &ben, &room).await;
    let typing = heard.iter().filter(|push| push["push"] == "typing").count() as u128;
    assert!((1..=most).contains(&typing), "{typing} of at most {most}");
}
